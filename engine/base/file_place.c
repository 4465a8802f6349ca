#include "base/file_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

plim_status plim_place_fail(plim_error *err, const char *path, const char *what)
{
    int reason = errno;
    return plim_fail(err, PLIM_MACHINE, "%s: %s: %s", path, what, strerror(reason));
}

void plim_place_free(plim_place_on_disk *at)
{
    plim_free(at->folder);
    plim_free(at->temporary);
}

plim_status plim_place_init(plim_place_on_disk *at, const char *path, plim_error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (*name == '\0')
        return plim_fail(err, PLIM_MACHINE, "'%s' is not the name of a file", path);

    plim_text folder = {0}, temporary = {0};
    if (slash == NULL)
        plim_text_add(&folder, ".");
    else
        plim_text_add_bytes(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    plim_text_add_bytes(&temporary, path, (size_t)(name - path));
    plim_text_format(&temporary, ".%s.tmp.%ld", name, (long)getpid());
    *at = (plim_place_on_disk){.folder = folder.data, .temporary = temporary.data};
    return folder.failed || temporary.failed ? plim_fail_memory(err, path) : PLIM_OK;
}

/* Makes `folder` and what is missing above it. Cuts the text at each slash while it works. */
static plim_status make_folders(char *folder, plim_error *err)
{
    struct stat found;
    if (stat(folder, &found) == 0) {
        if (S_ISDIR(found.st_mode))
            return PLIM_OK;
        errno = ENOTDIR;
        return plim_place_fail(err, folder, "cannot hold files");
    }
    for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return plim_place_fail(err, folder, "the folder cannot be made");
        if (slash == NULL)
            return PLIM_OK;
        *slash = '/';
    }
}

/* A folder, a device or a pipe is never replaced. */
static plim_status check_target(const char *path, plim_error *err)
{
    struct stat found;
    if (stat(path, &found) != 0 || S_ISREG(found.st_mode))
        return PLIM_OK;
    return plim_fail(err, PLIM_MACHINE, "%s: cannot be written: it is %s", path,
                     S_ISDIR(found.st_mode) ? "a folder" : "not a regular file");
}

plim_status plim_place_open(const char *path, plim_place_on_disk *at, int *file, plim_error *err)
{
    PLIM_TRY(check_target(path, err));
    PLIM_TRY(make_folders(at->folder, err));
    *file = open(at->temporary, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*file < 0)
        return plim_place_fail(err, path, "cannot be written");
    return PLIM_OK;
}

/* Without this the new name may be lost in a power cut. File systems that know no fsync of a folder
   answer EINVAL; a folder that may be written but not read can't be opened for it. */
static plim_status sync_folder(const char *folder, plim_error *err)
{
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return errno == EACCES ? PLIM_OK : plim_place_fail(err, folder, "cannot be synchronised");
    plim_status status = PLIM_OK;
    if (fsync(file) != 0 && errno != EINVAL)
        status = plim_place_fail(err, folder, "cannot be synchronised");
    (void)close(file);
    return status;
}

plim_status plim_place_move(const char *from, const char *path, const plim_place_on_disk *at,
                            plim_error *err)
{
    if (rename(from, path) != 0)
        return plim_place_fail(err, path, "cannot be put in place");
    return sync_folder(at->folder, err);
}

plim_status plim_place_publish(const char *path, const plim_place_on_disk *at, plim_error *err)
{
    plim_status status = plim_place_move(at->temporary, path, at, err);
    (void)unlink(at->temporary); /* there only after a failure */
    return status;
}

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

/* ---- reading ---------------------------------------------------------------------------- */

/* Reads until the end of the file; one byte more than `limit` tells that it is too long. */
static plim_status read_all(int file, const char *path, size_t limit, plim_text *out,
                            plim_error *err)
{
    char piece[1 << 16];
    for (;;) {
        ssize_t got = read(file, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return plim_fail(err, PLIM_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        if (got == 0)
            break;
        if ((size_t)got > limit - out->length)
            return plim_fail(err, PLIM_INPUT, "%s: is longer than %zu bytes, the most that is read",
                             path, limit);
        plim_text_add_bytes(out, piece, (size_t)got);
        if (out->failed)
            return plim_fail_memory(err, path);
    }
    plim_text_add_bytes(out, "", 0); /* an empty file has a terminator too */
    return out->failed ? plim_fail_memory(err, path) : PLIM_OK;
}

plim_status plim_file_read(const char *path, size_t limit, char **data, size_t *length,
                           plim_error *err)
{
    plim_text text = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return plim_fail(err, PLIM_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    plim_status status = read_all(file, path, limit, &text, err);
    (void)close(file);
    if (status != PLIM_OK) {
        plim_text_free(&text);
        return status;
    }
    *data = text.data;
    *length = text.length;
    return PLIM_OK;
}

/* ---- writing ---------------------------------------------------------------------------- */

/* Where a file is going to stand: its folder and the temporary file beside it. */
typedef struct place {
    char *folder, *temporary;
} place;

static plim_status fail_path(plim_error *err, const char *path, const char *what)
{
    int reason = errno;
    return plim_fail(err, PLIM_MACHINE, "%s: %s: %s", path, what, strerror(reason));
}

static void place_free(place *at)
{
    plim_free(at->folder);
    plim_free(at->temporary);
}

static plim_status place_init(place *at, const char *path, plim_error *err)
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
    *at = (place){.folder = folder.data, .temporary = temporary.data};
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
        return fail_path(err, folder, "cannot hold files");
    }
    for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return fail_path(err, folder, "the folder cannot be made");
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

static plim_status open_temporary(const char *path, place *at, int *file, plim_error *err)
{
    PLIM_TRY(check_target(path, err));
    PLIM_TRY(make_folders(at->folder, err));
    *file = open(at->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*file < 0)
        return fail_path(err, path, "cannot be written");
    return PLIM_OK;
}

static plim_status write_all(int file, const char *path, const char *data, size_t length,
                             plim_error *err)
{
    while (length > 0) {
        ssize_t put = write(file, data, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            if (put == 0)
                errno = ENOSPC;
            return fail_path(err, path, "cannot be written");
        }
        data += put;
        length -= (size_t)put;
    }
    if (fsync(file) != 0)
        return fail_path(err, path, "cannot be written");
    return PLIM_OK;
}

/* Without this the new name may be lost in a power cut. File systems that know no fsync of a folder
   answer EINVAL; a folder that may be written but not read can't be opened for it. */
static plim_status sync_folder(const char *folder, plim_error *err)
{
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return errno == EACCES ? PLIM_OK : fail_path(err, folder, "cannot be synchronised");
    plim_status status = PLIM_OK;
    if (fsync(file) != 0 && errno != EINVAL)
        status = fail_path(err, folder, "cannot be synchronised");
    (void)close(file);
    return status;
}

static plim_status publish(const char *path, place *at, const void *data, size_t length,
                           plim_error *err)
{
    int file = -1;
    PLIM_TRY(open_temporary(path, at, &file, err));
    plim_status status = write_all(file, path, data, length, err);
    /* Network file systems report a full disk only here. */
    if (close(file) != 0 && status == PLIM_OK)
        status = fail_path(err, path, "cannot be written");
    if (status == PLIM_OK && rename(at->temporary, path) != 0)
        status = fail_path(err, path, "cannot be put in place");
    if (status != PLIM_OK) {
        (void)unlink(at->temporary);
        return status;
    }
    return sync_folder(at->folder, err);
}

plim_status plim_file_write(const char *path, const void *data, size_t length, plim_error *err)
{
    place at = {NULL, NULL};
    plim_status status = place_init(&at, path, err);
    if (status == PLIM_OK)
        status = publish(path, &at, data, length, err);
    place_free(&at);
    return status;
}

plim_status plim_file_writable(const char *path, plim_error *err)
{
    place at = {NULL, NULL};
    int file = -1;
    plim_status status = place_init(&at, path, err);
    if (status == PLIM_OK)
        status = open_temporary(path, &at, &file, err);
    if (file >= 0) {
        (void)close(file);
        (void)unlink(at.temporary);
    }
    place_free(&at);
    return status;
}

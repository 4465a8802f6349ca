#include "store/store_open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "book/fault.h"
#include "store/store.h"

static const double known_version = 1;

/* Opening a pipe or a device would block or read who knows what; so only regular files are opened.
 */
static plim_status check_regular(const char *path, plim_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return plim_fail(err, PLIM_INPUT, "%s: can't be read: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return plim_fail(err, PLIM_INPUT, "%s: is a folder; accepted: an HDF5 file", path);
    if (!S_ISREG(info.st_mode))
        return plim_fail(err, PLIM_INPUT, "%s: is not a regular file; accepted: an HDF5 file",
                         path);
    if (info.st_size == 0)
        return plim_fail(err, PLIM_INPUT, "%s: is empty; accepted: an HDF5 file", path);
    return PLIM_OK;
}

static plim_status open_hdf5(const char *path, int descriptor, hid_t *file, plim_error *err)
{
    char why[256];
    *file = plim_hdf5_open_file(path, descriptor, why, sizeof why);
    if (*file >= 0)
        return PLIM_OK;
    if (strstr(why, "unable to open file") != NULL || strstr(why, "errno") != NULL)
        return plim_fail(err, PLIM_INPUT, "%s: can't be read: %s", path, why);
    if (strstr(why, "signature not found") != NULL)
        return plim_fail(err, PLIM_INPUT, "%s: is not an HDF5 file", path);
    if (strstr(why, "truncated") != NULL)
        return plim_fail(err, PLIM_INPUT, "%s: is cut short (%s)", path, why);
    return plim_fail(err, PLIM_INPUT, "%s: is a damaged HDF5 file, or cut short (%s)", path, why);
}

static plim_status check_format(hid_t file, const char *path, const char *format, plim_error *err)
{
    plim_hdf5_value found;
    plim_hdf5_place place = {path, NULL, NULL};
    PLIM_TRY(plim_hdf5_attribute(file, "format", &place, &found, err));
    plim_status status = PLIM_OK;
    if (found.kind == PLIM_HDF5_NONE)
        status =
            plim_fail(err, PLIM_INPUT, "%s: is an HDF5 file without attribute format; accepted: %s",
                      path, format);
    else if (found.text == NULL || strcmp(found.text, format) != 0)
        status = plim_fail(err, PLIM_INPUT, "%s: its attribute format is '%.*s'; accepted: %s",
                           path, found.text != NULL ? plim_shown(found.text) : 0,
                           found.text != NULL ? found.text : "", format);
    plim_hdf5_value_free(&found);
    return status;
}

static plim_status check_version(hid_t file, const char *path, plim_error *err)
{
    plim_hdf5_value found;
    plim_hdf5_place place = {path, NULL, NULL};
    PLIM_TRY(plim_hdf5_attribute(file, "version", &place, &found, err));
    double version = 0;
    bool known =
        found.text != NULL && plim_parse_double(found.text, &version) && version == known_version;
    plim_status status = PLIM_OK;
    if (found.kind == PLIM_HDF5_NONE)
        status = plim_fail(err, PLIM_INPUT, "%s: attribute version is missing; accepted: 1", path);
    else if (!known)
        status = plim_fail(
            err, PLIM_INPUT, "%s: version '%.*s' is not known to this build; accepted: 1", path,
            found.text != NULL ? plim_shown(found.text) : 0, found.text != NULL ? found.text : "");
    plim_hdf5_value_free(&found);
    return status;
}

plim_status plim_store_open_any(const char *path, hid_t *file, plim_error *err)
{
    plim_hdf5_quiet();
    *file = H5I_INVALID_HID;
    PLIM_TRY(check_regular(path, err));
    return open_hdf5(path, -1, file, err);
}

plim_status plim_store_reach(const char *path, int *descriptor, plim_error *err)
{
    *descriptor = -1;
    PLIM_TRY(check_regular(path, err)); /* before: opening a pipe would wait for a writer */
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor < 0)
        return plim_fail(err, PLIM_INPUT, "%s: can't be read: %s", path, strerror(errno));
    return PLIM_OK;
}

plim_status plim_store_open(const char *path, int descriptor, const char *format, hid_t *file,
                            plim_error *err)
{
    plim_hdf5_quiet();
    *file = H5I_INVALID_HID;
    if (descriptor < 0)
        PLIM_TRY(check_regular(path, err));
    PLIM_TRY(open_hdf5(path, descriptor, file, err));
    plim_status status = check_format(*file, path, format, err);
    if (status == PLIM_OK)
        status = check_version(*file, path, err);
    if (status != PLIM_OK) {
        (void)H5Fclose(*file);
        *file = H5I_INVALID_HID;
    }
    return status;
}

static plim_file_kind kind_of_format(hid_t file, const char *path)
{
    plim_hdf5_value found;
    plim_error ignored = {0};
    plim_file_kind kind = PLIM_FILE_OTHER;
    if (plim_hdf5_attribute(file, "format", &(plim_hdf5_place){path, NULL, NULL}, &found,
                            &ignored) != PLIM_OK)
        return kind;
    if (found.text != NULL && strcmp(found.text, "plimsoll.book") == 0)
        kind = PLIM_FILE_BOOK;
    else if (found.text != NULL && strcmp(found.text, "plimsoll.result") == 0)
        kind = PLIM_FILE_RESULT;
    plim_hdf5_value_free(&found);
    return kind;
}

plim_file_kind plim_store_file_kind(const char *path)
{
    struct stat info;
    plim_error ignored = {0};
    char why[256];
    plim_hdf5_quiet();
    /* Where we may not even look, nothing can be replaced; the attempt to write says why. */
    if (lstat(path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? PLIM_FILE_ABSENT
                                                                      : PLIM_FILE_OTHER;
    if (check_regular(path, &ignored) != PLIM_OK)
        return PLIM_FILE_OTHER;
    hid_t file = plim_hdf5_open_file(path, -1, why, sizeof why);
    if (file < 0)
        return PLIM_FILE_OTHER;
    plim_file_kind kind = kind_of_format(file, path);
    (void)H5Fclose(file);
    return kind;
}

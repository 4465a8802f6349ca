#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file_place.h"
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
            return plim_place_fail(err, path, "cannot be written");
        }
        data += put;
        length -= (size_t)put;
    }
    if (fsync(file) != 0)
        return plim_place_fail(err, path, "cannot be written");
    return PLIM_OK;
}

static plim_status publish(const char *path, plim_place_on_disk *at, const void *data,
                           size_t length, plim_error *err)
{
    int file = -1;
    PLIM_TRY(plim_place_open(path, at, &file, err));
    plim_status status = write_all(file, path, data, length, err);
    /* Network file systems report a full disk only here. */
    if (close(file) != 0 && status == PLIM_OK)
        status = plim_place_fail(err, path, "cannot be written");
    if (status == PLIM_OK)
        return plim_place_publish(path, at, err);
    (void)unlink(at->temporary);
    return status;
}

plim_status plim_file_write(const char *path, const void *data, size_t length, plim_error *err)
{
    plim_place_on_disk at = {NULL, NULL};
    plim_status status = plim_place_init(&at, path, err);
    if (status == PLIM_OK)
        status = publish(path, &at, data, length, err);
    plim_place_free(&at);
    return status;
}

plim_status plim_file_writable(const char *path, plim_error *err)
{
    plim_place_on_disk at = {NULL, NULL};
    int file = -1;
    plim_status status = plim_place_init(&at, path, err);
    if (status == PLIM_OK)
        status = plim_place_open(path, &at, &file, err);
    if (file >= 0) {
        (void)close(file);
        (void)unlink(at.temporary);
    }
    plim_place_free(&at);
    return status;
}

plim_status plim_file_move(const char *from, const char *to, plim_error *err)
{
    plim_place_on_disk at = {NULL, NULL};
    plim_status status = plim_place_init(&at, to, err);
    if (status == PLIM_OK)
        status = plim_place_move(from, to, &at, err);
    plim_place_free(&at);
    return status;
}

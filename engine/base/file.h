/* Whole files: read into memory; written whole or not at all. */
#ifndef PLIM_BASE_FILE_H
#define PLIM_BASE_FILE_H

#include "base/status.h"

#include <stddef.h>

/* Reads all of `path`, at most `limit` bytes, into memory that the caller plim_free()s; a
   terminating zero follows the data. PLIM_INPUT with the system's reason on failure. */
PLIM_NODISCARD plim_status plim_file_read(const char *path, size_t limit, char **data,
                                          size_t *length, plim_error *err);

/* Temporary file in the same folder, write, fsync, rename, fsync of the folder. On any failure
   (PLIM_MACHINE) the temporary file is removed and what stood at `path` is untouched. Missing
   parent folders are made. A folder, device or pipe is never replaced. (If only the last step,
   fsync of the folder, fails, the new file stands all the same.) */
PLIM_NODISCARD plim_status plim_file_write(const char *path, const void *data, size_t length,
                                           plim_error *err);

/* Gives a file or folder that is whole, and on the disk, its name in the same folder: rename, fsync
   of the folder. PLIM_MACHINE; what had the name before is untouched then. */
PLIM_NODISCARD plim_status plim_file_move(const char *from, const char *to, plim_error *err);

/* Can a file be written at `path`? Asked before a long run: tries to make and remove a temporary
   file in its folder (making missing folders). PLIM_MACHINE with the reason if not. */
PLIM_NODISCARD plim_status plim_file_writable(const char *path, plim_error *err);

#endif

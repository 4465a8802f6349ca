/* Where a file is going to stand: its folder and the temporary file beside it, which takes the
 * file's name when it is whole. Private to the room. */
#ifndef PLIM_BASE_FILE_PLACE_H
#define PLIM_BASE_FILE_PLACE_H

#include "base/status.h"

/* Zero-initialise. */
typedef struct plim_place_on_disk {
    char *folder, *temporary;
} plim_place_on_disk;

PLIM_NODISCARD plim_status plim_place_init(plim_place_on_disk *at, const char *path,
                                           plim_error *err);
void plim_place_free(plim_place_on_disk *at);
/* Makes missing folders and the temporary file, for reading and writing. PLIM_MACHINE, as for all
   that follow; a folder, device or pipe is never replaced. */
PLIM_NODISCARD plim_status plim_place_open(const char *path, plim_place_on_disk *at, int *file,
                                           plim_error *err);
/* The temporary file, on the disk by now, takes its name, or is removed. */
PLIM_NODISCARD plim_status plim_place_publish(const char *path, const plim_place_on_disk *at,
                                              plim_error *err);
/* Any file of the folder takes the name. */
PLIM_NODISCARD plim_status plim_place_move(const char *from, const char *path,
                                           const plim_place_on_disk *at, plim_error *err);
/* "PATH: WHAT: " and what errno says. */
PLIM_NODISCARD plim_status plim_place_fail(plim_error *err, const char *path, const char *what);

#endif

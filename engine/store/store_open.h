/* Opening one of our files, with a message of its own for everything it may be instead. Private to
 * the room. */
#ifndef PLIM_STORE_STORE_OPEN_H
#define PLIM_STORE_STORE_OPEN_H

#include "store/hdf5_util.h"

/* PLIM_INPUT: missing, a folder, not a regular file, empty, not HDF5, damaged or cut short, without
   attribute `format` or with another, of a version other than 1. `descriptor`: of plim_store_reach,
   then nothing is opened; or negative. */
PLIM_NODISCARD plim_status plim_store_open(const char *path, int descriptor, const char *format,
                                           hid_t *file, plim_error *err);

/* The same for an HDF5 file of any kind, without the last two. */
PLIM_NODISCARD plim_status plim_store_open_any(const char *path, hid_t *file, plim_error *err);

/* Opens what stands at `path` without looking into it; PLIM_INPUT: missing, a folder, not a regular
   file, empty. */
PLIM_NODISCARD plim_status plim_store_reach(const char *path, int *descriptor, plim_error *err);

#endif

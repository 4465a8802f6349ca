/* Chunks that hold nothing but zeros. Their Fletcher-32 is zero too; so a chunk that was lost to
 * zeros together with its checksum, as disks lose blocks, can't be told from one that always was
 * like that. So our files say of every dataset, in its attribute `zeros` (within the checksum of
 * the dataset's header), which chunks are: a text of a character a chunk, '1' where all bytes are
 * zero, else '0'. Files by others need not say it. Private to the room. */
#ifndef PLIM_STORE_HDF5_ZEROS_H
#define PLIM_STORE_HDF5_ZEROS_H

#include <stdint.h>

#include "store/hdf5_util.h"

/* Values as they are written: `n` of `size` bytes; or texts (bytes NULL), all but that of code
   `empty` with a byte that is not zero. */
typedef struct plim_hdf5_values {
    const void *bytes;
    size_t size, n;
    const uint32_t *code;
    uint32_t empty;
} plim_hdf5_values;
/* Sets the attribute of a dataset that was written whole; none for one without chunks, or with more
   than an attribute has room for. */
PLIM_NODISCARD plim_status plim_hdf5_set_zeros(hid_t dataset, const plim_hdf5_values *values,
                                               plim_error *err);

typedef struct plim_hdf5_zeros {
    char *of_chunk; /* NULL: the file does not say */
    size_t chunk, n_rows;
} plim_hdf5_zeros;
PLIM_NODISCARD plim_status plim_hdf5_get_zeros(hid_t dataset, const plim_hdf5_place *place,
                                               plim_hdf5_zeros *out, plim_error *err);
/* The first chunk of which rows [first, first + n), with values of `size` bytes at `bytes`, hold
   zeros alone though the file says that it has others; SIZE_MAX if there is none. */
size_t plim_hdf5_find_lost(const plim_hdf5_zeros *zeros, const size_t rows[2], const void *bytes,
                           size_t size);
void plim_hdf5_zeros_free(plim_hdf5_zeros *zeros);

#endif

/* Chosen rows of a dataset, block by block, so that memory holds the chosen ones and a block.
 * Private to the room. */
#ifndef PLIM_STORE_HDF5_ROWS_H
#define PLIM_STORE_HDF5_ROWS_H

#include "base/source.h"
#include "store/hdf5_zeros.h"

/* Cells of one size. `n` as many as are chosen; `choice` NULL: the dataset has n rows, and all are
   meant. `zeros` of the dataset, or NULL: chunks lost to zeros are refused by it. */
typedef struct plim_hdf5_rows {
    hid_t dataset, memory_type;
    size_t size; /* bytes of a cell in memory */
    const plim_row_choice *choice;
    size_t n;
    const plim_hdf5_place *place;
    const plim_hdf5_zeros *zeros;
} plim_hdf5_rows;
/* Fills `out` (n * size bytes), with `zeros` as the dataset has them. Blocks without a chosen row
   are not read. PLIM_INPUT if the file does not give them. */
PLIM_NODISCARD plim_status plim_hdf5_read_rows(const plim_hdf5_rows *rows, void *out,
                                               plim_error *err);

/* Reads rows [first, first + n) into `out`; PLIM_INPUT. */
PLIM_NODISCARD plim_status plim_hdf5_read_block(const plim_hdf5_rows *rows, const hsize_t block[2],
                                                void *out, plim_error *err);

/* Rows of a chunk, 0 where the dataset has none. Reading by whole chunks reads, checks and unpacks
   each of them once, whatever HDF5's cache holds. */
size_t plim_hdf5_chunk_rows(hid_t dataset);

#endif

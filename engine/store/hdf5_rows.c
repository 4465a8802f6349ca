#include "store/hdf5_rows.h"

#include <string.h>

#include "base/memory.h"

enum {
    BLOCK_ROWS = 131072,    /* what our own writer makes chunks of */
    BLOCK_BYTES = 64 << 20, /* at most, where a file's chunks are longer */
};

size_t plim_hdf5_chunk_rows(hid_t dataset)
{
    hid_t properties = H5Dget_create_plist(dataset);
    hsize_t rows = 0;
    bool chunked = properties >= 0 && H5Pget_layout(properties) == H5D_CHUNKED &&
                   H5Pget_chunk(properties, 1, &rows) == 1;
    plim_hdf5_close(properties);
    return chunked && rows < PLIM_NO_NAME ? (size_t)rows : 0;
}

plim_status plim_hdf5_read_block(const plim_hdf5_rows *rows, const hsize_t block[2], void *out,
                                 plim_error *err)
{
    hid_t file_space = H5Dget_space(rows->dataset);
    hid_t memory_space = H5Screate_simple(1, &block[1], NULL);
    plim_status status = PLIM_OK;
    if (file_space < 0 || memory_space < 0 ||
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &block[0], NULL, &block[1], NULL) < 0 ||
        H5Dread(rows->dataset, rows->memory_type, memory_space, file_space, H5P_DEFAULT, out) < 0)
        status = plim_hdf5_damaged(err, rows->place, "the column");
    plim_hdf5_close(file_space);
    plim_hdf5_close(memory_space);
    return status;
}

/* A multiple of the dataset's chunks, where they are not too long. */
static size_t block_rows(const plim_hdf5_rows *rows)
{
    size_t chunk = plim_hdf5_chunk_rows(rows->dataset), most = BLOCK_BYTES / rows->size;
    size_t n = chunk > 0 ? (BLOCK_ROWS + chunk - 1) / chunk * chunk : BLOCK_ROWS;
    return n < most ? n : most;
}

/* Copies the chosen ones of a block to `out`. */
static void gather(const plim_hdf5_rows *rows, const char *block, const size_t range[2], char *out)
{
    size_t at = 0;
    for (size_t i = 0; i < range[1]; i++)
        if (plim_choice_has(rows->choice, range[0] + i))
            memcpy(out + at++ * rows->size, block + i * rows->size, rows->size);
}

static plim_status read_blocks(const plim_hdf5_rows *rows, size_t step, char *block, char *out,
                               plim_error *err)
{
    const plim_row_choice *choice = rows->choice;
    for (size_t at = choice->first / step * step; at < choice->end; at += step) {
        size_t first = at > choice->first ? at : choice->first;
        size_t n = (at + step < choice->end ? at + step : choice->end) - first;
        size_t wanted = plim_choice_count(choice, first, first + n);
        if (wanted == 0)
            continue;
        PLIM_TRY(
            plim_hdf5_read_block(rows, (hsize_t[2]){first, n}, wanted == n ? out : block, err));
        if (wanted < n)
            gather(rows, block, (size_t[2]){first, n}, out);
        out += wanted * rows->size;
    }
    return PLIM_OK;
}

plim_status plim_hdf5_read_rows(const plim_hdf5_rows *rows, void *out, plim_error *err)
{
    if (rows->n == 0)
        return PLIM_OK;
    if (rows->choice == NULL)
        return H5Dread(rows->dataset, rows->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0
                   ? plim_hdf5_damaged(err, rows->place, "the column")
                   : PLIM_OK;
    size_t step = block_rows(rows);
    char *block = plim_alloc(step, rows->size);
    plim_status status = block != NULL ? read_blocks(rows, step, block, out, err)
                                       : plim_fail_memory(err, rows->place->column);
    plim_free(block);
    return status;
}

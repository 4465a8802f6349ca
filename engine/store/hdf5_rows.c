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

/* A part of a chunk may well be zero where the chunk is not: so the whole of it is looked at. */
static plim_status refuse_lost(const plim_hdf5_rows *rows, const hsize_t block[2], size_t chunk,
                               plim_error *err)
{
    const plim_hdf5_zeros *zeros = rows->zeros;
    size_t first = chunk * zeros->chunk, left = zeros->n_rows - first;
    size_t n = left < zeros->chunk ? left : zeros->chunk;
    bool lost = block[0] <= first && first + n <= block[0] + block[1];
    if (!lost) {
        void *whole = plim_alloc(n, rows->size);
        if (whole == NULL)
            return plim_fail_memory(err, rows->place->column);
        plim_hdf5_rows plain = *rows;
        plain.zeros = NULL;
        plim_status status = plim_hdf5_read_block(&plain, (hsize_t[2]){first, n}, whole, err);
        lost = plim_hdf5_find_lost(zeros, (size_t[2]){first, n}, whole, rows->size) != SIZE_MAX;
        plim_free(whole);
        PLIM_TRY(status);
    }
    return lost ? plim_hdf5_refuse(err, rows->place,
                                   "the values of rows %zu to %zu are lost, zeros stand in their "
                                   "place; the file is damaged (where zeros are meant, remove its "
                                   "attribute zeros)",
                                   first, first + n - 1)
                : PLIM_OK;
}

static plim_status check_zeros(const plim_hdf5_rows *rows, const hsize_t block[2], const void *read,
                               plim_error *err)
{
    hsize_t rest[2] = {block[0], block[1]};
    const char *bytes = read;
    while (rows->zeros != NULL && rest[1] > 0) {
        size_t lost =
            plim_hdf5_find_lost(rows->zeros, (size_t[2]){rest[0], rest[1]}, bytes, rows->size);
        if (lost == SIZE_MAX)
            return PLIM_OK;
        PLIM_TRY(refuse_lost(rows, block, lost, err));
        hsize_t next = (lost + 1) * rows->zeros->chunk, end = rest[0] + rest[1];
        next = next < end ? next : end;
        bytes += (next - rest[0]) * rows->size;
        rest[0] = next;
        rest[1] = end - next;
    }
    return PLIM_OK;
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
    return status == PLIM_OK ? check_zeros(rows, block, out, err) : status;
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

static plim_status read_rows(const plim_hdf5_rows *rows, void *out, plim_error *err)
{
    if (rows->choice == NULL &&
        H5Dread(rows->dataset, rows->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
        return plim_hdf5_damaged(err, rows->place, "the column");
    if (rows->choice == NULL)
        return check_zeros(rows, (hsize_t[2]){0, rows->n}, out, err);
    size_t step = block_rows(rows);
    char *block = plim_alloc(step, rows->size);
    plim_status status = block != NULL ? read_blocks(rows, step, block, out, err)
                                       : plim_fail_memory(err, rows->place->column);
    plim_free(block);
    return status;
}

plim_status plim_hdf5_read_rows(const plim_hdf5_rows *rows, void *out, plim_error *err)
{
    plim_hdf5_zeros zeros;
    plim_hdf5_rows all = *rows;
    if (rows->n == 0)
        return PLIM_OK;
    PLIM_TRY(plim_hdf5_get_zeros(rows->dataset, rows->place, &zeros, err));
    all.zeros = &zeros;
    plim_status status = read_rows(&all, out, err);
    plim_hdf5_zeros_free(&zeros);
    return status;
}

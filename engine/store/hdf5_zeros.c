#include "store/hdf5_zeros.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "store/hdf5_image.h"
#include "store/hdf5_rows.h"

enum { CHUNKS_MOST = 60000 }; /* an attribute holds less than 64 KiB */

static const char name[] = "zeros";

static bool are_zero(const unsigned char *bytes, size_t n)
{
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static bool hold_zeros(const plim_hdf5_values *values, size_t first, size_t end)
{
    if (values->bytes != NULL)
        return are_zero((const unsigned char *)values->bytes + first * values->size,
                        (end - first) * values->size);
    while (first < end && values->code[first] == values->empty)
        first++;
    return first == end;
}

plim_status plim_hdf5_set_zeros(hid_t dataset, const plim_hdf5_values *values, plim_error *err)
{
    size_t chunk = plim_hdf5_chunk_rows(dataset), n = values->n;
    size_t n_chunks = chunk > 0 ? (n + chunk - 1) / chunk : 0;
    if (n_chunks == 0 || n_chunks > CHUNKS_MOST)
        return PLIM_OK;
    char *text = plim_alloc(n_chunks + 1, 1);
    if (text == NULL)
        return plim_fail_memory(err, "the chunks of a column");
    for (size_t c = 0; c < n_chunks; c++) {
        size_t first = c * chunk, end = n - first < chunk ? n : first + chunk;
        text[c] = hold_zeros(values, first, end) ? '1' : '0';
    }
    plim_status status = plim_hdf5_set_text(dataset, name, text, err);
    plim_free(text);
    return status;
}

plim_status plim_hdf5_get_zeros(hid_t dataset, const plim_hdf5_place *place, plim_hdf5_zeros *out,
                                plim_error *err)
{
    plim_hdf5_value value;
    *out = (plim_hdf5_zeros){0};
    PLIM_TRY(plim_hdf5_attribute(dataset, name, place, &value, err));
    size_t chunk = plim_hdf5_chunk_rows(dataset);
    hid_t space = H5Dget_space(dataset);
    hssize_t n = H5Sget_simple_extent_npoints(space);
    plim_hdf5_close(space);
    if (value.kind == PLIM_HDF5_TEXT && chunk > 0 && n > 0 &&
        strlen(value.text) == ((size_t)n + chunk - 1) / chunk) {
        *out = (plim_hdf5_zeros){value.text, chunk, (size_t)n};
        value.text = NULL;
    }
    plim_hdf5_value_free(&value);
    return PLIM_OK;
}

size_t plim_hdf5_find_lost(const plim_hdf5_zeros *zeros, const size_t rows[2], const void *bytes,
                           size_t size)
{
    size_t end = rows[0] + rows[1];
    if (zeros->of_chunk == NULL)
        return SIZE_MAX;
    for (size_t at = rows[0]; at < end;) {
        size_t c = at / zeros->chunk, next = (c + 1) * zeros->chunk;
        next = next < end ? next : end;
        if (zeros->of_chunk[c] == '0' &&
            are_zero((const unsigned char *)bytes + (at - rows[0]) * size, (next - at) * size))
            return c;
        at = next;
    }
    return SIZE_MAX;
}

void plim_hdf5_zeros_free(plim_hdf5_zeros *zeros)
{
    plim_free(zeros->of_chunk);
    *zeros = (plim_hdf5_zeros){0};
}

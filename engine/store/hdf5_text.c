#include "store/hdf5_text.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/fixed_text.h"

enum {
    SLAB_ROWS = 16384,     /* stay within a processor's cache */
    SLAB_BYTES = 32 << 20, /* at most, where texts are long */
};

typedef struct text_reader {
    plim_hdf5_rows rows; /* of one element in memory */
    bool variable;
    plim_fixed_texts fixed; /* unless variable */
    char *slab;             /* slab_rows elements, and PLIM_FIXED_SLACK */
    size_t slab_rows;
    plim_column *out;
    size_t next; /* row of `out` to fill */
} text_reader;

plim_status plim_hdf5_refuse_text(const plim_hdf5_place *place, size_t row, plim_error *err)
{
    return plim_hdf5_refuse(err, place,
                            "row %zu: the text is not UTF-8, or has a zero byte in it; accepted: "
                            "UTF-8 text",
                            row);
}

/* The i-th chosen row. */
static size_t row_of(const plim_row_choice *choice, size_t i)
{
    return choice != NULL ? plim_choice_row(choice, i) : i;
}

static bool is_chosen(const text_reader *reader, size_t row)
{
    return reader->rows.choice == NULL || plim_choice_has(reader->rows.choice, row);
}

/* Brings the chosen ones of a slab to its beginning. */
static size_t gather(const text_reader *reader, size_t first, size_t n)
{
    size_t kept = 0, size = reader->rows.size;
    for (size_t i = 0; i < n; i++)
        if (is_chosen(reader, first + i))
            memmove(reader->slab + kept++ * size, reader->slab + i * size, size);
    return kept;
}

static plim_status add_fixed(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    const plim_row_choice *choice = reader->rows.choice;
    bool all = choice == NULL || plim_choice_count(choice, first, first + n) == n;
    size_t kept = all ? n : gather(reader, first, n);
    PLIM_TRY(plim_fixed_texts_add(&reader->fixed, reader->slab, kept, reader->next, err));
    if (reader->fixed.odd < kept)
        return plim_hdf5_refuse_text(reader->rows.place,
                                     row_of(choice, reader->next + reader->fixed.odd), err);
    reader->next += kept;
    return PLIM_OK;
}

static plim_status add_variable(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_chosen(reader, first + i))
            continue;
        const char *text;
        memcpy(&text, reader->slab + i * reader->rows.size, sizeof text);
        text = text != NULL ? text : "";
        if (!plim_utf8_valid(text, strlen(text)))
            return plim_hdf5_refuse_text(reader->rows.place, first + i, err);
        PLIM_TRY(plim_column_set_text(reader->out, reader->next++, text, err));
    }
    return PLIM_OK;
}

static plim_status read_slab(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    PLIM_TRY(plim_hdf5_read_block(&reader->rows, (hsize_t[2]){first, n}, reader->slab, err));
    if (!reader->variable)
        return add_fixed(reader, first, n, err);
    plim_status status = add_variable(reader, first, n, err);
    hid_t memory_space = H5Screate_simple(1, &(hsize_t){n}, NULL);
    (void)H5Dvlen_reclaim(reader->rows.memory_type, memory_space, H5P_DEFAULT, reader->slab);
    plim_hdf5_close(memory_space);
    return status;
}

static plim_status prepare(text_reader *reader, hid_t type, size_t n_rows, plim_error *err)
{
    reader->variable = H5Tis_variable_str(type) > 0;
    reader->rows.memory_type = reader->variable ? plim_hdf5_variable_type(type) : H5Tcopy(type);
    if (reader->rows.memory_type < 0)
        return plim_hdf5_damaged(err, reader->rows.place, "the column");
    reader->rows.size = reader->variable ? sizeof(char *) : H5Tget_size(type);
    size_t fit = SLAB_BYTES / reader->rows.size, rows = plim_hdf5_chunk_rows(reader->rows.dataset);
    rows = rows > 0 ? (SLAB_ROWS + rows - 1) / rows * rows : SLAB_ROWS;
    reader->slab_rows = fit == 0 ? 1 : fit < rows ? fit : rows;
    if (reader->slab_rows > n_rows)
        reader->slab_rows = n_rows;
    reader->slab = plim_alloc(reader->slab_rows * reader->rows.size + PLIM_FIXED_SLACK, 1);
    if (reader->slab == NULL)
        return plim_fail_memory(err, "a text column");
    return reader->variable ? PLIM_OK
                            : plim_fixed_texts_make(&reader->fixed, reader->out, reader->rows.size,
                                                    H5Tget_strpad(type), err);
}

/* Rows [first, end) of the file, slab by slab, without slabs that no row is wanted of. */
static plim_status read_slabs(text_reader *reader, size_t first, size_t end, plim_error *err)
{
    for (size_t at = first; at < end;) {
        size_t left = end - at, step = reader->slab_rows - at % reader->slab_rows;
        size_t n = left < step ? left : step;
        if (reader->rows.choice == NULL || plim_choice_count(reader->rows.choice, at, at + n) > 0)
            PLIM_TRY(read_slab(reader, at, n, err));
        at += n;
    }
    return PLIM_OK;
}

plim_status plim_hdf5_read_texts(hid_t dataset, const plim_row_choice *choice,
                                 const plim_hdf5_place *place, plim_column *out, plim_error *err)
{
    text_reader reader = {.rows = {.dataset = dataset,
                                   .memory_type = H5I_INVALID_HID,
                                   .choice = choice,
                                   .n = out->n_rows,
                                   .place = place},
                          .out = out};
    size_t first = choice != NULL ? choice->first : 0;
    size_t end = choice != NULL ? choice->end : out->n_rows;
    hid_t type = H5Dget_type(dataset);
    plim_status status = PLIM_OK;
    if (type < 0)
        status = plim_hdf5_damaged(err, place, "the column");
    else if (out->n_rows > 0)
        status = prepare(&reader, type, end, err);
    plim_hdf5_zeros zeros = {0};
    if (status == PLIM_OK && out->n_rows > 0)
        status = plim_hdf5_get_zeros(dataset, place, &zeros, err);
    reader.rows.zeros = reader.variable ? NULL : &zeros;
    if (status == PLIM_OK && out->n_rows > 0)
        status = read_slabs(&reader, first, end, err);
    plim_hdf5_close(type);
    plim_hdf5_close(reader.rows.memory_type);
    plim_hdf5_zeros_free(&zeros);
    plim_free(reader.slab);
    plim_fixed_texts_free(&reader.fixed);
    return status;
}

/* ---- as they stand in the file ---------------------------------------------------------- */

plim_status plim_hdf5_fixed_type(hid_t dataset, const plim_hdf5_place *place, size_t *size,
                                 H5T_str_t *padding, plim_error *err)
{
    hid_t type = H5Dget_type(dataset);
    *size = 0;
    if (type < 0)
        return plim_hdf5_damaged(err, place, "the column");
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        *size = H5Tget_size(type);
        *padding = H5Tget_strpad(type);
    }
    plim_hdf5_close(type);
    return PLIM_OK;
}

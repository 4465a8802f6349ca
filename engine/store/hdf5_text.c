#include "store/hdf5_text.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    SLAB_ROWS = 16384,     /* stay within a processor's cache */
    SLAB_BYTES = 32 << 20, /* at most, where texts are long */
    SLACK = 8,             /* bytes that may be read beyond an element */
};

/* Texts of up to eight bytes, sectors and regions, recur: the code of those met lately is found by
   their bytes as they stand in the file. */
enum { MET = 1024 };
typedef struct met_text {
    uint64_t bytes;
    uint32_t code_after; /* code + 1; 0: nothing met yet */
} met_text;

typedef struct text_reader {
    plim_hdf5_rows rows; /* of one element in memory */
    bool variable;
    H5T_str_t padding;
    char *slab; /* slab_rows elements, and SLACK */
    char *text; /* size + 1 bytes, fixed length only */
    size_t slab_rows;
    plim_column *out;
    size_t next;        /* row of `out` to fill */
    uint64_t own_bytes; /* those of eight that belong to an element, where it has no more */
    met_text met[MET];
} text_reader;

static plim_status refuse_text(const text_reader *reader, size_t row, plim_error *err)
{
    return plim_hdf5_refuse(err, reader->rows.place,
                            "row %zu: the text is not UTF-8, or has a zero byte in it; accepted: "
                            "UTF-8 text",
                            row);
}

/* Length of a fixed-length text that is plain ASCII, as nearly all are; SIZE_MAX where a closer
   look is needed. */
static size_t plain_length(const char *bytes, size_t size, H5T_str_t padding)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x8080808080808080U;
    size_t length = size, at = 0;
    while (length > 0 && bytes[length - 1] == '\0')
        length--;
    while (padding == H5T_STR_SPACEPAD && length > 0 && bytes[length - 1] == ' ')
        length--;
    uint64_t word, odd = 0; /* a byte of zero or above 127 */
    for (; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        odd |= ((word - ones) | word) & high;
    }
    for (; at < length; at++)
        odd |= (signed char)bytes[at] <= 0;
    return odd == 0 ? length : SIZE_MAX;
}

static met_text *where_met(text_reader *reader, const char *element, uint64_t *bytes)
{
    memcpy(bytes, element, sizeof *bytes); /* of which those of the next element go */
    *bytes &= reader->own_bytes;
    return &reader->met[*bytes * 0x9E3779B97F4A7C15U >> 54];
}

static plim_status add_fixed_text(text_reader *reader, const char *element, size_t row,
                                  plim_error *err)
{
    plim_column *out = reader->out;
    size_t length = plain_length(element, reader->rows.size, reader->padding);
    if (length == SIZE_MAX) {
        if (!plim_hdf5_fixed_text(element, reader->rows.size, reader->padding, reader->text))
            return refuse_text(reader, row, err);
        element = reader->text;
        length = strlen(element);
    }
    return plim_names_add_bytes(&out->labels, element, length, &out->code[reader->next], err);
}

static bool is_chosen(const text_reader *reader, size_t row)
{
    return reader->rows.choice == NULL || plim_choice_has(reader->rows.choice, row);
}

static plim_status add_fixed(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_chosen(reader, first + i))
            continue;
        const char *element = reader->slab + i * reader->rows.size;
        uint32_t *code = &reader->out->code[reader->next];
        uint64_t bytes;
        met_text *met =
            reader->rows.size <= sizeof bytes ? where_met(reader, element, &bytes) : NULL;
        if (met != NULL && met->code_after != 0 && met->bytes == bytes)
            *code = met->code_after - 1;
        else
            PLIM_TRY(add_fixed_text(reader, element, first + i, err));
        if (met != NULL)
            *met = (met_text){bytes, *code + 1};
        reader->next++;
    }
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
            return refuse_text(reader, first + i, err);
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
    reader->padding = H5Tget_strpad(type);
    size_t fit = SLAB_BYTES / reader->rows.size, rows = plim_hdf5_chunk_rows(reader->rows.dataset);
    rows = rows > 0 ? (SLAB_ROWS + rows - 1) / rows * rows : SLAB_ROWS;
    reader->slab_rows = fit == 0 ? 1 : fit < rows ? fit : rows;
    if (reader->slab_rows > n_rows)
        reader->slab_rows = n_rows;
    reader->slab = plim_alloc(reader->slab_rows * reader->rows.size + SLACK, 1);
    if (reader->rows.size <= sizeof reader->own_bytes)
        memset(&reader->own_bytes, UINT8_MAX, reader->rows.size);
    reader->text = plim_alloc(reader->rows.size + 1, 1);
    return reader->slab != NULL && reader->text != NULL ? PLIM_OK
                                                        : plim_fail_memory(err, "a text column");
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
    plim_free(reader.text);
    return status;
}

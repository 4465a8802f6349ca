#include "store/hdf5_text.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    SLAB_ROWS = 16384,     /* stay within a processor's cache */
    SLAB_BYTES = 32 << 20, /* at most, where texts are long */
};

/* Texts of up to eight bytes, sectors and regions, recur: the code of those met lately is found by
   their bytes as they stand in the file. */
enum { MET = 1024 };
typedef struct met_text {
    uint64_t bytes;
    uint32_t code_after; /* code + 1; 0: nothing met yet */
} met_text;

typedef struct text_reader {
    hid_t dataset, file_space, memory_type;
    bool variable;
    size_t size; /* bytes of one element in memory */
    H5T_str_t padding;
    char *slab; /* slab_rows elements */
    char *text; /* size + 1 bytes, fixed length only */
    size_t slab_rows;
    const plim_hdf5_place *place;
    plim_column *out;
    met_text met[MET];
} text_reader;

static plim_status refuse_text(const text_reader *reader, size_t row, plim_error *err)
{
    return plim_hdf5_refuse(err, reader->place,
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
    *bytes = 0;
    memcpy(bytes, element, reader->size);
    return &reader->met[*bytes * 0x9E3779B97F4A7C15U >> 54];
}

static plim_status add_fixed_text(text_reader *reader, const char *element, size_t row,
                                  plim_error *err)
{
    plim_column *out = reader->out;
    size_t length = plain_length(element, reader->size, reader->padding);
    if (length == SIZE_MAX) {
        if (!plim_hdf5_fixed_text(element, reader->size, reader->padding, reader->text))
            return refuse_text(reader, row, err);
        element = reader->text;
        length = strlen(element);
    }
    return plim_names_add_bytes(&out->labels, element, length, &out->code[row], err);
}

static plim_status add_fixed(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    uint32_t *code = reader->out->code + first;
    for (size_t i = 0; i < n; i++) {
        const char *element = reader->slab + i * reader->size;
        uint64_t bytes;
        met_text *met = reader->size <= sizeof bytes ? where_met(reader, element, &bytes) : NULL;
        if (met != NULL && met->code_after != 0 && met->bytes == bytes) {
            code[i] = met->code_after - 1;
            continue;
        }
        PLIM_TRY(add_fixed_text(reader, element, first + i, err));
        if (met != NULL)
            *met = (met_text){bytes, code[i] + 1};
    }
    return PLIM_OK;
}

static plim_status add_variable(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *text;
        memcpy(&text, reader->slab + i * reader->size, sizeof text);
        text = text != NULL ? text : "";
        if (!plim_utf8_valid(text, strlen(text)))
            return refuse_text(reader, first + i, err);
        PLIM_TRY(plim_column_set_text(reader->out, first + i, text, err));
    }
    return PLIM_OK;
}

static plim_status read_slab(text_reader *reader, size_t first, size_t n, plim_error *err)
{
    hsize_t start = first, count = n;
    hid_t memory_space = H5Screate_simple(1, &count, NULL);
    plim_status status = PLIM_OK;
    if (memory_space < 0 ||
        H5Sselect_hyperslab(reader->file_space, H5S_SELECT_SET, &start, NULL, &count, NULL) < 0 ||
        H5Dread(reader->dataset, reader->memory_type, memory_space, reader->file_space, H5P_DEFAULT,
                reader->slab) < 0) {
        status = plim_hdf5_damaged(err, reader->place, "the column");
    } else {
        status = reader->variable ? add_variable(reader, first, n, err)
                                  : add_fixed(reader, first, n, err);
        if (reader->variable)
            (void)H5Dvlen_reclaim(reader->memory_type, memory_space, H5P_DEFAULT, reader->slab);
    }
    plim_hdf5_close(memory_space);
    return status;
}

/* Rows of a chunk, 0 where the dataset has none. Reading by whole chunks reads, checks and unpacks
   each of them once, whatever HDF5's cache holds. */
static size_t chunk_rows(hid_t dataset)
{
    hid_t properties = H5Dget_create_plist(dataset);
    hsize_t rows = 0;
    bool chunked = properties >= 0 && H5Pget_layout(properties) == H5D_CHUNKED &&
                   H5Pget_chunk(properties, 1, &rows) == 1;
    plim_hdf5_close(properties);
    return chunked && rows < PLIM_NO_NAME ? (size_t)rows : 0;
}

static plim_status prepare(text_reader *reader, hid_t type, plim_error *err)
{
    reader->variable = H5Tis_variable_str(type) > 0;
    reader->memory_type = reader->variable ? plim_hdf5_variable_type(type) : H5Tcopy(type);
    reader->file_space = H5Dget_space(reader->dataset);
    if (reader->memory_type < 0 || reader->file_space < 0)
        return plim_hdf5_damaged(err, reader->place, "the column");
    reader->size = reader->variable ? sizeof(char *) : H5Tget_size(type);
    reader->padding = H5Tget_strpad(type);
    size_t fit = SLAB_BYTES / reader->size, rows = chunk_rows(reader->dataset);
    rows = rows > 0 ? (SLAB_ROWS + rows - 1) / rows * rows : SLAB_ROWS;
    reader->slab_rows = fit == 0 ? 1 : fit < rows ? fit : rows;
    if (reader->slab_rows > reader->out->n_rows)
        reader->slab_rows = reader->out->n_rows;
    reader->slab = plim_alloc(reader->slab_rows, reader->size);
    reader->text = plim_alloc(reader->size + 1, 1);
    return reader->slab != NULL && reader->text != NULL ? PLIM_OK
                                                        : plim_fail_memory(err, "a text column");
}

plim_status plim_hdf5_read_texts(hid_t dataset, const plim_hdf5_place *place, plim_column *out,
                                 plim_error *err)
{
    text_reader reader = {.dataset = dataset,
                          .file_space = H5I_INVALID_HID,
                          .memory_type = H5I_INVALID_HID,
                          .place = place,
                          .out = out};
    hid_t type = H5Dget_type(dataset);
    plim_status status =
        type < 0 ? plim_hdf5_damaged(err, place, "the column") : prepare(&reader, type, err);
    for (size_t at = 0; at < out->n_rows && status == PLIM_OK; at += reader.slab_rows) {
        size_t left = out->n_rows - at;
        status = read_slab(&reader, at, left < reader.slab_rows ? left : reader.slab_rows, err);
    }
    plim_hdf5_close(type);
    plim_hdf5_close(reader.memory_type);
    plim_hdf5_close(reader.file_space);
    plim_free(reader.slab);
    plim_free(reader.text);
    return status;
}

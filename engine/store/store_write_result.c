/* Writing results; the layout is in store_layout.h. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "store/hdf5_image.h"
#include "store/store.h"
#include "store/store_layout.h"

const char *plim_cell_kind_name(plim_cell_kind kind)
{
    static const char *const names[] = {"text", "int", "fen", "amount", "number"};
    return names[kind];
}

/* ---- tables ----------------------------------------------------------------------------- */

static plim_status write_cells_of(hid_t group, const plim_table *table, size_t f, hid_t *dataset,
                                  plim_error *err)
{
    const plim_field *field = &table->spec->fields[f];
    const plim_table_column *column = &table->columns[f];
    if (field->kind == PLIM_CELL_TEXT) {
        plim_hdf5_texts texts = {table->spec->name, field->key, column->code, &column->labels,
                                 table->n_rows};
        return plim_hdf5_write_texts(group, &texts, dataset, err);
    }
    if (field->kind == PLIM_CELL_INT || field->kind == PLIM_CELL_FEN) {
        plim_hdf5_cells cells = {field->key, H5T_NATIVE_INT64, H5T_STD_I64LE, column->integer,
                                 table->n_rows};
        return plim_hdf5_write_cells(group, &cells, dataset, err);
    }
    plim_hdf5_cells cells = {field->key, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE, column->number,
                             table->n_rows};
    return plim_hdf5_write_cells(group, &cells, dataset, err);
}

plim_status plim_store_describe_column(hid_t dataset, const plim_field *field, plim_error *err)
{
    if (field->kind == PLIM_CELL_INT || field->kind == PLIM_CELL_FEN)
        PLIM_TRY(plim_hdf5_set_integer(dataset, "missing", INT64_MIN, err));
    PLIM_TRY(plim_hdf5_set_text(dataset, "kind", plim_cell_kind_name(field->kind), err));
    return plim_hdf5_set_text(dataset, "description", field->doc, err);
}

static plim_status write_column(hid_t group, const plim_table *table, size_t f, plim_error *err)
{
    hid_t dataset = H5I_INVALID_HID;
    plim_status status = write_cells_of(group, table, f, &dataset, err);
    if (status == PLIM_OK)
        status = plim_store_describe_column(dataset, &table->spec->fields[f], err);
    plim_hdf5_close(dataset);
    return status;
}

static plim_status write_table(hid_t tables, const plim_table *table, plim_error *err)
{
    hid_t group = plim_hdf5_make_group(tables, table->spec->name);
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(group, "reason", table->reason, err);
    for (size_t f = 0; f < table->spec->n_fields && status == PLIM_OK; f++)
        status = write_column(group, table, f, err);
    plim_hdf5_close(group);
    return status;
}

/* What goes into a file. */
typedef struct contents {
    const plim_result *result;
    const plim_long_table *longs;
    size_t n_longs;
} contents;

static const plim_long_table *find_long(const contents *of, const plim_table_spec *spec)
{
    for (size_t i = 0; i < of->n_longs; i++)
        if (of->longs[i].spec == spec)
            return &of->longs[i];
    return NULL;
}

static plim_status write_tables(const plim_hdf5_image *image, const contents *of, plim_error *err)
{
    hid_t group = plim_hdf5_make_group(image->file, "tables");
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    for (size_t t = 0; t < plim_table_spec_count && status == PLIM_OK; t++) {
        const plim_long_table *rows = find_long(of, &plim_table_specs[t]);
        status = rows != NULL ? plim_store_write_long(group, rows, image, err)
                              : write_table(group, &of->result->tables[t], err);
        plim_hdf5_image_relax(image);
    }
    plim_hdf5_close(group);
    return status;
}

/* ---- inputs and settings ---------------------------------------------------------------- */

static plim_status write_text(hid_t group, const plim_kept_input *input, plim_error *err)
{
    if (input->text == NULL)
        return PLIM_OK;
    hid_t dataset = H5I_INVALID_HID;
    plim_hdf5_cells cells = {"text", H5T_NATIVE_UINT8, H5T_STD_U8LE, input->text, input->length};
    plim_status status = plim_hdf5_write_cells(group, &cells, &dataset, err);
    plim_hdf5_close(dataset);
    return status;
}

static plim_status write_input(hid_t inputs, size_t i, const plim_kept_input *input,
                               plim_error *err)
{
    char name[24];
    (void)snprintf(name, sizeof name, "%zu", i);
    hid_t group = plim_hdf5_make_group(inputs, name);
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(group, "kind", input->kind, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(group, "path", input->path, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(group, "sha256", input->sha256, err);
    if (status == PLIM_OK)
        status = write_text(group, input, err);
    plim_hdf5_close(group);
    return status;
}

static plim_status write_inputs(hid_t file, const plim_result *result, plim_error *err)
{
    hid_t group = plim_hdf5_make_group(file, "inputs");
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    for (size_t i = 0; i < result->n_inputs && status == PLIM_OK; i++)
        status = write_input(group, i, &result->inputs[i], err);
    plim_hdf5_close(group);
    return status;
}

static plim_status write_words(hid_t group, const char *name, const plim_column *column,
                               plim_error *err)
{
    hid_t dataset = H5I_INVALID_HID;
    plim_hdf5_texts texts = {"settings", name, column->code, &column->labels, column->n_rows};
    plim_status status = plim_hdf5_write_texts(group, &texts, &dataset, err);
    plim_hdf5_close(dataset);
    return status;
}

static plim_status write_settings(hid_t file, const plim_result *result, plim_error *err)
{
    size_t n = result->setting_keys.count;
    plim_column key = {0}, value = {0};
    plim_status status = plim_column_make(&key, "key", PLIM_COLUMN_TEXT, n, err);
    if (status == PLIM_OK)
        status = plim_column_make(&value, "value", PLIM_COLUMN_TEXT, n, err);
    for (size_t k = 0; k < n && status == PLIM_OK; k++) {
        status = plim_column_set_text(&key, k, result->setting_keys.text[k], err);
        if (status == PLIM_OK)
            status = plim_column_set_text(&value, k, result->setting_value[k], err);
    }
    hid_t group = H5I_INVALID_HID;
    if (status == PLIM_OK && (group = plim_hdf5_make_group(file, "settings")) < 0)
        status = plim_hdf5_write_failed(err);
    if (status == PLIM_OK)
        status = write_words(group, "key", &key, err);
    if (status == PLIM_OK)
        status = write_words(group, "value", &value, err);
    plim_hdf5_close(group);
    plim_column_free(&key);
    plim_column_free(&value);
    return status;
}

static plim_status write_contents(const contents *of, const char *path, plim_error *err)
{
    plim_hdf5_image image;
    PLIM_TRY(plim_hdf5_image_begin(&image, path, "plimsoll.result", of->n_longs > 0, err));
    plim_status status = write_tables(&image, of, err);
    if (status == PLIM_OK)
        status = write_inputs(image.file, of->result, err);
    if (status == PLIM_OK)
        status = write_settings(image.file, of->result, err);
    if (status == PLIM_OK)
        status = plim_hdf5_image_publish(&image, err);
    else
        status = plim_hdf5_image_why(&image, status, err);
    plim_hdf5_image_abandon(&image);
    return status;
}

plim_status plim_store_write_result(const plim_result *result, const char *path, plim_error *err)
{
    return write_contents(&(contents){.result = result}, path, err);
}

plim_status plim_store_write_long_result(const plim_result *result, const plim_long_table *longs,
                                         size_t n_longs, const char *path, plim_error *err)
{
    return write_contents(&(contents){result, longs, n_longs}, path, err);
}

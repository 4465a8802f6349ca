/* Reading results; the layout is in store_layout.h. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store.h"
#include "store/store_column.h"
#include "store/store_layout.h"
#include "store/store_open.h"

/* ---- tables ----------------------------------------------------------------------------- */

static plim_status check_kind(hid_t dataset, const plim_field *field, const plim_hdf5_place *place,
                              plim_error *err)
{
    plim_hdf5_value kind;
    PLIM_TRY(plim_hdf5_attribute(dataset, "kind", place, &kind, err));
    bool same = kind.text != NULL && strcmp(kind.text, plim_cell_kind_name(field->kind)) == 0;
    plim_hdf5_value_free(&kind);
    return same ? PLIM_OK
                : plim_hdf5_refuse(err, place, "it is not of the kind '%s' that this version shows",
                                   plim_cell_kind_name(field->kind));
}

/* Numbers and integers as they stand. */
static plim_status read_array(hid_t dataset, const plim_table *table, size_t f,
                              const plim_hdf5_place *place, plim_error *err)
{
    plim_table_column *column = &table->columns[f];
    bool integer = column->integer != NULL;
    void *into = integer ? (void *)column->integer : (void *)column->number;
    hid_t type = H5Dget_type(dataset);
    bool fits = type >= 0 && H5Tget_class(type) == (integer ? H5T_INTEGER : H5T_FLOAT);
    plim_hdf5_close(type);
    if (!fits)
        return plim_hdf5_refuse(err, place, "it is not a column of numbers");
    if (H5Dread(dataset, integer ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                H5P_DEFAULT, into) < 0)
        return plim_hdf5_damaged(err, place, "the column");
    return PLIM_OK;
}

static plim_status read_texts(hid_t dataset, hid_t group, plim_table *table, size_t f,
                              const plim_hdf5_place *place, plim_error *err)
{
    plim_store_column_request request = {dataset, group, table->n_rows, false, place, NULL};
    plim_column column;
    PLIM_TRY(plim_store_read_column(&request, &column, err));
    plim_status status = PLIM_OK;
    if (column.kind != PLIM_COLUMN_TEXT) {
        status = plim_hdf5_refuse(err, place, "it is not a column of texts");
    } else {
        plim_names_free(&table->columns[f].labels);
        table->columns[f].labels = column.labels;
        column.labels = (plim_names){0};
        memcpy(table->columns[f].code, column.code, table->n_rows * sizeof *column.code);
    }
    plim_column_free(&column);
    return status;
}

static plim_status make_rows(plim_table *table, size_t n, plim_error *err)
{
    while (table->n_rows < n)
        PLIM_TRY(plim_table_add_row(table, err));
    return PLIM_OK;
}

static plim_status read_dataset(hid_t dataset, hid_t group, plim_table *table, size_t f,
                                const plim_hdf5_place *place, plim_error *err)
{
    size_t n;
    const plim_field *field = &table->spec->fields[f];
    PLIM_TRY(check_kind(dataset, field, place, err));
    PLIM_TRY(plim_store_column_rows(dataset, place, &n, err));
    if (f == 0)
        PLIM_TRY(make_rows(table, n, err));
    if (n != table->n_rows)
        return plim_hdf5_refuse(err, place, "it has %zu rows, but column %s has %zu", n,
                                table->spec->fields[0].key, table->n_rows);
    if (n == 0)
        return PLIM_OK;
    return field->kind == PLIM_CELL_TEXT ? read_texts(dataset, group, table, f, place, err)
                                         : read_array(dataset, table, f, place, err);
}

static plim_status read_columns(hid_t group, const char *path, plim_table *table, plim_error *err)
{
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        plim_hdf5_place place = {path, table->spec->name, table->spec->fields[f].key};
        hid_t dataset = plim_hdf5_open_inside(group, place.column);
        if (dataset < 0 || H5Iget_type(dataset) != H5I_DATASET) {
            plim_hdf5_close(dataset);
            return plim_hdf5_refuse(err, &place, "this column is missing from the result");
        }
        plim_status status = read_dataset(dataset, group, table, f, &place, err);
        plim_hdf5_close(dataset);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

static plim_status read_table(hid_t file, const char *path, plim_table *table, plim_error *err)
{
    char name[128];
    plim_hdf5_place place = {path, table->spec->name, NULL};
    (void)snprintf(name, sizeof name, "tables/%s", table->spec->name);
    hid_t group = plim_hdf5_open_inside(file, name);
    if (group < 0 || H5Iget_type(group) != H5I_GROUP) {
        plim_hdf5_close(group);
        return plim_hdf5_refuse(err, &place, "this table is missing from the result");
    }
    plim_hdf5_value reason;
    plim_status status = plim_hdf5_attribute(group, "reason", &place, &reason, err);
    if (status == PLIM_OK) {
        table->reason = reason.text;
        reason.text = NULL;
        status = read_columns(group, path, table, err);
    }
    plim_hdf5_close(group);
    return status;
}

/* ---- inputs and settings ---------------------------------------------------------------- */

static plim_status read_text(hid_t group, const plim_hdf5_place *place, plim_kept_input *input,
                             plim_error *err)
{
    size_t n = 0;
    if (!plim_hdf5_is_hard(group, "text"))
        return PLIM_OK;
    hid_t dataset = H5Dopen2(group, "text", H5P_DEFAULT);
    plim_status status = dataset < 0 ? plim_hdf5_damaged(err, place, "the text of an input")
                                     : plim_store_column_rows(dataset, place, &n, err);
    if (status == PLIM_OK) {
        input->length = n;
        input->text = plim_alloc(n + 1, 1);
        if (input->text == NULL)
            status = plim_fail_memory(err, "an input of the result");
        else if (n > 0 &&
                 H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, input->text) < 0)
            status = plim_hdf5_damaged(err, place, "the text of an input");
    }
    plim_hdf5_close(dataset);
    return status;
}

static plim_status required_text(hid_t group, const char *name, const plim_hdf5_place *place,
                                 char **out, plim_error *err)
{
    plim_hdf5_value value;
    PLIM_TRY(plim_hdf5_attribute(group, name, place, &value, err));
    *out = value.text;
    return value.kind == PLIM_HDF5_TEXT
               ? PLIM_OK
               : plim_hdf5_refuse(err, place, "an input of the result lacks its %s", name);
}

static plim_status read_input(hid_t group, const plim_hdf5_place *place, plim_result *out,
                              plim_error *err)
{
    plim_kept_input input = {0};
    char *digest = NULL;
    plim_status status = required_text(group, "kind", place, &input.kind, err);
    if (status == PLIM_OK)
        status = required_text(group, "path", place, &input.path, err);
    if (status == PLIM_OK)
        status = required_text(group, "sha256", place, &digest, err);
    if (status == PLIM_OK)
        status = read_text(group, place, &input, err);
    if (status == PLIM_OK) {
        (void)snprintf(input.sha256, sizeof input.sha256, "%s", digest);
        status = plim_result_keep(out, &input, err);
    }
    plim_free(digest);
    plim_free(input.kind);
    plim_free(input.path);
    plim_free(input.text);
    return status;
}

static plim_status read_numbered(hid_t inputs, size_t i, const plim_hdf5_place *place,
                                 plim_result *out, plim_error *err)
{
    char name[24];
    (void)snprintf(name, sizeof name, "%zu", i);
    hid_t group = plim_hdf5_open_inside(inputs, name);
    if (group < 0)
        return plim_hdf5_refuse(err, place, "input %zu is missing from the result", i);
    plim_status status = read_input(group, place, out, err);
    plim_hdf5_close(group);
    return status;
}

static plim_status read_inputs(hid_t file, const char *path, plim_result *out, plim_error *err)
{
    plim_hdf5_place place = {path, "inputs", NULL};
    H5G_info_t info;
    hid_t inputs = plim_hdf5_open_inside(file, "inputs");
    plim_status status = PLIM_OK;
    if (inputs < 0 || H5Gget_info(inputs, &info) < 0)
        status = plim_hdf5_refuse(err, &place, "the inputs are missing from the result");
    for (size_t i = 0; status == PLIM_OK && i < info.nlinks; i++)
        status = read_numbered(inputs, i, &place, out, err);
    plim_hdf5_close(inputs);
    return status;
}

static plim_status read_words(hid_t group, const plim_hdf5_place *place, plim_column *out,
                              plim_error *err)
{
    size_t n;
    hid_t dataset = plim_hdf5_open_inside(group, place->column);
    if (dataset < 0)
        return plim_hdf5_refuse(err, place, "this column is missing from the result");
    plim_status status = plim_store_column_rows(dataset, place, &n, err);
    if (status == PLIM_OK) {
        plim_store_column_request request = {dataset, group, n, false, place, NULL};
        status = plim_store_read_column(&request, out, err);
    }
    plim_hdf5_close(dataset);
    return status;
}

static plim_status set_all(plim_result *out, const plim_column *key, const plim_column *value,
                           const char *path, plim_error *err)
{
    bool texts = key->kind == PLIM_COLUMN_TEXT && value->kind == PLIM_COLUMN_TEXT;
    if (key->n_rows != value->n_rows || (!texts && key->n_rows > 0))
        return plim_hdf5_refuse(err, &(plim_hdf5_place){path, "settings", NULL},
                                "keys and values do not match");
    for (size_t k = 0; k < key->n_rows; k++)
        PLIM_TRY(plim_result_set(out, plim_column_text(key, k), plim_column_text(value, k), err));
    return PLIM_OK;
}

static plim_status read_settings(hid_t file, const char *path, plim_result *out, plim_error *err)
{
    plim_column key = {0}, value = {0};
    hid_t group = plim_hdf5_open_inside(file, "settings");
    if (group < 0)
        return plim_hdf5_refuse(err, &(plim_hdf5_place){path, "settings", NULL},
                                "the settings are missing from the result");
    plim_hdf5_place place = {path, "settings", "key"};
    plim_status status = read_words(group, &place, &key, err);
    place.column = "value";
    if (status == PLIM_OK)
        status = read_words(group, &place, &value, err);
    if (status == PLIM_OK)
        status = set_all(out, &key, &value, path, err);
    plim_column_free(&key);
    plim_column_free(&value);
    plim_hdf5_close(group);
    return status;
}

/* ---- all of it -------------------------------------------------------------------------- */

static plim_status check_name(const char *table, plim_error *err)
{
    if (plim_table_spec_find(table) != NULL)
        return PLIM_OK;
    const char *names[64];
    size_t n = 0;
    while (n < plim_table_spec_count && n < 64) {
        names[n] = plim_table_specs[n].name;
        n++;
    }
    const char *near = plim_nearest(table, names, n);
    return plim_fail(err, PLIM_USAGE, "there is no result table '%s'%s%s%s", table,
                     near != NULL ? "; is it '" : "", near != NULL ? near : "",
                     near != NULL ? "'?" : "");
}

static bool is_listed(const char *const *tables, const char *name)
{
    for (; *tables != NULL; tables++)
        if (strcmp(*tables, name) == 0)
            return true;
    return false;
}

static plim_status read_all(hid_t file, const char *path, const char *const *tables,
                            plim_result *out, plim_error *err)
{
    for (size_t t = 0; t < plim_table_spec_count; t++)
        if (tables == NULL || is_listed(tables, plim_table_specs[t].name))
            PLIM_TRY(read_table(file, path, &out->tables[t], err));
    PLIM_TRY(read_inputs(file, path, out, err));
    return read_settings(file, path, out, err);
}

plim_status plim_store_read_tables(plim_result *out, const char *path, const char *const *tables,
                                   plim_error *err)
{
    hid_t file;
    *out = (plim_result){0};
    for (size_t i = 0; tables != NULL && tables[i] != NULL; i++)
        PLIM_TRY(check_name(tables[i], err));
    PLIM_TRY(plim_store_open(path, -1, "plimsoll.result", &file, err));
    plim_status status = plim_result_init(out, err);
    if (status == PLIM_OK)
        status = read_all(file, path, tables, out, err);
    (void)H5Fclose(file);
    if (status != PLIM_OK)
        plim_result_free(out);
    return status;
}

plim_status plim_store_read_result(plim_result *out, const char *path, const char *table,
                                   plim_error *err)
{
    const char *const one[] = {table, NULL};
    return plim_store_read_tables(out, path, table != NULL ? one : NULL, err);
}

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

/* Rows of a table that are read: `choice`, or all if that is NULL; the table has `n` in all. */
typedef struct reading {
    const char *path;
    hid_t group;
    const plim_row_choice *choice;
    size_t n;
} reading;

/* Numbers and integers as they stand. */
static plim_status read_array(const reading *r, hid_t dataset, const plim_table *table, size_t f,
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
    plim_hdf5_rows rows = {.dataset = dataset,
                           .memory_type = integer ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE,
                           .size = sizeof(double),
                           .choice = r->choice,
                           .n = table->n_rows,
                           .place = place};
    return plim_hdf5_read_rows(&rows, into, err);
}

static plim_status read_texts(const reading *r, hid_t dataset, plim_table *table, size_t f,
                              const plim_hdf5_place *place, plim_error *err)
{
    plim_store_column_request request = {dataset, r->group, table->n_rows, false, place, r->choice};
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

static plim_status read_dataset(reading *r, hid_t dataset, plim_table *table, size_t f,
                                const plim_hdf5_place *place, plim_error *err)
{
    size_t n;
    const plim_field *field = &table->spec->fields[f];
    PLIM_TRY(check_kind(dataset, field, place, err));
    PLIM_TRY(plim_store_column_rows(dataset, place, &n, err));
    if (f == 0) {
        r->n = n;
        PLIM_TRY(make_rows(table, r->choice != NULL ? r->choice->n : n, err));
    }
    if (n != r->n)
        return plim_hdf5_refuse(err, place, "it has %zu rows, but column %s has %zu", n,
                                table->spec->fields[0].key, r->n);
    if (table->n_rows == 0)
        return PLIM_OK;
    return field->kind == PLIM_CELL_TEXT ? read_texts(r, dataset, table, f, place, err)
                                         : read_array(r, dataset, table, f, place, err);
}

static plim_status open_column(const reading *r, const plim_hdf5_place *place, hid_t *out,
                               plim_error *err)
{
    *out = plim_hdf5_open_inside(r->group, place->column);
    if (*out >= 0 && H5Iget_type(*out) == H5I_DATASET)
        return PLIM_OK;
    plim_hdf5_close(*out);
    return plim_hdf5_refuse(err, place, "this column is missing from the result");
}

static plim_status read_columns(reading *r, plim_table *table, plim_error *err)
{
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        plim_hdf5_place place = {r->path, table->spec->name, table->spec->fields[f].key};
        hid_t dataset;
        PLIM_TRY(open_column(r, &place, &dataset, err));
        plim_status status = read_dataset(r, dataset, table, f, &place, err);
        plim_hdf5_close(dataset);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

static plim_status open_table(hid_t file, const char *path, const char *table, hid_t *out,
                              plim_error *err)
{
    char name[128];
    plim_hdf5_place place = {path, table, NULL};
    (void)snprintf(name, sizeof name, "tables/%s", table);
    *out = plim_hdf5_open_inside(file, name);
    if (*out >= 0 && H5Iget_type(*out) == H5I_GROUP)
        return PLIM_OK;
    plim_hdf5_close(*out);
    return plim_hdf5_refuse(err, &place, "this table is missing from the result");
}

static plim_status read_table(hid_t file, const char *path, plim_table *table, plim_error *err)
{
    plim_hdf5_place place = {path, table->spec->name, NULL};
    reading r = {.path = path};
    plim_hdf5_value reason;
    PLIM_TRY(open_table(file, path, table->spec->name, &r.group, err));
    plim_status status = plim_hdf5_attribute(r.group, "reason", &place, &reason, err);
    if (status == PLIM_OK) {
        table->reason = reason.text;
        reason.text = NULL;
        status = read_columns(&r, table, err);
    }
    plim_hdf5_close(r.group);
    return status;
}

/* ---- a table in blocks ---- */

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

static plim_status hand_out(reading *r, const plim_table_spec *spec, const plim_table_taker *taker,
                            plim_error *err)
{
    plim_table rows;
    PLIM_TRY(plim_table_init(&rows, spec, err));
    plim_status status = read_columns(r, &rows, err);
    if (status == PLIM_OK)
        status = taker->take(taker->user, &rows, err);
    plim_table_free(&rows);
    return status;
}

/* Rows of the open table, as its first column has them. */
static plim_status count_rows(const reading *r, const plim_table_spec *spec, size_t *n_rows,
                              plim_error *err)
{
    plim_hdf5_place place = {r->path, spec->name, spec->fields[0].key};
    hid_t dataset;
    PLIM_TRY(open_column(r, &place, &dataset, err));
    plim_status status = plim_store_column_rows(dataset, &place, n_rows, err);
    plim_hdf5_close(dataset);
    return status;
}

static plim_status scan(reading *r, const plim_table_spec *spec, size_t at_once,
                        const plim_table_taker *taker, plim_error *err)
{
    size_t n_rows;
    plim_status status = count_rows(r, spec, &n_rows, err);
    for (size_t first = 0; status == PLIM_OK && first < n_rows; first += at_once) {
        size_t left = n_rows - first, n = left < at_once ? left : at_once;
        plim_row_choice choice = {.first = first, .end = first + n, .n = n};
        r->choice = &choice;
        status = hand_out(r, spec, taker, err);
    }
    return status;
}

plim_status plim_store_scan_table(const char *path, const char *table, size_t at_once,
                                  const plim_table_taker *taker, plim_error *err)
{
    hid_t file;
    reading r = {.path = path};
    PLIM_TRY(check_name(table, err));
    PLIM_TRY(plim_store_open(path, -1, "plimsoll.result", &file, err));
    plim_status status = open_table(file, path, table, &r.group, err);
    if (status == PLIM_OK) {
        status = scan(&r, plim_table_spec_find(table), at_once, taker, err);
        plim_hdf5_close(r.group);
    }
    (void)H5Fclose(file);
    return status;
}

plim_status plim_store_count_rows(const char *path, size_t *n_rows, plim_error *err)
{
    hid_t file;
    PLIM_TRY(plim_store_open(path, -1, "plimsoll.result", &file, err));
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < plim_table_spec_count && status == PLIM_OK; t++) {
        const plim_table_spec *spec = &plim_table_specs[t];
        reading r = {.path = path};
        status = open_table(file, path, spec->name, &r.group, err);
        if (status != PLIM_OK)
            break;
        status = count_rows(&r, spec, &n_rows[t], err);
        plim_hdf5_close(r.group);
    }
    (void)H5Fclose(file);
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

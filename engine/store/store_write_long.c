/* Tables whose rows lie in a spool: a column at a time, a run of rows at a time. */
#include <string.h>

#include "base/memory.h"
#include "store/store_layout.h"

/* A column under way. */
typedef struct long_column {
    const plim_long_table *table;
    size_t field, n_rows;
    const plim_hdf5_image *image;
    hid_t dataset;
    /* Of texts: bytes of the longest, and, where they are coded, the labels of all pieces. */
    size_t width;
    bool coded;
    plim_names labels;
} long_column;

static plim_status put_codes(long_column *c, const plim_table_run *run, size_t at,
                             const plim_table_column *cells, plim_error *err)
{
    uint32_t *code = plim_alloc(run->n, sizeof *code);
    plim_status status = code == NULL ? plim_fail_memory(err, "a column of texts") : PLIM_OK;
    for (size_t i = 0; i < run->n && status == PLIM_OK; i++) {
        const char *text = cells->labels.text[cells->code[run->first + i]];
        code[i] = plim_names_find(&c->labels, text);
    }
    if (status == PLIM_OK)
        status =
            plim_hdf5_put_cells(c->dataset, H5T_NATIVE_UINT32, (hsize_t[2]){at, run->n}, code, err);
    plim_free(code);
    return status;
}

/* Rows of one run, from row `at` of the dataset on. */
static plim_status put_run(long_column *c, const plim_table_run *run, size_t at,
                           const plim_table_column *cells, plim_error *err)
{
    const plim_field *field = &c->table->spec->fields[c->field];
    const hsize_t rows[2] = {at, run->n};
    if (field->kind == PLIM_CELL_TEXT && c->coded)
        return put_codes(c, run, at, cells, err);
    if (field->kind == PLIM_CELL_TEXT) {
        plim_hdf5_texts texts = {c->table->spec->name, field->key, cells->code + run->first,
                                 &cells->labels, run->n};
        return plim_hdf5_put_texts(c->dataset, at, &texts, c->width, err);
    }
    if (cells->integer != NULL)
        return plim_hdf5_put_cells(c->dataset, H5T_NATIVE_INT64, rows, cells->integer + run->first,
                                   err);
    return plim_hdf5_put_cells(c->dataset, H5T_NATIVE_DOUBLE, rows, cells->number + run->first,
                               err);
}

static plim_status put_runs(long_column *c, plim_error *err)
{
    size_t at = 0;
    for (size_t r = 0; r < c->table->n_runs; r++) {
        const plim_table_run *run = &c->table->runs[r];
        plim_table_column cells;
        if (run->n == 0)
            continue;
        PLIM_TRY(plim_spool_column(c->table->spool, run->piece, c->field, &cells, err));
        plim_status status = put_run(c, run, at, &cells, err);
        plim_spool_column_free(&cells);
        plim_hdf5_image_relax(c->image);
        PLIM_TRY(status);
        at += run->n;
    }
    return PLIM_OK;
}

/* Labels of the runs' pieces. A piece may have several runs, most often one after the other. */
static plim_status collect_labels(long_column *c, plim_error *err)
{
    for (size_t r = 0; r < c->table->n_runs; r++) {
        uint32_t piece = c->table->runs[r].piece;
        plim_table_column cells;
        if (r > 0 && c->table->runs[r - 1].piece == piece)
            continue;
        PLIM_TRY(plim_spool_column(c->table->spool, piece, c->field, &cells, err));
        plim_status status = PLIM_OK;
        for (size_t l = 0; l < cells.labels.count && status == PLIM_OK; l++)
            status = plim_names_add(&c->labels, cells.labels.text[l], NULL, err);
        plim_spool_column_free(&cells);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

static plim_status make_texts(long_column *c, hid_t group, plim_error *err)
{
    const char *table = c->table->spec->name, *name = c->table->spec->fields[c->field].key;
    size_t n_labels = 0;
    for (size_t r = 0; r < c->table->n_runs; r++) {
        size_t n, width;
        plim_spool_labels(c->table->spool, c->table->runs[r].piece, c->field, &n, &width);
        n_labels += n; /* at least as many as there are */
        c->width = width > c->width ? width : c->width;
    }
    c->coded = plim_hdf5_are_coded(c->n_rows, n_labels, c->width);
    if (!c->coded)
        return plim_hdf5_make_texts(group, name, c->n_rows, c->width, &c->dataset, err);
    PLIM_TRY(collect_labels(c, err));
    plim_hdf5_texts texts = {table, name, NULL, &c->labels, c->n_rows};
    return plim_hdf5_write_codes(group, &texts, c->width, &c->dataset, err);
}

static plim_status make_dataset(long_column *c, hid_t group, plim_error *err)
{
    const plim_field *field = &c->table->spec->fields[c->field];
    if (field->kind == PLIM_CELL_TEXT)
        return make_texts(c, group, err);
    bool whole = field->kind == PLIM_CELL_INT || field->kind == PLIM_CELL_FEN;
    plim_hdf5_cells cells = {field->key, whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE,
                             whole ? H5T_STD_I64LE : H5T_IEEE_F64LE, NULL, c->n_rows};
    return plim_hdf5_write_cells(group, &cells, &c->dataset, err);
}

static plim_status write_column(long_column *c, hid_t group, plim_error *err)
{
    c->dataset = H5I_INVALID_HID;
    plim_status status = make_dataset(c, group, err);
    if (status == PLIM_OK)
        status = put_runs(c, err);
    if (status == PLIM_OK)
        status = plim_store_describe_column(c->dataset, &c->table->spec->fields[c->field], err);
    plim_hdf5_close(c->dataset);
    plim_names_free(&c->labels);
    return status;
}

plim_status plim_store_write_long(hid_t tables, const plim_long_table *table,
                                  const plim_hdf5_image *image, plim_error *err)
{
    size_t n_rows = 0;
    for (size_t r = 0; r < table->n_runs; r++)
        n_rows += table->runs[r].n;
    hid_t group = plim_hdf5_make_group(tables, table->spec->name);
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    for (size_t f = 0; f < table->spec->n_fields && status == PLIM_OK; f++) {
        long_column column = {.table = table, .field = f, .n_rows = n_rows, .image = image};
        status = write_column(&column, group, err);
    }
    plim_hdf5_close(group);
    return status;
}

/* Writing loan books. */
#include "store/store.h"

#include <string.h>

#include "book/columns.h"
#include "store/hdf5_image.h"

static plim_status write_cells_of(hid_t group, const char *table, const plim_column *column,
                                  hid_t *dataset, plim_error *err)
{
    size_t n = column->n_rows;
    switch (column->kind) {
    case PLIM_COLUMN_NUMBER: {
        plim_hdf5_cells cells = {column->name, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE, column->number,
                                 n};
        return plim_hdf5_write_cells(group, &cells, dataset, err);
    }
    case PLIM_COLUMN_INTEGER: {
        plim_hdf5_cells cells = {column->name, H5T_NATIVE_INT64, H5T_STD_I64LE, column->integer, n};
        return plim_hdf5_write_cells(group, &cells, dataset, err);
    }
    case PLIM_COLUMN_TEXT: {
        plim_hdf5_texts texts = {table, column->name, column->code, &column->labels, n};
        return plim_hdf5_write_texts(group, &texts, dataset, err);
    }
    }
    return plim_fail(err, PLIM_BUG, "column %s has no known kind", column->name);
}

static bool has_missing_reference(const plim_column *column)
{
    for (size_t i = 0; column->kind == PLIM_COLUMN_INTEGER && i < column->n_rows; i++)
        if (column->integer[i] == PLIM_REFERENCE_MISSING)
            return true;
    return false;
}

/* The unit is the column's own or the documented one; a text has none. */
static plim_status write_column(hid_t group, const char *table, const plim_column *column,
                                plim_error *err)
{
    hid_t dataset = H5I_INVALID_HID;
    const plim_book_field *field = plim_book_field_find(table, column->name);
    if (strchr(column->name, '/') != NULL || strcmp(column->name, ".") == 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: column '%s' can't be written; accepted: a name without '/'", table,
                         column->name);
    const char *unit = column->unit;
    if (unit == NULL && field != NULL && field->unit[0] != '\0' &&
        column->kind == PLIM_COLUMN_NUMBER)
        unit = field->unit;
    plim_status status = write_cells_of(group, table, column, &dataset, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(dataset, "unit", unit, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(dataset, "description", column->description, err);
    if (status == PLIM_OK && has_missing_reference(column))
        status = plim_hdf5_set_integer(dataset, "missing", PLIM_REFERENCE_MISSING, err);
    plim_hdf5_close(dataset);
    return status;
}

static plim_status write_table(hid_t file, const char *table, const plim_frame *frame,
                               plim_error *err)
{
    if (frame->n_columns == 0)
        return PLIM_OK;
    hid_t group = plim_hdf5_make_group(file, table);
    plim_status status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
    for (size_t c = 0; c < frame->n_columns && status == PLIM_OK; c++)
        status = write_column(group, table, &frame->columns[c], err);
    plim_hdf5_close(group);
    return status;
}

static plim_status write_heads(hid_t file, const plim_book_tables_data *tables, plim_error *err)
{
    hid_t root = H5Oopen(file, "/", H5P_DEFAULT);
    plim_status status = plim_hdf5_set_text(root, "as_of", tables->as_of, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_text(root, "currency", tables->currency, err);
    plim_hdf5_close(root);
    return status;
}

static plim_status write_all(hid_t file, const plim_book_tables_data *tables, plim_error *err)
{
    const plim_frame *frames[PLIM_BOOK_TABLE_COUNT] = {
        &tables->banks, &tables->borrowers, &tables->loans,   &tables->collateral,
        &tables->sites, &tables->insurance, &tables->excluded};
    plim_status status = write_heads(file, tables, err);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT && status == PLIM_OK; t++)
        status = write_table(file, plim_book_tables[t].name, frames[t], err);
    return status;
}

/* The same column by column, each let go of when it is in the file. */
static plim_status write_emptying(const plim_hdf5_image *image, plim_book_tables_data *tables,
                                  plim_error *err)
{
    PLIM_TRY(write_heads(image->file, tables, err));
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        plim_frame *frame = plim_book_tables_data_frame(tables, (plim_book_table_index)t);
        hid_t group = H5I_INVALID_HID;
        plim_status status = PLIM_OK;
        if (frame->n_columns > 0) {
            group = plim_hdf5_make_group(image->file, plim_book_tables[t].name);
            status = group < 0 ? plim_hdf5_write_failed(err) : PLIM_OK;
        }
        for (size_t c = 0; c < frame->n_columns && status == PLIM_OK; c++) {
            status = write_column(group, plim_book_tables[t].name, &frame->columns[c], err);
            plim_column_free(&frame->columns[c]);
            plim_hdf5_image_relax(image);
        }
        plim_hdf5_close(group);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

plim_status plim_store_write_large_book(plim_book_tables_data *tables, const char *path,
                                        plim_error *err)
{
    plim_hdf5_image image;
    PLIM_TRY(plim_hdf5_image_begin(&image, path, "plimsoll.book", true, err));
    plim_status status = write_emptying(&image, tables, err);
    if (status == PLIM_OK)
        status = plim_hdf5_image_publish(&image, err);
    else
        status = plim_hdf5_image_why(&image, status, err);
    plim_hdf5_image_abandon(&image);
    return status;
}

plim_status plim_store_write_book(const plim_book_tables_data *tables, const char *path,
                                  plim_error *err)
{
    plim_hdf5_image image;
    PLIM_TRY(plim_hdf5_image_begin(&image, path, "plimsoll.book", false, err));
    plim_status status = write_all(image.file, tables, err);
    if (status == PLIM_OK)
        status = plim_hdf5_image_publish(&image, err);
    plim_hdf5_image_abandon(&image);
    return status;
}

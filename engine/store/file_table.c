#include "store/file_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"
#include "store/hdf5_text.h"

enum {
    PIECE_ROWS = 131072, /* what our own writer makes chunks of */
    ELEMENT_MOST = 64, /* bytes: a piece of longer ones would take more than its labels and codes */
};

static plim_status find_address(hid_t object, const plim_hdf5_place *place, haddr_t *out,
                                plim_error *err)
{
    H5O_info_t info;
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return plim_hdf5_damaged(err, place, "the column");
    *out = info.addr;
    return PLIM_OK;
}

static plim_status find_labels(const plim_file_table *table, plim_file_column *of,
                               const plim_hdf5_place *place, plim_error *err)
{
    hid_t labels;
    PLIM_TRY(plim_store_column_labels(of->dataset, table->group, place, &labels, err));
    plim_status status = labels >= 0 ? find_address(labels, place, &of->labels, err) : PLIM_OK;
    plim_hdf5_close(labels);
    return status;
}

/* Adds what stands under `name`, which it takes over; groups and named types are no columns. */
static plim_status add_member(plim_file_table *table, char *name, plim_error *err)
{
    plim_hdf5_place place = {table->path, table->name, name};
    plim_file_column *m = &table->columns[table->n_columns++];
    *m = (plim_file_column){name, H5I_INVALID_HID, HADDR_UNDEF, HADDR_UNDEF, 0};
    if (name == NULL)
        return plim_hdf5_damaged(err, &place, "the list of columns");
    if (!plim_utf8_valid(name, strlen(name)))
        return plim_fail(err, PLIM_INPUT, "%s: a column of %s has a name that is not UTF-8",
                         table->path, table->name);
    if (!plim_hdf5_is_hard(table->group, name))
        return plim_hdf5_refuse(err, &place,
                                "it is a link to another place; accepted: values in the table "
                                "itself");
    hid_t object = H5Oopen(table->group, name, H5P_DEFAULT);
    if (object < 0)
        return plim_hdf5_damaged(err, &place, "the column");
    if (H5Iget_type(object) != H5I_DATASET) {
        plim_hdf5_close(object);
        return PLIM_OK;
    }
    m->dataset = object;
    PLIM_TRY(find_address(object, &place, &m->address, err));
    return find_labels(table, m, &place, err);
}

static plim_status list_members(plim_file_table *table, plim_error *err)
{
    H5G_info_t info;
    plim_hdf5_place place = {table->path, table->name, NULL};
    if (H5Gget_info(table->group, &info) < 0)
        return plim_hdf5_damaged(err, &place, "the table");
    table->columns = plim_alloc(info.nlinks, sizeof *table->columns);
    if (table->columns == NULL)
        return plim_fail_memory(err, table->name);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char *name = NULL;
        PLIM_TRY(plim_hdf5_link_name(table->group, i, &name, err));
        PLIM_TRY(add_member(table, name, err));
    }
    return PLIM_OK;
}

/* Lists of labels that lie among the columns are none themselves. */
static bool is_label_list(const plim_file_table *table, const plim_file_column *candidate)
{
    for (size_t m = 0; m < table->n_columns; m++)
        if (table->columns[m].labels == candidate->address)
            return true;
    return false;
}

static void close_column(plim_file_column *column)
{
    plim_hdf5_close(column->dataset);
    plim_free(column->name);
}

/* Lets go of what is no column. */
static void keep_columns(plim_file_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        plim_file_column *column = &table->columns[i];
        if (column->dataset >= 0 && is_label_list(table, column)) {
            plim_hdf5_close(column->dataset);
            column->dataset = H5I_INVALID_HID;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].dataset >= 0)
            table->columns[kept++] = table->columns[i];
        else
            close_column(&table->columns[i]);
    table->n_columns = kept;
}

/* All columns are as long as `id`, or as the first one where there is none. */
static plim_status check_lengths(plim_file_table *table, plim_error *err)
{
    const plim_file_column *model = NULL;
    for (size_t i = 0; i < table->n_columns; i++) {
        plim_file_column *m = &table->columns[i];
        plim_hdf5_place place = {table->path, table->name, m->name};
        PLIM_TRY(plim_store_column_rows(m->dataset, &place, &m->n_rows, err));
        if (model == NULL || strcmp(m->name, "id") == 0)
            model = m;
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        const plim_file_column *m = &table->columns[i];
        if (m->n_rows != model->n_rows)
            return plim_hdf5_refuse(
                err, &(plim_hdf5_place){table->path, table->name, m->name},
                "it has %zu rows, but column %s has %zu; all columns of a table are equally long",
                m->n_rows, model->name, model->n_rows);
    }
    table->n_rows = model != NULL ? model->n_rows : 0;
    return PLIM_OK;
}

plim_status plim_file_table_open(plim_file_table *out, hid_t file, const char *path,
                                 const char *name, plim_error *err)
{
    plim_hdf5_place place = {path, name, NULL};
    *out = (plim_file_table){.path = path, .name = plim_strdup(name), .group = H5I_INVALID_HID};
    if (out->name == NULL)
        return plim_fail_memory(err, name);
    if (!plim_hdf5_is_hard(file, name))
        return plim_hdf5_refuse(err, &place,
                                "it is a link to another place; accepted: a group in the file "
                                "itself");
    out->group = H5Oopen(file, name, H5P_DEFAULT);
    if (out->group < 0)
        return plim_hdf5_damaged(err, &place, "the table");
    if (H5Iget_type(out->group) != H5I_GROUP)
        return plim_hdf5_refuse(err, &place,
                                "it is not a group; accepted: a group with a dataset for each "
                                "column");
    PLIM_TRY(list_members(out, err));
    keep_columns(out);
    return check_lengths(out, err);
}

static bool keeps_integers(const char *table, const char *column)
{
    const plim_book_field *field = plim_book_field_find(table, column);
    return strcmp(column, "id") == 0 ||
           (field != NULL && (field->kind == PLIM_FIELD_ID || field->refers_to != NULL));
}

plim_status plim_file_table_read(const plim_file_table *table, size_t column,
                                 const plim_file_rows *rows, plim_column *out, plim_error *err)
{
    const plim_file_column *of = &table->columns[column];
    plim_hdf5_place place = {table->path, table->name, of->name};
    size_t n_rows = rows->choice != NULL ? rows->choice->n : of->n_rows;
    plim_store_column_request request = {
        of->dataset, table->group, rows->rows ? n_rows : 0, keeps_integers(table->name, of->name),
        &place,      rows->choice};
    return plim_store_read_column(&request, out, err);
}

plim_status plim_file_table_elements_size(const plim_file_table *table, size_t column, size_t *size,
                                          H5T_str_t *padding, plim_error *err)
{
    const plim_file_column *of = &table->columns[column];
    plim_hdf5_place place = {table->path, table->name, of->name};
    PLIM_TRY(plim_hdf5_fixed_type(of->dataset, &place, size, padding, err));
    if (*size > ELEMENT_MOST || H5Aexists(of->dataset, "missing") != 0)
        *size = 0;
    return PLIM_OK;
}

plim_status plim_file_table_elements(const plim_file_table *table, size_t column,
                                     const plim_row_choice *choice, char *out, plim_error *err)
{
    const plim_file_column *of = &table->columns[column];
    plim_hdf5_place place = {table->path, table->name, of->name};
    hid_t type = H5Dget_type(of->dataset);
    if (type < 0)
        return plim_hdf5_damaged(err, &place, "the column");
    size_t n = choice != NULL ? choice->n : of->n_rows;
    plim_hdf5_rows rows = {of->dataset, type, H5Tget_size(type), choice, n, &place, NULL};
    plim_status status = plim_hdf5_read_rows(&rows, out, err);
    plim_hdf5_close(type);
    return status;
}

plim_status plim_file_table_piece(const plim_file_table *table, size_t column, size_t *n,
                                  plim_error *err)
{
    const plim_file_column *of = &table->columns[column];
    plim_hdf5_place place = {table->path, table->name, of->name};
    size_t least = PIECE_ROWS, chunk = plim_hdf5_chunk_rows(of->dataset), n_labels = 0;
    hid_t labels;
    PLIM_TRY(plim_store_column_labels(of->dataset, table->group, &place, &labels, err));
    plim_status status =
        labels >= 0 ? plim_store_column_rows(labels, &place, &n_labels, err) : PLIM_OK;
    plim_hdf5_close(labels);
    if (n_labels > least / 2)
        least = 2 * n_labels;
    *n = chunk > 0 ? (least + chunk - 1) / chunk * chunk : least;
    return status;
}

void plim_file_table_close(plim_file_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        close_column(&table->columns[i]);
    plim_free(table->columns);
    if (table->name != NULL) /* it was opened */
        plim_hdf5_close(table->group);
    plim_free(table->name);
    *table = (plim_file_table){0};
}

/* Loan books in HDF5 files as a source of tables, read in this process. */
#include "base/memory.h"
#include "store/book_file.h"
#include "store/file_table.h"
#include "store/store.h"

/* What is asked for of a table. */
typedef struct table_request {
    const char *table;
    plim_file_rows rows;
    const plim_column_filter *filter; /* NULL: all columns */
    size_t *n_rows;                   /* NULL, or: only this is asked for */
} table_request;

/* Reads one column and adds it to `out` if it is wanted. */
static plim_status read_column(const table_request *request, const plim_file_table *table,
                               size_t column, plim_frame *out, plim_error *err)
{
    const plim_column_filter *filter = request->filter;
    if (filter != NULL && filter->reads != NULL &&
        !filter->reads(filter->user, table->columns[column].name))
        return PLIM_OK;
    plim_column read;
    PLIM_TRY(plim_file_table_read(table, column, &request->rows, &read, err));
    plim_status status = filter == NULL || filter->wanted(filter->user, &read)
                             ? plim_frame_add(out, &read, err)
                             : PLIM_OK;
    plim_column_free(&read);
    return status;
}

static plim_status read_columns(const table_request *request, const plim_book_file *book,
                                plim_frame *out, plim_error *err)
{
    plim_file_table table;
    plim_status status = plim_file_table_open(&table, book->file, book->path, request->table, err);
    if (status == PLIM_OK && request->n_rows != NULL)
        *request->n_rows = table.n_rows;
    for (size_t i = 0; i < table.n_columns && status == PLIM_OK && request->n_rows == NULL; i++)
        status = read_column(request, &table, i, out, err);
    plim_file_table_close(&table);
    return status;
}

static plim_status read_frame(const plim_source *source, const table_request *request,
                              plim_frame *out, plim_error *err)
{
    const plim_book_file *book = source->self;
    plim_hdf5_quiet();
    *out = (plim_frame){.name = plim_strdup(request->table)};
    if (out->name == NULL)
        return plim_fail_memory(err, request->table);
    if (plim_names_find(&book->tables, request->table) == PLIM_NO_NAME)
        return PLIM_OK;
    plim_status status = read_columns(request, book, out, err);
    if (status != PLIM_OK)
        plim_frame_free(out);
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    return read_frame(source, &(table_request){table, {true, NULL}, NULL, NULL}, out, err);
}

static plim_status read_wanted(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    return read_frame(source, &(table_request){table, {true, NULL}, filter, NULL}, out, err);
}

static plim_status read_outline(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    return read_frame(source, &(table_request){table, {false, NULL}, NULL, NULL}, out, err);
}

static plim_status read_chosen(const plim_source *source, const char *table,
                               const plim_row_choice *choice, const plim_column_filter *filter,
                               plim_frame *out, plim_error *err)
{
    return read_frame(source, &(table_request){table, {true, choice}, filter, NULL}, out, err);
}

static plim_status count_rows(const plim_source *source, const char *table, size_t *n,
                              plim_error *err)
{
    plim_frame nothing;
    *n = 0;
    plim_status status =
        read_frame(source, &(table_request){table, {false, NULL}, NULL, n}, &nothing, err);
    plim_frame_free(&nothing);
    return status;
}

static const char *attribute(const plim_source *source, const char *key)
{
    return plim_book_file_attribute(source->self, key);
}

static const plim_names *tables(const plim_source *source)
{
    return &((const plim_book_file *)source->self)->tables;
}

static void close_book(plim_source *source)
{
    if (source->self != NULL)
        plim_book_file_close(source->self);
    plim_free(source->self);
    *source = (plim_source){0};
}

plim_status plim_store_attach_book(plim_source *out, const char *path, plim_error *err)
{
    plim_hdf5_quiet();
    *out = (plim_source){.attribute = attribute,
                         .read_table = read_table,
                         .read_wanted = read_wanted,
                         .read_outline = read_outline,
                         .count_rows = count_rows,
                         .read_chosen = read_chosen,
                         .tables = tables,
                         .close = close_book};
    plim_book_file *book = plim_alloc(1, sizeof *book);
    if (book == NULL)
        return plim_fail_memory(err, path);
    out->self = book;
    plim_status status = plim_book_file_open(book, path, -1, err);
    out->path = book->path;
    if (status != PLIM_OK)
        close_book(out);
    return status;
}

plim_status plim_store_open_book(plim_source *out, const char *path, plim_error *err)
{
    PLIM_TRY(plim_store_attach_book(out, path, err));
    plim_status status = plim_digest_file(path, out->sha256, err);
    if (status != PLIM_OK)
        close_book(out);
    return status;
}

#include "book/tables_source.h"

#include <string.h>

#include "base/memory.h"
#include "book/columns.h"

typedef struct plim_tables_view {
    plim_book_tables_data *tables; /* not owned */
    plim_names present;
} plim_tables_view;

static const char *attribute(const plim_source *source, const char *key)
{
    const plim_tables_view *view = source->self;
    if (strcmp(key, "format") == 0)
        return "plimsoll.book";
    if (strcmp(key, "version") == 0)
        return "1";
    if (strcmp(key, "as_of") == 0)
        return view->tables->as_of;
    return strcmp(key, "currency") == 0 ? view->tables->currency : NULL;
}

/* A copy of `size` bytes times n, or NULL where there is nothing to copy. */
static plim_status copy_array(void **out, const void *from, size_t n, size_t size, plim_error *err)
{
    *out = NULL;
    if (from == NULL)
        return PLIM_OK;
    *out = plim_alloc(n, size);
    if (*out == NULL)
        return plim_fail_memory(err, "a column");
    memcpy(*out, from, n * size);
    return PLIM_OK;
}

static plim_status copy_text(char **out, const char *from, plim_error *err)
{
    *out = from != NULL ? plim_strdup(from) : NULL;
    return from == NULL || *out != NULL ? PLIM_OK : plim_fail_memory(err, "a column");
}

static plim_status fill_copy(plim_column *out, const plim_column *from, plim_error *err)
{
    void *array;
    PLIM_TRY(copy_text(&out->name, from->name, err));
    PLIM_TRY(copy_text(&out->unit, from->unit, err));
    PLIM_TRY(copy_text(&out->description, from->description, err));
    PLIM_TRY(copy_array(&array, from->number, from->n_rows, sizeof *from->number, err));
    out->number = array;
    PLIM_TRY(copy_array(&array, from->integer, from->n_rows, sizeof *from->integer, err));
    out->integer = array;
    PLIM_TRY(copy_array(&array, from->code, from->n_rows, sizeof *from->code, err));
    out->code = array;
    for (size_t l = 0; l < from->labels.count; l++)
        PLIM_TRY(plim_names_add(&out->labels, from->labels.text[l], NULL, err));
    return PLIM_OK;
}

static plim_status add_copy(plim_frame *frame, const plim_column *from, plim_error *err)
{
    plim_column copy = {.kind = from->kind, .n_rows = from->n_rows};
    plim_status status = fill_copy(&copy, from, err);
    if (status == PLIM_OK)
        status = plim_frame_add(frame, &copy, err);
    plim_column_free(&copy);
    return status;
}

/* `filter` NULL: all columns. */
static plim_status read_frame(const plim_source *source, const char *table, bool rows,
                              const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    const plim_tables_view *view = source->self;
    const plim_book_table *known = plim_book_table_find(table);
    *out = (plim_frame){0};
    PLIM_TRY(copy_text(&out->name, table, err));
    if (known == NULL)
        return PLIM_OK;
    const plim_frame *frame = plim_book_tables_data_frame(
        view->tables, (plim_book_table_index)(known - plim_book_tables));
    plim_status status = PLIM_OK;
    for (size_t c = 0; c < frame->n_columns && status == PLIM_OK; c++) {
        plim_column from = frame->columns[c];
        if (filter != NULL && !filter->wanted(filter->user, &from))
            continue;
        if (!rows) {
            from.n_rows = 0;
            from.labels = (plim_names){0};
        }
        status = add_copy(out, &from, err);
    }
    if (status != PLIM_OK)
        plim_frame_free(out);
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    return read_frame(source, table, true, NULL, out, err);
}

static plim_status read_wanted(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    return read_frame(source, table, true, filter, out, err);
}

static plim_status read_outline(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    return read_frame(source, table, false, NULL, out, err);
}

static const plim_names *tables_of(const plim_source *source)
{
    return &((const plim_tables_view *)source->self)->present;
}

static void close_view(plim_source *source)
{
    plim_tables_view *view = source->self;
    if (view != NULL)
        plim_names_free(&view->present);
    plim_free(view);
    *source = (plim_source){0};
}

plim_status plim_tables_source(plim_source *out, plim_book_tables_data *tables, const char *path,
                               plim_error *err)
{
    *out = (plim_source){.path = path,
                         .attribute = attribute,
                         .read_table = read_table,
                         .read_wanted = read_wanted,
                         .read_outline = read_outline,
                         .tables = tables_of,
                         .close = close_view};
    plim_tables_view *view = plim_alloc(1, sizeof *view);
    if (view == NULL)
        return plim_fail_memory(err, path);
    view->tables = tables;
    out->self = view;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        if (plim_book_tables_data_frame(tables, (plim_book_table_index)t)->n_columns == 0)
            continue;
        plim_status status = plim_names_add(&view->present, plim_book_tables[t].name, NULL, err);
        if (status != PLIM_OK) {
            close_view(out);
            return status;
        }
    }
    return PLIM_OK;
}

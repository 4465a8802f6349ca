#include "store/confined.h"

#include <malloc.h>
#include <string.h>

#include "base/memory.h"
#include "store/book_file.h"
#include "store/file_table.h"
#include "store/wire.h"

enum {
    NAME_MOST = 1 << 16,
    ROWS_MOST = PLIM_NO_NAME - 1,
};

typedef struct server {
    plim_wire wire;
    plim_book_file book;
    plim_file_table table;
    plim_row_choice choice;
    uint8_t *group; /* of the choice, or NULL */
} server;

/* Says how something went; true if well. */
static bool tell(server *s, plim_status status, const plim_error *err)
{
    (void)plim_wire_put_number(&s->wire, (uint64_t)status);
    if (status != PLIM_OK)
        (void)plim_wire_put_text(&s->wire, err->message);
    return status == PLIM_OK && !s->wire.broken;
}

static void tell_names(server *s, const plim_names *names)
{
    (void)plim_wire_put_number(&s->wire, names->count);
    for (size_t i = 0; i < names->count; i++)
        (void)plim_wire_put_text(&s->wire, names->text[i]);
}

static bool begin(server *s, const char *path, int file, const plim_confinement *held)
{
    plim_error err = {0};
    (void)plim_wire_put_number(&s->wire, held->filtered);
    plim_status status = plim_book_file_open(&s->book, path, file, &err);
    if (!tell(s, status, &err))
        return false;
    (void)plim_wire_put_number(&s->wire, s->book.keys.count);
    for (size_t i = 0; i < s->book.keys.count; i++) {
        (void)plim_wire_put_text(&s->wire, s->book.keys.text[i]);
        (void)plim_wire_put_text(&s->wire, s->book.value[i]);
    }
    tell_names(s, &s->book.tables);
    return true;
}

static void open_table(server *s)
{
    char *name;
    plim_error err = {0};
    if (!plim_wire_get_text(&s->wire, NAME_MOST, &name) || name == NULL)
        return;
    plim_file_table_close(&s->table);
    plim_status status = plim_file_table_open(&s->table, s->book.file, s->book.path, name, &err);
    plim_free(name);
    if (!tell(s, status, &err)) {
        plim_file_table_close(&s->table);
        return;
    }
    (void)plim_wire_put_number(&s->wire, s->table.n_rows);
    (void)plim_wire_put_number(&s->wire, s->table.n_columns);
    for (size_t i = 0; i < s->table.n_columns; i++)
        (void)plim_wire_put_text(&s->wire, s->table.columns[i].name);
}

static void choose_rows(server *s)
{
    uint64_t first, end, by_row;
    plim_free(s->group);
    s->group = NULL;
    if (!plim_wire_get_number(&s->wire, ROWS_MOST, &first) ||
        !plim_wire_get_number(&s->wire, ROWS_MOST, &end) ||
        !plim_wire_get_number(&s->wire, 1, &by_row))
        return;
    if (by_row && (s->group = plim_alloc((size_t)end, 1)) == NULL) {
        s->wire.broken = true;
        return;
    }
    if (by_row && first < end)
        (void)plim_wire_get(&s->wire, s->group + first, (size_t)(end - first));
    s->choice = (plim_row_choice){(size_t)first, (size_t)end, s->group, 1, 0};
}

/* ---- a column --------------------------------------------------------------------------- */

typedef struct column_request {
    size_t column;
    bool rows, chosen;
    bool described; /* kind, unit and description have been told */
    size_t size;    /* of texts that are told as they stand in the file; 0: labels and codes */
    H5T_str_t padding;
} column_request;

/* Their lengths first, then all their bytes: there may be as many as rows. */
static void tell_labels(server *s, const plim_names *labels)
{
    uint64_t total = 0;
    (void)plim_wire_put_number(&s->wire, labels->count);
    for (size_t i = 0; i < labels->count; i++) {
        uint32_t length = (uint32_t)strlen(labels->text[i]);
        (void)plim_wire_put(&s->wire, &length, sizeof length);
        total += length;
    }
    (void)plim_wire_put_number(&s->wire, total);
    for (size_t i = 0; i < labels->count; i++)
        (void)plim_wire_put(&s->wire, labels->text[i], strlen(labels->text[i]));
}

static void tell_cells(server *s, const plim_column *column)
{
    size_t n = column->n_rows;
    (void)plim_wire_put_number(&s->wire, n);
    if (column->kind == PLIM_COLUMN_NUMBER)
        (void)plim_wire_put_block(&s->wire, column->number, n * sizeof *column->number);
    else if (column->kind == PLIM_COLUMN_INTEGER)
        (void)plim_wire_put_block(&s->wire, column->integer, n * sizeof *column->integer);
    if (column->kind != PLIM_COLUMN_TEXT)
        return;
    (void)plim_wire_put_number(&s->wire, 0); /* labels and codes */
    tell_labels(s, &column->labels);
    (void)plim_wire_put_block(&s->wire, column->code, n * sizeof *column->code);
}

static bool tell_piece(server *s, column_request *request, const plim_file_rows *rows)
{
    plim_column column = {0};
    plim_error err = {0};
    plim_status status = plim_file_table_read(&s->table, request->column, rows, &column, &err);
    if (!tell(s, status, &err))
        return false;
    if (!request->described) {
        (void)plim_wire_put_number(&s->wire, (uint64_t)column.kind);
        (void)plim_wire_put_text(&s->wire, column.unit);
        (void)plim_wire_put_text(&s->wire, column.description);
        request->described = true;
        if (column.n_rows > 0)
            (void)tell(s, PLIM_OK, NULL);
    }
    if (column.n_rows > 0)
        tell_cells(s, &column);
    plim_column_free(&column);
    return plim_wire_flush(&s->wire); /* the other side works on it while the next one is read */
}

static void put_elements(server *s, const column_request *request, const char *elements, size_t n)
{
    size_t group = PLIM_CONFINED_GROUP(request->size);
    (void)plim_wire_put_number(&s->wire, n);
    (void)plim_wire_put_number(&s->wire, request->size);
    (void)plim_wire_put_number(&s->wire, (uint64_t)request->padding);
    for (size_t at = 0; at < n; at += group)
        (void)plim_wire_put_block(&s->wire, elements + at * request->size,
                                  (n - at < group ? n - at : group) * request->size);
}

/* Texts as they stand in the file: whoever asked makes labels of them. */
static bool tell_elements(server *s, column_request *request, const plim_row_choice *choice)
{
    plim_error err = {0};
    size_t n = choice != NULL ? choice->n : s->table.n_rows;
    if (!request->described && !tell_piece(s, request, &(plim_file_rows){false, NULL}))
        return false;
    char *elements = plim_resize(NULL, n, request->size);
    plim_status status = elements != NULL ? plim_file_table_elements(&s->table, request->column,
                                                                     choice, elements, &err)
                                          : plim_fail_memory(&err, "a text column");
    if (tell(s, status, &err))
        put_elements(s, request, elements, n);
    plim_free(elements);
    return status == PLIM_OK && plim_wire_flush(&s->wire);
}

static bool tell_rows(server *s, column_request *request, const plim_row_choice *choice)
{
    return request->size > 0 ? tell_elements(s, request, choice)
                             : tell_piece(s, request, &(plim_file_rows){true, choice});
}

/* Piece by piece, so that this process never holds a whole column. */
static bool tell_pieces(server *s, column_request *request, plim_error *err)
{
    plim_row_choice all = {.end = s->table.n_rows}, *of = request->chosen ? &s->choice : &all;
    size_t step;
    plim_status status = plim_file_table_piece(&s->table, request->column, &step, err);
    if (status == PLIM_OK)
        status = plim_file_table_elements_size(&s->table, request->column, &request->size,
                                               &request->padding, err);
    if (status != PLIM_OK)
        return tell(s, status, err);
    if (!request->chosen && s->table.n_rows <= step)
        return s->table.n_rows == 0 || tell_rows(s, request, NULL);
    for (size_t at = of->first / step * step; at < of->end; at += step) {
        plim_row_choice piece = *of;
        piece.first = at > of->first ? at : of->first;
        piece.end = at + step < of->end ? at + step : of->end;
        piece.n = plim_choice_count(of, piece.first, piece.end);
        if (piece.n > 0 && !tell_rows(s, request, &piece))
            return false;
    }
    return true;
}

static void read_column(server *s)
{
    uint64_t column, rows, chosen;
    plim_error err = {0};
    if (!plim_wire_get_number(&s->wire, UINT64_MAX, &column) ||
        !plim_wire_get_number(&s->wire, 1, &rows) || !plim_wire_get_number(&s->wire, 1, &chosen))
        return;
    if (column >= s->table.n_columns || (chosen && s->choice.end > s->table.n_rows)) {
        s->wire.broken = true;
        return;
    }
    column_request request = {.column = (size_t)column, .rows = rows, .chosen = chosen};
    if (rows && !tell_pieces(s, &request, &err))
        return;
    if (!request.described)
        (void)tell_piece(s, &request, &(plim_file_rows){false, NULL});
}

/* ----------------------------------------------------------------------------------------- */

/* Piece after piece takes as much memory as the one before: given back, it would have to be cleared
   again each time. */
static void keep_memory(void)
{
    enum { A_PIECE = 16 << 20 };
    (void)mallopt(M_MMAP_THRESHOLD, A_PIECE);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * A_PIECE);
}

void plim_confined_serve(void *path, int file, int socket, const plim_confinement *held)
{
    plim_memory_fail_at(0, 0); /* what a test does to the parent's memory is not about this */
    keep_memory();
    server *s = plim_alloc(1, sizeof *s);
    uint64_t call;
    if (s == NULL)
        return;
    s->wire.socket = socket;
    s->wire.area = held->shared;
    if (!begin(s, path, file, held))
        s->wire.broken = !plim_wire_flush(&s->wire) || true;
    while (plim_wire_flush(&s->wire) &&
           plim_wire_get_number(&s->wire, PLIM_CONFINED_COLUMN, &call)) {
        if (call == PLIM_CONFINED_TABLE)
            open_table(s);
        else if (call == PLIM_CONFINED_ROWS)
            choose_rows(s);
        else
            read_column(s);
    }
}

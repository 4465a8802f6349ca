#include "base/csv.h"

#include <string.h>

#include <csv.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/names.h"

/* What the callbacks of libcsv work on. Cells are first offsets into `bytes`, since that moves
   while it grows. */
typedef struct reader {
    const char *path;
    plim_csv *csv;
    plim_text bytes;
    size_t *offset, n_offsets, offset_capacity;
    size_t line_capacity;
    size_t row_line; /* where the row being read begins */
    size_t row_cells;
    size_t header_line;
    bool row_ended; /* in the line just parsed */
    bool header_done;
    const plim_csv_visitor *visitor; /* NULL: all rows are kept in `csv` */
    char **row;                      /* with a visitor: the cells of its row */
    size_t row_capacity;
    plim_error *err;
    plim_status status;
} reader;

static void fail_memory(reader *r)
{
    if (r->status == PLIM_OK)
        r->status = plim_fail_memory(r->err, r->path);
}

static void on_cell(void *bytes, size_t length, void *user)
{
    reader *r = user;
    if (r->status != PLIM_OK)
        return;
    void *offset = r->offset;
    if (plim_grow(&offset, &r->offset_capacity, r->n_offsets + 1, sizeof *r->offset) != 0) {
        fail_memory(r);
        return;
    }
    r->offset = offset;
    r->offset[r->n_offsets++] = r->bytes.length;
    r->row_cells++;
    plim_text_add_bytes(&r->bytes, bytes, length);
    plim_text_add_bytes(&r->bytes, "", 1);
    if (r->bytes.failed)
        fail_memory(r);
}

static plim_status check_header(const reader *r, char *const *header)
{
    plim_names seen = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < r->csv->n_columns && status == PLIM_OK; i++) {
        if (*header[i] == '\0')
            status = plim_fail(r->err, PLIM_INPUT, "%s: line %zu: column %zu has no name", r->path,
                               r->header_line, i + 1);
        else if (plim_names_find(&seen, header[i]) != PLIM_NO_NAME)
            status = plim_fail(r->err, PLIM_INPUT, "%s: line %zu: two columns are called '%s'",
                               r->path, r->header_line, header[i]);
        else
            status = plim_names_add(&seen, header[i], NULL, r->err);
    }
    plim_names_free(&seen);
    return status;
}

/* Shows the row just read and lets go of it. */
static plim_status visit_row(reader *r, bool is_header)
{
    void *row = r->row;
    if (plim_grow(&row, &r->row_capacity, r->n_offsets, sizeof *r->row) != 0)
        return plim_fail_memory(r->err, r->path);
    r->row = row;
    for (size_t i = 0; i < r->n_offsets; i++)
        r->row[i] = r->bytes.data + r->offset[i];
    plim_csv_row seen = {.line = r->row_line, .n_cells = r->n_offsets, .cell = r->row};
    if (is_header)
        PLIM_TRY(check_header(r, r->row));
    r->n_offsets = 0;
    r->bytes.length = 0;
    return r->visitor->visit(r->visitor->user, &seen, r->err);
}

static plim_status end_row(reader *r)
{
    plim_csv *csv = r->csv;
    if (!r->header_done) {
        r->header_done = true;
        r->header_line = r->row_line;
        csv->n_columns = r->row_cells;
        return r->visitor ? visit_row(r, true) : PLIM_OK;
    }
    if (r->row_cells != csv->n_columns)
        return plim_fail(r->err, PLIM_INPUT, "%s: line %zu: %zu cells, but the header has %zu",
                         r->path, r->row_line, r->row_cells, csv->n_columns);
    if (r->visitor)
        return visit_row(r, false);
    void *line = csv->line;
    if (plim_grow(&line, &r->line_capacity, csv->n_rows + 1, sizeof *csv->line) != 0)
        return plim_fail_memory(r->err, r->path);
    csv->line = line;
    csv->line[csv->n_rows++] = r->row_line;
    return PLIM_OK;
}

static void on_row(int end, void *user)
{
    (void)end;
    reader *r = user;
    if (r->status == PLIM_OK)
        r->status = end_row(r);
    r->row_cells = 0;
    r->row_ended = true;
}

static plim_status fail_parse(reader *r, struct csv_parser *parser, size_t line)
{
    if (r->status != PLIM_OK)
        return r->status;
    if (csv_error(parser) == CSV_ENOMEM)
        return plim_fail_memory(r->err, r->path);
    return plim_fail(r->err, PLIM_INPUT,
                     "%s: line %zu: a double quote within a cell; write the whole cell in double "
                     "quotes and double the ones inside it",
                     r->path, line);
}

/* Length of the line that begins at `text`, its end ("\n", "\r\n" or "\r") included. */
static size_t line_length(const char *text, size_t left)
{
    size_t at = 0;
    while (at < left && text[at] != '\n' && text[at] != '\r')
        at++;
    if (at < left && text[at] == '\r' && at + 1 < left && text[at + 1] == '\n')
        at++;
    return at < left ? at + 1 : left;
}

/* Nothing but blanks: libcsv skips such a line unless it stands within quotes. */
static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            return false;
    return true;
}

/* Feeds the parser line by line, so that each row's line in the file is known although a quoted
   cell may hold line ends. */
static plim_status parse_lines(reader *r, struct csv_parser *parser, const char *text,
                               size_t length)
{
    bool open = false; /* a row has begun and not ended */
    size_t line = 0;
    while (length > 0) {
        size_t step = line_length(text, length);
        line++;
        if (!open)
            r->row_line = line;
        r->row_ended = false;
        if (csv_parse(parser, text, step, on_cell, on_row, r) != step || r->status != PLIM_OK)
            return fail_parse(r, parser, line);
        open = !r->row_ended && (open || !is_blank(text, step));
        text += step;
        length -= step;
    }
    if (csv_fini(parser, on_cell, on_row, r) != 0)
        return plim_fail(r->err, PLIM_INPUT,
                         "%s: line %zu: a double quote that is never closed begins in this row",
                         r->path, r->row_line);
    return r->status;
}

static void *parser_realloc(void *old, size_t size)
{
    return plim_resize(old, size, 1);
}

static plim_status parse(reader *r, const char *text, size_t length)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return plim_fail_memory(r->err, r->path);
    csv_set_realloc_func(&parser, parser_realloc);
    csv_set_free_func(&parser, plim_free);
    plim_status status = parse_lines(r, &parser, text, length);
    csv_free(&parser);
    return status;
}

/* Line (1-based) of the first byte that is not UTF-8 or is zero; 0 if all are fine. */
static size_t bad_line(const char *text, size_t length)
{
    if (plim_utf8_valid(text, length) && memchr(text, '\0', length) == NULL)
        return 0;
    for (size_t line = 1; length > 0; line++) {
        size_t step = line_length(text, length);
        if (!plim_utf8_valid(text, step) || memchr(text, '\0', step) != NULL)
            return line;
        text += step;
        length -= step;
    }
    return 1;
}

/* Turns offsets into pointers: the header first, then the cells row by row. */
static plim_status make_cells(reader *r)
{
    plim_csv *csv = r->csv;
    char **all = plim_alloc(r->n_offsets, sizeof *all);
    if (all == NULL)
        return plim_fail_memory(r->err, r->path);
    for (size_t i = 0; i < r->n_offsets; i++)
        all[i] = r->bytes.data + r->offset[i];
    csv->header = all;
    csv->cell = all + csv->n_columns;
    csv->storage = r->bytes.data;
    r->bytes = (plim_text){0};
    return PLIM_OK;
}

static plim_status read_text(reader *r, const char *text, size_t length)
{
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    size_t line = bad_line(text, length);
    if (line > 0)
        return plim_fail(r->err, PLIM_INPUT,
                         "%s: line %zu is not UTF-8 text; save the file as \"CSV UTF-8\"", r->path,
                         line);
    PLIM_TRY(parse(r, text, length));
    if (!r->header_done)
        return plim_fail(r->err, PLIM_INPUT, "%s: is empty; a header line is needed", r->path);
    if (r->visitor)
        return PLIM_OK;
    PLIM_TRY(make_cells(r));
    return check_header(r, r->csv->header);
}

plim_status plim_csv_parse(const char *path, const char *text, size_t length, plim_csv *out,
                           plim_error *err)
{
    *out = (plim_csv){0};
    reader r = {.path = path, .csv = out, .err = err};
    plim_status status = read_text(&r, text, length);
    plim_free(r.offset);
    plim_text_free(&r.bytes);
    if (status != PLIM_OK)
        plim_csv_free(out);
    return status;
}

plim_status plim_csv_scan(const char *path, const char *text, size_t length,
                          const plim_csv_visitor *visitor, plim_error *err)
{
    plim_csv shape = {0};
    reader r = {.path = path, .csv = &shape, .visitor = visitor, .err = err};
    plim_status status = read_text(&r, text, length);
    plim_free(r.row);
    plim_free(r.offset);
    plim_text_free(&r.bytes);
    return status;
}

plim_status plim_csv_read(const char *path, plim_csv *out, plim_error *err)
{
    char *text = NULL;
    size_t length = 0;
    *out = (plim_csv){0};
    PLIM_TRY(plim_file_read(path, SIZE_MAX / 4, &text, &length, err));
    plim_status status = plim_csv_parse(path, text, length, out, err);
    plim_free(text);
    return status;
}

void plim_csv_free(plim_csv *csv)
{
    plim_free(csv->header); /* `cell` lies in the same block */
    plim_free(csv->line);
    plim_free(csv->storage);
    *csv = (plim_csv){0};
}

void plim_csv_add_cell(plim_text *out, const char *cell)
{
    size_t length = strlen(cell);
    bool blank_ends = length > 0 && (cell[0] == ' ' || cell[0] == '\t' || cell[length - 1] == ' ' ||
                                     cell[length - 1] == '\t');
    if (!blank_ends && cell[strcspn(cell, ",\"\r\n")] == '\0') {
        plim_text_add_bytes(out, cell, length);
        return;
    }
    plim_text_add(out, "\"");
    while (*cell != '\0') {
        size_t plain = strcspn(cell, "\"");
        plim_text_add_bytes(out, cell, plain);
        cell += plain;
        if (*cell == '"') {
            plim_text_add(out, "\"\"");
            cell++;
        }
    }
    plim_text_add(out, "\"");
}

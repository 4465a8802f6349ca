#include "base/rows.h"

#include "base/memory.h"

#include <string.h>

#include <csv.h>

/* What the callbacks of libcsv work on: cells are offsets into `bytes`, which moves as it grows. */
typedef struct reading {
    const char *path;
    const plim_dialect *dialect;
    const plim_csv_visitor *visitor;
    struct csv_parser parser;
    plim_text bytes;
    size_t *offset, n_cells, offset_capacity;
    char **cell;
    size_t cell_capacity;
    size_t line, row_line; /* being read; where the row began */
    bool row_ended, open, after_return;
    plim_text rest; /* of a line that the piece before cut */
    plim_error *err;
    plim_status status;
} reading;

static void on_cell(void *bytes, size_t length, void *user)
{
    reading *r = user;
    void *offset = r->offset;
    if (r->status != PLIM_OK)
        return;
    if (plim_grow(&offset, &r->offset_capacity, r->n_cells + 1, sizeof *r->offset) != 0) {
        r->status = plim_fail_memory(r->err, r->path);
        return;
    }
    r->offset = offset;
    r->offset[r->n_cells++] = r->bytes.length;
    plim_text_add_bytes(&r->bytes, bytes, length);
    plim_text_add_bytes(&r->bytes, "", 1);
    if (r->bytes.failed)
        r->status = plim_fail_memory(r->err, r->path);
}

static plim_status show(reading *r)
{
    void *cell = r->cell;
    if (plim_grow(&cell, &r->cell_capacity, r->n_cells + 1, sizeof *r->cell) != 0)
        return plim_fail_memory(r->err, r->path);
    r->cell = cell;
    for (size_t i = 0; i < r->n_cells; i++)
        r->cell[i] = r->bytes.data + r->offset[i];
    plim_csv_row row = {r->row_line, r->n_cells, r->cell};
    return r->visitor->visit(r->visitor->user, &row, r->err);
}

static void on_row(int end, void *user)
{
    reading *r = user;
    (void)end;
    if (r->status == PLIM_OK && r->n_cells > 0)
        r->status = show(r);
    r->n_cells = 0;
    r->bytes.length = 0;
    r->row_ended = true;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            return false;
    return true;
}

/* Lines of a row at most: else a quote that is never closed would swallow the rest of the file. */
enum { LONGEST_ROW = 10000 };

static plim_status fail_open(const reading *r)
{
    return plim_fail(r->err, PLIM_INPUT,
                     "%s: line %zu: a double quote that is never closed begins in this row",
                     r->path, r->row_line);
}

/* One line with its end: fed alone so that each row's line is known although cells may hold line
   ends. */
static plim_status feed(reading *r, const char *text, size_t length)
{
    r->line++;
    if (r->line < r->dialect->header_line)
        return PLIM_OK;
    if (!r->open)
        r->row_line = r->line;
    r->row_ended = false;
    if (csv_parse(&r->parser, text, length, on_cell, on_row, r) != length && r->status == PLIM_OK)
        return plim_fail_memory(r->err, r->path);
    PLIM_TRY(r->status);
    r->open = !r->row_ended && (r->open || !is_blank(text, length));
    if (r->open && r->line - r->row_line > LONGEST_ROW)
        return fail_open(r);
    return PLIM_OK;
}

/* Length of the first line of the text with its end, "\n", "\r\n" or "\r"; 0 if its end is not
   known yet. */
static size_t line_length(const char *text, size_t length)
{
    const char *end = memchr(text, '\n', length);
    size_t until = end != NULL ? (size_t)(end - text) : length;
    const char *back = memchr(text, '\r', until);
    if (back == NULL || back + 1 == end)
        return end != NULL ? until + 1 : 0;
    return (size_t)(back - text) + 1 < length ? (size_t)(back - text) + 1 : 0;
}

static plim_status feed_lines(reading *r, const char *text, size_t length)
{
    size_t step;
    if (r->rest.length > 0) {
        /* the end of the line that was cut */
        const char *end = memchr(text, '\n', length);
        size_t more = end != NULL ? (size_t)(end - text) + 1 : length;
        plim_text_add_bytes(&r->rest, text, more);
        if (r->rest.failed)
            return plim_fail_memory(r->err, r->path);
        text += more;
        length -= more;
        size_t at = 0;
        while ((step = line_length(r->rest.data + at, r->rest.length - at)) > 0) {
            PLIM_TRY(feed(r, r->rest.data + at, step));
            at += step;
        }
        memmove(r->rest.data, r->rest.data + at, r->rest.length - at);
        r->rest.length -= at;
    }
    while (length > 0 && (step = line_length(text, length)) > 0) {
        PLIM_TRY(feed(r, text, step));
        text += step;
        length -= step;
    }
    plim_text_add_bytes(&r->rest, text, length);
    return r->rest.failed ? plim_fail_memory(r->err, r->path) : PLIM_OK;
}

static plim_status read_all(reading *r, plim_decoder *decoder)
{
    const char *text = NULL;
    size_t length = 0;
    do {
        PLIM_TRY(plim_decoder_next(decoder, &text, &length, r->err));
        PLIM_TRY(feed_lines(r, text, length));
    } while (length > 0);
    if (r->rest.length > 0) {
        plim_text_add(&r->rest, "\n"); /* so that only a quote can keep the last row open */
        if (r->rest.failed)
            return plim_fail_memory(r->err, r->path);
        PLIM_TRY(feed(r, r->rest.data, r->rest.length));
    }
    if (r->open)
        return fail_open(r);
    if (r->line < r->dialect->header_line || r->line == 0)
        return plim_fail(r->err, PLIM_INPUT,
                         "%s: has %zu lines, and its header is expected in line %zu", r->path,
                         r->line, r->dialect->header_line);
    return PLIM_OK;
}

static void *parser_realloc(void *old, size_t size)
{
    return plim_resize(old, size, 1);
}

plim_status plim_rows_read(const char *path, const plim_dialect *dialect,
                           const plim_csv_visitor *visitor, plim_error *err)
{
    plim_decoder *decoder = NULL;
    reading r = {.path = path, .dialect = dialect, .visitor = visitor, .err = err};
    if (csv_init(&r.parser, 0) != 0)
        return plim_fail_memory(err, path);
    csv_set_realloc_func(&r.parser, parser_realloc);
    csv_set_free_func(&r.parser, plim_free);
    csv_set_delim(&r.parser, (unsigned char)dialect->separator);
    plim_status status = plim_decoder_open(&decoder, path, dialect->encoding, err);
    if (status == PLIM_OK)
        status = read_all(&r, decoder);
    plim_decoder_close(decoder);
    csv_free(&r.parser);
    plim_text_free(&r.bytes);
    plim_text_free(&r.rest);
    plim_free(r.offset);
    plim_free(r.cell);
    return status;
}

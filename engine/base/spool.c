#include "base/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file_place.h"
#include "base/memory.h"
#include "base/text.h"

/* Where a column of a piece lies. */
typedef struct stretch {
    uint64_t cells;               /* offset of the cells */
    uint64_t labels, label_bytes; /* of texts: the labels, each with its zero byte */
    size_t n_labels, width;
} stretch;

typedef struct piece {
    const plim_table_spec *spec;
    size_t n_rows;
    stretch *column; /* one a field */
} piece;

struct plim_spool {
    int file;
    char *folder; /* for messages */
    uint64_t end;
    piece *pieces;
    size_t count, capacity;
};

/* ---- the file --------------------------------------------------------------------------- */

static plim_status failed(const plim_spool *spool, const char *what, plim_error *err)
{
    return plim_place_fail(err, spool->folder, what);
}

static plim_status put(plim_spool *spool, const void *bytes, size_t length, plim_error *err)
{
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = pwrite(spool->file, from, length, (off_t)spool->end);
        if (done < 0 && errno == EINTR)
            continue;
        if (done == 0)
            errno = ENOSPC;
        if (done <= 0)
            return failed(spool, "a temporary file cannot be written", err);
        from += done;
        length -= (size_t)done;
        spool->end += (uint64_t)done;
    }
    return PLIM_OK;
}

static plim_status get(const plim_spool *spool, uint64_t at, void *bytes, size_t length,
                       plim_error *err)
{
    char *to = bytes;
    while (length > 0) {
        ssize_t done = pread(spool->file, to, length, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done == 0)
            errno = EIO; /* what was written is not there any more */
        if (done <= 0)
            return failed(spool, "a temporary file cannot be read", err);
        to += done;
        length -= (size_t)done;
        at += (uint64_t)done;
    }
    return PLIM_OK;
}

/* A file of our own that loses its name at once. */
static plim_status open_file(plim_spool *spool, const char *near, plim_error *err)
{
    plim_place_on_disk at = {NULL, NULL};
    plim_text path = {0};
    plim_text_format(&path, "%s.rows", near);
    plim_status status = path.failed ? plim_fail_memory(err, near) : PLIM_OK;
    if (status == PLIM_OK)
        status = plim_place_init(&at, plim_text_get(&path), err);
    if (status == PLIM_OK)
        status = plim_place_open(plim_text_get(&path), &at, &spool->file, err);
    if (status == PLIM_OK) {
        (void)unlink(at.temporary);
        spool->folder = at.folder;
        at.folder = NULL;
    }
    plim_place_free(&at);
    plim_text_free(&path);
    return status;
}

plim_status plim_spool_open(plim_spool **out, const char *near, plim_error *err)
{
    *out = NULL;
    plim_spool *spool = plim_alloc(1, sizeof *spool);
    if (spool == NULL)
        return plim_fail_memory(err, "a temporary file");
    spool->file = -1;
    plim_status status = open_file(spool, near, err);
    if (status == PLIM_OK)
        *out = spool;
    else
        plim_spool_close(spool);
    return status;
}

/* ---- writing ---------------------------------------------------------------------------- */

static plim_status put_labels(plim_spool *spool, stretch *at, const plim_names *labels,
                              plim_error *err)
{
    plim_text bytes = {0};
    at->labels = spool->end;
    at->n_labels = labels->count;
    for (size_t l = 0; l < labels->count; l++) {
        size_t length = strlen(labels->text[l]);
        plim_text_add_bytes(&bytes, labels->text[l], length + 1);
        at->width = length > at->width ? length : at->width;
    }
    at->label_bytes = bytes.length;
    plim_status status = bytes.failed ? plim_fail_memory(err, "a temporary file")
                                      : put(spool, bytes.data, bytes.length, err);
    plim_text_free(&bytes);
    return status;
}

static plim_status put_column(plim_spool *spool, stretch *at, const plim_table *table, size_t f,
                              plim_error *err)
{
    const plim_table_column *column = &table->columns[f];
    size_t n = table->n_rows;
    at->cells = spool->end;
    switch (table->spec->fields[f].kind) {
    case PLIM_CELL_TEXT:
        PLIM_TRY(put(spool, column->code, n * sizeof *column->code, err));
        return put_labels(spool, at, &column->labels, err);
    case PLIM_CELL_INT:
    case PLIM_CELL_FEN:
        return put(spool, column->integer, n * sizeof *column->integer, err);
    default:
        return put(spool, column->number, n * sizeof *column->number, err);
    }
}

plim_status plim_spool_add(plim_spool *spool, const plim_table *table, uint32_t *number,
                           plim_error *err)
{
    void *pieces = spool->pieces;
    if (plim_grow(&pieces, &spool->capacity, spool->count + 1, sizeof *spool->pieces) != 0)
        return plim_fail_memory(err, "a temporary file");
    spool->pieces = pieces;
    piece *p = &spool->pieces[spool->count];
    *p = (piece){table->spec, table->n_rows, plim_alloc(table->spec->n_fields, sizeof *p->column)};
    if (p->column == NULL)
        return plim_fail_memory(err, "a temporary file");
    *number = (uint32_t)spool->count++;
    for (size_t f = 0; f < table->spec->n_fields; f++)
        PLIM_TRY(put_column(spool, &p->column[f], table, f, err));
    return PLIM_OK;
}

/* ---- reading ---------------------------------------------------------------------------- */

size_t plim_spool_rows(const plim_spool *spool, uint32_t number)
{
    return spool->pieces[number].n_rows;
}

void plim_spool_labels(const plim_spool *spool, uint32_t number, size_t field, size_t *n_labels,
                       size_t *width)
{
    *n_labels = spool->pieces[number].column[field].n_labels;
    *width = spool->pieces[number].column[field].width;
}

static plim_status get_labels(const plim_spool *spool, const stretch *at, plim_names *labels,
                              plim_error *err)
{
    char *bytes = plim_alloc(at->label_bytes + 1, 1);
    if (bytes == NULL)
        return plim_fail_memory(err, "a temporary file");
    plim_status status = get(spool, at->labels, bytes, at->label_bytes, err);
    const char *text = bytes;
    for (size_t l = 0; l < at->n_labels && status == PLIM_OK; l++, text += strlen(text) + 1)
        status = plim_names_add(labels, text, NULL, err);
    plim_free(bytes);
    return status;
}

static plim_status get_column(const plim_spool *spool, const piece *p, size_t field,
                              plim_table_column *out, plim_error *err)
{
    plim_cell_kind kind = p->spec->fields[field].kind;
    const stretch *at = &p->column[field];
    bool text = kind == PLIM_CELL_TEXT;
    size_t size = text ? sizeof *out->code : sizeof *out->number;
    void *cells = plim_alloc(p->n_rows, size);
    if (cells == NULL)
        return plim_fail_memory(err, "a temporary file");
    if (text)
        out->code = cells;
    else if (kind == PLIM_CELL_INT || kind == PLIM_CELL_FEN)
        out->integer = cells;
    else
        out->number = cells;
    PLIM_TRY(get(spool, at->cells, cells, p->n_rows * size, err));
    return text ? get_labels(spool, at, &out->labels, err) : PLIM_OK;
}

plim_status plim_spool_column(const plim_spool *spool, uint32_t number, size_t field,
                              plim_table_column *out, plim_error *err)
{
    *out = (plim_table_column){0};
    plim_status status = get_column(spool, &spool->pieces[number], field, out, err);
    if (status != PLIM_OK)
        plim_spool_column_free(out);
    return status;
}

void plim_spool_column_free(plim_table_column *column)
{
    plim_free(column->integer);
    plim_free(column->number);
    plim_free(column->code);
    plim_names_free(&column->labels);
    *column = (plim_table_column){0};
}

void plim_spool_close(plim_spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->file >= 0)
        (void)close(spool->file);
    for (size_t i = 0; i < spool->count; i++)
        plim_free(spool->pieces[i].column);
    plim_free(spool->pieces);
    plim_free(spool->folder);
    plim_free(spool);
}

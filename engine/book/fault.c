#include "book/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "book/columns.h"

enum { SHOWN_BYTES = 80 }; /* of a text that a message quotes */

bool plim_faults_open(const plim_faults *faults)
{
    return faults->count < PLIM_FAULTS_SHOWN;
}

/* The CSV file of a table, or NULL. */
static const plim_row_lines *lines_of(const plim_faults *faults, const char *table)
{
    const plim_book_table *known = plim_book_table_find(table);
    if (faults->lines == NULL || known == NULL)
        return NULL;
    const plim_row_lines *lines = &faults->lines[known - plim_book_tables];
    return lines->file != NULL ? lines : NULL;
}

int plim_shown(const char *text)
{
    size_t length = strlen(text);
    return (int)(length <= SHOWN_BYTES ? length : plim_utf8_cut(text, SHOWN_BYTES));
}

size_t plim_faults_row(const plim_faults *faults, const char *table, size_t row)
{
    const plim_source *source = faults->source;
    return source != NULL && source->row_of != NULL ? source->row_of(source, table, row) : row;
}

static void add_place(plim_faults *faults, const plim_place *place)
{
    plim_text *text = &faults->text;
    const plim_row_lines *lines = place != NULL ? lines_of(faults, place->table) : NULL;
    if (lines != NULL) {
        plim_text_add(text, lines->file);
        if (place->row != PLIM_NO_ROW)
            plim_text_format(text, ":%zu", lines->line[place->row]);
        if (place->column != NULL)
            plim_text_format(text, ": column %s", place->column);
    } else {
        /* Only the first line names the book: all faults of a check are of one book. */
        if (faults->count == 0)
            plim_text_format(text, "%s: ", faults->book);
        if (place == NULL)
            return;
        plim_text_add(text, place->table);
        if (place->column != NULL)
            plim_text_format(text, ".%s", place->column);
        if (place->row != PLIM_NO_ROW)
            plim_text_format(text, ", row %zu", plim_faults_row(faults, place->table, place->row));
    }
    if (place->id != NULL && place->id[0] != '\0')
        plim_text_format(text, ", id %.*s", plim_shown(place->id), place->id);
    plim_text_add(text, ": ");
}

void plim_faults_add(plim_faults *faults, const plim_place *place, const char *format, ...)
{
    if (plim_faults_open(faults)) {
        if (faults->count > 0)
            plim_text_add(&faults->text, "\n  ");
        add_place(faults, place);
        char words[512];
        va_list rest;
        va_start(rest, format);
        int length = vsnprintf(words, sizeof words, format, rest);
        va_end(rest);
        if (length > 0)
            plim_text_add_bytes(&faults->text, words, plim_utf8_cut(words, strlen(words)));
    }
    faults->count++;
}

plim_status plim_faults_finish(plim_faults *faults, plim_error *err)
{
    plim_status status = PLIM_OK;
    if (faults->text.failed) {
        status = plim_fail_memory(err, "the list of faults");
    } else if (faults->count > PLIM_FAULTS_SHOWN) {
        status = plim_fail(err, PLIM_INPUT, "%s\n  and %zu more faults",
                           plim_text_get(&faults->text), faults->count - PLIM_FAULTS_SHOWN);
    } else if (faults->count > 0) {
        status = plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&faults->text));
    }
    plim_text_free(&faults->text);
    *faults = (plim_faults){.book = faults->book, .lines = faults->lines};
    return status;
}

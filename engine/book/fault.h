/* Collects what is wrong with a book, so that a check reports all of it at once. */
#ifndef PLIM_BOOK_FAULT_H
#define PLIM_BOOK_FAULT_H

#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define PLIM_FAULTS_SHOWN 20

/* Where the rows of a table come from when that is a CSV file: messages then name file and line. */
typedef struct plim_row_lines {
    const char *file;   /* NULL: the table is in the book file itself */
    const size_t *line; /* one a row */
} plim_row_lines;

/* Zero-initialise but for `book` and, if there are any, `lines`. */
typedef struct plim_faults {
    const char *book;            /* path, for messages; not owned */
    const plim_row_lines *lines; /* one a table of plim_book_tables, or NULL; not owned */
    const plim_source *source;   /* tells rows of the file where it gives a part; or NULL */
    size_t count;
    plim_text text;
} plim_faults;

#define PLIM_NO_ROW ((size_t)-1)

/* Any of column, row and id may be absent (NULL, PLIM_NO_ROW, NULL or ""). */
typedef struct plim_place {
    const char *table;
    const char *column;
    size_t row;
    const char *id;
} plim_place;

/* True while another fault would still be shown: callers spare themselves the words otherwise. */
bool plim_faults_open(const plim_faults *faults);
/* Counts a fault; the first PLIM_FAULTS_SHOWN are worded. `place` NULL: the book as a whole. Rows
   count from 0, as in references and in h5py. */
void plim_faults_add(plim_faults *faults, const plim_place *place, const char *format, ...)
    PLIM_PRINTF(3, 4);
/* The row of the file that a row of the table at hand is. */
size_t plim_faults_row(const plim_faults *faults, const char *table, size_t row);
/* How many bytes of a text from a book a message quotes: for "%.*s". Never cuts a character. */
int plim_shown(const char *text);
/* PLIM_OK without faults; else one message, a line a fault, and PLIM_INPUT. Releases the text. */
PLIM_NODISCARD plim_status plim_faults_finish(plim_faults *faults, plim_error *err);

#endif

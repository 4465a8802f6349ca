/* A loan book that a confined child reads, as the parts of the source share it. Private to
 * confined_book.c and confined_column.c. */
#ifndef PLIM_STORE_CONFINED_PARTS_H
#define PLIM_STORE_CONFINED_PARTS_H

#include <sys/types.h>

#include "store/book_file.h"
#include "store/store.h"
#include "store/wire.h"

enum { PLIM_CONFINED_TEXT_MOST = 1 << 26 }; /* bytes of a cell, an attribute or a name */

typedef struct plim_confined_book {
    plim_book_file file; /* no file, but path, attributes and tables */
    plim_store_limits limits;
    pid_t child; /* 0: it is gone */
    plim_wire wire;
    plim_error why; /* it is gone */
    char *table;    /* that the child has open, or NULL */
    size_t n_rows;
    plim_names columns;
    const plim_row_choice *choice; /* of the rows that are asked for; NULL: all */
} plim_confined_book;

/* PLIM_INPUT: the child said what can't be; or, having died, nothing more. */
PLIM_NODISCARD plim_status plim_confined_give_up(plim_confined_book *book, plim_error *err);
/* The outcome of a request: the child's own refusal is passed on. */
PLIM_NODISCARD plim_status plim_confined_outcome(plim_confined_book *book, plim_error *err);
/* From here on the child works on a request that concerns so many rows. */
void plim_confined_give_time(const plim_confined_book *book, size_t rows);
/* Column i of the open table, which has been asked for, with as many rows as were wanted. */
PLIM_NODISCARD plim_status plim_confined_get_column(plim_confined_book *book, size_t i,
                                                    size_t n_rows, plim_column *out,
                                                    plim_error *err);

#endif

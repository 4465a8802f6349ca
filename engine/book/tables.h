/* The tables of a loan book in memory: what a generator or an import makes and store/ writes. */
#ifndef PLIM_BOOK_TABLES_H
#define PLIM_BOOK_TABLES_H

#include "base/column.h"

/* In the order of plim_book_tables (book/columns.h). */
typedef enum plim_book_table_index {
    PLIM_BOOK_BANKS,
    PLIM_BOOK_BORROWERS,
    PLIM_BOOK_LOANS,
    PLIM_BOOK_COLLATERAL,
    PLIM_BOOK_SITES,
    PLIM_BOOK_INSURANCE,
    PLIM_BOOK_EXCLUDED,
    PLIM_BOOK_TABLE_COUNT,
} plim_book_table_index;

/* Tables of a book, ready for plim_store_write_book (store/). Zero-initialise. */
typedef struct plim_book_tables_data {
    char as_of[16], currency[16];
    plim_frame banks, borrowers, loans, collateral, sites, insurance, excluded;
} plim_book_tables_data;

/* The frame of a table. */
plim_frame *plim_book_tables_data_frame(plim_book_tables_data *data, plim_book_table_index table);
/* Releases all frames and zeroes the struct. */
void plim_book_tables_data_free(plim_book_tables_data *data);

#endif

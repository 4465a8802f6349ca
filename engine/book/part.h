/* One book as read and checked, or several pooled, before it is sorted. Private to the room. */
#ifndef PLIM_BOOK_PART_H
#define PLIM_BOOK_PART_H

#include "base/column.h"
#include "book/tables.h"

/* In frames ids and references are TEXT. Rows are in the order of the file. */
typedef struct plim_book_part {
    const char *path; /* not owned */
    char as_of[16], currency[16];
    int64_t as_of_days;
    plim_frame table[PLIM_BOOK_TABLE_COUNT];
    uint64_t *borrower_key;    /* plim_digest_key of the id; NULL where books were pooled */
    uint32_t *loan_borrower;   /* row of borrowers */
    uint32_t *loan_bank;       /* row of banks */
    int64_t *balance_fen;      /* of a loan */
    int64_t *exposure_fen;     /* of a loan: balance + ccf x undrawn, rounded once */
    uint32_t *collateral_loan; /* row of loans, PLIM_NO_NAME when not stated */
    uint32_t *collateral_site; /* row of sites that is the place of the piece, or PLIM_NO_NAME */
    double *collateral_share;  /* of the piece's value that counts for the loan; see book.h */
    uint32_t *site_borrower;   /* row of borrowers, PLIM_NO_NAME for a site of collateral */
    uint32_t *policy_borrower; /* row of borrowers */
    uint32_t *excluded_bank;   /* row of banks, PLIM_NO_NAME when booked to none */
} plim_book_part;

/* The columns of each table that are needed beyond the check, by name. NULL: all. Ids are always
   kept, and what else rows are sorted by. */
typedef struct plim_book_keep {
    const plim_names *of[PLIM_BOOK_TABLE_COUNT];
} plim_book_keep;
bool plim_book_keeps(const plim_book_keep *keep, int table, const char *column);
/* Lets go of all columns of a checked part that are not kept. */
void plim_book_part_slim(plim_book_part *part, const plim_book_keep *keep);

/* Does something with one column: part->table[table].columns[column]. */
typedef plim_status (*plim_column_work)(void *user, int table, size_t column, plim_error *err);
/* The same with every column of every table, in any order, on all threads where rows are many. */
PLIM_NODISCARD plim_status plim_book_part_each_column(const plim_book_part *part,
                                                      plim_column_work work, void *user,
                                                      plim_error *err);

/* id of a row, or NULL where the table has no (text) ids. */
const char *plim_frame_id(const plim_frame *frame, size_t row);
void plim_book_part_free(plim_book_part *part);

#endif

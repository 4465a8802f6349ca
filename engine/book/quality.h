/* How much of each bank's balance stands on what is reported, estimated, proxied or missing, column
 * by column, and a data-quality score. For any checked book, with or without columns of sources. */
#ifndef PLIM_BOOK_QUALITY_H
#define PLIM_BOOK_QUALITY_H

#include "base/table.h"
#include "book/book.h"
#include "book/origin.h"

/* Balance of one bank by the origin of one column, in fen. */
typedef struct plim_quality_cell {
    plim_int128 fen[PLIM_ORIGIN_COUNT];
    plim_int128 score_milli, scored_fen; /* sum of balance x 1000 x score; of what has a score */
} plim_quality_cell;

/* Grows book by book: zero-initialise, add each, make the table, free. */
typedef struct plim_quality {
    plim_names banks;
    plim_names columns;          /* "table.column" */
    plim_quality_cell *cells;    /* bank x PLIM_QUALITY_COLUMNS + column */
    uint64_t *loans, *borrowers; /* of a bank */
    plim_int128 *balance_fen;
    size_t cell_capacity, loan_capacity, borrower_capacity, balance_capacity;
} plim_quality;

#define PLIM_QUALITY_COLUMNS 1024 /* most columns of all books together; more is PLIM_INPUT */

/* Origin of a cell: missing without a value; else what the column NAME_source says (for scope1 and
 * scope2 emission_source, where they have none of their own); reported where there is none. A value
 * of a borrower counts for the balance of its loans at the bank, one of collateral for loans with a
 * piece that states it, one of the bank for all its loans.
 *
 * Score of pd, lgd, scope1 and scope2, weighted by balance, from 1 (best) to 5, after the ladder of
 * PCAF (Global GHG Accounting Standard): 1 reported, 3 estimated, 4 proxied, 5 missing. Emissions
 * that are there: emission_quality where stated, else 2 for reported ones, as nobody says that they
 * are verified. Households have no emissions: they are left out of these scores.
 *
 * PLIM_INPUT: a bank that another book has, too. */
PLIM_NODISCARD plim_status plim_quality_add(plim_quality *quality, const plim_book *book,
                                            plim_error *err);

/* bank, table, column, reported, estimated, proxied, missing (shares of balance), rows, balance,
 * score. By bank, then in the order of the schema; the last row of a bank, column `data_quality`,
 * is the mean of its scores of pd, lgd and emissions (the mean of scope 1 and 2). Several banks:
 * then all together, as bank `*`. Columns that a book lacks are missing there; scope1 and scope2
 * always stand in the table. PLIM_INPUT: a sum beyond int64 fen. */
extern const plim_table_spec plim_quality_spec;
PLIM_NODISCARD plim_status plim_quality_table(plim_table *out, const plim_quality *quality,
                                              plim_error *err);
void plim_quality_free(plim_quality *quality);

#endif

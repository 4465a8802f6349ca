/* A loan book, or several books pooled, checked and in canonical order: what everything below works
 * on. Banks and borrowers are sorted by id (bytes), loans by borrower, then bank, then id,
 * collateral by loan and id, sites by borrower and id (those of collateral after all others, by its
 * id and theirs), policies by borrower and id, so that no result depends on the order of rows or
 * files. */
#ifndef PLIM_BOOK_BOOK_H
#define PLIM_BOOK_BOOK_H

#include "base/column.h"
#include "base/money.h"
#include "base/source.h"
#include "book/columns.h"
#include "book/conflicts.h"

#include <stdbool.h>

typedef enum plim_conflict { PLIM_CONFLICT_REFUSE, PLIM_CONFLICT_WEIGHTED } plim_conflict;

typedef struct plim_book {
    char *paths;    /* of the books pooled, for messages: "a.book.h5, b.book.h5" */
    char as_of[16]; /* ISO date */
    int64_t as_of_days;
    char currency[16];

    /* All columns as read (numbers as double, missing NaN), in canonical row order. A column that
       only some of the pooled books have is missing in the others' rows. */
    plim_frame banks, borrowers, loans, collateral, sites, insurance, excluded;

    /* Checked views, one entry a row of the frame. */
    uint64_t *borrower_key;  /* plim_digest_key of the id: draws are keyed by it */
    uint32_t *loan_borrower; /* row of borrowers */
    uint32_t *loan_bank;     /* row of banks */
    int64_t *balance_fen;
    int64_t *exposure_fen; /* balance + ccf x undrawn, rounded once; missing ccf or undrawn is 0 */
    uint8_t
        *loan_defaulted;  /* at as_of: class 3-5, over 90 days overdue, or the borrower's pd = 1 */
    uint8_t *loan_class;  /* 1-5, 0 when not stated */
    uint32_t *first_loan; /* n_borrowers + 1: b has loans [first_loan[b], first_loan[b + 1]) */
    int64_t *control_total_fen;    /* a bank; PLIM_FEN_EMPTY when not stated */
    int64_t *excluded_fen;         /* a bank: sum of the rows of `excluded` booked to it */
    int64_t excluded_unbooked_fen; /* rows of `excluded` that no bank is known for */

    /* What secures a loan. A piece of collateral is what rows of one id in one book are together; a
       row without id is a piece of its own. */
    uint32_t *collateral_loan;  /* row of loans; PLIM_NO_NAME when not stated */
    uint32_t *first_collateral; /* n_loans + 1: loan l is secured by rows [first_collateral[l],
                                   first_collateral[l + 1]) of collateral; rows without a loan stand
                                   after all others */
    uint32_t *collateral_site;  /* row of sites that gives the place of the piece; PLIM_NO_NAME: the
                                   row's own region, lat and lon do */
    double *collateral_share; /* share of the piece's value that counts for the loan of the row: its
                                 exposure over that of all loans that the piece secures, also those
                                 in other slabs; 1 for a piece of one row; equal parts where no loan
                                 of the piece has an exposure */

    /* Where assets stand, and who pays for damage. */
    uint32_t *first_site;      /* n_borrowers + 1: b has sites [first_site[b], first_site[b + 1]) */
    uint32_t *site_borrower;   /* row of borrowers; PLIM_NO_NAME for a site of collateral */
    uint32_t *first_policy;    /* n_borrowers + 1: the same, of insurance */
    uint32_t *policy_borrower; /* row of borrowers */

    const double *pd_term[PLIM_PD_TERMS]; /* private: columns pd, pd_2, ...; NULL where absent */

    uint64_t n_conflicts;  /* borrower columns that two books state differently (weighted only) */
    plim_names conflicted; /* ids of the borrowers concerned */
} plim_book;

/* Reads, checks and pools. The first faults found (up to 20) are one message that names book,
   table, column, row, id, value and what would be accepted. PLIM_INPUT. A bank id that occurs in
   two books is refused. Different as_of or currency is refused. `used` lists the borrower columns
   that the run uses, for the conflict rule; NULL means all. A borrower's site or policy of one id
   that two books state is one row; a column of it that they state differently is refused whatever
   the rule, as places have no mean. `out` is owned by the caller: plim_book_free. */
PLIM_NODISCARD plim_status plim_book_load(plim_book *out, plim_source *const *sources,
                                          size_t n_sources, plim_conflict on_conflict,
                                          const plim_names *used, plim_error *err);
/* What a run needs of a book beyond ids and the checked views. */
typedef struct plim_book_use {
    const plim_names *agreed;    /* `used` of plim_book_load */
    const plim_names *borrowers; /* columns of borrowers to keep, NULL: all; pd is always kept */
    const plim_names *loans;     /* columns of loans to keep, NULL: all */
    /* The same for these; of several books, a site or policy must agree in the columns kept. What
       rows are sorted by is kept too: the value of collateral, the collateral of sites. */
    const plim_names *collateral, *sites, *insurance;
    /* NULL, or gets the borrowers that several books have and on which of them they disagree: that
       is then no fault, and any one of the statements stands. For looking at books, not for runs.
     */
    plim_conflicts *told;
} plim_book_use;
/* The same with those columns alone in memory: the others are read and checked all the same. */
PLIM_NODISCARD plim_status plim_book_load_used(plim_book *out, plim_source *const *sources,
                                               size_t n_sources, plim_conflict on_conflict,
                                               const plim_book_use *use, plim_error *err);
void plim_book_free(plim_book *book);

/* Baseline annual PD of period `year` (0-based): pd, or pd_<year+1> where the book has it; a
   missing term takes the period before. */
double plim_book_pd(const plim_book *book, uint32_t borrower, int year);

/* Refuses (PLIM_INPUT) a book whose loans and exclusions do not tie to a bank's control total to
   the fen; names bank, both sums and the difference. Where exclusions are booked to no bank, only
   the sum over all banks can tie: it is checked if every bank states its total. */
PLIM_NODISCARD plim_status plim_book_tie(const plim_book *book, plim_error *err);

/* The same slab by slab (book/slabs.h): zero-initialise, add every slab, check with any of them.
   Adding refuses (PLIM_INPUT) exposures whose sum is beyond what sums of a path hold. */
typedef struct plim_tie {
    plim_int128 *balance; /* a bank */
    plim_int128 exposure;
} plim_tie;
PLIM_NODISCARD plim_status plim_tie_add(plim_tie *tie, const plim_book *book, plim_error *err);
PLIM_NODISCARD plim_status plim_tie_check(const plim_tie *tie, const plim_book *book,
                                          plim_error *err);
void plim_tie_free(plim_tie *tie);

#endif

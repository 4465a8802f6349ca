/* Ties the ledger of every bank of several books to control totals, those of the books or of a
 * list, to the fen. What a bank's loans and excluded rows are is decided as in the ledger of a run
 * (book/standing.h). */
#ifndef PLIM_BOOK_RECONCILE_H
#define PLIM_BOOK_RECONCILE_H

#include "base/text.h"
#include "book/standing.h"

/* Rows of one bank that stand alike for one reason. */
typedef struct plim_reconcile_line {
    uint32_t bank; /* of `banks`; PLIM_NO_NAME: excluded, and booked to no bank */
    uint32_t book; /* of `books` */
    plim_standing standing;
    uint32_t reason; /* of `reasons`: a default rule, what is proxied, why excluded; or "" */
    int64_t rows, balance_fen;
} plim_reconcile_line;

typedef struct plim_reconcile_bank {
    uint32_t book;               /* PLIM_NO_NAME: only the list of totals has this bank */
    int64_t rows, balance_fen;   /* loans and excluded rows */
    int64_t excluded_fen;        /* of them excluded */
    int64_t own_fen, listed_fen; /* control totals; PLIM_FEN_EMPTY where not stated */
} plim_reconcile_bank;

/* Zero-initialise; release with plim_reconcile_free. */
typedef struct plim_reconcile {
    plim_names books, banks, reasons;
    plim_reconcile_bank *bank;  /* one a name of `banks`, in the order in which they came */
    plim_reconcile_line *lines; /* in the order in which they came */
    size_t n_lines;
    int64_t *unbooked_fen; /* a book: excluded and booked to no bank */
    const char *list;      /* path of the list of totals; NULL without one; not owned */
    plim_names keys;       /* the rest is private */
    size_t bank_capacity, line_capacity, book_capacity;
} plim_reconcile;

/* Enters a book. Of its columns it needs borrowers.pd_source, loans.lgd_source and
   loans.days_overdue beyond what is always kept. A bank of an earlier book: PLIM_INPUT. */
PLIM_NODISCARD plim_status plim_reconcile_add(plim_reconcile *ledger, const plim_book *book,
                                              plim_error *err);
/* Reads control totals from a CSV file with the columns bank and total (in currency units, at most
   two decimals). They count instead of those of the books. `path` outlives the ledger. */
PLIM_NODISCARD plim_status plim_reconcile_read(plim_reconcile *ledger, const char *path,
                                               plim_error *err);

typedef enum plim_tied {
    PLIM_TIED,          /* the ledger is the control total */
    PLIM_TIED_TOGETHER, /* rows booked to no bank are missing here; with them its book ties */
    PLIM_TIED_NOT,
    PLIM_TIED_NO_TOTAL, /* nobody states a control total, or the list lacks the bank */
    PLIM_TIED_NO_BANK,  /* the list has a bank that no book has */
} plim_tied;
/* The control total that counts for a bank; PLIM_FEN_EMPTY where there is none. */
int64_t plim_reconcile_total(const plim_reconcile *ledger, uint32_t bank);
/* Ledger less control total; PLIM_FEN_EMPTY without one. */
int64_t plim_reconcile_difference(const plim_reconcile *ledger, uint32_t bank);
plim_tied plim_reconcile_tied(const plim_reconcile *ledger, uint32_t bank);
/* PLIM_OK if every bank ties; else PLIM_INPUT, one line for each that does not. */
PLIM_NODISCARD plim_status plim_reconcile_check(const plim_reconcile *ledger, plim_error *err);
/* Banks for which the list and the book state different totals, a line each: what to tell. */
void plim_reconcile_disagreements(const plim_reconcile *ledger, plim_text *out);
void plim_reconcile_free(plim_reconcile *ledger);

#endif

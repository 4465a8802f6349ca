/* Facts about a loaded book, for people to look at before they run: plain numbers, no words. */
#ifndef PLIM_BOOK_DESCRIBE_H
#define PLIM_BOOK_DESCRIBE_H

#include "book/book.h"

typedef struct plim_column_facts {
    const char *table;         /* of plim_book_tables */
    const plim_column *column; /* of the book: name, unit, kind */
    const char
        *unit;  /* its own, else the documented one, "ratio" for unknown numbers, "" for text */
    bool known; /* a column of the schema */
    uint64_t missing; /* rows */
    double coverage; /* share of exposure whose borrower or loan states it; NaN elsewhere, and where
                        there is no exposure */
} plim_column_facts;

typedef struct plim_bank_facts {
    const char *id, *name, *type; /* "" where not stated */
    uint64_t loans, borrowers;
    int64_t balance_fen, exposure_fen;
    int64_t defaulted_fen; /* exposure of loans in default at as_of */
    int64_t excluded_fen;
    int64_t control_total_fen; /* PLIM_FEN_EMPTY when not stated */
    int64_t
        difference_fen; /* balance + excluded - control total; PLIM_FEN_EMPTY without the last */
} plim_bank_facts;

typedef struct plim_sector_facts {
    char key[8]; /* first character of the sector: the section of GB/T 4754 */
    uint64_t borrowers, loans;
    int64_t exposure_fen, defaulted_fen;
} plim_sector_facts;

/* Strings are borrowed from the book, which must outlive the facts. */
typedef struct plim_book_facts {
    const char *as_of, *currency;
    uint64_t rows[PLIM_BOOK_TABLE_COUNT];
    plim_column_facts *columns; /* in the order of tables, then of the file */
    size_t n_columns;
    plim_bank_facts *banks; /* in the order of the book */
    size_t n_banks;
    plim_sector_facts *sectors; /* by key */
    size_t n_sectors;
    uint64_t borrowers_without_loans;
    int64_t balance_fen, exposure_fen, defaulted_fen;
    double defaulted_share; /* of exposure; NaN without exposure */
    double mean_pd;  /* of loans not in default, weighted by exposure; NaN if there are none */
    double mean_lgd; /* likewise */
    uint64_t n_conflicts;
} plim_book_facts;

/* Sites that state neither a region nor a point: no hazard reaches them. Needs these columns. */
uint64_t plim_book_sites_without_place(const plim_book *book);

PLIM_NODISCARD plim_status plim_book_describe(plim_book_facts *out, const plim_book *book,
                                              plim_error *err);
void plim_book_facts_free(plim_book_facts *facts);

#endif

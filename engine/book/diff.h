/* What has changed between two states of a book: loans by bank, and every column of every table. */
#ifndef PLIM_BOOK_DIFF_H
#define PLIM_BOOK_DIFF_H

#include "book/book.h"

typedef enum plim_diff_kind {
    PLIM_DIFF_NEW,  /* only the new book has the row */
    PLIM_DIFF_GONE, /* only the old book has it: a loan is repaid */
    PLIM_DIFF_CHANGED,
    PLIM_DIFF_SAME,
    PLIM_DIFF_COUNT,
} plim_diff_kind;

/* Loans of one bank and kind. New loans have no old balance, repaid ones no new one. */
typedef struct plim_diff_sum {
    int64_t rows, old_fen, new_fen;
} plim_diff_sum;

/* A column in which rows differ; or, with column "", rows that only one of the books has. */
typedef struct plim_diff_column {
    plim_book_table_index table;
    plim_diff_kind kind;  /* never PLIM_DIFF_SAME */
    uint32_t column;      /* these are numbers in `words` */
    uint32_t largest_row; /* where the largest change is; PLIM_NO_NAME without one */
    uint64_t rows;
    int64_t balance_fen; /* of the loans that the rows concern, each once: their balance in the new
                            book, of rows that are gone in the old one */
    double largest;      /* new less old number, the one of largest size; NaN without one */
} plim_diff_column;

/* Zero-initialise; release with plim_diff_free. */
typedef struct plim_diff {
    plim_names banks;                       /* of both books, by id */
    plim_diff_sum (*sums)[PLIM_DIFF_COUNT]; /* a bank */
    plim_names words;
    plim_diff_column *columns; /* by table: rows that came, columns in the order of the file, rows
                                  that went */
    size_t n_columns, column_capacity;
} plim_diff;

/* One cell that differs, or (column "") one row that came or went; borrowed during the call. Of a
   loan that came or went the value is its balance. */
typedef struct plim_diff_row {
    plim_book_table_index table;
    plim_diff_kind kind;
    const char *row; /* what the row is known by: "bank/loan", "borrower", "loan/piece" */
    const char *column;
    const char *old_value, *new_value; /* "" where not stated */
    double difference;                 /* NaN unless both are numbers */
} plim_diff_row;
typedef struct plim_diff_visitor {
    plim_status (*visit)(void *user, const plim_diff_row *row, plim_error *err);
    void *user;
} plim_diff_visitor;

/* Compares two loaded books. Rows are known by their ids: a loan by bank and id, so that one that
   goes to another bank is repaid at the first; a piece of collateral by loan and id, an excluded
   row by bank, table and line; rows of one name are taken in canonical order. Numbers are equal
   only if they are the same to the last bit. Another currency, or another unit of a column:
   PLIM_INPUT. `visitor` may be NULL. */
PLIM_NODISCARD plim_status plim_diff_books(plim_diff *out, const plim_book *before,
                                           const plim_book *after, const plim_diff_visitor *visitor,
                                           plim_error *err);
void plim_diff_free(plim_diff *diff);

#endif

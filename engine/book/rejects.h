/* Rows that an import refuses, and why: counted, and listed for a CSV file. */
#ifndef PLIM_BOOK_REJECTS_H
#define PLIM_BOOK_REJECTS_H

#include "base/money.h"
#include "base/names.h"
#include "base/text.h"

/* Rows listed at most; all are counted. */
#define PLIM_REJECTS_LISTED 100000

#define PLIM_REJECTS_HEADER "file,line,column,value,rule,balance,accepted\n"

/* Zero-initialise; release with plim_rejects_free. */
typedef struct plim_rejects {
    plim_text csv;       /* header and rows: file, line, column, value, rule, balance, accepted */
    uint64_t rows;       /* refused; a row with several faults counts once */
    plim_int128 balance; /* of these rows, in fen, as far as it can be read */
    plim_int128 size;    /* the same without signs: what a limit holds, as amounts may cancel */
    uint64_t unsized;    /* rows whose balance is not known */
    plim_names rules;    /* in order of appearance */
    uint64_t *by_rule;   /* rows whose first fault it is */
    size_t capacity;     /* private */
} plim_rejects;

/* One fault of a row. */
typedef struct plim_reject {
    const char *file;
    size_t line;
    const char *column;   /* of the file; "" where the row as a whole is at fault */
    const char *value;    /* as it stands there */
    const char *rule;     /* short: "date", "unknown bank" */
    const char *accepted; /* what would be */
    int64_t balance_fen;  /* PLIM_FEN_EMPTY: not known */
} plim_reject;

/* Lists a fault; `first` of its row: counts the row too. */
PLIM_NODISCARD plim_status plim_rejects_add(plim_rejects *rejects, const plim_reject *fault,
                                            bool first, plim_error *err);
void plim_rejects_free(plim_rejects *rejects);

#endif

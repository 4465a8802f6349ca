/* What several books say about one borrower, brought to one value. Private to the room. */
#ifndef PLIM_BOOK_POOL_MERGE_H
#define PLIM_BOOK_POOL_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one book says. */
typedef struct plim_statement {
    double number;    /* NaN: not stated */
    const char *text; /* "": not stated */
    int64_t weight;   /* exposure of the borrower in that book, fen */
} plim_statement;

typedef enum plim_merge_kind {
    PLIM_MERGE_MEAN,     /* weighted mean */
    PLIM_MERGE_LOG_ODDS, /* weighted mean of log-odds: PDs */
    PLIM_MERGE_LARGEST,  /* the number stated with the largest exposure: flags */
} plim_merge_kind;

/* For messages: the number or the text, cut where it is long, or "not stated". */
void plim_statement_in_words(const plim_statement *said, bool is_text, char *out, size_t size);

bool plim_statements_agree_number(const plim_statement *said, size_t n);
bool plim_statements_agree_text(const plim_statement *said, size_t n);

/* One number; NaN if nobody states one. All that state one alike: exactly that. Equal weights where
   all are 0. False: PDs 0 and 1 have no mean in log-odds. Sorts `said`, so that the order of books
   cannot change a bit. */
bool plim_statements_merge_number(plim_statement *said, size_t n, plim_merge_kind kind,
                                  double *out);
/* The text of the largest exposure among those that state one, of equals the smaller in bytes; ""
   if nobody states one. */
const char *plim_statements_merge_text(const plim_statement *said, size_t n);

#endif

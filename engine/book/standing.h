/* How a loan stands in a ledger of the book: the rules and words that every ledger shares. */
#ifndef PLIM_BOOK_STANDING_H
#define PLIM_BOOK_STANDING_H

#include "book/book.h"

typedef enum plim_standing {
    PLIM_STANDING_MODELLED,
    PLIM_STANDING_PROXIED,
    PLIM_STANDING_EXCLUDED,
    PLIM_STANDING_DEFAULTED,
    PLIM_STANDING_COUNT,
} plim_standing;
extern const char *const plim_standing_words[PLIM_STANDING_COUNT];

/* Columns that say how a loan came to its numbers; NULL where the book lacks them. */
typedef struct plim_standing_columns {
    const plim_column *pd_source;  /* of borrowers */
    const plim_column *lgd_source; /* of loans */
    const plim_column *overdue;    /* of loans */
} plim_standing_columns;
plim_standing_columns plim_standing_columns_of(const plim_book *book);

/* Whether a row says that its number is a stand-in. */
bool plim_says_proxied(const plim_column *source, size_t row);
/* The rule by which a loan is in default at as_of. Only for loans that are. */
const char *plim_default_rule(const plim_book *book, const plim_standing_columns *columns,
                              uint32_t loan);

#endif

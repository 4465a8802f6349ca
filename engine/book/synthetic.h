/* Synthetic loan books for demonstration and tests; every distribution is documented beside the
 * code with its source or as a proposal. */
#ifndef PLIM_BOOK_SYNTHETIC_H
#define PLIM_BOOK_SYNTHETIC_H

#include "book/tables.h"

typedef struct plim_synthetic {
    const char *preset; /* "rongchang" */
    size_t n_borrowers; /* 0: the preset's own number */
    uint64_t seed;
} plim_synthetic;

/* Unknown preset: PLIM_USAGE with the list of presets. Same arguments, same bits. */
PLIM_NODISCARD plim_status plim_synthetic_make(plim_book_tables_data *out,
                                               const plim_synthetic *config, plim_error *err);

#endif

/* Keys of borrowers, by which their draws are made: plim_digest_key of their ids. Private to the
 * room. */
#ifndef PLIM_BOOK_BORROWER_KEY_H
#define PLIM_BOOK_BORROWER_KEY_H

#include <stdatomic.h>

#include "base/column.h"
#include "parallel/aside.h"

/* keys[i] becomes the key of row i of a TEXT column of ids, on `threads` threads. */
PLIM_NODISCARD plim_status plim_borrower_keys(const plim_column *id, int threads, uint64_t *keys,
                                              plim_error *err);

/* The same beside whatever the caller does meanwhile. Zero-initialise; must not move until it was
   waited for. */
typedef struct plim_borrower_keys_aside {
    plim_aside aside;
    const plim_column *id; /* must stay where it is */
    uint64_t *keys;        /* whoever waits takes them; NULL where none were begun */
    atomic_size_t next;    /* private: block to be taken */
} plim_borrower_keys_aside;
PLIM_NODISCARD plim_status plim_borrower_keys_start(plim_borrower_keys_aside *work,
                                                    const plim_column *id, plim_error *err);
/* Helps with what is left of it. */
PLIM_NODISCARD plim_status plim_borrower_keys_wait(plim_borrower_keys_aside *work, plim_error *err);

#endif

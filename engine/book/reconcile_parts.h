/* What entering books and reading a list of totals share. Private to the ledger of banks. */
#ifndef PLIM_BOOK_RECONCILE_PARTS_H
#define PLIM_BOOK_RECONCILE_PARTS_H

#include "book/reconcile.h"

/* The number of a bank, which is added where it is new. */
PLIM_NODISCARD plim_status plim_reconcile_find(plim_reconcile *ledger, const char *id, uint32_t *at,
                                               plim_error *err);

#endif

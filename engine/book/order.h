/* Order of rows: a stable merge sort of row numbers by any rule. */
#ifndef PLIM_BOOK_ORDER_H
#define PLIM_BOOK_ORDER_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Below 0 if row a comes before row b, above 0 if after, 0 if they may stay as they are. */
typedef int (*plim_order_compare)(const void *context, uint32_t a, uint32_t b);

/* Fills order[0..n-1] with the row numbers 0..n-1, sorted. Rows that compare equal keep their
   order. Fails only for memory. */
PLIM_NODISCARD plim_status plim_order_rows(uint32_t *order, size_t n, plim_order_compare compare,
                                           const void *context, plim_error *err);

#endif

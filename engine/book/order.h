/* Order of rows: a stable merge sort of row numbers by any rule, a radix sort by numbers, and the
 * ranks of texts, which turn one into the other. Private to the room. */
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

/* The same by n_keys lists of n numbers, the first of which counts most; in a time that grows with
   n only. */
PLIM_NODISCARD plim_status plim_order_by_keys(uint32_t *order, size_t n,
                                              const uint32_t *const *keys, size_t n_keys,
                                              plim_error *err);

/* rank[i] becomes the place of texts[i] in their order by bytes (strcmp); all n texts differ. */
PLIM_NODISCARD plim_status plim_order_texts(uint32_t *rank, const char *const *texts, size_t n,
                                            plim_error *err);

#endif

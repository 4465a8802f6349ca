#include "book/order.h"

#include <string.h>

#include "base/memory.h"

/* Merges the sorted runs [low, middle) and [middle, high) of `from` into `to`. */
static void merge(uint32_t *to, const uint32_t *from, const size_t at[3],
                  plim_order_compare compare, const void *context)
{
    size_t left = at[0], right = at[1], out = at[0];
    while (left < at[1] && right < at[2])
        to[out++] = compare(context, from[right], from[left]) < 0 ? from[right++] : from[left++];
    memcpy(to + out, from + left, (at[1] - left) * sizeof *to);
    out += at[1] - left;
    memcpy(to + out, from + right, (at[2] - right) * sizeof *to);
}

plim_status plim_order_rows(uint32_t *order, size_t n, plim_order_compare compare,
                            const void *context, plim_error *err)
{
    uint32_t *scratch = plim_alloc(n, sizeof *scratch);
    if (scratch == NULL)
        return plim_fail_memory(err, "sorting a table");
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    uint32_t *from = order, *to = scratch;
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t low = 0; low < n; low += 2 * run) {
            size_t middle = low + run < n ? low + run : n;
            size_t high = middle + run < n ? middle + run : n;
            merge(to, from, (const size_t[3]){low, middle, high}, compare, context);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, n * sizeof *order);
    plim_free(scratch);
    return PLIM_OK;
}

#include "book/order.h"

#include <stdbool.h>
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

/* ---- by numbers ------------------------------------------------------------------------- */

enum { DIGIT_BITS = 16, DIGITS = 1 << DIGIT_BITS };

/* One stable pass by 16 bits of a key; false, with `to` untouched, if they are the same in all
 * rows.
 */
static bool pass(uint32_t *to, const uint32_t *from, size_t n, const uint32_t *key, int shift,
                 uint32_t *count)
{
    memset(count, 0, DIGITS * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[key[i] >> shift & (DIGITS - 1)]++;
    if (n == 0 || count[key[0] >> shift & (DIGITS - 1)] == n)
        return false;
    uint32_t before = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        uint32_t here = count[d];
        count[d] = before;
        before += here;
    }
    for (size_t i = 0; i < n; i++)
        to[count[key[from[i]] >> shift & (DIGITS - 1)]++] = from[i];
    return true;
}

plim_status plim_order_by_keys(uint32_t *order, size_t n, const uint32_t *const *keys,
                               size_t n_keys, plim_error *err)
{
    uint32_t *scratch = plim_alloc(n, sizeof *scratch);
    uint32_t *count = plim_alloc(DIGITS, sizeof *count);
    if (scratch == NULL || count == NULL) {
        plim_free(scratch);
        plim_free(count);
        return plim_fail_memory(err, "sorting a table");
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    uint32_t *from = order, *to = scratch;
    for (size_t k = n_keys; k-- > 0;)
        for (int shift = 0; shift < 32; shift += DIGIT_BITS)
            if (pass(to, from, n, keys[k], shift, count)) {
                uint32_t *swap = from;
                from = to;
                to = swap;
            }
    if (from != order)
        memcpy(order, from, n * sizeof *order);
    plim_free(scratch);
    plim_free(count);
    return PLIM_OK;
}

/* ---- by texts --------------------------------------------------------------------------- */

/* Of all texts but "": with how many bytes they all begin, less than the shortest has, so that ""
   comes before the rest by what follows; and the most that follows. */
static void common_part(const char *const *texts, size_t n, size_t *common, size_t *rest)
{
    const char *model = NULL;
    size_t longest = 0;
    *common = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(texts[i]), same = 0;
        if (length == 0)
            continue;
        model = model != NULL ? model : texts[i];
        longest = length > longest ? length : longest;
        while (same + 1 < length && same < *common && texts[i][same] == model[same])
            same++;
        *common = same;
    }
    *common = model != NULL ? *common : 0;
    *rest = longest - *common;
}

/* Four bytes of each text from `at` as a number that orders them; 0 beyond its end. */
static void cut_keys(uint32_t *keys, const char *const *texts, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(texts[i]);
        uint32_t key = 0;
        for (size_t b = at; b < at + 4; b++)
            key = key << 8 | (b < length ? (unsigned char)texts[i][b] : 0);
        keys[i] = key;
    }
}

static int compare_texts(const void *context, uint32_t a, uint32_t b)
{
    const char *const *texts = context;
    return strcmp(texts[a], texts[b]);
}

enum { MOST_KEYS = 8 };

/* Fills `order`; `keys` has room for MOST_KEYS numbers a text. */
static plim_status order_by_parts(uint32_t *order, uint32_t *keys, const char *const *texts,
                                  size_t n, plim_error *err)
{
    size_t common, rest;
    common_part(texts, n, &common, &rest);
    size_t n_keys = (rest + 3) / 4;
    if (n_keys > MOST_KEYS)
        return plim_order_rows(order, n, compare_texts, texts, err);
    const uint32_t *part[MOST_KEYS];
    for (size_t k = 0; k < n_keys; k++) {
        cut_keys(keys + k * n, texts, n, common + 4 * k);
        part[k] = keys + k * n;
    }
    return plim_order_by_keys(order, n, part, n_keys, err);
}

plim_status plim_order_texts(uint32_t *rank, const char *const *texts, size_t n, plim_error *err)
{
    uint32_t *order = plim_alloc(n, sizeof *order);
    uint32_t *keys = plim_alloc(n, MOST_KEYS * sizeof *keys);
    plim_status status = order != NULL && keys != NULL ? order_by_parts(order, keys, texts, n, err)
                                                       : plim_fail_memory(err, "sorting texts");
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        rank[order[i]] = (uint32_t)i;
    plim_free(order);
    plim_free(keys);
    return status;
}

/* Growing text, UTF-8 helpers, nearest name. Numbers and dates as text: base/numeral.h. */
#ifndef PLIM_BASE_TEXT_H
#define PLIM_BASE_TEXT_H

#include "base/numeral.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing, always terminated string. Zero-initialise; release with plim_text_free. An append that
   runs out of memory sets `failed` and leaves the text as it was: check once at the end. */
typedef struct plim_text {
    char *data; /* NULL while empty */
    size_t length, capacity;
    bool failed;
} plim_text;

void plim_text_add(plim_text *text, const char *piece);
void plim_text_add_bytes(plim_text *text, const char *bytes, size_t length);
void plim_text_format(plim_text *text, const char *format, ...) PLIM_PRINTF(2, 3);
const char *plim_text_get(const plim_text *text); /* never NULL */
void plim_text_free(plim_text *text);

bool plim_utf8_valid(const char *bytes, size_t length);
/* The largest length <= limit that does not cut a character; `bytes` holds at least `limit`. */
size_t plim_utf8_cut(const char *bytes, size_t limit);

/* The candidate nearest to `name` (edit distance, case ignored), or NULL if none is near enough to
   be worth offering (distance above a third of the longer name). A swap of neighbours counts once;
   of equally near ones the first. */
const char *plim_nearest(const char *name, const char *const *candidates, size_t count);
/* The same as a hint for a message, "; did you mean `x`?", or "" where nothing is near or `out` is
   too small. Returns `out`. */
const char *plim_nearest_hint(const char *name, const char *const *candidates, size_t count,
                              char *out, size_t size);
/* The same, but where nothing is near, what there is: `intro`, then the candidates as far as `out`
   has room. "" where there are none. Returns `out`. */
const char *plim_choice_hint(const char *name, const char *const *candidates, size_t count,
                             const char *intro, char *out, size_t size);

#endif

/* The warnings that the run before this one left standing. */
#ifndef PLIM_WARN_PREVIOUS_H
#define PLIM_WARN_PREVIOUS_H

#include "base/table.h"
#include "base/text.h"
#include "warn/state.h"

/* Which warning is meant. */
typedef struct plim_alert_key {
    const char *scenario, *subject, *key, *indicator;
} plim_alert_key;

typedef struct plim_previous {
    int64_t day; /* date of the book of that run */
    plim_names keys;
    plim_alert_state *states; /* one a key */
    uint8_t *met;             /* one a key: still there */
    plim_text wanted;         /* private: the key looked for */
} plim_previous;

/* From the table `warning_state` of a result. A row that cannot be is PLIM_INPUT and names `path`.
   `out` is the caller's: plim_previous_free, in any case. */
PLIM_NODISCARD plim_status plim_previous_make(plim_previous *out, const plim_table *states,
                                              const char *path, plim_error *err);
/* The state of a warning, level none where there is none; it then counts as met. `known` NULL: no
   run before this one is known. */
PLIM_NODISCARD plim_status plim_previous_find(plim_previous *known, const plim_alert_key *key,
                                              plim_alert_state *out, plim_error *err);
/* Warnings of scenarios, subjects or indicators that nobody has asked for: they are gone. */
uint64_t plim_previous_gone(const plim_previous *known);
void plim_previous_free(plim_previous *known);

#endif

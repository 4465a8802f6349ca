/* What the screen shows of a table of warnings that need not fit into memory: how many of each
 * level a scenario has, and the highest that the baseline does not give. Rows are handed in as they
 * stand in the table, a block at a time; of the baseline 8 to 32 bytes a warning are kept, of the
 * others what is shown. */
#ifndef PLIM_REPORT_WARNING_DIGEST_H
#define PLIM_REPORT_WARNING_DIGEST_H

#include "base/table.h"

#include <stdint.h>

/* Levels from the highest on. */
#define PLIM_WARNING_LEVELS 4
extern const char *const plim_warning_levels[PLIM_WARNING_LEVELS];
#define PLIM_WARNINGS_SHOWN 5 /* a scenario, at most */

/* Of a scenario: rows by level, and the rows of `kept` that are shown, the highest first, else in
   the order of the table. */
typedef struct plim_warning_scenario {
    size_t count[PLIM_WARNING_LEVELS];
    size_t shown[PLIM_WARNINGS_SHOWN], n_shown;
} plim_warning_scenario;

/* Zero-initialise; plim_warning_digest_free, in any case. */
typedef struct plim_warning_digest {
    plim_names scenarios; /* in the order in which they are met */
    plim_warning_scenario *of;
    size_t capacity;
    plim_table kept; /* rows as those of the table */
    /* The first row of each level, as a row of `kept` + 1 (0: none), and its number in the table.
     */
    size_t first[PLIM_WARNING_LEVELS], first_row[PLIM_WARNING_LEVELS];
    size_t n_rows;
    /* Private: warnings of the baseline, 61 bits of a hash of what they warn of and the level. Two
       of ten million share them in one book out of 50,000; a line may then be missing. */
    uint64_t *known;
    size_t n_known, n_slots;
} plim_warning_digest;

/* The rows that follow. `rows` is of the spec of table `warnings`; baseline first. */
PLIM_NODISCARD plim_status plim_warning_digest_add(plim_warning_digest *digest,
                                                   const plim_table *rows, plim_error *err);
/* NULL if no row was of that scenario. */
const plim_warning_scenario *plim_warning_digest_of(const plim_warning_digest *digest,
                                                    const char *scenario);
/* Rows at a level or above; the first of them as a row of `kept`. */
size_t plim_warning_digest_count(const plim_warning_digest *digest, const char *level,
                                 size_t *first);
void plim_warning_digest_free(plim_warning_digest *digest);

#endif

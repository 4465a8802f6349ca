/* What the parts of a digest share: the result in hand and ways to its cells. Private to report/.
 */
#ifndef PLIM_REPORT_DIGEST_PARTS_H
#define PLIM_REPORT_DIGEST_PARTS_H

#include "report/report.h"
#include "report/screen.h"

#define PLIM_DIGEST_CELL 160

typedef struct plim_digest {
    plim_text *out;
    const plim_result *result;
    const plim_warning_digest *warnings;
    plim_lang lang;
    const char *currency;
    plim_names scenarios; /* of the summary, baseline first */
} plim_digest;

const plim_table *plim_digest_table(const plim_digest *d, const char *name);
const char *plim_digest_text(const plim_table *table, size_t row, const char *key);
double plim_digest_number(const plim_table *table, size_t row, const char *key); /* NaN: no field */
/* The row with these two texts, or n_rows. */
size_t plim_digest_row(const plim_table *table, const char *key, const char *value,
                       const char *key2, const char *value2);
/* Value of a key of table `run`, "?" if absent; of KEY:SCENARIO, NULL (or NaN) if absent. */
const char *plim_digest_run(const plim_digest *d, const char *key);
const char *plim_digest_run_of(const plim_digest *d, const char *key, const char *scenario);
double plim_digest_run_number(const plim_digest *d, const char *key, const char *scenario);
/* In the screen language. */
const char *plim_digest_word(const plim_digest *d, const char *key);
const char *plim_digest_scenario(const plim_digest *d, size_t s);
void plim_digest_title(plim_digest *d, const char *title, const plim_scale *scale);

/* ---- digest_capital.c ---- */

/* Nothing where no bank's capital is followed. */
PLIM_NODISCARD plim_status plim_digest_add_capital(plim_digest *d, plim_error *err);

/* ---- digest_classes.c ---- */

/* Nothing where the book states no classes. */
PLIM_NODISCARD plim_status plim_digest_add_classes(plim_digest *d, plim_error *err);

/* ---- digest_checks.c ---- */

void plim_digest_add_precision(plim_digest *d);
void plim_digest_add_exact(plim_digest *d);
void plim_digest_add_cumulative(plim_digest *d);
void plim_digest_add_mean_path(plim_digest *d);
void plim_digest_add_ledger(plim_digest *d);
void plim_digest_add_insolvent(plim_digest *d);

#endif

/* Two results side by side: what differs between the runs, and what between their measures. */
#ifndef PLIM_RUN_COMPARE_H
#define PLIM_RUN_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"

/* What the runs read and were set to. Rows: what (book, scenario, model, library, rules, setting),
   name, a, b (paths, values), sha256_a, sha256_b, line (first that differs of kept texts), verdict
   (same, differs, only_a, only_b). */
extern const plim_table_spec plim_compare_runs_spec;
/* Rows: table, scenario, key, measure, a, b, difference (b - a), stderr, paired (yes, no; empty
   where nothing is estimated), verdict (equal, within_noise, differs, unknown, only_a, only_b;
   unknown: the values differ, and one of them has no error). Amounts in currency units, not
   rounded. */
extern const plim_table_spec plim_compare_measures_spec;
/* Fields of it. */
enum {
    PLIM_COMPARE_TABLE,
    PLIM_COMPARE_SCENARIO,
    PLIM_COMPARE_KEY,
    PLIM_COMPARE_MEASURE,
    PLIM_COMPARE_A,
    PLIM_COMPARE_B,
    PLIM_COMPARE_DIFFERENCE,
    PLIM_COMPARE_STDERR,
    PLIM_COMPARE_PAIRED,
    PLIM_COMPARE_VERDICT
};
/* Fields of plim_compare_runs_spec. */
enum {
    PLIM_RUNS_WHAT,
    PLIM_RUNS_NAME,
    PLIM_RUNS_A,
    PLIM_RUNS_B,
    PLIM_RUNS_SHA256_A,
    PLIM_RUNS_SHA256_B,
    PLIM_RUNS_LINE,
    PLIM_RUNS_VERDICT
};

typedef struct plim_comparison {
    plim_table runs, measures;
    bool paired; /* same seed, paths and random streams: path by path the same draws */
    char currency[16];
} plim_comparison;

/* Fills `out` (zero-initialised) from two result files; free it in any case. What is not a result,
   or is damaged, is PLIM_INPUT and named. Results in two currencies are refused. */
PLIM_NODISCARD plim_status plim_compare_results(plim_comparison *out, const char *const result[2],
                                                plim_error *err);
void plim_comparison_free(plim_comparison *comparison);

/* Is a measure of a result table an amount of money, other than a rate or a number? */
bool plim_compare_is_money(const char *table, const char *measure);

#endif

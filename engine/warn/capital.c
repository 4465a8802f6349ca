/* Warnings of banks by their capital: from tables `capital` and `breaches`, empty where no bank
 * states a balance sheet. Of several ways of running it the first. */
#include "warn/stage.h"

#include <math.h>
#include <string.h>

#include "measure/tables.h"

static const char *text_of(const plim_table *table, size_t row, const char *key)
{
    return plim_table_text(table, row, plim_table_spec_field(table->spec, key));
}

static double number_of(const plim_table *table, size_t row, const char *key)
{
    size_t f = plim_table_spec_field(table->spec, key);
    const plim_table_column *column = &table->columns[f];
    if (column->number != NULL)
        return column->number[row];
    return column->integer[row] == PLIM_FEN_EMPTY
               ? (double)NAN
               : (double)column->integer[row] / PLIM_FEN_PER_UNIT;
}

static int64_t year_of(const plim_table *table, size_t row)
{
    return table->columns[plim_table_spec_field(table->spec, "year")].integer[row];
}

/* P(capital below the requirement) in any year of the horizon. */
static plim_status watch_breaches(plim_warn *stage, const plim_table *breaches, uint32_t s,
                                  plim_error *err)
{
    const char *scenario = plim_measure_scenario(stage->plan, s);
    const char *sheet = breaches->n_rows > 0 ? text_of(breaches, 0, "balance_sheet") : "";
    for (size_t row = 0; row < breaches->n_rows; row++) {
        if (strcmp(text_of(breaches, row, "scenario"), scenario) != 0 ||
            strcmp(text_of(breaches, row, "balance_sheet"), sheet) != 0 ||
            strcmp(text_of(breaches, row, "requirement"), stage->setup.requirement) != 0 ||
            year_of(breaches, row) != PLIM_INT_EMPTY)
            continue;
        plim_observed seen = {.scenario = s,
                              .subject = PLIM_SUBJECT_BANK,
                              .key = text_of(breaches, row, "bank"),
                              .indicator = "capital_breach",
                              .year = PLIM_INT_EMPTY,
                              .value = number_of(breaches, row, "probability"),
                              .low = number_of(breaches, row, "lo95"),
                              .high = number_of(breaches, row, "hi95")};
        PLIM_TRY(plim_warn_watch(stage, &seen, true, err));
    }
    return PLIM_OK;
}

/* The bank's ES 99.9 with its error; NaN where it has none. */
static void find_tail(const plim_warn *stage, const char *scenario, const char *bank, double *es,
                      double *error)
{
    const plim_table *banks = plim_warn_table(stage, "banks");
    *es = *error = (double)NAN;
    for (size_t row = 0; row < banks->n_rows; row++)
        if (strcmp(text_of(banks, row, "scenario"), scenario) == 0 &&
            strcmp(text_of(banks, row, "bank"), bank) == 0) {
            *es = number_of(banks, row, "es_999");
            *error = number_of(banks, row, "es_999_stderr");
        }
}

/* ES 99.9 of the horizon over the capital above the requirement at the book's date. A bank without
   any is beyond every bound. */
static plim_status watch_buffers(plim_warn *stage, const plim_table *capital, uint32_t s,
                                 plim_error *err)
{
    const char *scenario = plim_measure_scenario(stage->plan, s);
    for (size_t row = 0; row < capital->n_rows; row++) {
        if (strcmp(text_of(capital, row, "measure"), "capital_buffer") != 0 ||
            strcmp(text_of(capital, row, "balance_sheet"), "reported") != 0)
            continue;
        double buffer = number_of(capital, row, "value"), es, error;
        plim_observed seen = {.scenario = s,
                              .subject = PLIM_SUBJECT_BANK,
                              .key = text_of(capital, row, "bank"),
                              .indicator = "es_999_buffer",
                              .year = PLIM_INT_EMPTY};
        find_tail(stage, scenario, seen.key, &es, &error);
        if (isnan(es))
            continue;
        plim_warn_interval(&seen, es / buffer, error / buffer);
        if (buffer <= 0)
            seen.value = seen.low = seen.high = (double)INFINITY;
        PLIM_TRY(plim_warn_watch(stage, &seen, true, err));
    }
    return PLIM_OK;
}

plim_status plim_warn_capital(plim_warn *stage, plim_error *err)
{
    const plim_table *capital = plim_warn_table(stage, "capital");
    const plim_table *breaches = plim_warn_table(stage, "breaches");
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++) {
        PLIM_TRY(watch_breaches(stage, breaches, s, err));
        PLIM_TRY(watch_buffers(stage, capital, s, err));
    }
    return PLIM_OK;
}

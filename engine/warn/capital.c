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

/* A bank in a scenario; what is not known of it keeps a level that stands. */
static plim_observed of_bank(uint32_t s, const char *bank, const char *indicator)
{
    return (plim_observed){.scenario = s,
                           .subject = PLIM_SUBJECT_BANK,
                           .key = bank,
                           .indicator = indicator,
                           .year = PLIM_INT_EMPTY,
                           .value = (double)NAN,
                           .low = (double)NAN,
                           .high = (double)NAN};
}

/* P(capital below the requirement) in any year of the horizon. */
static plim_status watch_breach(plim_warn *stage, uint32_t s, const char *bank, plim_error *err)
{
    const plim_table *breaches = plim_warn_table(stage, "breaches");
    const char *scenario = plim_measure_scenario(stage->plan, s);
    const char *sheet = breaches->n_rows > 0 ? text_of(breaches, 0, "balance_sheet") : "";
    plim_observed seen = of_bank(s, bank, "capital_breach");
    bool known = false;
    for (size_t row = 0; row < breaches->n_rows && !known; row++) {
        known = strcmp(text_of(breaches, row, "scenario"), scenario) == 0 &&
                strcmp(text_of(breaches, row, "bank"), bank) == 0 &&
                strcmp(text_of(breaches, row, "balance_sheet"), sheet) == 0 &&
                strcmp(text_of(breaches, row, "requirement"), stage->setup.requirement) == 0 &&
                year_of(breaches, row) == PLIM_INT_EMPTY;
        if (!known)
            continue;
        seen.value = number_of(breaches, row, "probability");
        seen.low = number_of(breaches, row, "lo95");
        seen.high = number_of(breaches, row, "hi95");
    }
    return plim_warn_watch(stage, &seen, known, err);
}

/* Capital above the requirement at the book's date; NaN where the bank states none. */
static double buffer_of(const plim_warn *stage, const char *bank)
{
    const plim_table *capital = plim_warn_table(stage, "capital");
    for (size_t row = 0; row < capital->n_rows; row++)
        if (strcmp(text_of(capital, row, "measure"), "capital_buffer") == 0 &&
            strcmp(text_of(capital, row, "balance_sheet"), "reported") == 0 &&
            strcmp(text_of(capital, row, "bank"), bank) == 0)
            return number_of(capital, row, "value");
    return (double)NAN;
}

/* ES 99.9 of the horizon over that buffer. A bank without any is beyond every bound. */
static plim_status watch_buffer(plim_warn *stage, uint32_t s, size_t row, plim_error *err)
{
    const plim_table *banks = plim_warn_table(stage, "banks");
    plim_observed seen = of_bank(s, text_of(banks, row, "bank"), "es_999_buffer");
    double buffer = buffer_of(stage, seen.key);
    plim_warn_interval(&seen, number_of(banks, row, "es_999") / buffer,
                       number_of(banks, row, "es_999_stderr") / buffer);
    if (buffer <= 0)
        seen.value = seen.low = seen.high = (double)INFINITY;
    return plim_warn_watch(stage, &seen, !isnan(seen.value), err);
}

plim_status plim_warn_capital(plim_warn *stage, plim_error *err)
{
    const plim_table *banks = plim_warn_table(stage, "banks");
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++) {
        const char *scenario = plim_measure_scenario(stage->plan, s);
        for (size_t row = 0; row < banks->n_rows; row++) {
            if (strcmp(text_of(banks, row, "scenario"), scenario) != 0)
                continue;
            PLIM_TRY(watch_breach(stage, s, text_of(banks, row, "bank"), err));
            PLIM_TRY(watch_buffer(stage, s, row, err));
        }
    }
    return PLIM_OK;
}

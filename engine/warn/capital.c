/* Warnings of banks by their capital: from tables `capital` and `breaches`, empty where no bank
 * states a balance sheet. Of several ways of running it the first. */
#include "warn/stage.h"

#include <math.h>
#include <string.h>

#include "measure/tables.h"

/* A text that a row has to have in a column. */
typedef struct wanted {
    const plim_table_column *column;
    uint32_t code;
} wanted;

static wanted want(const plim_table *table, const char *key, const char *text)
{
    const plim_table_column *column = &table->columns[plim_table_field(table, key)];
    return (wanted){column, plim_names_find(&column->labels, text)};
}

static bool has_all(const wanted *list, size_t n, size_t row)
{
    bool all = true;
    for (size_t i = 0; i < n && all; i++)
        all = list[i].column->code[row] == list[i].code;
    return all;
}

static double number_of(const plim_table *table, size_t row, const char *key)
{
    return plim_table_number(table, row, plim_table_field(table, key));
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
    size_t sheet = plim_table_field(breaches, "balance_sheet");
    const plim_table_column *year = &breaches->columns[plim_table_field(breaches, "year")];
    const char *first = breaches->n_rows > 0 ? plim_table_text(breaches, 0, sheet) : "";
    const wanted row_of[] = {want(breaches, "scenario", plim_measure_scenario(stage->plan, s)),
                             want(breaches, "bank", bank), want(breaches, "balance_sheet", first),
                             want(breaches, "requirement", stage->setup.requirement)};
    plim_observed seen = of_bank(s, bank, "capital_breach");
    for (size_t row = 0; row < breaches->n_rows; row++) {
        if (year->integer[row] != PLIM_INT_EMPTY || !has_all(row_of, 4, row))
            continue;
        seen.value = number_of(breaches, row, "probability");
        seen.low = number_of(breaches, row, "lo95");
        seen.high = number_of(breaches, row, "hi95");
    }
    return plim_warn_watch(stage, &seen, !isnan(seen.value), err);
}

/* Capital above the requirement at the book's date; NaN where the bank states none. */
static double buffer_of(const plim_warn *stage, const char *bank)
{
    const plim_table *capital = plim_warn_table(stage, "capital");
    const wanted row_of[] = {want(capital, "bank", bank),
                             want(capital, "measure", "capital_buffer"),
                             want(capital, "balance_sheet", "reported")};
    for (size_t row = 0; row < capital->n_rows; row++)
        if (has_all(row_of, 3, row))
            return number_of(capital, row, "value");
    return (double)NAN;
}

/* ES 99.9 of the horizon over that buffer. A bank without any is beyond every bound. */
static plim_status watch_buffer(plim_warn *stage, uint32_t s, size_t row, plim_error *err)
{
    const plim_table *banks = plim_warn_table(stage, "banks");
    const char *bank = plim_table_text(banks, row, plim_table_field(banks, "bank"));
    plim_observed seen = of_bank(s, bank, "es_999_buffer");
    double buffer = buffer_of(stage, bank);
    plim_warn_interval(&seen, number_of(banks, row, "es_999") / buffer,
                       number_of(banks, row, "es_999_stderr") / buffer);
    if (buffer <= 0)
        seen.value = seen.low = seen.high = (double)INFINITY;
    return plim_warn_watch(stage, &seen, !isnan(seen.value), err);
}

plim_status plim_warn_capital(plim_warn *stage, plim_error *err)
{
    const plim_table *banks = plim_warn_table(stage, "banks");
    size_t bank = plim_table_field(banks, "bank");
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++) {
        wanted scenario = want(banks, "scenario", plim_measure_scenario(stage->plan, s));
        for (size_t row = 0; row < banks->n_rows; row++) {
            if (!has_all(&scenario, 1, row))
                continue;
            PLIM_TRY(watch_breach(stage, s, plim_table_text(banks, row, bank), err));
            PLIM_TRY(watch_buffer(stage, s, row, err));
        }
    }
    return PLIM_OK;
}

/* The part of a digest that shows the capital of banks: what is left at the end, and how likely too
 * little is. */
#include "report/digest_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "measure/measure.h"
#include "report/grid.h"

static const double percent = 100;

/* Whose capital, and when. */
typedef struct bank_at {
    const char *bank;
    double year;
} bank_at;

/* Does the row have these texts? The first way of running balance sheets stands first: of several,
   it is shown. */
static bool is_row(const plim_table *table, size_t row, const char *scenario, const char *bank)
{
    return strcmp(plim_digest_text(table, row, "scenario"), scenario) == 0 &&
           strcmp(plim_digest_text(table, row, "bank"), bank) == 0;
}

static double year_reported(const plim_table *capital)
{
    for (size_t row = 0; row < capital->n_rows; row++)
        if (strcmp(plim_digest_text(capital, row, "balance_sheet"), "reported") == 0)
            return plim_digest_number(capital, row, "year");
    return (double)NAN;
}

static double last_year(const plim_table *capital)
{
    double last = (double)NAN;
    for (size_t row = 0; row < capital->n_rows; row++)
        last = fmax(last, plim_digest_number(capital, row, "year"));
    return last;
}

/* The row of the capital ratio in a year, or n_rows. */
static size_t ratio_row(const plim_table *capital, const char *scenario, const char *bank,
                        double year)
{
    for (size_t row = 0; row < capital->n_rows; row++)
        if (plim_digest_number(capital, row, "year") == year &&
            strcmp(plim_digest_text(capital, row, "measure"), "car") == 0 &&
            is_row(capital, row, scenario, bank))
            return row;
    return capital->n_rows;
}

/* Falling below the requirement with buffer in any year. */
static size_t breach_row(const plim_table *breaches, const char *scenario, const char *bank)
{
    for (size_t row = 0; row < breaches->n_rows; row++)
        if (isnan(plim_digest_number(breaches, row, "year")) &&
            strcmp(plim_digest_text(breaches, row, "requirement"), "total_with_buffer") == 0 &&
            is_row(breaches, row, scenario, bank))
            return row;
    return breaches->n_rows;
}

/* "15.591 ± 0.015": the interval's half width is PLIM_Z95 errors. */
static void add_ratio(const plim_digest *d, plim_grid *grid, size_t column, const bank_at *at,
                      size_t s)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    size_t row = ratio_row(capital, d->scenarios.text[s], at->bank, at->year);
    char text[PLIM_DIGEST_CELL];
    if (row == capital->n_rows)
        return;
    double wide =
        plim_digest_number(capital, row, "hi95") - plim_digest_number(capital, row, "lo95");
    plim_screen_value(plim_digest_number(capital, row, "value"), wide / 2 / PLIM_Z95, 1 / percent,
                      text, sizeof text);
    plim_grid_cell(grid, column, text);
}

/* "0.97 [0.84, 1.11]" */
static void add_probability(const plim_digest *d, plim_grid *grid, size_t column, const bank_at *at,
                            size_t s)
{
    const plim_table *breaches = plim_digest_table(d, "breaches");
    size_t row = breach_row(breaches, d->scenarios.text[s], at->bank);
    char text[PLIM_DIGEST_CELL];
    if (row == breaches->n_rows)
        return;
    snprintf(text, sizeof text, "%.2f [%.2f, %.2f]",
             percent * plim_digest_number(breaches, row, "probability"),
             percent * plim_digest_number(breaches, row, "lo95"),
             percent * plim_digest_number(breaches, row, "hi95"));
    plim_grid_cell(grid, column, text);
}

/* Banks whose capital is followed, with `all` last for ratios. */
static plim_status find_banks(const plim_table *capital, plim_names *banks, plim_error *err)
{
    for (size_t row = 0; row < capital->n_rows; row++)
        if (strcmp(plim_digest_text(capital, row, "balance_sheet"), "reported") == 0)
            PLIM_TRY(plim_names_add(banks, plim_digest_text(capital, row, "bank"), NULL, err));
    return PLIM_OK;
}

static plim_status add_ratios(plim_digest *d, const plim_names *banks, double year, plim_error *err)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    plim_grid grid = {0};
    plim_text_add(d->out, "\n");
    plim_text_format(d->out, plim_report_word("Capital ratio at the end of %.0f, %%", d->lang),
                     year);
    plim_text_add(d->out, "\n");
    plim_grid_column(&grid, plim_digest_word(d, "bank"), false);
    plim_grid_column(&grid, plim_digest_word(d, "reported"), true);
    for (size_t s = 0; s < d->scenarios.count; s++)
        plim_grid_column(&grid, plim_digest_scenario(d, s), true);
    for (size_t b = 0; b < banks->count; b++) {
        bank_at at = {banks->text[b], year};
        char text[PLIM_DIGEST_CELL];
        size_t reported = ratio_row(capital, "baseline", at.bank, year_reported(capital));
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, at.bank);
        snprintf(text, sizeof text, "%.2f",
                 percent * plim_digest_number(capital, reported, "value"));
        plim_grid_cell(&grid, 1, text);
        for (size_t s = 0; s < d->scenarios.count; s++)
            add_ratio(d, &grid, s + 2, &at, s);
    }
    plim_status status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

static plim_status add_breaches(plim_digest *d, const plim_names *banks, plim_error *err)
{
    plim_grid grid = {0};
    plim_text_add(d->out, "\n");
    plim_text_add(d->out,
                  plim_digest_word(d, "Below the total requirement with buffer in some year, % of "
                                      "paths [95 % interval]"));
    plim_text_add(d->out, "\n");
    plim_grid_column(&grid, plim_digest_word(d, "bank"), false);
    for (size_t s = 0; s < d->scenarios.count; s++)
        plim_grid_column(&grid, plim_digest_scenario(d, s), true);
    for (size_t b = 0; b + 1 < banks->count; b++) {
        bank_at at = {banks->text[b], (double)NAN};
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, at.bank);
        for (size_t s = 0; s < d->scenarios.count; s++)
            add_probability(d, &grid, s + 1, &at, s);
    }
    plim_status status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

plim_status plim_digest_add_capital(plim_digest *d, plim_error *err)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    double year = last_year(capital);
    plim_names banks = {0};
    if (isnan(year))
        return PLIM_OK; /* no legal person states its capital */
    plim_status status = find_banks(capital, &banks, err);
    if (status == PLIM_OK)
        status = add_ratios(d, &banks, year, err);
    if (status == PLIM_OK)
        status = add_breaches(d, &banks, err);
    plim_names_free(&banks);
    return status;
}

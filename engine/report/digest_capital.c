/* The part of a digest that shows the capital of banks: what is left at the end, and how likely too
 * little is. */
#include "report/digest_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "report/grid.h"

static const double percent = 100;

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

/* "15.59 (13.55) 0.97": mean, 5 % quantile, probability. */
static void add_cell(const plim_digest *d, plim_grid *grid, size_t s, const char *bank, double year)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    const plim_table *breaches = plim_digest_table(d, "breaches");
    char text[PLIM_DIGEST_CELL], likely[PLIM_DIGEST_CELL] = "";
    size_t row = ratio_row(capital, d->scenarios.text[s], bank, year);
    size_t breach = breach_row(breaches, d->scenarios.text[s], bank);
    if (row == capital->n_rows)
        return;
    if (breach < breaches->n_rows)
        snprintf(likely, sizeof likely, "  %.2f",
                 percent * plim_digest_number(breaches, breach, "probability"));
    snprintf(text, sizeof text, "%.2f (%.2f)%s",
             percent * plim_digest_number(capital, row, "value"),
             percent * plim_digest_number(capital, row, "p05"), likely);
    plim_grid_cell(grid, s + 2, text);
}

static plim_status add_banks(const plim_digest *d, plim_grid *grid, double year, plim_error *err)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    plim_names banks = {0};
    plim_status status = PLIM_OK;
    for (size_t row = 0; row < capital->n_rows && status == PLIM_OK; row++)
        if (strcmp(plim_digest_text(capital, row, "balance_sheet"), "reported") == 0)
            status = plim_names_add(&banks, plim_digest_text(capital, row, "bank"), NULL, err);
    for (size_t b = 0; b < banks.count && status == PLIM_OK; b++) {
        char text[PLIM_DIGEST_CELL];
        plim_grid_row(grid);
        plim_grid_cell(grid, 0, banks.text[b]);
        snprintf(text, sizeof text, "%.2f",
                 percent * plim_digest_number(capital,
                                              ratio_row(capital, "baseline", banks.text[b],
                                                        year_reported(capital)),
                                              "value"));
        plim_grid_cell(grid, 1, text);
        for (size_t s = 0; s < d->scenarios.count; s++)
            add_cell(d, grid, s, banks.text[b], year);
    }
    plim_names_free(&banks);
    return status;
}

plim_status plim_digest_add_capital(plim_digest *d, plim_error *err)
{
    const plim_table *capital = plim_digest_table(d, "capital");
    double year = last_year(capital);
    plim_grid grid = {0};
    if (isnan(year))
        return PLIM_OK; /* no legal person states its capital */
    plim_text_add(d->out, "\n");
    plim_text_format(
        d->out,
        plim_report_word("Capital ratio at the end of %.0f, in %%: mean (5 %% quantile), "
                         "and how likely below the requirement with buffer in some year",
                         d->lang),
        year);
    plim_text_add(d->out, "\n");
    plim_grid_column(&grid, plim_digest_word(d, "bank"), false);
    plim_grid_column(&grid, plim_digest_word(d, "reported"), true);
    for (size_t s = 0; s < d->scenarios.count; s++)
        plim_grid_column(&grid, plim_digest_scenario(d, s), true);
    plim_status status = add_banks(d, &grid, year, err);
    if (status == PLIM_OK)
        status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

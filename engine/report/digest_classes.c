/* The part of a digest that shows the five classes: special mention and bad loans of all banks at
 * the date of the book and at the end. */
#include "report/digest_parts.h"

#include <math.h>
#include <string.h>

#include "base/table.h"
#include "report/grid.h"

static const double percent = 0.01;

/* Of all banks in a year, "2.31 ± 0.01"; "" where there is none. */
static void find_share(const plim_table *paths, const char *scenario, const char *measure,
                       double year, char out[PLIM_DIGEST_CELL])
{
    out[0] = '\0';
    for (size_t row = 0; row < paths->n_rows; row++)
        if (plim_digest_number(paths, row, "year") == year &&
            strcmp(plim_digest_text(paths, row, "bank"), "all") == 0 &&
            strcmp(plim_digest_text(paths, row, "measure"), measure) == 0 &&
            strcmp(plim_digest_text(paths, row, "scenario"), scenario) == 0) {
            double error = plim_digest_number(paths, row, "stderr");
            plim_screen_value(plim_digest_number(paths, row, "value"),
                              error > 0 ? error : (double)NAN, percent, out, PLIM_DIGEST_CELL);
            return;
        }
}

static void add_row(const plim_digest *d, plim_grid *grid, const char *measure,
                    const double years[2])
{
    const plim_table *paths = plim_digest_table(d, "class_paths");
    char text[PLIM_DIGEST_CELL];
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, plim_digest_word(d, measure));
    find_share(paths, "baseline", measure, years[0], text);
    plim_grid_cell(grid, 1, text);
    for (size_t s = 0; s < d->scenarios.count; s++) {
        find_share(paths, d->scenarios.text[s], measure, years[1], text);
        plim_grid_cell(grid, s + 2, text);
    }
}

plim_status plim_digest_add_classes(plim_digest *d, plim_error *err)
{
    static const char *const measures[] = {"special_mention_ratio", "npl_ratio", "loss_ratio"};
    const plim_table *paths = plim_digest_table(d, "class_paths");
    double years[2] = {(double)NAN, (double)NAN}; /* of the book, and the last */
    plim_grid grid = {0};
    for (size_t row = 0; row < paths->n_rows; row++) {
        years[0] = fmin(years[0], plim_digest_number(paths, row, "year"));
        years[1] = fmax(years[1], plim_digest_number(paths, row, "year"));
    }
    if (isnan(years[1]))
        return PLIM_OK; /* the book states no classes */
    plim_text_add(d->out, "\n");
    plim_text_format(d->out,
                     plim_report_word("Loans by class at the end of %.0f, %% of balances", d->lang),
                     years[1]);
    plim_text_add(d->out, "\n");
    plim_grid_column(&grid, plim_digest_word(d, "measure"), false);
    plim_grid_column(&grid, plim_digest_word(d, "reported"), true);
    for (size_t s = 0; s < d->scenarios.count; s++)
        plim_grid_column(&grid, plim_digest_scenario(d, s), true);
    for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
        add_row(d, &grid, measures[m], years);
    plim_status status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

#include "cli/compare_screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/grid.h"
#include "report/screen.h"

enum { CELL = 160, DIGEST_SHOWN = 12 };

/* ---- the runs ---- */

static bool is_same(const plim_table *runs, size_t row)
{
    return strcmp(plim_table_text(runs, row, PLIM_RUNS_VERDICT), "same") == 0;
}

/* A path with the beginning of its digest, or a value. */
static void add_side(plim_grid *grid, size_t column, const plim_table *runs, size_t row)
{
    bool second = column == PLIM_RUNS_B;
    const char *digest =
        plim_table_text(runs, row, second ? PLIM_RUNS_SHA256_B : PLIM_RUNS_SHA256_A);
    plim_text cell = {0};
    plim_text_add(&cell, plim_table_text(runs, row, column));
    if (*digest != '\0')
        plim_text_format(&cell, " (%.*s)", DIGEST_SHOWN, digest);
    grid->failed = grid->failed || cell.failed;
    plim_grid_cell(grid, column, plim_text_get(&cell));
    plim_text_free(&cell);
}

static void fill_runs(plim_grid *grid, const plim_table *runs, plim_lang lang)
{
    static const char *const headings[] = {"what", "name", "A", "B", "from line"};
    for (size_t k = 0; k < sizeof headings / sizeof *headings; k++)
        plim_grid_column(grid, plim_report_word(headings[k], lang), k == 4);
    for (size_t row = 0; row < runs->n_rows; row++) {
        char line[32];
        if (is_same(runs, row))
            continue;
        const char *name = plim_table_text(runs, row, PLIM_RUNS_NAME);
        plim_grid_row(grid);
        plim_grid_cell(grid, PLIM_RUNS_WHAT,
                       plim_report_word(plim_table_text(runs, row, PLIM_RUNS_WHAT), lang));
        plim_grid_cell(grid, PLIM_RUNS_NAME, plim_report_word(name, lang));
        add_side(grid, PLIM_RUNS_A, runs, row);
        add_side(grid, PLIM_RUNS_B, runs, row);
        plim_table_format(runs, row, PLIM_RUNS_LINE, line, sizeof line);
        plim_grid_cell(grid, 4, line);
    }
}

static void add_same(plim_text *out, const plim_table *runs, plim_lang lang)
{
    size_t n = 0;
    plim_text_add(out, plim_report_word("The same:", lang));
    for (size_t row = 0; row < runs->n_rows; row++) {
        const char *what = plim_table_text(runs, row, PLIM_RUNS_WHAT);
        const char *name = plim_report_word(plim_table_text(runs, row, PLIM_RUNS_NAME), lang);
        if (!is_same(runs, row))
            continue;
        plim_text_add(out, n++ > 0 ? ", " : " ");
        if (strcmp(what, "setting") != 0)
            plim_text_format(out, "%s ", plim_report_word(what, lang));
        plim_text_add(out, name);
        if (strcmp(what, "setting") == 0)
            plim_text_format(out, " %s", plim_table_text(runs, row, PLIM_RUNS_A));
    }
    plim_text_add(out, n > 0 ? "\n" : " -\n");
}

plim_status plim_compare_screen_runs(plim_text *out, const plim_compare_screen *screen,
                                     const plim_comparison *c, plim_error *err)
{
    size_t same = 0;
    plim_grid grid = {0};
    plim_status status = PLIM_OK;
    for (size_t row = 0; row < c->runs.n_rows; row++)
        same += is_same(&c->runs, row);
    if (same == c->runs.n_rows) {
        plim_text_add(out, plim_report_word("Nothing differs between the runs.", screen->lang));
        plim_text_add(out, "\n");
    } else {
        plim_text_add(out, plim_report_word("What differs between the runs", screen->lang));
        plim_text_add(out, "\n");
        fill_runs(&grid, &c->runs, screen->lang);
        status = plim_grid_print(&grid, out, err);
    }
    plim_grid_free(&grid);
    add_same(out, &c->runs, screen->lang);
    return status;
}

/* ---- measures ---- */

typedef enum verdict { EQUAL, WITHIN_NOISE, DIFFERS, UNKNOWN, ONLY_A, ONLY_B, VERDICTS } verdict;

static verdict verdict_of(const plim_table *measures, size_t row)
{
    static const char *const words[VERDICTS] = {"equal",   "within_noise", "differs",
                                                "unknown", "only_a",       "only_b"};
    const char *text = plim_table_text(measures, row, PLIM_COMPARE_VERDICT);
    verdict v = EQUAL;
    while (v < ONLY_B && strcmp(words[v], text) != 0)
        v++;
    return v;
}

static bool is_shown(const plim_compare_screen *screen, const plim_table *measures, size_t row)
{
    verdict v = verdict_of(measures, row);
    return screen->all || v == DIFFERS || v == UNKNOWN;
}

static bool is_money(const plim_table *measures, size_t row)
{
    return plim_compare_is_money(plim_table_text(measures, row, PLIM_COMPARE_TABLE),
                                 plim_table_text(measures, row, PLIM_COMPARE_MEASURE));
}

static plim_scale scale_of(const plim_compare_screen *screen, const plim_comparison *c)
{
    const plim_table *measures = &c->measures;
    double largest = 0;
    for (size_t row = 0; row < measures->n_rows; row++)
        for (size_t f = PLIM_COMPARE_A; f <= PLIM_COMPARE_B; f++) {
            double size = fabs(measures->columns[f].number[row]);
            if (is_shown(screen, measures, row) && is_money(measures, row) && size > largest)
                largest = size;
        }
    return plim_scale_for(largest, c->currency, screen->lang);
}

static void add_measure(plim_grid *grid, const plim_compare_screen *screen,
                        const plim_table *measures, size_t row, double factor)
{
    double scale = is_money(measures, row) ? factor : 0.01, number[4];
    char cell[CELL];
    for (size_t f = 0; f < 4; f++)
        number[f] = measures->columns[PLIM_COMPARE_A + f].number[row];
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, plim_table_text(measures, row, PLIM_COMPARE_TABLE));
    plim_grid_cell(
        grid, 1,
        plim_report_word(plim_table_text(measures, row, PLIM_COMPARE_SCENARIO), screen->lang));
    plim_grid_cell(grid, 2, plim_table_text(measures, row, PLIM_COMPARE_KEY));
    plim_grid_cell(
        grid, 3,
        plim_report_word(plim_table_text(measures, row, PLIM_COMPARE_MEASURE), screen->lang));
    const char *paired = plim_table_text(measures, row, PLIM_COMPARE_PAIRED);
    if (*paired != '\0')
        plim_grid_cell(grid, 7,
                       plim_report_word(strcmp(paired, "yes") == 0 ? "paired:yes" : "paired:no",
                                        screen->lang));
    plim_grid_cell(
        grid, 8,
        plim_report_word(plim_table_text(measures, row, PLIM_COMPARE_VERDICT), screen->lang));
    for (size_t f = 0; f < 2; f++) {
        plim_screen_value(number[f], (double)NAN, scale, cell, sizeof cell);
        plim_grid_cell(grid, 4 + f, cell);
    }
    plim_screen_value(number[2], number[3], scale, cell, sizeof cell);
    plim_grid_cell(grid, 6, cell);
}

static void fill_measures(plim_grid *grid, const plim_compare_screen *screen,
                          const plim_table *measures, double factor)
{
    static const char *const headings[] = {"table", "scenario",     "key",    "measure", "A",
                                           "B",     "difference ±", "paired", "verdict"};
    for (size_t k = 0; k < sizeof headings / sizeof *headings; k++)
        plim_grid_column(grid, plim_report_word(headings[k], screen->lang), k >= 4 && k <= 6);
    for (size_t row = 0; row < measures->n_rows; row++)
        if (is_shown(screen, measures, row))
            add_measure(grid, screen, measures, row, factor);
}

/* Scenarios and keys that one result lacks: a line for those of A, one for those of B. */
static void add_only(plim_text *out, const plim_compare_screen *screen, const plim_table *measures,
                     verdict which)
{
    const char *last[3] = {"", "", ""};
    size_t n = 0;
    for (size_t row = 0; row < measures->n_rows; row++) {
        const char *now[3];
        bool again = n > 0;
        if (verdict_of(measures, row) != which)
            continue;
        for (size_t k = 0; k < 3; k++) {
            now[k] = plim_table_text(measures, row, PLIM_COMPARE_TABLE + k);
            again = again && strcmp(now[k], last[k]) == 0;
            last[k] = now[k];
        }
        if (again)
            continue;
        if (n == 0)
            plim_text_add(
                out, plim_report_word(which == ONLY_A ? "Only in A:" : "Only in B:", screen->lang));
        plim_text_format(out, "%s%s %s%s%s", n > 0 ? ", " : " ", now[0],
                         plim_report_word(now[1], screen->lang), *now[2] != '\0' ? " " : "",
                         now[2]);
        n++;
    }
    if (n > 0)
        plim_text_add(out, "\n");
}

static void add_counts(plim_text *out, const plim_compare_screen *screen, const plim_comparison *c)
{
    const plim_table *measures = &c->measures;
    size_t count[VERDICTS] = {0};
    for (size_t row = 0; row < measures->n_rows; row++)
        count[verdict_of(measures, row)]++;
    plim_text_format(out,
                     plim_report_word("%zu of %zu measures are equal; %zu differ within noise, %zu "
                                      "beyond it.",
                                      screen->lang),
                     count[EQUAL], measures->n_rows - count[ONLY_A] - count[ONLY_B],
                     count[WITHIN_NOISE], count[DIFFERS]);
    plim_text_add(out, "\n");
    if (count[UNKNOWN] > 0) {
        plim_text_format(out,
                         plim_report_word("%zu differ, and one of the two values has no error: too "
                                          "few paths beyond the quantile.",
                                          screen->lang),
                         count[UNKNOWN]);
        plim_text_add(out, "\n");
    }
    add_only(out, screen, measures, ONLY_A);
    add_only(out, screen, measures, ONLY_B);
    plim_text_add(
        out,
        plim_report_word(c->paired ? "Same seed and paths: losses over the horizon are compared "
                                     "path by path."
                                   : "Other draws: errors are those of two samples; of what "
                                     "moves by noise alone one in twenty lies beyond 1.96 errors.",
                         screen->lang));
    plim_text_add(out, "\n");
}

plim_status plim_compare_screen_measures(plim_text *out, const plim_compare_screen *screen,
                                         const plim_comparison *c, plim_error *err)
{
    size_t shown = 0;
    plim_grid grid = {0};
    plim_status status = PLIM_OK;
    plim_scale scale = scale_of(screen, c);
    for (size_t row = 0; row < c->measures.n_rows; row++)
        shown += is_shown(screen, &c->measures, row);
    if (shown > 0) {
        plim_text_format(out,
                         plim_report_word(screen->all ? "Measures (amounts in %s; rates in %%)"
                                                      : "Measures that differ beyond noise "
                                                        "(amounts in %s; rates in %%)",
                                          screen->lang),
                         scale.unit);
        plim_text_add(out, "\n");
        fill_measures(&grid, screen, &c->measures, scale.factor);
        status = plim_grid_print(&grid, out, err);
        plim_text_add(out, "\n");
    }
    plim_grid_free(&grid);
    add_counts(out, screen, c);
    return status;
}

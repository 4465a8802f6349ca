#include "cli/compare_screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
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

/* A share, a rate or a probability. */
static bool is_rate(const plim_table *measures, size_t row)
{
    const plim_table_spec *spec =
        plim_table_spec_find(plim_table_text(measures, row, PLIM_COMPARE_TABLE));
    bool named = spec != NULL && plim_table_spec_field(spec, "measure") < spec->n_fields;
    return !is_money(measures, row) &&
           (named || plim_screen_is_rate(plim_table_text(measures, row, PLIM_COMPARE_MEASURE)));
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
    const char *measure = plim_table_text(measures, row, PLIM_COMPARE_MEASURE);
    double number[4], scale = 1;
    char cell[CELL];
    if (is_money(measures, row))
        scale = factor;
    else if (is_rate(measures, row))
        scale = 0.01;
    for (size_t f = 0; f < 4; f++)
        number[f] = measures->columns[PLIM_COMPARE_A + f].number[row];
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, plim_table_text(measures, row, PLIM_COMPARE_TABLE));
    plim_grid_cell(
        grid, 1,
        plim_report_word(plim_table_text(measures, row, PLIM_COMPARE_SCENARIO), screen->lang));
    plim_grid_cell(grid, 2, plim_table_text(measures, row, PLIM_COMPARE_KEY));
    plim_grid_cell(grid, 3, plim_report_word(measure, screen->lang));
    const char *paired = plim_table_text(measures, row, PLIM_COMPARE_PAIRED);
    if (*paired == '\0') /* what is no estimate has no error */
        number[3] = (double)NAN;
    else
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

/* Scenarios and keys that one result lacks. */
typedef struct lacking {
    const plim_compare_screen *screen;
    const plim_table *measures;
    verdict which;
    bool *shared; /* by code of the scenario: is anything of it in the other result? */
    plim_names told;
} lacking;

/* The scenario, where the other result has nothing of it; else table, scenario and key. */
static void name_lacking(const lacking *l, size_t row, plim_text *name)
{
    const plim_table *m = l->measures;
    plim_lang lang = l->screen->lang;
    const char *key = plim_table_text(m, row, PLIM_COMPARE_KEY);
    if (l->shared[m->columns[PLIM_COMPARE_SCENARIO].code[row]])
        plim_text_format(name, "%s ", plim_table_text(m, row, PLIM_COMPARE_TABLE));
    else
        plim_text_format(name, "%s ", plim_report_word("scenario", lang));
    plim_text_add(name, plim_report_word(plim_table_text(m, row, PLIM_COMPARE_SCENARIO), lang));
    if (*key != '\0' && l->shared[m->columns[PLIM_COMPARE_SCENARIO].code[row]])
        plim_text_format(name, " %s", key);
}

static plim_status list_lacking(plim_text *out, lacking *l, plim_error *err)
{
    for (size_t row = 0; row < l->measures->n_rows; row++) {
        size_t before = l->told.count;
        plim_text name = {0};
        if (verdict_of(l->measures, row) != l->which)
            continue;
        name_lacking(l, row, &name);
        plim_status status = name.failed
                                 ? plim_fail_memory(err, "the comparison of results")
                                 : plim_names_add(&l->told, plim_text_get(&name), NULL, err);
        if (before == 0)
            plim_text_add(out, plim_report_word(l->which == ONLY_A ? "Only in A:" : "Only in B:",
                                                l->screen->lang));
        if (l->told.count > before)
            plim_text_format(out, "%s%s", before > 0 ? ", " : " ", plim_text_get(&name));
        plim_text_free(&name);
        PLIM_TRY(status);
    }
    plim_text_add(out, l->told.count > 0 ? "\n" : "");
    return PLIM_OK;
}

static plim_status add_only(plim_text *out, const plim_compare_screen *screen,
                            const plim_table *measures, verdict which, plim_error *err)
{
    const plim_table_column *scenario = &measures->columns[PLIM_COMPARE_SCENARIO];
    lacking l = {.screen = screen, .measures = measures, .which = which};
    l.shared = plim_alloc(scenario->labels.count, sizeof *l.shared);
    if (l.shared == NULL)
        return plim_fail_memory(err, "the comparison of results");
    for (size_t row = 0; row < measures->n_rows; row++)
        if (verdict_of(measures, row) != which)
            l.shared[scenario->code[row]] = true;
    plim_status status = list_lacking(out, &l, err);
    plim_names_free(&l.told);
    plim_free(l.shared);
    return status;
}

static plim_status add_counts(plim_text *out, const plim_compare_screen *screen,
                              const plim_comparison *c, plim_error *err)
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
    PLIM_TRY(add_only(out, screen, measures, ONLY_A, err));
    PLIM_TRY(add_only(out, screen, measures, ONLY_B, err));
    plim_text_add(
        out,
        plim_report_word(c->paired ? "Same seed and paths: losses over the horizon are compared "
                                     "path by path."
                                   : "Other draws: errors are those of two samples; of what "
                                     "moves by noise alone one in twenty lies beyond 1.96 errors.",
                         screen->lang));
    plim_text_add(out, "\n");
    return PLIM_OK;
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
    return status == PLIM_OK ? add_counts(out, screen, c, err) : status;
}

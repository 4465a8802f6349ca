/* What a run prints at its end. */
#include "report/digest_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/grid.h"
#include "report/screen.h"

#define TOP_SECTORS 10

static plim_status finish_grid(plim_digest *d, plim_grid *grid, plim_error *err)
{
    plim_status status = plim_grid_print(grid, d->out, err);
    plim_grid_free(grid);
    return status;
}

/* ---- heading ---- */

static void add_heading(plim_digest *d)
{
    plim_text_format(d->out, "%s\n", plim_digest_word(d, "Environmental-risk stress test"));
    plim_text_format(
        d->out,
        plim_report_word("%s banks, %s borrowers, %s loans as of %s; years %s; %s paths, seed %s",
                         d->lang),
        plim_digest_run(d, "banks"), plim_digest_run(d, "borrowers"), plim_digest_run(d, "loans"),
        plim_digest_run(d, "as_of"), plim_digest_run(d, "years"), plim_digest_run(d, "paths"),
        plim_digest_run(d, "seed"));
    plim_text_add(d->out, "\n");
    for (size_t s = 1; s < d->scenarios.count; s++) {
        const char *name = d->scenarios.text[s];
        bool zh = d->lang == PLIM_LANG_ZH;
        const char *title = plim_digest_run_of(d, zh ? "title_zh" : "title_en", name);
        const char *note = plim_digest_run_of(d, zh ? "note_zh" : "note_en", name);
        plim_text_format(d->out, "  %s%s%s\n", name, title ? ": " : "", title ? title : "");
        if (note)
            plim_text_format(d->out, "    %s\n", note);
    }
}

/* ---- losses ---- */

static const struct loss_view {
    const char *heading, *measure, *value, *error;
} loss_views[] = {
    {"expected loss", "el", "value", "stderr"},
    {"rise", "el", "delta", "delta_stderr"},
    {"VaR 99%", "var_99", "value", "stderr"},
    {"ES 99%", "es_99", "value", "stderr"},
    {"ES 99.9%", "es_999", "value", "stderr"},
    {"rise of ES 99.9%", "es_999", "delta", "delta_stderr"},
};

static plim_status add_losses(plim_digest *d, plim_error *err)
{
    const plim_table *summary = plim_digest_table(d, "summary");
    plim_scale scale = plim_scale_for(plim_table_largest_amount(summary), d->currency, d->lang);
    plim_digest_title(d, plim_digest_word(d, "table:summary"), &scale);
    plim_grid grid = {0};
    size_t n_views = sizeof loss_views / sizeof *loss_views;
    bool few = false;
    plim_grid_column(&grid, plim_digest_word(d, "scenario"), false);
    for (size_t v = 0; v < n_views; v++)
        plim_grid_column(&grid, plim_digest_word(d, loss_views[v].heading), true);
    for (size_t s = 0; s < d->scenarios.count; s++) {
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, plim_digest_scenario(d, s));
        for (size_t v = 0; v < n_views; v++) {
            const struct loss_view *view = &loss_views[v];
            size_t row = plim_digest_row(summary, "scenario", d->scenarios.text[s], "measure",
                                         view->measure);
            if (row == summary->n_rows)
                continue;
            char cell[PLIM_DIGEST_CELL];
            plim_screen_value(plim_digest_number(summary, row, view->value),
                              plim_digest_number(summary, row, view->error), scale.factor, cell,
                              sizeof cell);
            if (*cell && strstr(plim_digest_text(summary, row, "note"), "few_tail_paths")) {
                few = true;
                strncat(cell, "*", sizeof cell - strlen(cell) - 1);
            }
            plim_grid_cell(&grid, v + 1, cell);
        }
    }
    PLIM_TRY(finish_grid(d, &grid, err));
    if (few)
        plim_text_format(d->out, "%s\n", plim_digest_word(d, "* fewer than 100 paths in the tail"));
    return PLIM_OK;
}

/* ---- sectors ---- */

typedef struct moved {
    const char *key;
    double size; /* largest |delta| over the scenarios, or the expected loss without scenarios */
} moved;

static int by_size(const void *a, const void *b)
{
    const moved *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return strcmp(x->key, y->key);
}

/* All keys of the sector table with how far they move (`by` delta_el) or what they lose (el),
   largest first. */
static plim_status rank_sectors(const plim_table *sectors, const char *by, moved **out,
                                size_t *count, plim_error *err)
{
    plim_names keys = {0};
    plim_status status = PLIM_OK;
    moved *list = plim_alloc(sectors->n_rows + 1, sizeof *list);
    if (!list)
        return plim_fail_memory(err, "the digest");
    for (size_t row = 0; row < sectors->n_rows; row++) {
        uint32_t i = 0;
        PLIM_GOTO(done, status,
                  plim_names_add(&keys, plim_digest_text(sectors, row, "key"), &i, err));
        double size = fabs(plim_digest_number(sectors, row, by));
        list[i].key = plim_digest_text(sectors, row, "key");
        if (size > list[i].size)
            list[i].size = size;
    }
    *count = keys.count;
    qsort(list, *count, sizeof *list, by_size);
done:
    plim_names_free(&keys);
    if (status == PLIM_OK)
        *out = list;
    else
        plim_free(list);
    return status;
}

static void add_sector_row(plim_digest *d, plim_grid *grid, const plim_table *sectors,
                           const char *key, double factor)
{
    char cell[PLIM_DIGEST_CELL];
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, key);
    for (size_t s = 0; s < d->scenarios.count; s++) {
        size_t row = plim_digest_row(sectors, "scenario", d->scenarios.text[s], "key", key);
        if (row == sectors->n_rows)
            continue;
        if (s == 0) {
            plim_screen_value(plim_digest_number(sectors, row, "exposure"), (double)NAN, factor,
                              cell, sizeof cell);
            plim_grid_cell(grid, 1, cell);
        }
        plim_screen_value(
            plim_digest_number(sectors, row, s == 0 ? "el" : "delta_el"),
            plim_digest_number(sectors, row, s == 0 ? "el_stderr" : "delta_el_stderr"), factor,
            cell, sizeof cell);
        plim_grid_cell(grid, s + 2, cell);
    }
}

static plim_status add_sectors(plim_digest *d, plim_error *err)
{
    const plim_table *sectors = plim_digest_table(d, "sectors");
    moved *list = NULL;
    size_t count = 0;
    PLIM_TRY(
        rank_sectors(sectors, d->scenarios.count == 1 ? "el" : "delta_el", &list, &count, err));
    plim_scale scale = plim_scale_for(plim_table_largest_amount(sectors), d->currency, d->lang);
    bool alone = d->scenarios.count == 1; /* nothing moves: rank_sectors goes by the loss itself */
    plim_digest_title(d,
                      plim_digest_word(d, alone ? "Sectors with the largest expected loss"
                                                : "Sectors whose expected loss moves most"),
                      &scale);
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_digest_word(d, "sector"), false);
    plim_grid_column(&grid, plim_digest_word(d, "exposure"), true);
    plim_grid_column(&grid, plim_digest_word(d, "expected loss"), true);
    for (size_t s = 1; s < d->scenarios.count; s++) {
        char heading[PLIM_DIGEST_CELL];
        snprintf(heading, sizeof heading, plim_report_word("rise: %s", d->lang),
                 d->scenarios.text[s]);
        plim_grid_column(&grid, heading, true);
    }
    for (size_t i = 0; i < count && i < TOP_SECTORS; i++)
        add_sector_row(d, &grid, sectors, list[i].key, scale.factor);
    plim_free(list);
    return finish_grid(d, &grid, err);
}

/* ---- grades and warnings ---- */

/* The distinct texts of a field, in order of first occurrence. */
static plim_status distinct(const plim_table *table, const char *key, plim_names *out,
                            plim_error *err)
{
    for (size_t row = 0; row < table->n_rows; row++)
        PLIM_TRY(plim_names_add(out, plim_digest_text(table, row, key), NULL, err));
    return PLIM_OK;
}

static plim_status add_grades(plim_digest *d, plim_error *err)
{
    const plim_table *grades = plim_digest_table(d, "grades");
    plim_scale scale = plim_scale_for(plim_table_largest_amount(grades), d->currency, d->lang);
    plim_names names = {0};
    plim_status status = distinct(grades, "stress_grade", &names, err);
    char title[PLIM_DIGEST_CELL];
    snprintf(title, sizeof title, "\n%s%s%s%s\n",
             plim_digest_word(d, "Stress grades: borrowers (exposure)"),
             d->lang == PLIM_LANG_ZH ? "，" : ", ", scale.unit, "");
    plim_text_add(d->out, title);
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_digest_word(d, "grade"), false);
    for (size_t s = 0; s < d->scenarios.count; s++)
        plim_grid_column(&grid, plim_digest_scenario(d, s), true);
    for (size_t g = 0; status == PLIM_OK && g < names.count; g++) {
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, names.text[g]);
        for (size_t s = 0; s < d->scenarios.count; s++) {
            size_t row = plim_digest_row(grades, "scenario", d->scenarios.text[s], "stress_grade",
                                         names.text[g]);
            if (row == grades->n_rows)
                continue;
            char cell[PLIM_DIGEST_CELL];
            snprintf(cell, sizeof cell, "%.0f (%.2f)", plim_digest_number(grades, row, "borrowers"),
                     plim_digest_number(grades, row, "exposure") / scale.factor);
            plim_grid_cell(&grid, s + 1, cell);
        }
    }
    plim_names_free(&names);
    if (status != PLIM_OK) {
        plim_grid_free(&grid);
        return status;
    }
    return finish_grid(d, &grid, err);
}

static const char *const warning_keys[] = {"scenario",  "subject", "key",   "year",
                                           "indicator", "value",   "level", "reason"};
#define N_WARNING_KEYS (sizeof warning_keys / sizeof *warning_keys)

static plim_status add_warning_counts(plim_digest *d, plim_error *err)
{
    plim_digest_title(d, plim_digest_word(d, "Warnings: borrowers and groups by level"), NULL);
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_digest_word(d, "scenario"), false);
    for (size_t l = 0; l < PLIM_WARNING_LEVELS; l++)
        plim_grid_column(&grid, plim_digest_word(d, plim_warning_levels[l]), true);
    for (size_t s = 0; s < d->scenarios.count; s++) {
        const plim_warning_scenario *of = plim_warning_digest_of(d->warnings, d->scenarios.text[s]);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, plim_digest_scenario(d, s));
        for (size_t l = 0; l < PLIM_WARNING_LEVELS; l++) {
            char cell[32];
            snprintf(cell, sizeof cell, "%zu", of == NULL ? 0 : of->count[l]);
            plim_grid_cell(&grid, l + 1, cell);
        }
    }
    return finish_grid(d, &grid, err);
}

static void add_warning_row(plim_digest *d, plim_grid *grid, const plim_table *warnings, size_t row)
{
    for (size_t k = 0; k < N_WARNING_KEYS; k++) {
        char cell[PLIM_DIGEST_CELL];
        size_t field = plim_table_field(warnings, warning_keys[k]);
        if (warnings->spec->fields[field].kind == PLIM_CELL_TEXT) {
            plim_grid_cell(grid, k, plim_digest_word(d, plim_table_text(warnings, row, field)));
            continue;
        }
        if (warnings->spec->fields[field].kind == PLIM_CELL_INT) {
            plim_table_format(warnings, row, field, cell, sizeof cell);
            plim_grid_cell(grid, k, cell);
            continue;
        }
        plim_screen_value(plim_digest_number(warnings, row, "value"), (double)NAN, 1, cell,
                          sizeof cell);
        plim_grid_cell(grid, k, cell);
    }
}

/* The highest warnings of a scenario that the baseline does not give, or gives at a lower level:
   what the book shows without any shock is no news of a scenario. */
static plim_status add_top_warnings(plim_digest *d, plim_error *err)
{
    plim_grid grid = {0};
    size_t shown = 0;
    for (size_t k = 0; k < N_WARNING_KEYS; k++)
        plim_grid_column(&grid, plim_digest_word(d, warning_keys[k]),
                         strcmp(warning_keys[k], "value") == 0);
    for (size_t s = 1; s < d->scenarios.count; s++) {
        const plim_warning_scenario *of = plim_warning_digest_of(d->warnings, d->scenarios.text[s]);
        for (size_t i = 0; of != NULL && i < of->n_shown; i++, shown++) {
            plim_grid_row(&grid);
            add_warning_row(d, &grid, &d->warnings->kept, of->shown[i]);
        }
    }
    plim_status status = PLIM_OK;
    if (shown > 0) {
        plim_digest_title(d, plim_digest_word(d, "Highest warnings that a scenario raises"), NULL);
        status = plim_grid_print(&grid, d->out, err);
    }
    plim_grid_free(&grid);
    return status;
}

/* The first rows of a table that is often empty. */
static plim_status add_some(plim_digest *d, const char *name, plim_error *err)
{
    const size_t most = 12;
    const plim_table *table = plim_digest_table(d, name);
    if (table->n_rows == 0)
        return PLIM_OK;
    plim_text_add(d->out, "\n");
    return plim_screen_table(d->out, table, d->lang, d->currency, most, err);
}

static const char *const hazard_tables[] = {"damage", "events", "compound"};

const char *const plim_report_digest_tables[] = {
    "summary", "sectors", "grades",  "tail",     "damage",      "events", "compound",
    "ledger",  "run",     "capital", "breaches", "class_paths", NULL};

static plim_status add_all(plim_digest *d, plim_error *err)
{
    add_heading(d);
    PLIM_TRY(add_losses(d, err));
    plim_digest_add_precision(d);
    PLIM_TRY(add_some(d, "tail", err));
    for (size_t i = 0; i < sizeof hazard_tables / sizeof *hazard_tables; i++)
        PLIM_TRY(add_some(d, hazard_tables[i], err));
    PLIM_TRY(add_sectors(d, err));
    PLIM_TRY(plim_digest_add_classes(d, err));
    PLIM_TRY(plim_digest_add_capital(d, err));
    PLIM_TRY(add_grades(d, err));
    PLIM_TRY(add_warning_counts(d, err));
    PLIM_TRY(add_top_warnings(d, err));
    plim_digest_add_mean_path(d);
    if (plim_digest_run_of(d, "analytic_el", "baseline"))
        plim_digest_add_exact(d);
    plim_digest_add_cumulative(d);
    plim_digest_add_ledger(d);
    plim_digest_add_insolvent(d);
    plim_text_format(d->out, plim_report_word("Took %s s (%s threads, %s kernel).", d->lang),
                     plim_digest_run(d, "wall_seconds"), plim_digest_run(d, "threads"),
                     plim_digest_run(d, "isa"));
    plim_text_add(d->out, "\n");
    return d->out->failed ? plim_fail_memory(err, "the digest") : PLIM_OK;
}

plim_status plim_report_digest(plim_text *out, const plim_result *result,
                               const plim_warning_digest *warnings, plim_lang lang, plim_error *err)
{
    plim_digest d = {.out = out, .result = result, .warnings = warnings, .lang = lang};
    const char *currency = plim_result_setting(result, "currency");
    d.currency = currency ? currency : "CNY";
    plim_status status = distinct(plim_digest_table(&d, "summary"), "scenario", &d.scenarios, err);
    if (status == PLIM_OK)
        status = add_all(&d, err);
    plim_names_free(&d.scenarios);
    return status;
}

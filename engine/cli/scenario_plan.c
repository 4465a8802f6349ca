#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parallel/team.h"
#include "plan/evaluate.h"
#include "report/grid.h"
#include "run/check.h"
#include "run/forecast.h"
#include "run/paths.h"
#include "scenario/cost.h"
#include "scenario/describe.h"
#include "simulate/doubt.h"

/* What is asked for. */
typedef struct job {
    plim_cli *cli;
    plim_session_scripts scripts;
    plim_words files, books;
    plim_session session;
    double bind_seconds;
} job;

static const char *word(const job *j, const char *key) __attribute__((format_arg(2)));
static const char *word(const job *j, const char *key)
{
    return plim_report_word(key, j->cli->lang);
}

static void add_title(const job *j, plim_text *out, const char *key)
{
    plim_text_add(out, "\n");
    plim_text_add(out, word(j, key));
    plim_text_add(out, "\n");
}

static plim_status finish(plim_grid *grid, plim_text *out, plim_error *err)
{
    plim_status status = plim_grid_print(grid, out, err);
    plim_grid_free(grid);
    return status;
}

/* ---- drivers ---- */

static void add_number(plim_grid *grid, size_t column, double value)
{
    char cell[32];
    snprintf(cell, sizeof cell, "%.6g", value);
    plim_grid_cell(grid, column, cell);
}

/* Its one value, or that it varies over the years. */
static void add_reference(const job *j, plim_grid *grid, const plim_driver *driver,
                          const plim_scenario *scenario)
{
    double first = plim_pathway_at(&driver->reference, scenario->first_year);
    for (int year = scenario->first_year; year <= scenario->last_year; year++)
        if (plim_pathway_at(&driver->reference, year) != first) {
            plim_grid_cell(grid, 2, word(j, "varies"));
            return;
        }
    add_number(grid, 2, first);
}

static plim_status add_drivers(const job *j, plim_text *out, const plim_scenario *scenario,
                               plim_error *err)
{
    plim_grid grid = {0};
    if (scenario->n_drivers == 0)
        return PLIM_OK;
    add_title(j, out, "Drivers");
    plim_grid_column(&grid, word(j, "driver"), false);
    plim_grid_column(&grid, word(j, "unit"), false);
    plim_grid_column(&grid, word(j, "reference"), true);
    for (int year = scenario->first_year; year <= scenario->last_year; year++) {
        char heading[16];
        snprintf(heading, sizeof heading, "%d", year);
        plim_grid_column(&grid, heading, true);
    }
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        char unit[48];
        size_t column = 3;
        plim_unit_format(&driver->unit, unit, sizeof unit);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, driver->name);
        plim_grid_cell(&grid, 1, unit);
        add_reference(j, &grid, driver, scenario);
        for (int year = scenario->first_year; year <= scenario->last_year; year++)
            add_number(&grid, column++, plim_pathway_at(&driver->path, year));
    }
    return finish(&grid, out, err);
}

static const char *phrase(const char *english, const void *context)
{
    return word(context, english);
}

/* What drivers that are no pathways are, a line each. */
static plim_status add_kinds(const job *j, plim_text *out, const plim_scenario *scenario,
                             plim_error *err)
{
    const int years[2] = {scenario->first_year, scenario->last_year};
    plim_grid grid = {0};
    bool any = false;
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        plim_text kind = {0};
        if (driver->process == NULL && driver->hazard == NULL)
            continue;
        if (!any) {
            plim_grid_column(&grid, word(j, "driver"), false);
            plim_grid_column(&grid, word(j, "differs from path to path"), false);
        }
        any = true;
        plim_driver_describe_in(driver, years, phrase, j, &kind);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, driver->name);
        plim_grid_cell(&grid, 1, plim_text_get(&kind));
        plim_text_free(&kind);
    }
    if (!any)
        return PLIM_OK;
    add_title(j, out, "Random drivers and hazards; above, their mean path, and no event");
    return finish(&grid, out, err);
}

/* ---- formulas ---- */

static void add_ops(plim_grid *grid, const char *name, const plim_ops *ops)
{
    const size_t counts[] = {ops->shared,
                             ops->once[PLIM_OPS_BORROWER],
                             ops->by_year[PLIM_OPS_BORROWER],
                             ops->by_path[PLIM_OPS_BORROWER],
                             ops->once[PLIM_OPS_LOAN],
                             ops->by_year[PLIM_OPS_LOAN],
                             ops->by_path[PLIM_OPS_LOAN]};
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, name);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char cell[24];
        snprintf(cell, sizeof cell, "%zu", counts[i]);
        plim_grid_cell(grid, i + 1, cell);
    }
}

static plim_status add_formulas(const job *j, plim_text *out, const plim_scenario *scenario,
                                plim_cost *cost, plim_error *err)
{
    static const char *const headings[] = {
        "formula",           "drivers alone", "borrower, once", "borrower, by year",
        "borrower, by path", "loan, once",    "loan, by year",  "loan, by path"};
    static const char *const names[PLIM_FORMULA_COUNT] = {"applies", "pd", "default", "lgd", "ead"};
    plim_grid grid = {0};
    PLIM_TRY(plim_cost_of(cost, &j->session.program, scenario, err));
    add_title(j, out, "Formulas: operations by what they hang on");
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        plim_grid_column(&grid, word(j, headings[i]), i > 0);
    for (size_t kind = 0; kind < PLIM_FORMULA_COUNT; kind++)
        if (cost->present[kind])
            add_ops(&grid, names[kind], &cost->formula[kind]);
    add_ops(&grid, word(j, "all together"), &cost->all);
    return finish(&grid, out, err);
}

static void add_cost(const job *j, plim_text *out, const plim_cost *cost)
{
    const plim_ops *all = &cost->all;
    const plim_plan *plan = &j->session.plan;
    double of_borrowers = (double)(all->once[PLIM_OPS_BORROWER] + all->by_year[PLIM_OPS_BORROWER]);
    double of_loans = (double)(all->once[PLIM_OPS_LOAN] + all->by_year[PLIM_OPS_LOAN]);
    double operations = of_borrowers * plan->n_borrowers + of_loans * plan->n_loans;
    char bytes[32];
    plim_forecast_format_bytes(
        (uint64_t)((of_borrowers + of_loans + (double)all->shared) * PLIM_EVALUATE_BLOCK * 8),
        bytes);
    plim_text_format(out,
                     word(j, "Of this book: %.3g operations, %s of values while they are computed; "
                             "reading and binding took %.1f s."),
                     operations, bytes, j->bind_seconds);
    plim_text_add(out, "\n");
}

/* ---- what a run takes ---- */

static void add_doubt(const job *j, plim_text *out, const plim_doubt *doubt)
{
    double fates = (double)doubt->fates, evaluated = (double)doubt->open.evaluated;
    plim_text_format(
        out,
        word(j, "PDs that differ from path to path: of %llu of %llu borrowers in scope, in %u "
                "classes by what moves them."),
        (unsigned long long)doubt->varying, (unsigned long long)doubt->in_scope, doubt->n_classes);
    plim_text_add(out, "\n");
    plim_text_format(out,
                     word(j, "Of their fates bounds decide %.2f %%; %.2f %% stay in doubt, and "
                             "formulas are evaluated for them."),
                     100 * (1 - evaluated / fates), 100 * evaluated / fates);
    plim_text_add(out, "\n");
}

/* Of all scenarios together, by a look at some of the work. */
static plim_status add_run(const job *j, plim_text *out, plim_error *err)
{
    const plim_plan *plan = &j->session.plan;
    plim_simulation simulation = {.plan = plan,
                                  .seed = 1,
                                  .n_paths = plim_paths_default(plan->n_years, plan->n_borrowers),
                                  .threads = 1};
    plim_doubt doubt;
    double seconds;
    PLIM_TRY(plim_isa_choose(&simulation.isa, err));
    PLIM_TRY(plim_doubt_find(&doubt, &simulation, err));
    PLIM_TRY(plim_simulation_time(&seconds, &simulation, err));
    add_title(j, out, "A run of these scenarios");
    if (doubt.fates > 0)
        add_doubt(j, out, &doubt);
    plim_text_format(out, word(j, "%u paths: about %.2g s of simulation on one thread."),
                     simulation.n_paths, seconds);
    plim_text_add(out, "\n");
    return PLIM_OK;
}

/* ---- columns ---- */

static uint64_t missing_rows(const plim_column *column)
{
    uint64_t n = 0;
    for (size_t row = 0; row < column->n_rows; row++)
        n += column->kind == PLIM_COLUMN_TEXT     ? plim_column_text(column, row)[0] == '\0'
             : column->kind == PLIM_COLUMN_NUMBER ? (isnan(column->number[row]) != 0)
                                                  : 0;
    return n;
}

/* Tables that scripts read, and what they are called. */
static const struct {
    plim_level level;
    const char *name;
} tables[] = {{PLIM_LEVEL_BORROWER, "borrowers"},
              {PLIM_LEVEL_LOAN, "loans"},
              {PLIM_LEVEL_COLLATERAL, "collateral"},
              {PLIM_LEVEL_SITE, "sites"},
              {PLIM_LEVEL_POLICY, "insurance"}};

static const plim_frame *frame_of(const plim_book *book, plim_level level)
{
    switch (level) {
    case PLIM_LEVEL_LOAN:
        return &book->loans;
    case PLIM_LEVEL_COLLATERAL:
        return &book->collateral;
    case PLIM_LEVEL_SITE:
        return &book->sites;
    case PLIM_LEVEL_POLICY:
        return &book->insurance;
    default:
        return &book->borrowers;
    }
}

static void add_column_row(const job *j, plim_grid *grid, const char *name, size_t table)
{
    const plim_frame *frame = frame_of(&j->session.book, tables[table].level);
    const plim_column *column = plim_frame_find(frame, name);
    char state[64];
    plim_grid_row(grid);
    plim_grid_cell(grid, 0, name);
    plim_grid_cell(grid, 1, tables[table].name);
    if (j->books.count == 0)
        return;
    uint64_t missing = column != NULL ? missing_rows(column) : 0;
    if (column == NULL)
        snprintf(state, sizeof state, "%s", word(j, "not there"));
    else if (missing > 0)
        snprintf(state, sizeof state, word(j, "missing in %llu rows"), (unsigned long long)missing);
    else
        snprintf(state, sizeof state, "%s", word(j, "yes"));
    plim_grid_cell(grid, 2, state);
}

static plim_status add_columns(const job *j, plim_text *out, plim_error *err)
{
    plim_grid grid = {0};
    plim_status status = PLIM_OK;
    add_title(j, out, "Columns read");
    plim_grid_column(&grid, word(j, "column"), false);
    plim_grid_column(&grid, word(j, "where"), false);
    if (j->books.count > 0)
        plim_grid_column(&grid, word(j, "in the book"), false);
    for (size_t t = 0; t < sizeof tables / sizeof *tables && status == PLIM_OK; t++) {
        plim_names names = {0};
        status = plim_program_columns(&j->session.program, tables[t].level, &names, err);
        for (size_t n = 0; n < names.count; n++)
            add_column_row(j, &grid, names.text[n], t);
        plim_names_free(&names);
    }
    plim_status printed = finish(&grid, out, status == PLIM_OK ? err : NULL);
    return status != PLIM_OK ? status : printed;
}

/* ---- the command ---- */

static plim_status describe(job *j, plim_text *out, plim_error *err)
{
    const plim_program *program = &j->session.program;
    double started = plim_team_seconds();
    PLIM_TRY(plim_check_scenarios(&j->session, &j->scripts, j->books.word, j->books.count, err));
    plim_cli_say_unfiltered(j->cli, j->session.sources, j->session.n_sources);
    j->bind_seconds = plim_team_seconds() - started;
    for (size_t s = 0; s < program->n_scenarios; s++) {
        const plim_scenario *scenario = &program->scenarios[s];
        plim_cost cost;
        plim_text_format(out, word(j, "Scenario %s (%s), years %d to %d"), scenario->name,
                         j->cli->lang == PLIM_LANG_ZH ? scenario->title_zh : scenario->title_en,
                         scenario->first_year, scenario->last_year);
        plim_text_add(out, "\n");
        PLIM_TRY(add_drivers(j, out, scenario, err));
        PLIM_TRY(add_kinds(j, out, scenario, err));
        PLIM_TRY(add_formulas(j, out, scenario, &cost, err));
        if (j->books.count > 0)
            add_cost(j, out, &cost);
        plim_text_add(out, "\n");
    }
    if (j->books.count > 0)
        PLIM_TRY(add_run(j, out, err));
    return add_columns(j, out, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    job j = {.cli = cli};
    const char *lib = NULL;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &j.books, "FILE", NULL, 0, 0,
         "bind to this loan book; may be given more than once"},
        {"model", 0, PLIM_OPTION_TEXT, &j.scripts.model, "FILE", NULL, 0, 0,
         "portfolio model (default: the library's model.lua)"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        PLIM_TRUSTED_OPTION(&j.session.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_scenario_plan, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &j.files, err));
    if (j.files.count == 0)
        return plim_fail(err, PLIM_USAGE,
                         "no scenario given: plimsoll scenario plan FILE.lua [--book FILE]");
    PLIM_TRY(plim_cli_library(cli, lib, &j.scripts.loader.lib_dir, err));
    j.scripts.scenarios = j.files.word;
    j.scripts.n_scenarios = j.files.count;
    plim_text out = {0};
    plim_status status = describe(&j, &out, err);
    if (status == PLIM_OK && out.failed)
        status = plim_fail_memory(err, "the plan of a scenario");
    if (status == PLIM_OK)
        status = plim_cli_print(&out, err);
    plim_text_free(&out);
    plim_session_free(&j.session);
    return status;
}

const plim_command plim_command_scenario_plan = {
    .name = "scenario plan",
    .usage = "FILE.lua ... [--book FILE ...]",
    .doc = "Shows drivers, formulas and columns of scenarios, and what they cost",
    .details =
        "Drivers by year beside their reference; how many operations each formula takes, for\n"
        "a borrower or a loan, once, in every year or on every path; the columns that are read\n"
        "and, with a book, which of them are missing, and what a run takes: whose PDs differ\n"
        "from path to path, what share of fates bounds leave open, and the time.\n",
    .run = run,
};

#include "cli/command.h"

#include <stdio.h>

#include "plan/coverage.h"
#include "report/grid.h"
#include "run/check.h"
#include "scenario/plausible.h"

#define TOP_SECTORS 10

static void add_line(plim_text *out)
{
    plim_text_add(out, "\n");
}

/* Columns of borrowers and loans that the scripts and the model read. */
static plim_status add_columns(plim_text *out, const plim_cli *cli, const plim_program *program,
                               plim_error *err)
{
    plim_text list = {0};
    plim_status status = PLIM_OK;
    static const struct level {
        plim_level level;
        const char *prefix;
    } levels[] = {{PLIM_LEVEL_BORROWER, "b."},
                  {PLIM_LEVEL_LOAN, "l."},
                  {PLIM_LEVEL_COLLATERAL, "c."},
                  {PLIM_LEVEL_SITE, "s."},
                  {PLIM_LEVEL_POLICY, "p."}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels && status == PLIM_OK; i++) {
        plim_names names = {0};
        status = plim_program_columns(program, levels[i].level, &names, err);
        for (size_t n = 0; n < names.count; n++)
            plim_text_format(&list, "%s%s%s", list.length ? ", " : "", levels[i].prefix,
                             names.text[n]);
        plim_names_free(&names);
    }
    if (status == PLIM_OK) {
        plim_text_format(out, plim_report_word("  columns read: %s", cli->lang),
                         plim_text_get(&list));
        add_line(out);
    }
    plim_text_free(&list);
    return status;
}

/* Exposure at as_of of the borrowers in scope of scenario s, and of all, in fen. */
static int64_t exposure_in_scope(const plim_plan *plan, uint32_t s, int64_t *all)
{
    int64_t in_scope = 0;
    *all = 0;
    for (uint32_t loan = 0; loan < plan->n_loans; loan++) {
        uint32_t borrower = plan->book->loan_borrower[loan];
        int64_t balance = plan->book->balance_fen[loan];
        *all += balance;
        if (plan->applies[(size_t)borrower * plan->n_scenarios + s])
            in_scope += balance;
    }
    return in_scope;
}

static void add_binding(plim_text *out, const plim_cli *cli, const plim_plan *plan, uint32_t s)
{
    int64_t all = 0, in_scope = exposure_in_scope(plan, s, &all);
    char part[32], whole[32];
    plim_fen_format(in_scope, part);
    plim_fen_format(all, whole);
    plim_text_format(
        out,
        plim_report_word("  in scope: %llu of %llu borrowers, %s of %s in loans (%.1f %%)",
                         cli->lang),
        (unsigned long long)plan->n_applies[s], (unsigned long long)plan->n_borrowers, part, whole,
        all ? 100 * (double)in_scope / (double)all : 0);
    add_line(out);
    plim_text_format(out,
                     plim_report_word("  without any shock, PD moves by at most %.4g in log-odds "
                                      "and by %.4g on average (exposure-weighted)",
                                      cli->lang),
                     plan->reference_shift_max[s], plan->reference_shift_mean[s]);
    add_line(out);
    plim_text_format(
        out,
        plim_report_word("  insolvent at reference (keep their PD): %llu borrowers", cli->lang),
        (unsigned long long)plan->n_fails_at_reference[s]);
    add_line(out);
}

/* ---- whom it covers, and what is not known of them ---- */

static double percent(int64_t part, int64_t whole)
{
    return whole != 0 ? 100 * (double)part / (double)whole : 0;
}

static plim_status add_sectors(plim_text *out, const plim_cli *cli, const plim_coverage *coverage,
                               plim_error *err)
{
    static const char *const headings[] = {"sector", "in scope", "borrowers", "balance in scope",
                                           "of its balance"};
    plim_grid grid = {0};
    if (coverage->n_sectors == 0)
        return PLIM_OK;
    for (size_t c = 0; c < sizeof headings / sizeof *headings; c++)
        plim_grid_column(&grid, plim_report_word(headings[c], cli->lang), c > 0);
    for (size_t i = 0; i < coverage->n_sectors && i < TOP_SECTORS; i++) {
        const plim_covered *at = &coverage->sectors[i];
        char cell[64];
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, at->key);
        snprintf(cell, sizeof cell, "%llu", (unsigned long long)at->in_scope);
        plim_grid_cell(&grid, 1, cell);
        snprintf(cell, sizeof cell, "%llu", (unsigned long long)at->borrowers);
        plim_grid_cell(&grid, 2, cell);
        plim_fen_format(at->in_scope_fen, cell);
        plim_grid_cell(&grid, 3, cell);
        snprintf(cell, sizeof cell, "%.1f %%", percent(at->in_scope_fen, at->all_fen));
        plim_grid_cell(&grid, 4, cell);
    }
    plim_status status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    if (coverage->n_sectors > TOP_SECTORS) {
        plim_text_format(out, plim_report_word("  and %zu more sectors", cli->lang),
                         coverage->n_sectors - TOP_SECTORS);
        add_line(out);
    }
    return status;
}

static void add_lacking(plim_text *out, const plim_cli *cli, const plim_lacking *at)
{
    char amount[32];
    plim_fen_format(at->fen, amount);
    plim_text_format(
        out,
        at->absent
            ? plim_report_word("  input %s.%s: not in the book (%llu in scope, %s)", cli->lang)
            : plim_report_word("  input %s.%s: missing for %llu in scope, %s", cli->lang),
        at->of_loans ? "l" : "b", at->column, (unsigned long long)at->rows, amount);
    add_line(out);
}

static plim_status add_coverage(plim_text *out, const plim_cli *cli, const plim_plan *plan,
                                uint32_t s, plim_error *err)
{
    const plim_column *ids = plim_frame_find(&plan->book->borrowers, "id");
    plim_coverage coverage;
    PLIM_TRY(plim_coverage_make(&coverage, plan, s, err));
    for (size_t i = 0; i < coverage.n_insolvent; i++) {
        plim_text_format(out, plim_report_word("    among them %s", cli->lang),
                         plim_column_text(ids, coverage.insolvent[i]));
        add_line(out);
    }
    for (size_t i = 0; i < coverage.n_lacking; i++)
        add_lacking(out, cli, &coverage.lacking[i]);
    if (coverage.n_proxied > 0) {
        char amount[32];
        plim_fen_format(coverage.proxied_fen, amount);
        plim_text_format(out,
                         plim_report_word("  a proxy stands in for an input of %llu borrowers in "
                                          "scope, %s",
                                          cli->lang),
                         (unsigned long long)coverage.n_proxied, amount);
        add_line(out);
    }
    plim_status status = add_sectors(out, cli, &coverage, err);
    plim_coverage_free(&coverage);
    return status;
}

/* ---- what is hard to believe ---- */

static void add_doubts(plim_text *out, const plim_cli *cli, const plim_scenario *scenario)
{
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        int years[2] = {scenario->first_year, scenario->last_year}, year = 0;
        double value = 0;
        switch (plim_driver_doubt(driver, years, &year, &value)) {
        case PLIM_DOUBT_SHARE:
            plim_text_format(out,
                             plim_report_word("  warning: driver %s is %g in %d; a share lies "
                                              "between 0 and 1",
                                              cli->lang),
                             driver->name, value, year);
            break;
        case PLIM_DOUBT_CHANGE:
            plim_text_format(out,
                             plim_report_word("  warning: driver %s is %g in %d; nothing falls by "
                                              "more than all of it",
                                              cli->lang),
                             driver->name, value, year);
            break;
        case PLIM_DOUBT_NEGATIVE:
            plim_text_format(
                out, plim_report_word("  warning: driver %s, a price, is %g in %d", cli->lang),
                driver->name, value, year);
            break;
        case PLIM_DOUBT_FALLS:
            plim_text_format(out,
                             plim_report_word("  warning: driver %s, a price, rises and then falls "
                                              "to %g in %d",
                                              cli->lang),
                             driver->name, value, year);
            break;
        default:
            continue;
        }
        add_line(out);
    }
}

/* Where the numbers of a scenario come from, and what to mind. */
static void add_words(plim_text *out, const plim_cli *cli, const plim_scenario *scenario)
{
    bool zh = cli->lang == PLIM_LANG_ZH;
    const char *source = zh ? scenario->source_zh : scenario->source_en;
    const char *note = zh ? scenario->note_zh : scenario->note_en;
    if (*source) {
        plim_text_format(out, plim_report_word("  source: %s", cli->lang), source);
        add_line(out);
    }
    if (*note) {
        plim_text_format(out, plim_report_word("  note: %s", cli->lang), note);
        add_line(out);
    }
}

/* Up to three places of a hazard at which nothing of the book stands. */
static void add_empty_places(plim_text *out, const plim_random *random, size_t n_empty)
{
    const plim_hazard *hazard = random->driver->hazard;
    size_t told = 0;
    for (uint32_t q = 0, i = 0; q < hazard->n_places && told < 3; q++) {
        if (i < random->n_places && random->placing->place[i] == q) {
            i++;
            continue;
        }
        plim_text_format(out, "%s%s", told > 0 ? ", " : "", hazard->place[q]);
        told++;
    }
    if (n_empty > told)
        plim_text_add(out, ", ...");
}

/* Whom each hazard of scenario s can reach. */
static void add_hazards(plim_text *out, const plim_cli *cli, const plim_plan *plan, uint32_t s)
{
    for (uint32_t i = 0; i < plan->randoms.count; i++) {
        const plim_random *random = &plan->randoms.of[i];
        if (random->scenario != s || random->driver->hazard == NULL)
            continue;
        plim_hazard_reach reach = plim_coverage_reach(plan, random);
        plim_text_format(out,
                         plim_report_word("  hazard %s reaches %llu borrowers in scope, %llu sites "
                                          "and %llu pieces of collateral",
                                          cli->lang),
                         random->driver->name, (unsigned long long)reach.borrowers,
                         (unsigned long long)reach.sites, (unsigned long long)reach.collateral);
        add_line(out);
        if (reach.n_empty == 0)
            continue;
        plim_text_format(out,
                         plim_report_word(reach.n_empty == reach.n_places
                                              ? "  warning: nothing of the book stands at any of "
                                                "its %zu places: "
                                              : "    nothing of the book stands at %zu of its "
                                                "places: ",
                                          cli->lang),
                         reach.n_empty);
        add_empty_places(out, random, reach.n_empty);
        add_line(out);
    }
}

static plim_status add_facts(plim_text *out, const plim_cli *cli, const plim_session *session,
                             bool bound, plim_error *err)
{
    const plim_program *program = &session->program;
    for (size_t s = 0; s < program->n_scenarios; s++) {
        const plim_scenario *scenario = &program->scenarios[s];
        plim_text_format(out, plim_report_word("%s: ok", cli->lang), scenario->path);
        add_line(out);
        plim_text_format(
            out, plim_report_word("  scenario %s (%s), years %d to %d, %zu drivers", cli->lang),
            scenario->name, cli->lang == PLIM_LANG_ZH ? scenario->title_zh : scenario->title_en,
            scenario->first_year, scenario->last_year, scenario->n_drivers);
        add_line(out);
        add_words(out, cli, scenario);
        add_doubts(out, cli, scenario);
        if (bound) {
            add_binding(out, cli, &session->plan, (uint32_t)s + 1);
            add_hazards(out, cli, &session->plan, (uint32_t)s + 1);
            PLIM_TRY(add_coverage(out, cli, &session->plan, (uint32_t)s + 1, err));
        }
    }
    return add_columns(out, cli, program, err);
}

static plim_status work(plim_cli *cli, plim_session *session, const plim_session_scripts *scripts,
                        const plim_words *books, plim_error *err)
{
    plim_text text = {0};
    plim_status status = plim_check_scenarios(session, scripts, books->word, books->count, err);
    plim_cli_say_unfiltered(cli, session->sources, session->n_sources);
    if (status == PLIM_OK)
        status = add_facts(&text, cli, session, books->count > 0, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the check of a scenario");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_session_free(session);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words files = {.count = 0}, books = {.count = 0};
    plim_session_scripts scripts = {.model = NULL};
    plim_session session = {0};
    const char *lib = NULL;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &books, "FILE", NULL, 0, 0,
         "bind to this loan book; may be given more than once"},
        {"model", 0, PLIM_OPTION_TEXT, &scripts.model, "FILE", NULL, 0, 0,
         "portfolio model (default: the library's model.lua)"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        PLIM_TRUSTED_OPTION(&session.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_scenario_check, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    if (files.count == 0)
        return plim_fail(err, PLIM_USAGE,
                         "no scenario given: plimsoll scenario check FILE.lua [--book FILE]");
    PLIM_TRY(plim_cli_library(cli, lib, &scripts.loader.lib_dir, err));
    scripts.scenarios = files.word;
    scripts.n_scenarios = files.count;
    return work(cli, &session, &scripts, &books, err);
}

const plim_command plim_command_scenario_check = {
    .name = "scenario check",
    .usage = "FILE.lua ... [--book FILE ...]",
    .doc = "Finds all faults of scenarios before a run",
    .details =
        "Drivers that are hard to believe are warned of. With a book it also says whom a scenario\n"
        "covers, by sector, which inputs are missing there, how far it moves PDs without any "
        "shock,\n"
        "and who is insolvent before any shock. Exit code 3 when something is wrong.\n",
    .run = run,
};

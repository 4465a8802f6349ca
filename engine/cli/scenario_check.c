#include "cli/command.h"

#include <stdio.h>

#include "run/check.h"

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
    } levels[] = {{PLIM_LEVEL_BORROWER, "b."}, {PLIM_LEVEL_LOAN, "l."}};
    for (size_t i = 0; i < 2 && status == PLIM_OK; i++) {
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
        if (bound)
            add_binding(out, cli, &session->plan, (uint32_t)s + 1);
    }
    return add_columns(out, cli, program, err);
}

static plim_status work(plim_cli *cli, const plim_session_scripts *scripts, const plim_words *books,
                        plim_error *err)
{
    plim_session session = {0};
    plim_text text = {0};
    plim_status status = plim_check_scenarios(&session, scripts, books->word, books->count, err);
    if (status == PLIM_OK)
        status = add_facts(&text, cli, &session, books->count > 0, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the check of a scenario");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_session_free(&session);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words files = {.count = 0}, books = {.count = 0};
    plim_session_scripts scripts = {.model = NULL};
    const char *lib = NULL;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &books, "FILE", NULL, 0, 0,
         "bind to this loan book; may be given more than once"},
        {"model", 0, PLIM_OPTION_TEXT, &scripts.model, "FILE", NULL, 0, 0,
         "portfolio model (default: the library's model.lua)"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
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
    return work(cli, &scripts, &books, err);
}

const plim_command plim_command_scenario_check = {
    .name = "scenario check",
    .usage = "FILE.lua ... [--book FILE ...]",
    .doc = "Finds all faults of scenarios before a run",
    .details =
        "With a book it also says whom a scenario covers, how far it moves PDs without any shock,\n"
        "and who is insolvent before any shock. Exit code 3 when something is wrong.\n",
    .run = run,
};

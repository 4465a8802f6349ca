#include "cli/command.h"

#include "parallel/team.h"
#include "run/selfcheck.h"

/* Lines are printed as they come; what failed in printing is kept. */
typedef struct printer {
    const plim_cli *cli;
    plim_status status;
    plim_error *err;
} printer;

static void print_line(void *user, const plim_selfcheck_line *line)
{
    printer *p = user;
    plim_lang lang = p->cli->lang;
    plim_text text = {0};
    plim_text_format(&text, plim_report_word("%s: %s", lang), plim_report_word(line->name, lang),
                     plim_report_word(line->what, lang));
    if (line->expected && line->got)
        plim_text_format(&text, plim_report_word(", expected %s, got %s", lang),
                         plim_report_word(line->expected, lang), plim_report_word(line->got, lang));
    if (line->paths > 0)
        plim_text_format(&text,
                         plim_report_word(" (%llu borrowers, %llu paths, %llu defaults)", lang),
                         (unsigned long long)line->borrowers, (unsigned long long)line->paths,
                         (unsigned long long)line->defaults);
    plim_text whole = {0};
    plim_text_format(&whole, "%s %s\n", line->passed ? "ok  " : "FAIL", plim_text_get(&text));
    if (p->status == PLIM_OK && (text.failed || whole.failed))
        p->status = plim_fail_memory(p->err, "the lines of a self-check");
    if (p->status == PLIM_OK)
        p->status = plim_cli_print(&whole, p->err);
    plim_text_free(&text);
    plim_text_free(&whole);
}

static plim_status print_end(const plim_cli *cli, const plim_selfcheck *check, double seconds,
                             plim_error *err)
{
    plim_text text = {0};
    if (check->n_failed == 0)
        plim_text_format(&text, plim_report_word("%zu checks, all passed, in %.1f s", cli->lang),
                         check->n_checks, seconds);
    else
        plim_text_format(&text, plim_report_word("%zu checks, %zu failed, in %.1f s", cli->lang),
                         check->n_checks, check->n_failed, seconds);
    plim_text_add(&text, "\n");
    plim_status status = text.failed ? plim_fail_memory(err, "the lines of a self-check")
                                     : plim_cli_print(&text, err);
    plim_text_free(&text);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words rest = {.count = 0}, books = {.count = 0};
    const char *lib = NULL;
    bool trusted = false;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &books, "FILE", NULL, 0, 0,
         "also check with this loan book; may be given more than once"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        PLIM_TRUSTED_OPTION(&trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_selfcheck, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count > 0)
        return plim_fail(err, PLIM_USAGE,
                         "selfcheck takes no '%s'; give a loan book with --book FILE",
                         rest.word[0]);
    printer p = {.cli = cli, .err = err};
    plim_selfcheck check = {
        .books = books.word, .n_books = books.count, .report = print_line, .user = &p};
    check.trusted = trusted;
    if (books.count > 0)
        PLIM_TRY(plim_cli_library(cli, lib, &check.lib_dir, err));
    double start = plim_team_seconds();
    plim_error of_check = {0};
    plim_status status = plim_selfcheck_run(&check, &of_check);
    PLIM_TRY(p.status);
    if (status == PLIM_OK || check.n_failed > 0)
        PLIM_TRY(print_end(cli, &check, plim_team_seconds() - start, err));
    return status == PLIM_OK ? PLIM_OK : plim_fail(err, status, "%s", of_check.message);
}

const plim_command plim_command_selfcheck = {
    .name = "selfcheck",
    .usage = "[--book FILE ...]",
    .doc = "Checks this program on this machine, and with your own book",
    .details =
        "Known answers, the arithmetic of every thread, closed forms, and the same bits whatever\n"
        "instruction set, threads, tiles and order of rows: on books made here, and on the first\n"
        "2,000 borrowers of your own (3 years of the baseline, the library's model). One line a\n"
        "check. Exit code 70 when one fails: then no result of this machine can be trusted.\n",
    .run = run,
};

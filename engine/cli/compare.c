#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/compare_screen.h"
#include "cli/log.h"
#include "run/split.h"

/* What is asked for. */
typedef struct job {
    const char *result[2];
    plim_format format;
    bool all, runs, split;
    plim_split_config splitting;
} job;

/* As data one table; on a screen what differs between the runs comes first. */
static plim_status show(plim_cli *cli, const job *j, const plim_comparison *c, plim_text *out,
                        plim_error *err)
{
    if (j->format != PLIM_FORMAT_TEXT)
        return plim_report_table(out, j->runs ? &c->runs : &c->measures, j->format, cli->lang,
                                 c->currency, 0, err);
    plim_compare_screen screen = {.lang = cli->lang, .all = j->all};
    plim_text_format(out, "A: %s\nB: %s\n\n", j->result[0], j->result[1]);
    PLIM_TRY(plim_compare_screen_runs(out, &screen, c, err));
    if (j->runs)
        return PLIM_OK;
    plim_text_add(out, "\n");
    return plim_compare_screen_measures(out, &screen, c, err);
}

static plim_status work(plim_cli *cli, const job *j, plim_error *err)
{
    plim_comparison comparison = {.paired = false};
    plim_text text = {0};
    plim_status status = plim_compare_results(&comparison, j->result, err);
    if (status == PLIM_OK)
        status = show(cli, j, &comparison, &text, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the comparison of results");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_comparison_free(&comparison);
    return status;
}

/* ---- --split ---- */

static plim_status show_split(plim_cli *cli, const job *j, const plim_splitting *s, plim_text *out,
                              plim_error *err)
{
    if (j->format == PLIM_FORMAT_TEXT) {
        plim_text_format(out, "A: %s\nB: %s\n", j->result[0], j->result[1]);
        plim_text_format(out,
                         plim_report_word("Loans only in B: %zu. Loans only in A: %zu.", cli->lang),
                         s->n_new, s->n_repaid);
        plim_text_add(out, "\n\n");
    }
    return plim_report_table(out, &s->parts, j->format, cli->lang, s->currency, 0, err);
}

static plim_status work_split(plim_cli *cli, const job *j, plim_error *err)
{
    plim_splitting splitting = {.n_new = 0};
    plim_text text = {0};
    plim_status status = plim_split(&splitting, &j->splitting, err);
    if (status == PLIM_OK)
        status = show_split(cli, j, &splitting, &text, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the comparison of results");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_splitting_free(&splitting);
    return status;
}

/* ---- the command ---- */

/* What only goes with another option, or without one. */
static plim_status check_job(const job *j, const plim_words *results, plim_error *err)
{
    const plim_split_config *s = &j->splitting;
    if (results->count != 2)
        return plim_fail(err, PLIM_USAGE,
                         "two results are compared: plimsoll compare A.result.h5 B.result.h5");
    if (j->split && (j->all || j->runs))
        return plim_fail(err, PLIM_USAGE, "--split goes without --all and --runs");
    if (!j->split &&
        (s->books[0].n > 0 || s->books[1].n > 0 || s->trusted || s->threads > 0 || s->memory > 0))
        return plim_fail(err, PLIM_USAGE,
                         "books are read and runs repeated with --split alone: --book-a, --book-b, "
                         "--threads, --memory and --trusted go with it");
    return PLIM_OK;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words rest = {.count = 0}, books_a = {.count = 0}, books_b = {.count = 0};
    job j = {.splitting = {.progress = plim_cli_progress, .user = cli}};
    int format = -1;
    const plim_option options[] = {
        {"all", 'a', PLIM_OPTION_FLAG, &j.all, NULL, NULL, 0, 0,
         "every measure, not only what differs beyond noise"},
        {"runs", 0, PLIM_OPTION_FLAG, &j.runs, NULL, NULL, 0, 0,
         "what the runs read and were set to, and nothing else"},
        {"split", 0, PLIM_OPTION_FLAG, &j.split, NULL, NULL, 0, 0,
         "how much of the change is new and repaid loans, data, scenario, version, noise"},
        {"book-a", 0, PLIM_OPTION_TEXTS, &books_a, "FILE", NULL, 0, 0,
         "with --split: where a loan book of A is now, if it was moved; may be repeated"},
        {"book-b", 0, PLIM_OPTION_TEXTS, &books_b, "FILE", NULL, 0, 0, "the same for B"},
        {"threads", 't', PLIM_OPTION_INT, &j.splitting.threads, "T", NULL, 1, 4096,
         "with --split: default as for run"},
        {"memory", 'm', PLIM_OPTION_BYTES, &j.splitting.memory, "SIZE", NULL, 0, 0,
         "with --split: default as for run"},
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
        PLIM_TRUSTED_OPTION(&j.splitting.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_compare, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    j.splitting.books[0] = (plim_recorded_books){books_a.word, books_a.count, "--book-a"};
    j.splitting.books[1] = (plim_recorded_books){books_b.word, books_b.count, "--book-b"};
    PLIM_TRY(check_job(&j, &rest, err));
    for (int k = 0; k < 2; k++)
        j.splitting.result[k] = j.result[k] = rest.word[k];
    j.format = plim_cli_format(cli, format);
    return j.split ? work_split(cli, &j, err) : work(cli, &j, err);
}

const plim_command plim_command_compare = {
    .name = "compare",
    .usage = "A.result.h5 B.result.h5 [--all | --runs | --split] [--format text|csv|json]",
    .doc = "Says what differs between two results, and what of it is noise",
    .details =
        "First what the two runs read and were set to; then every measure of the tables with its\n"
        "difference, B less A, and the standard error of that. Runs of the same seed, number of\n"
        "paths and random streams are compared path by path, where paths are kept: losses over\n"
        "the horizon, of all banks and of each. Elsewhere the error is that of two samples. A\n"
        "difference below 1.96 errors is within noise. As CSV or JSON: all measures.\n"
        "\n"
        "--split runs A's inputs again and changes one thing at a time, on A's draws, until they\n"
        "are B's: repaid loans go, data of the others change, new loans come, then scripts, model\n"
        "and library, then seed and paths. The parts add up to the change of each bank's EL and\n"
        "ES 99 to the fen. Scripts are those kept in the results; books are found by their\n"
        "recorded paths or --book-a and --book-b, and refused if a SHA-256 differs.\n",
    .run = run,
};

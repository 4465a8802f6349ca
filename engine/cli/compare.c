#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/compare_screen.h"

/* What is asked for. */
typedef struct job {
    const char *result[2];
    plim_format format;
    bool all, runs;
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

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words rest = {.count = 0};
    job j = {.all = false};
    int format = -1;
    const plim_option options[] = {
        {"all", 'a', PLIM_OPTION_FLAG, &j.all, NULL, NULL, 0, 0,
         "every measure, not only what differs beyond noise"},
        {"runs", 0, PLIM_OPTION_FLAG, &j.runs, NULL, NULL, 0, 0,
         "what the runs read and were set to, and nothing else"},
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_compare, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count != 2)
        return plim_fail(err, PLIM_USAGE,
                         "two results are compared: plimsoll compare A.result.h5 B.result.h5");
    j.result[0] = rest.word[0];
    j.result[1] = rest.word[1];
    j.format = plim_cli_format(cli, format);
    return work(cli, &j, err);
}

const plim_command plim_command_compare = {
    .name = "compare",
    .usage = "A.result.h5 B.result.h5 [--all] [--runs] [--format text|csv|json]",
    .doc = "Says what differs between two results, and what of it is noise",
    .details =
        "First what the two runs read and were set to; then every measure of the tables with its\n"
        "difference, B less A, and the standard error of that. Runs of the same seed, number of\n"
        "paths and random streams are compared path by path, where paths are kept: losses over\n"
        "the horizon, of all banks and of each. Elsewhere the error is that of two samples. A\n"
        "difference below 1.96 errors is within noise. As CSV or JSON: all measures.\n",
    .run = run,
};

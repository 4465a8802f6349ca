#include "cli/command.h"

#include <string.h>

#include "run/explain.h"

static plim_status work(plim_cli *cli, const plim_explain_config *config, int format,
                        plim_error *err)
{
    plim_table story = {0};
    plim_text text = {0};
    char currency[16] = "";
    plim_status status = plim_explain(&story, currency, config, err);
    if (status == PLIM_OK)
        status = plim_report_table(&text, &story, plim_cli_format(cli, format), cli->lang, currency,
                                   0, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_table_free(&story);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words books = {.count = 0}, rest = {.count = 0};
    plim_explain_config config = {.path = UINT64_MAX};
    int format = -1;
    const plim_option options[] = {
        {"path", 'p', PLIM_OPTION_UINT64, &config.path, "N", NULL, 0, UINT64_MAX - 1,
         "the path to tell, counted from 0"},
        {"book", 'b', PLIM_OPTION_TEXTS, &books, "FILE", NULL, 0, 0,
         "where a loan book is now, if it was moved; may be given more than once"},
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_explain, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    /* As for `run`: further words that end in .h5 are books, the first one is the result. */
    for (size_t i = 1; i < rest.count; i++) {
        size_t length = strlen(rest.word[i]);
        if (books.count == 0 || length < 3 || strcmp(rest.word[i] + length - 3, ".h5") != 0)
            return plim_fail(err, PLIM_USAGE, "explain takes one result; '%s' is too much",
                             rest.word[i]);
        books.word[books.count++] = rest.word[i];
    }
    if (rest.count == 0)
        return plim_fail(err, PLIM_USAGE, "no result given: plimsoll explain RESULT --path N");
    if (config.path == UINT64_MAX)
        return plim_fail(err, PLIM_USAGE, "no path given; add --path N");
    config.result = rest.word[0];
    config.books = books.word;
    config.n_books = books.count;
    return work(cli, &config, format, err);
}

const plim_command plim_command_explain = {
    .name = "explain",
    .usage = "RESULT --path N [--book FILE ...] [--format text|csv|json]",
    .doc = "Tells one path of a result again, loan by loan",
    .details =
        "The path is simulated again from the recorded inputs: scripts as kept in the result,\n"
        "books by their recorded paths or --book. A book whose SHA-256 differs is refused.\n"
        "For each scenario and bank the losses add up to the row of table `paths`.\n",
    .run = run,
};

#include "cli/command.h"

#include <string.h>

#include "base/source.h"
#include "book/book.h"
#include "book/quality.h"

/* One book after the other: banks are a book's own, and so are the sources of its columns. */
static plim_status add_book(plim_quality *quality, plim_text *currency, const char *path,
                            bool trusted, plim_error *err)
{
    plim_source source = {0};
    plim_book book = {0};
    PLIM_TRY(plim_store_read_book(&source, path, trusted, err));
    plim_source *sources[] = {&source};
    plim_status status = plim_book_load(&book, sources, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    if (status == PLIM_OK && currency->length == 0)
        plim_text_add(currency, book.currency);
    if (status == PLIM_OK && strcmp(plim_text_get(currency), book.currency) != 0)
        status = plim_fail(err, PLIM_INPUT, "%s is in %s, and the books before it in %s", path,
                           book.currency, plim_text_get(currency));
    if (status == PLIM_OK)
        status = plim_quality_add(quality, &book, err);
    plim_book_free(&book);
    source.close(&source);
    return status;
}

static plim_status coverage(const plim_cli *cli, const plim_words *paths, plim_format format,
                            bool trusted, plim_error *err)
{
    plim_quality quality = {0};
    plim_table table = {0};
    plim_text text = {0}, currency = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < paths->count && status == PLIM_OK; i++)
        status = add_book(&quality, &currency, paths->word[i], trusted, err);
    if (status == PLIM_OK)
        status = plim_quality_table(&table, &quality, err);
    if (status == PLIM_OK)
        status =
            plim_report_table(&text, &table, format, cli->lang, plim_text_get(&currency), 0, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_text_free(&currency);
    plim_table_free(&table);
    plim_quality_free(&quality);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    int format = -1;
    bool trusted = false;
    const plim_option options[] = {
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
        PLIM_TRUSTED_OPTION(&trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_coverage, options, n, argc, argv))
        return PLIM_OK;
    plim_words paths = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &paths, err));
    if (paths.count == 0)
        return plim_fail(err, PLIM_USAGE,
                         "book coverage takes loan books: plimsoll book coverage BOOK ...");
    return coverage(cli, &paths, plim_cli_format(cli, format), trusted, err);
}

const plim_command plim_command_book_coverage = {
    .name = "book coverage",
    .usage = "BOOK ... [--format text|csv|json]",
    .doc = "Says which share of balance is reported, estimated, proxied or missing",
    .details =
        "A row a bank and column: shares of the bank's balance by where the value comes from,\n"
        "which the columns pd_source, lgd_source, scope1_source, scope2_source and\n"
        "emission_source say; what they do not speak of is reported. Several banks: `*` is all\n"
        "of them.\n"
        "\n"
        "score: data quality of pd, lgd, scope1 and scope2 from 1 (best) to 5, weighted by\n"
        "balance: 1 reported, 3 estimated, 4 proxied, 5 missing; emissions by emission_quality,\n"
        "where it is not stated 2 if they are reported; households have none. The row\n"
        "data_quality is the mean of pd, lgd and emissions.\n",
    .run = run,
};

#include "cli/command.h"

#include <string.h>

#include "run/csv_source.h"
#include "run/import.h"
#include "cli/log.h"

static plim_status convert(plim_cli *cli, plim_source *source, const char *out, plim_error *err)
{
    plim_book_tables_data tables = {0};
    plim_status status = plim_import(&tables, source, err);
    if (status == PLIM_OK)
        status = plim_cli_write_book(cli, &tables, out, err);
    plim_book_tables_data_free(&tables);
    return status;
}

static plim_status check_words(const plim_words *files, const char *as_of, const char *currency,
                               const char *out, plim_error *err)
{
    int64_t days = 0;
    if (files->count == 0)
        return plim_fail(err, PLIM_USAGE, "no CSV file or folder given");
    if (!as_of)
        return plim_fail(err, PLIM_USAGE, "the date of the book is not given; add --as-of DATE");
    if (!plim_parse_date(as_of, &days))
        return plim_fail(err, PLIM_USAGE, "option --as-of: '%s' is not a date such as 2025-12-31",
                         as_of);
    if (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return plim_fail(err, PLIM_USAGE,
                         "option --currency: '%s' is not a code of three capital letters such as "
                         "CNY",
                         currency);
    if (!out)
        return plim_fail(err, PLIM_USAGE, "no file to write given; add -o OUT.book.h5");
    return PLIM_OK;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *as_of = NULL, *currency = "CNY", *out = NULL;
    const plim_option options[] = {
        {"as-of", 0, PLIM_OPTION_TEXT, &as_of, "DATE", NULL, 0, 0,
         "date of the book, such as 2025-12-31"},
        {"currency", 0, PLIM_OPTION_TEXT, &currency, "CODE", NULL, 0, 0,
         "currency of all amounts (default CNY)"},
        {"out", 'o', PLIM_OPTION_TEXT, &out, "FILE", NULL, 0, 0, "loan book to write"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_import, options, n, argc, argv))
        return PLIM_OK;
    plim_words files = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    PLIM_TRY(check_words(&files, as_of, currency, out, err));
    PLIM_TRY(plim_cli_check_output(cli, out, PLIM_FILE_BOOK, err));
    plim_source source = {0};
    PLIM_TRY(plim_csv_source_open(&source, files.word, files.count, as_of, currency, err));
    plim_status status = convert(cli, &source, out, err);
    source.close(&source);
    return status;
}

const plim_command plim_command_book_import = {
    .name = "book import",
    .usage = "FILE.csv ... | DIR --as-of DATE [--currency CNY] -o OUT.book.h5",
    .doc = "Makes a loan book from CSV files, one a table",
    .details =
        "Files are called after their tables (banks.csv, borrowers.csv, loans.csv, "
        "collateral.csv)\n"
        "and their headers are the names of the columns; unknown columns are carried along.\n"
        "Nothing is guessed: what `run` would refuse is refused here.\n",
    .run = run,
};

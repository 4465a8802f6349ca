#include "cli/command.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "book/columns.h"
#include "book/import.h"
#include "cli/book_import_map.h"
#include "cli/log.h"

enum { PATH_MAX_BYTES = 4096 };

/* The CSV file of each table; names found in a folder are kept here. */
typedef struct csv_files {
    char name[PLIM_BOOK_TABLE_COUNT][PATH_MAX_BYTES];
    bool given[PLIM_BOOK_TABLE_COUNT];
} csv_files;

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static plim_status take(csv_files *files, size_t table, const char *path, plim_error *err)
{
    if (files->given[table])
        return plim_fail(err, PLIM_USAGE, "%s: there is a file of table %s already, %s", path,
                         plim_book_tables[table].name, files->name[table]);
    int n = snprintf(files->name[table], PATH_MAX_BYTES, "%s", path);
    if (n < 0 || n >= PATH_MAX_BYTES)
        return plim_fail(err, PLIM_USAGE, "%s: the name is too long", path);
    files->given[table] = true;
    return PLIM_OK;
}

/* The table that a file is called after; plim_book_table_count if none. */
static size_t table_of(const char *name)
{
    size_t table = 0;
    for (; table < plim_book_table_count; table++) {
        size_t length = strlen(plim_book_tables[table].name);
        if (strncmp(name, plim_book_tables[table].name, length) == 0 &&
            strcmp(name + length, ".csv") == 0)
            break;
    }
    return table;
}

/* A CSV file that is no table's may be one misspelt: it must not be left out without a word. */
static plim_status check_folder(const char *folder, plim_error *err)
{
    DIR *open = opendir(folder);
    if (open == NULL)
        return plim_fail(err, PLIM_INPUT, "%s: the folder can't be read", folder);
    plim_status status = PLIM_OK;
    for (struct dirent *entry; status == PLIM_OK && (entry = readdir(open)) != NULL;) {
        size_t length = strlen(entry->d_name);
        bool csv = length > 4 && strcmp(entry->d_name + length - 4, ".csv") == 0;
        if (csv && table_of(entry->d_name) == plim_book_table_count)
            status =
                plim_fail(err, PLIM_INPUT,
                          "%s/%s: is not called after a table; accepted: banks.csv, "
                          "borrowers.csv, loans.csv, collateral.csv, sites.csv, insurance.csv, "
                          "excluded.csv",
                          folder, entry->d_name);
    }
    (void)closedir(open);
    return status;
}

/* Every table's file that the folder has. */
static plim_status take_folder(csv_files *files, const char *folder, plim_error *err)
{
    size_t found = 0;
    PLIM_TRY(check_folder(folder, err));
    for (size_t table = 0; table < plim_book_table_count; table++) {
        char path[PATH_MAX_BYTES];
        struct stat about;
        int n = snprintf(path, sizeof path, "%s/%s.csv", folder, plim_book_tables[table].name);
        if (n < 0 || (size_t)n >= sizeof path || stat(path, &about) != 0)
            continue;
        PLIM_TRY(take(files, table, path, err));
        found++;
    }
    if (found == 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: holds no file of a table; accepted: banks.csv, borrowers.csv, "
                         "loans.csv, collateral.csv, sites.csv, insurance.csv, excluded.csv",
                         folder);
    return PLIM_OK;
}

static plim_status take_file(csv_files *files, const char *path, plim_error *err)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t table = table_of(base);
    if (table < plim_book_table_count)
        return take(files, table, path, err);
    return plim_fail(err, PLIM_USAGE,
                     "%s: is not called after a table; accepted: banks.csv, borrowers.csv, "
                     "loans.csv, collateral.csv, sites.csv, insurance.csv, excluded.csv",
                     path);
}

static plim_status find_files(csv_files *files, const plim_words *words, plim_error *err)
{
    for (size_t i = 0; i < words->count; i++)
        PLIM_TRY(is_folder(words->word[i]) ? take_folder(files, words->word[i], err)
                                           : take_file(files, words->word[i], err));
    return PLIM_OK;
}

static plim_status import(plim_cli *cli, plim_import_config *config, const plim_words *words,
                          const char *out, plim_error *err)
{
    csv_files files = {0};
    PLIM_TRY(find_files(&files, words, err));
    for (size_t table = 0; table < plim_book_table_count; table++)
        config->path[table] = files.given[table] ? files.name[table] : NULL;
    plim_book_tables_data tables = {0};
    plim_status status = plim_book_import(&tables, config, err);
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

/* With a map: what belongs to the clean import is refused. */
static plim_status by_map(plim_cli *cli, plim_map_job *job, const char *as_of, const char *currency,
                          plim_error *err)
{
    if (as_of != NULL || currency != NULL)
        return plim_fail(err, PLIM_USAGE, "date and currency stand in the map: as_of, currency");
    if (job->out == NULL)
        return plim_fail(err, PLIM_USAGE, "no file to write given; add -o OUT.book.h5");
    PLIM_TRY(plim_cli_check_output(cli, job->out, PLIM_FILE_BOOK, err));
    return plim_cli_import_by_map(cli, job, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *as_of = NULL, *currency = NULL;
    plim_map_job job = {.rejects = "rejects.csv", .max_rows = UINT64_MAX};
    const plim_option options[] = {
        {"map", 'm', PLIM_OPTION_TEXT, &job.map, "MAP.lua", NULL, 0, 0,
         "what the files are: a map as `book map` drafts it"},
        {"as-of", 0, PLIM_OPTION_TEXT, &as_of, "DATE", NULL, 0, 0,
         "date of the book, such as 2025-12-31"},
        {"currency", 0, PLIM_OPTION_TEXT, &currency, "CODE", NULL, 0, 0,
         "currency of all amounts (default CNY)"},
        {"rejects", 0, PLIM_OPTION_TEXT, &job.rejects, "FILE", NULL, 0, 0,
         "with a map: list of the rows that are refused (default rejects.csv)"},
        {"max-rejects", 0, PLIM_OPTION_UINT64, &job.max_rows, "N", NULL, 0, UINT64_MAX - 1,
         "with a map: refused rows up to which a book is written (default 0)"},
        {"max-rejects-balance", 0, PLIM_OPTION_TEXT, &job.max_balance, "AMOUNT", NULL, 0, 0,
         "with a map: the same by the size of their balances; rows without one need --max-rejects"},
        {"lib", 0, PLIM_OPTION_TEXT, &job.lib, "DIR", NULL, 0, 0,
         "library that a map may require (default: beside the program)"},
        {"out", 'o', PLIM_OPTION_TEXT, &job.out, "FILE", NULL, 0, 0, "loan book to write"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_import, options, n, argc, argv))
        return PLIM_OK;
    plim_words files = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    job.files = &files;
    if (job.map != NULL)
        return by_map(cli, &job, as_of, currency, err);
    currency = currency != NULL ? currency : "CNY";
    PLIM_TRY(check_words(&files, as_of, currency, job.out, err));
    PLIM_TRY(plim_cli_check_output(cli, job.out, PLIM_FILE_BOOK, err));
    plim_import_config config = {.as_of = as_of, .currency = currency};
    return import(cli, &config, &files, job.out, err);
}

const plim_command plim_command_book_import = {
    .name = "book import",
    .usage =
        "FILE.csv ... | DIR --as-of DATE [--currency CNY] -o OUT.book.h5\n"
        "       plimsoll book import --map MAP.lua [FILE.csv ...] [--max-rejects N] -o OUT.book.h5",
    .doc = "Makes a loan book from CSV files: clean ones, or an export as a map describes it",
    .details =
        "Without a map files are called after their tables (banks.csv, borrowers.csv, loans.csv,\n"
        "collateral.csv, sites.csv, insurance.csv) and their headers are the names of the\n"
        "columns; unknown columns are carried along.\n"
        "With a map (docs/formats.md) the files are those that it names; files given here take\n"
        "the place of those of the same name. Rows that are refused are listed in a CSV file.\n"
        "Nothing is guessed: what `run` would refuse is refused here.\n",
    .run = run,
};

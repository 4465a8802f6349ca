#include "cli/command.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "book/columns.h"
#include "book/export.h"
#include "cli/import_summary.h"
#include "cli/log.h"

enum { PATH_BYTES = 4096 };

/* A folder that is there must be empty: nothing of anyone's is replaced. */
static plim_status check_folder(const char *folder, plim_error *err)
{
    DIR *open = opendir(folder);
    if (open == NULL)
        return errno == ENOENT ? PLIM_OK
                               : plim_fail(err, PLIM_USAGE, "%s: is no folder to write to: %s",
                                           folder, strerror(errno));
    size_t n = 0;
    while (readdir(open) != NULL)
        n++;
    (void)closedir(open);
    if (n > 2) /* . and .. */
        return plim_fail(err, PLIM_USAGE, "%s: is not empty; choose a new folder", folder);
    return PLIM_OK;
}

static plim_status write_table(const char *folder, const char *table, const plim_text *csv,
                               plim_error *err)
{
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/%s.csv", folder, table);
    if (n < 0 || n >= PATH_BYTES)
        return plim_fail(err, PLIM_USAGE, "%s: the name is too long", folder);
    return plim_file_write(path, plim_text_get(csv), csv->length, err);
}

static void remove_folder(const char *folder)
{
    for (size_t t = 0; t < plim_book_table_count; t++) {
        char path[PATH_BYTES];
        int n = snprintf(path, sizeof path, "%s/%s.csv", folder, plim_book_tables[t].name);
        if (n > 0 && n < PATH_BYTES)
            (void)unlink(path);
    }
    (void)rmdir(folder);
}

static plim_status write_all(const plim_source *source, const char *folder, plim_error *err)
{
    for (size_t t = 0; t < plim_book_table_count; t++) {
        plim_text csv = {0};
        plim_status status = plim_book_export(&csv, source, plim_book_tables[t].name, err);
        if (status == PLIM_OK && csv.length > 0)
            status = write_table(folder, plim_book_tables[t].name, &csv, err);
        plim_text_free(&csv);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

/* All files under another name first: the folder appears whole or not at all. */
static plim_status export(const plim_source *source, const char *folder, plim_error *err)
{
    char half[PATH_BYTES];
    int n = snprintf(half, sizeof half, "%s.%ld.part", folder, (long)getpid());
    if (n < 0 || n >= PATH_BYTES)
        return plim_fail(err, PLIM_USAGE, "%s: the name is too long", folder);
    plim_status status = write_all(source, half, err);
    if (status == PLIM_OK)
        (void)rmdir(folder); /* an empty one, as was checked */
    if (status == PLIM_OK)
        status = plim_file_move(half, folder, err);
    if (status != PLIM_OK)
        remove_folder(half);
    return status;
}

static plim_status work(plim_cli *cli, const char *book, const char *folder, bool trusted,
                        plim_error *err)
{
    plim_source source = {0};
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s", folder);
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = '\0';
    PLIM_TRY(check_folder(path, err));
    PLIM_TRY(plim_store_read_book(&source, book, trusted, err));
    plim_cli_say_unfiltered(cli, &source, 1);
    /* what a book says goes into a line that someone may paste */
    int64_t days;
    const char *as_of = source.attribute(&source, "as_of");
    const char *currency = source.attribute(&source, "currency");
    if (as_of == NULL || !plim_parse_date(as_of, &days))
        as_of = "DATE";
    if (currency == NULL || strlen(currency) != 3 ||
        strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        currency = "CODE";
    plim_status status = export(&source, path, err);
    if (status == PLIM_OK)
        plim_import_say(
            cli,
            plim_report_word("wrote %s; back again: plimsoll book import '%s' --as-of %s "
                             "--currency %s -o OUT.book.h5",
                             cli->lang),
            path, path, as_of, currency);
    source.close(&source);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *folder = NULL;
    bool trusted = false;
    plim_words paths = {.count = 0};
    const plim_option options[] = {
        {"csv", 0, PLIM_OPTION_TEXT, &folder, "DIR", NULL, 0, 0, "folder to write, new or empty"},
        PLIM_TRUSTED_OPTION(&trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_export, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &paths, err));
    if (paths.count != 1)
        return plim_fail(err, PLIM_USAGE,
                         "book export takes one loan book: plimsoll book export BOOK --csv DIR");
    if (folder == NULL || *folder == '\0' || strlen(folder) >= PATH_BYTES)
        return plim_fail(err, PLIM_USAGE, "no folder to write given; add --csv DIR");
    return work(cli, paths.word[0], folder, trusted, err);
}

const plim_command plim_command_book_export = {
    .name = "book export",
    .usage = "BOOK --csv DIR",
    .doc = "Writes a loan book as CSV files, one a table, that `book import` reads",
    .details = "Numbers keep all their bits. Of a column that the schema does not know the header\n"
               "says kind and unit where the cells do not: code:text, output:number:t.\n",
    .run = run,
};

#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/log.h"
#include "run/publish_book.h"

void plim_cli_say_unfiltered(plim_cli *cli, const plim_source *sources, size_t n_sources)
{
    for (size_t i = 0; i < n_sources; i++)
        if (sources[i].is_unfiltered) {
            plim_cli_message(cli, 0, PLIM_STORE_UNFILTERED);
            return;
        }
}

plim_status plim_cli_print(const plim_text *text, plim_error *err)
{
    errno = 0;
    (void)fwrite(plim_text_get(text), 1, text->length, stdout);
    return plim_cli_flush(err);
}

plim_status plim_cli_flush(plim_error *err)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return PLIM_OK;
    int reason = errno;
    clearerr(stdout);
    if (reason == EPIPE) /* the reader has seen enough, as in `show ... | head` */
        return PLIM_OK;
    return plim_fail(err, PLIM_MACHINE, "standard output can't be written: %s", strerror(reason));
}

plim_format plim_cli_format(const plim_cli *cli, int chosen)
{
    if (chosen >= 0)
        return (plim_format)chosen;
    return cli->screen ? PLIM_FORMAT_TEXT : PLIM_FORMAT_CSV;
}

plim_status plim_cli_library(const plim_cli *cli, const char *given, const char **out,
                             plim_error *err)
{
    *out = given ? given : cli->lib_dir;
    if (!**out)
        return plim_fail(err, PLIM_USAGE,
                         "the library of scenarios (scenarios/lib) was not found beside the "
                         "program; give its folder with --lib DIR");
    return PLIM_OK;
}

static plim_status check_writable(plim_cli *cli, const char *path, plim_error *err)
{
    plim_cli_publishing(cli, 1);
    plim_status status = plim_file_writable(path, err);
    plim_cli_publishing(cli, 0);
    return status;
}

plim_status plim_cli_check_output(plim_cli *cli, const char *path, plim_file_kind kind,
                                  plim_error *err)
{
    plim_file_kind there = plim_store_file_kind(path);
    if (there != PLIM_FILE_ABSENT && there != kind)
        return plim_fail(err, PLIM_USAGE,
                         "%s: stands there already and is not a %s of Plimsoll, so it is never "
                         "replaced; choose another name",
                         path, kind == PLIM_FILE_BOOK ? "loan book" : "result");
    return check_writable(cli, path, err);
}

static void say_written(plim_cli *cli, const char *path, const size_t rows[3])
{
    plim_text message = {0};
    plim_text_format(&message, plim_report_word("wrote %s", cli->lang), path);
    plim_text_format(&message, plim_report_word(": %zu banks, %zu borrowers, %zu loans", cli->lang),
                     rows[0], rows[1], rows[2]);
    plim_cli_message(cli, 0, plim_text_get(&message));
    plim_text_free(&message);
}

plim_status plim_cli_write_book(plim_cli *cli, plim_book_tables_data *tables, const char *path,
                                plim_error *err)
{
    const size_t rows[] = {tables->banks.n_rows, tables->borrowers.n_rows, tables->loans.n_rows};
    plim_cli_publishing(cli, 1);
    plim_status status = plim_store_write_book(tables, path, err);
    plim_cli_publishing(cli, 0);
    if (status == PLIM_OK)
        say_written(cli, path, rows);
    return status;
}

plim_status plim_cli_publish_book(plim_cli *cli, plim_book_tables_data *tables, const char *path,
                                  plim_error *err)
{
    const size_t rows[] = {tables->banks.n_rows, tables->borrowers.n_rows, tables->loans.n_rows};
    plim_cli_publishing(cli, 1);
    plim_status status = plim_publish_book(tables, path, PLIM_PUBLISH_IN_MEMORY, err);
    plim_cli_publishing(cli, 0);
    if (status == PLIM_OK)
        say_written(cli, path, rows);
    return status;
}

plim_status plim_cli_check_csv(plim_cli *cli, const char *path, const char *header, plim_error *err)
{
    char begin[512] = "";
    size_t length = strlen(header), got = 0;
    struct stat about;
    if (stat(path, &about) != 0) /* absent, or out of reach: writing says why */
        return check_writable(cli, path, err);
    FILE *file = S_ISREG(about.st_mode) ? fopen(path, "rb") : NULL;
    if (file) {
        got = fread(begin, 1, length, file);
        (void)fclose(file);
    }
    if (got == length && memcmp(begin, header, length) == 0)
        return check_writable(cli, path, err);
    return plim_fail(err, PLIM_USAGE,
                     "%s: stands there already and was not written by Plimsoll for this, so it is "
                     "never replaced; choose another name",
                     path);
}

plim_status plim_cli_write_csv(plim_cli *cli, const char *path, const plim_text *csv,
                               plim_error *err)
{
    plim_cli_publishing(cli, 1);
    plim_status status = plim_file_write(path, plim_text_get(csv), csv->length, err);
    plim_cli_publishing(cli, 0);
    PLIM_TRY(status);
    plim_text message = {0};
    plim_text_format(&message, plim_report_word("wrote %s", cli->lang), path);
    plim_cli_message(cli, 0, plim_text_get(&message));
    plim_text_free(&message);
    return PLIM_OK;
}

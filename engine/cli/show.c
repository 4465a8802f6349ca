#include "cli/show.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/log.h"

typedef struct show {
    plim_cli *cli;
    const char *path, *table, *out;
    int format; /* -1: not said */
    uint32_t rows;
} show;

static const char *const endings[] = {"txt", "csv", "json", "jsonl", "xlsx"};

static plim_status check_table(const char *name, plim_error *err)
{
    if (!name || strcmp(name, "all") == 0 || strcmp(name, "dictionary") == 0 ||
        plim_table_spec_find(name))
        return PLIM_OK;
    const char *names[64];
    size_t n = 0;
    plim_text list = {0};
    for (; n < plim_table_spec_count && n < 64; n++) {
        names[n] = plim_table_specs[n].name;
        plim_text_format(&list, "%s%s", n ? " " : "", names[n]);
    }
    const char *nearest = plim_nearest(name, names, n);
    plim_status status =
        nearest
            ? plim_fail(err, PLIM_USAGE, "unknown table '%s'; did you mean '%s'?", name, nearest)
            : plim_fail(err, PLIM_USAGE, "unknown table '%s'; tables are: %s, dictionary, or all",
                        name, plim_text_get(&list));
    plim_text_free(&list);
    return status;
}

const char *plim_show_currency(const plim_result *result)
{
    const char *currency = plim_result_setting(result, "currency");
    return currency ? currency : "CNY";
}

/* DIR/TABLE.csv for each table. All are made in memory first, so that one that can't be made leaves
   none behind. */
static plim_status write_all(const show *s, const plim_result *result, plim_error *err)
{
    plim_format format = s->format < 0 ? PLIM_FORMAT_CSV : (plim_format)s->format;
    plim_text text[64] = {{0}};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < plim_table_spec_count && i < 64; i++)
        PLIM_GOTO(done, status,
                  plim_report_table(&text[i], &result->tables[i], format, s->cli->lang,
                                    plim_show_currency(result), 0, err));
    for (size_t i = 0; i < plim_table_spec_count && i < 64; i++) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/%s.%s", s->out, plim_table_specs[i].name,
                         endings[format]);
        if (n < 0 || (size_t)n >= sizeof path) {
            status = plim_fail(err, PLIM_USAGE, "%s: the name is too long", s->out);
            goto done;
        }
        plim_cli_publishing(s->cli, 1);
        status = plim_file_write(path, plim_text_get(&text[i]), text[i].length, err);
        plim_cli_publishing(s->cli, 0);
        if (status != PLIM_OK)
            goto done;
    }
done:
    for (size_t i = 0; i < 64; i++)
        plim_text_free(&text[i]);
    return status;
}

plim_status plim_show_deliver(plim_cli *cli, const char *out, const plim_text *text,
                              plim_error *err)
{
    if (!out)
        return plim_cli_print(text, err);
    plim_file_kind kind = plim_store_file_kind(out);
    if (kind == PLIM_FILE_BOOK || kind == PLIM_FILE_RESULT)
        return plim_fail(err, PLIM_USAGE,
                         "%s: is a loan book or a result, which a table never replaces; choose "
                         "another name",
                         out);
    plim_cli_publishing(cli, 1);
    plim_status status = plim_file_write(out, plim_text_get(text), text->length, err);
    plim_cli_publishing(cli, 0);
    return status;
}

/* CSV and JSON have no place for the reason of an empty table. */
static void say_why_empty(const show *s, const plim_table *table, plim_format format)
{
    if (format == PLIM_FORMAT_TEXT || table->n_rows > 0 || !table->reason)
        return;
    plim_text message = {0};
    plim_text_format(&message, "table %s is empty: %s", table->spec->name, table->reason);
    plim_cli_message(s->cli, 0, plim_text_get(&message));
    plim_text_free(&message);
}

static plim_status make_text(const show *s, const plim_result *result, plim_text *text,
                             plim_error *err)
{
    bool all = strcmp(s->table, "all") == 0;
    plim_format format = plim_cli_format(s->cli, s->format);
    for (size_t i = 0; i < plim_table_spec_count; i++) {
        if (!all && strcmp(plim_table_specs[i].name, s->table) != 0)
            continue;
        PLIM_TRY(plim_report_table(text, &result->tables[i], all ? PLIM_FORMAT_TEXT : format,
                                   s->cli->lang, plim_show_currency(result), s->rows, err));
        say_why_empty(s, &result->tables[i], format);
        if ((all || format == PLIM_FORMAT_TEXT) &&
            strcmp(plim_table_specs[i].name, "warnings") == 0)
            PLIM_TRY(plim_report_advice(text, result, s->cli->lang, s->rows, err));
        if (all)
            plim_text_add(text, "\n");
    }
    return text->failed ? plim_fail_memory(err, "a table") : PLIM_OK;
}

/* The list of tables; a result of many borrowers may well not fit the memory of whoever looks. */
static plim_status show_contents(const show *s, plim_error *err)
{
    plim_text text = {0};
    size_t *n_rows = plim_alloc(plim_table_spec_count, sizeof *n_rows);
    plim_status status = n_rows != NULL ? plim_store_count_rows(s->path, n_rows, err)
                                        : plim_fail_memory(err, "the list of tables");
    if (status == PLIM_OK)
        status = plim_report_contents(&text, n_rows, s->cli->lang, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the list of tables");
    if (status == PLIM_OK)
        status = plim_show_deliver(s->cli, s->out, &text, err);
    plim_text_free(&text);
    plim_free(n_rows);
    return status;
}

static plim_status work(const show *s, plim_error *err)
{
    PLIM_TRY(check_table(s->table, err));
    if (s->table && strcmp(s->table, "dictionary") == 0)
        return plim_show_dictionary(s->cli, s->path, s->format, s->out, err);
    if (plim_show_is_workbook(s->format, s->out))
        return plim_show_workbook(s->cli, s->path, s->table, s->out, err);
    bool all = s->table && strcmp(s->table, "all") == 0;
    bool machine = s->format > PLIM_FORMAT_TEXT;
    if (machine && (!s->table || (all && !s->out)))
        return plim_fail(err, PLIM_USAGE,
                         "--format %s holds one table: name it, or write all of them with "
                         "'show RESULT all -o DIR'",
                         endings[s->format]);
    if (!s->table)
        return show_contents(s, err);
    plim_result result = {0};
    plim_text text = {0};
    /* Beneath the warnings stands what to do about them. */
    const char *tables[] = {s->table, NULL, NULL, NULL};
    if (strcmp(s->table, "warnings") == 0) {
        tables[1] = "playbook";
        tables[2] = "reason_codes";
    }
    plim_status status = plim_store_read_tables(&result, s->path, all ? NULL : tables, err);
    if (status == PLIM_OK && all && s->out) {
        status = write_all(s, &result, err);
    } else if (status == PLIM_OK) {
        status = make_text(s, &result, &text, err);
        if (status == PLIM_OK)
            status = plim_show_deliver(s->cli, s->out, &text, err);
    }
    plim_text_free(&text);
    plim_result_free(&result);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    show s = {.cli = cli, .format = -1};
    const plim_option options[] = {
        {"format", 'f', PLIM_OPTION_CHOICE, &s.format, NULL, PLIM_FORMAT_CHOICES "|jsonl|xlsx", 0,
         0, "default: text on a terminal, xlsx into FILE.xlsx, else csv"},
        {"out", 'o', PLIM_OPTION_TEXT, &s.out, "FILE|DIR", NULL, 0, 0,
         "write there; with `all` a folder, one file a table, or one FILE.xlsx"},
        {"rows", 0, PLIM_OPTION_UINT32, &s.rows, "N", NULL, 1, UINT32_MAX,
         "at most N rows of each table as text"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_show, options, n, argc, argv))
        return PLIM_OK;
    plim_words rest = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count < 1 || rest.count > 2)
        return plim_fail(err, PLIM_USAGE,
                         "show takes a result and at most one table: plimsoll "
                         "show RESULT [TABLE|all]");
    if (rest.count == 1 && strcmp(rest.word[0], "dictionary") == 0)
        return plim_show_dictionary(cli, NULL, s.format, s.out, err);
    s.path = rest.word[0];
    s.table = rest.count == 2 ? rest.word[1] : NULL;
    return work(&s, err);
}

const plim_command plim_command_show = {
    .name = "show",
    .usage = "RESULT [TABLE|all|dictionary] [-o FILE|DIR] [--format text|csv|json|jsonl|xlsx]",
    .doc = "Lists the tables of a result, or shows one",
    .details =
        "CSV and JSON have English keys, amounts in the book's currency with two decimals, rates\n"
        "as decimals, and an empty cell (null) where a value is not defined. Text scales\n"
        "amounts and says so in its heading. JSON lines (jsonl) have an object a line. "
        "A workbook (xlsx) has a sheet a table, headings in "
        "the\n"
        "language of the screen, and amounts and rates as numbers. `show dictionary` says what "
        "every\n"
        "column of every table means, in which unit, and how it is computed; in Chinese with "
        "--lang "
        "zh.\n",
    .run = run,
};

#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "book/columns.h"

static const plim_field fields[] = {
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"column", PLIM_CELL_TEXT, "name of the column"},
    {"required", PLIM_CELL_TEXT, "required or optional"},
    {"kind", PLIM_CELL_TEXT, "id, foreign key, number, flag, text or date"},
    {"unit", PLIM_CELL_TEXT, "of numbers"},
    {"accepted", PLIM_CELL_TEXT, "which values are possible"},
    {"meaning", PLIM_CELL_TEXT, "what the column means"},
};

enum { TABLE, COLUMN, REQUIRED, KIND, UNIT, ACCEPTED, MEANING };

static const plim_table_spec spec = {
    .name = "dictionary",
    .doc = "columns of a loan book and what they mean",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

static const char *kind_of(const plim_book_field *field)
{
    switch (field->kind) {
    case PLIM_FIELD_ID:
        return "id";
    case PLIM_FIELD_REF:
        return "foreign key";
    case PLIM_FIELD_NUMBER:
        return "number";
    case PLIM_FIELD_FLAG:
        return "flag";
    case PLIM_FIELD_TEXT:
        return "text";
    case PLIM_FIELD_DATE:
        return "date";
    }
    return "";
}

/* "A|B|C", "0 to 1.5", ">= 0", or nothing where all will do. */
static void write_accepted(const plim_book_field *field, char *out, size_t size)
{
    char low[32], high[32];
    *out = '\0';
    if (field->choices != NULL) {
        (void)snprintf(out, size, "%s", field->choices);
    } else if (field->refers_to != NULL) {
        (void)snprintf(out, size, "%s.id", field->refers_to);
    } else if (field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG) {
        plim_format_shortest(field->low, low, sizeof low);
        plim_format_shortest(field->high, high, sizeof high);
        /* the largest number below 1 stands for a bound that is not reached */
        bool below = nextafter(field->high, 2.0) == 1.0;
        if (isfinite(field->low) && isfinite(field->high))
            (void)snprintf(out, size, "[%s, %s%s", low, below ? "1" : high, below ? ")" : "]");
        else if (isfinite(field->low))
            (void)snprintf(out, size, ">= %s", low);
    }
}

static plim_status add_field(plim_table *out, const char *table, const plim_book_field *field,
                             plim_lang lang, plim_error *err)
{
    char accepted[200];
    write_accepted(field, accepted, sizeof accepted);
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, TABLE, table, err));
    PLIM_TRY(plim_table_set_text(out, COLUMN, field->name, err));
    PLIM_TRY(plim_table_set_text(out, REQUIRED, field->required ? "required" : "optional", err));
    PLIM_TRY(plim_table_set_text(out, KIND, kind_of(field), err));
    PLIM_TRY(plim_table_set_text(out, UNIT, field->unit, err));
    PLIM_TRY(plim_table_set_text(out, ACCEPTED, accepted, err));
    return plim_table_set_text(out, MEANING, lang == PLIM_LANG_ZH ? field->doc_zh : field->doc,
                               err);
}

static plim_status list(const plim_cli *cli, plim_format format, plim_error *err)
{
    plim_table table = {0};
    plim_text text = {0};
    plim_status status = plim_table_init(&table, &spec, err);
    for (size_t t = 0; t < plim_book_table_count; t++)
        for (size_t f = 0; f < plim_book_tables[t].n_fields && status == PLIM_OK; f++)
            status = add_field(&table, plim_book_tables[t].name, &plim_book_tables[t].fields[f],
                               cli->lang, err);
    if (status == PLIM_OK)
        status = plim_report_table(&text, &table, format, cli->lang, "CNY", 0, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_table_free(&table);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    int format = -1;
    plim_words rest = {.count = 0};
    const plim_option options[] = {
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_dictionary, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count > 0)
        return plim_fail(err, PLIM_USAGE, "book dictionary takes no file; '%s' is too much",
                         rest.word[0]);
    return list(cli, plim_cli_format(cli, format), err);
}

const plim_command plim_command_book_dictionary = {
    .name = "book dictionary",
    .usage = "[--format text|csv|json]",
    .doc = "Lists every column that a loan book may have, with unit, range and meaning",
    .details = "In Chinese with --lang zh. pd_2 to pd_99, PDs of later years, are known too.\n",
    .run = run,
};

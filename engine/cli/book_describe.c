#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/source.h"
#include "book/columns.h"
#include "book/describe.h"
#include "report/facts.h"

static const plim_field fields[] = {
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"column", PLIM_CELL_TEXT, "name of the column"},
    {"kind", PLIM_CELL_TEXT, "number or text"},
    {"unit", PLIM_CELL_TEXT, "unit, of the file or as documented"},
    {"missing", PLIM_CELL_INT, "rows without a value"},
    {"low", PLIM_CELL_NUMBER, "smallest value"},
    {"mean", PLIM_CELL_NUMBER, "mean of the values"},
    {"high", PLIM_CELL_NUMBER, "largest value"},
    {"distinct", PLIM_CELL_INT, "different texts"},
    {"doc", PLIM_CELL_TEXT, "what the column means"},
};

enum { TABLE, COLUMN, KIND, UNIT, MISSING, LOW, MEAN, HIGH, DISTINCT, DOC };

static const plim_table_spec spec = {
    .name = "columns",
    .doc = "columns of a loan book",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

static double value_at(const plim_column *column, size_t row)
{
    return column->kind == PLIM_COLUMN_INTEGER ? (double)column->integer[row] : column->number[row];
}

static void describe_numbers(plim_table *out, const plim_column *column)
{
    double low = (double)INFINITY, high = -low, sum = 0;
    size_t known = 0;
    for (size_t row = 0; row < column->n_rows; row++) {
        double value = value_at(column, row);
        if (isnan(value))
            continue;
        known++;
        sum += value;
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    plim_table_set_int(out, MISSING, (int64_t)(column->n_rows - known));
    if (known == 0)
        return;
    plim_table_set_number(out, LOW, low);
    plim_table_set_number(out, MEAN, sum / (double)known);
    plim_table_set_number(out, HIGH, high);
}

static void describe_texts(plim_table *out, const plim_column *column)
{
    size_t missing = 0, distinct = column->labels.count;
    for (size_t row = 0; row < column->n_rows; row++)
        missing += *plim_column_text(column, row) == '\0';
    if (plim_names_find(&column->labels, "") != PLIM_NO_NAME)
        distinct--;
    plim_table_set_int(out, MISSING, (int64_t)missing);
    plim_table_set_int(out, DISTINCT, (int64_t)distinct);
}

static plim_status describe_column(plim_table *out, const char *table, const plim_column *column,
                                   plim_error *err)
{
    const plim_book_field *field = plim_book_field_find(table, column->name);
    const char *unit = column->unit ? column->unit : field ? field->unit : "";
    const char *doc = column->description ? column->description : field ? field->doc : "";
    bool text = column->kind == PLIM_COLUMN_TEXT;
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, TABLE, table, err));
    PLIM_TRY(plim_table_set_text(out, COLUMN, column->name, err));
    PLIM_TRY(plim_table_set_text(out, KIND, text ? "text" : "number", err));
    PLIM_TRY(plim_table_set_text(out, UNIT, unit, err));
    PLIM_TRY(plim_table_set_text(out, DOC, doc, err));
    if (text)
        describe_texts(out, column);
    else
        describe_numbers(out, column);
    return PLIM_OK;
}

static plim_status describe_table(plim_table *out, const plim_source *source, const char *table,
                                  plim_text *rows, plim_error *err)
{
    plim_frame frame = {0};
    plim_status status = source->read_table(source, table, &frame, err);
    if (status == PLIM_OK && frame.n_columns > 0)
        plim_text_format(rows, "%s%s %zu", rows->length ? ", " : "", table, frame.n_rows);
    for (size_t i = 0; i < frame.n_columns && status == PLIM_OK; i++)
        status = describe_column(out, table, &frame.columns[i], err);
    plim_frame_free(&frame);
    return status;
}

/* What the checked book says as a whole. A book with faults is refused, with all of them. */
static plim_status add_facts(plim_text *out, plim_source *source, plim_lang lang, plim_error *err)
{
    plim_book book = {0};
    plim_book_facts facts = {0};
    plim_status status = plim_book_load(&book, &source, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    if (status == PLIM_OK)
        status = plim_book_describe(&facts, &book, err);
    if (status == PLIM_OK)
        status = plim_report_book_facts(out, &facts, lang, err);
    plim_book_facts_free(&facts);
    plim_book_free(&book);
    return status;
}

static plim_status describe(const plim_cli *cli, plim_source *source, plim_format format,
                            plim_error *err)
{
    plim_table table = {0};
    plim_text text = {0}, rows = {0};
    const char *as_of = source->attribute(source, "as_of");
    const char *currency = source->attribute(source, "currency");
    plim_status status = plim_table_init(&table, &spec, err);
    for (size_t i = 0; i < plim_book_table_count && status == PLIM_OK; i++)
        status = describe_table(&table, source, plim_book_tables[i].name, &rows, err);
    if (status == PLIM_OK && format == PLIM_FORMAT_TEXT) {
        plim_text_format(&text, "%s\n", source->path);
        plim_text_format(&text, plim_report_word("  as of %s, %s", cli->lang), as_of ? as_of : "?",
                         currency ? currency : "?");
        plim_text_format(&text, "\n  SHA-256 %s\n  %s\n", source->sha256, plim_text_get(&rows));
        status = add_facts(&text, source, cli->lang, err);
    }
    if (status == PLIM_OK)
        status = plim_report_table(&text, &table, format, cli->lang, currency ? currency : "CNY", 0,
                                   err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&rows);
    plim_text_free(&text);
    plim_table_free(&table);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    int format = PLIM_FORMAT_TEXT;
    bool trusted = false;
    const plim_option options[] = {
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text"},
        PLIM_TRUSTED_OPTION(&trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_describe, options, n, argc, argv))
        return PLIM_OK;
    plim_words paths = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &paths, err));
    if (paths.count != 1)
        return plim_fail(err, PLIM_USAGE,
                         "book describe takes one loan book: plimsoll book describe FILE");
    plim_source source = {0};
    PLIM_TRY(plim_store_read_book(&source, paths.word[0], trusted, err));
    plim_cli_say_unfiltered(cli, &source, 1);
    plim_status status = plim_digest_file(source.path, source.sha256, err);
    if (status == PLIM_OK)
        status = describe(cli, &source, (plim_format)format, err);
    source.close(&source);
    return status;
}

const plim_command plim_command_book_describe = {
    .name = "book describe",
    .usage = "FILE [--format text|csv|json]",
    .doc = "Lists the tables and columns of a loan book with their ranges",
    .run = run,
};

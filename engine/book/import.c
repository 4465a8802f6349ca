#include "book/import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "book/book.h"
#include "book/check.h"
#include "book/check_value.h"
#include "book/columns.h"
#include "book/csv_heading.h"
#include "book/load.h"
#include "book/tables_source.h"

typedef struct plim_import {
    plim_book_tables_data *out;
    plim_csv csv[PLIM_BOOK_TABLE_COUNT];
    plim_row_lines lines[PLIM_BOOK_TABLE_COUNT];
    plim_faults faults;
} plim_import;

static const char *cell(const plim_csv *csv, size_t row, size_t column)
{
    return csv->cell[row * csv->n_columns + column];
}

static bool all_plain_numbers(const plim_csv *csv, size_t column)
{
    bool any = false;
    for (size_t row = 0; row < csv->n_rows; row++) {
        const char *text = cell(csv, row, column);
        if (text[0] != '\0' && !plim_is_plain_number(text))
            return false;
        any = any || text[0] != '\0';
    }
    return any;
}

static plim_column_kind choose_kind(const plim_book_field *field, const plim_csv *csv,
                                    size_t column)
{
    if (field == NULL)
        return all_plain_numbers(csv, column) ? PLIM_COLUMN_NUMBER : PLIM_COLUMN_TEXT;
    bool is_number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
    return is_number ? PLIM_COLUMN_NUMBER : PLIM_COLUMN_TEXT;
}

static void parse_number(plim_import *import, plim_column *column, const char *table, size_t row,
                         const char *text)
{
    double value;
    if (text[0] == '\0')
        return; /* missing, which the check judges */
    if (plim_parse_double(text, &value) && isfinite(value)) {
        column->number[row] = value;
        return;
    }
    const plim_book_field *field = plim_book_field_find(table, column->name);
    char accepted[160] = "a number";
    if (field != NULL)
        plim_field_accepted(field, accepted, sizeof accepted);
    plim_faults_add(&import->faults, &(plim_place){table, column->name, row, NULL},
                    "'%.*s' is not a number; accepted: %s, written like 1234.5", plim_shown(text),
                    text, accepted);
}

static plim_status read_column(plim_import *import, int t, size_t c, plim_error *err)
{
    const plim_csv *csv = &import->csv[t];
    const char *table = plim_book_tables[t].name;
    plim_column column = {0};
    plim_csv_heading heading;
    plim_status status = plim_csv_heading_read(&heading, table, csv->header[c], err);
    plim_column_kind kind = heading.said
                                ? heading.kind
                                : choose_kind(plim_book_field_find(table, csv->header[c]), csv, c);
    if (status == PLIM_OK)
        status = plim_column_make(&column, heading.name, kind, csv->n_rows, err);
    if (status == PLIM_OK &&
        plim_frame_find(plim_book_tables_data_frame(import->out, (plim_book_table_index)t),
                        heading.name) != NULL)
        status = plim_fail(err, PLIM_INPUT, "%s: line 1: two columns are called '%s'",
                           import->lines[t].file, heading.name);
    if (status == PLIM_OK) {
        column.unit = heading.unit;
        heading.unit = NULL;
    }
    plim_csv_heading_free(&heading);
    for (size_t row = 0; row < csv->n_rows && status == PLIM_OK; row++) {
        if (kind == PLIM_COLUMN_NUMBER)
            parse_number(import, &column, table, row, cell(csv, row, c));
        else
            status = plim_column_set_text(&column, row, cell(csv, row, c), err);
    }
    plim_frame *frame = plim_book_tables_data_frame(import->out, (plim_book_table_index)t);
    if (status == PLIM_OK)
        status = plim_frame_add(frame, &column, err);
    plim_column_free(&column);
    return status;
}

static plim_status read_files(plim_import *import, const plim_import_config *config,
                              plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        if (config->path[t] == NULL)
            continue;
        PLIM_TRY(plim_csv_read(config->path[t], &import->csv[t], err));
        import->lines[t] = (plim_row_lines){config->path[t], import->csv[t].line};
        plim_frame *frame = plim_book_tables_data_frame(import->out, (plim_book_table_index)t);
        frame->name = plim_strdup(plim_book_tables[t].name);
        if (frame->name == NULL)
            return plim_fail_memory(err, "a table");
        for (size_t c = 0; c < import->csv[t].n_columns; c++)
            PLIM_TRY(read_column(import, t, c, err));
    }
    return plim_faults_finish(&import->faults, err);
}

static plim_status set_heads(plim_book_tables_data *out, const plim_import_config *config,
                             plim_error *err)
{
    int64_t days;
    if (config->as_of == NULL || !plim_parse_date(config->as_of, &days))
        return plim_fail(err, PLIM_USAGE,
                         "the date of the book is '%s'; accepted: an ISO date such as 2025-12-31",
                         config->as_of != NULL ? config->as_of : "");
    plim_format_date(days, out->as_of);
    if (config->currency == NULL || config->currency[0] == '\0' ||
        strlen(config->currency) >= sizeof out->currency)
        return plim_fail(err, PLIM_USAGE, "the currency is '%s'; accepted: a code such as CNY",
                         config->currency != NULL ? config->currency : "");
    (void)snprintf(out->currency, sizeof out->currency, "%s", config->currency);
    return PLIM_OK;
}

plim_status plim_book_tables_check(plim_book_tables_data *tables, const plim_row_lines *lines,
                                   plim_error *err)
{
    plim_source source;
    PLIM_TRY(plim_tables_source(&source, tables, "import", err));
    plim_book_part part;
    plim_status status = plim_book_part_read(&part, &source, lines, NULL, err);
    source.close(&source);
    PLIM_TRY(status);
    plim_book book;
    plim_pool_rule rule = {.on_conflict = PLIM_CONFLICT_REFUSE};
    status = plim_book_from_parts(&book, &part, 1, &rule, err);
    plim_book_part_free(&part);
    PLIM_TRY(status);
    status = plim_book_tie(&book, err);
    plim_book_free(&book);
    return status;
}

plim_status plim_book_import(plim_book_tables_data *out, const plim_import_config *config,
                             plim_error *err)
{
    *out = (plim_book_tables_data){0};
    plim_import import = {.out = out, .faults = {.book = "import"}};
    import.faults.lines = import.lines;
    plim_status status = set_heads(out, config, err);
    if (status == PLIM_OK)
        status = read_files(&import, config, err);
    if (status == PLIM_OK)
        status = plim_book_tables_check(out, import.lines, err);
    plim_text_free(&import.faults.text);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_csv_free(&import.csv[t]);
    if (status != PLIM_OK)
        plim_book_tables_data_free(out);
    return status;
}

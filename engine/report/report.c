#include "report/report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "report/grid.h"
#include "report/screen.h"

#define CELL_MAX 64

/* The cell as CSV shows it; `buffer` of CELL_MAX bytes serves numbers. */
static const char *cell_text(const plim_table *table, size_t row, size_t field, char *buffer)
{
    if (table->spec->fields[field].kind == PLIM_CELL_TEXT)
        return plim_table_text(table, row, field);
    plim_table_format(table, row, field, buffer, CELL_MAX);
    return buffer;
}

/* RFC 4180: lines end in CRLF. */
static void add_csv(plim_text *out, const plim_table *table)
{
    char buffer[CELL_MAX];
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        plim_text_add(out, f ? "," : "");
        plim_csv_add_cell(out, table->spec->fields[f].key);
    }
    plim_text_add(out, "\r\n");
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t f = 0; f < table->spec->n_fields; f++) {
            plim_text_add(out, f ? "," : "");
            plim_csv_add_cell(out, cell_text(table, row, f, buffer));
        }
        plim_text_add(out, "\r\n");
    }
}

/* A JSON string, quoted and escaped. */
static plim_status add_json_string(plim_text *out, const char *text, plim_error *err)
{
    json_t *string = json_string(text);
    char *escaped = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    json_decref(string);
    if (!escaped && !plim_utf8_valid(text, strlen(text)))
        return plim_fail(err, PLIM_INPUT, "'%s' is not UTF-8, as JSON has to be", text);
    if (!escaped)
        return plim_fail_memory(err, "a JSON text");
    plim_text_add(out, escaped);
    free(escaped);
    return PLIM_OK;
}

/* Numbers are written with the digits of the CSV form, so that money keeps its two decimals and
   64-bit amounts their last fen, which a JSON library's doubles would not. */
static plim_status add_json_cell(plim_text *out, const plim_table *table, size_t row, size_t field,
                                 plim_error *err)
{
    char buffer[CELL_MAX];
    const char *text = cell_text(table, row, field, buffer);
    if (!*text)
        plim_text_add(out, "null");
    else if (table->spec->fields[field].kind == PLIM_CELL_TEXT)
        return add_json_string(out, text, err);
    else
        plim_text_add(out, text);
    return PLIM_OK;
}

static plim_status add_json_row(plim_text *out, const plim_table *table, size_t row,
                                plim_error *err)
{
    plim_text_add(out, "{");
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        plim_text_format(out, "%s\"%s\": ", f ? ", " : "", table->spec->fields[f].key);
        PLIM_TRY(add_json_cell(out, table, row, f, err));
    }
    plim_text_add(out, "}");
    return PLIM_OK;
}

static plim_status add_json_lines(plim_text *out, const plim_table *table, plim_error *err)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        PLIM_TRY(add_json_row(out, table, row, err));
        plim_text_add(out, "\n");
    }
    return PLIM_OK;
}

static plim_status add_json(plim_text *out, const plim_table *table, plim_error *err)
{
    plim_text_add(out, "[");
    for (size_t row = 0; row < table->n_rows; row++) {
        plim_text_add(out, row ? ",\n " : "\n ");
        PLIM_TRY(add_json_row(out, table, row, err));
    }
    plim_text_add(out, table->n_rows ? "\n]\n" : "]\n");
    return PLIM_OK;
}

plim_status plim_report_table(plim_text *out, const plim_table *table, plim_format format,
                              plim_lang lang, const char *currency, size_t max_rows,
                              plim_error *err)
{
    plim_status status = PLIM_OK;
    if (format == PLIM_FORMAT_CSV)
        add_csv(out, table);
    else if (format == PLIM_FORMAT_JSON)
        status = add_json(out, table, err);
    else if (format == PLIM_FORMAT_JSONL)
        status = add_json_lines(out, table, err);
    else
        status = plim_screen_table(out, table, lang, currency, max_rows, err);
    if (status == PLIM_OK && out->failed)
        status = plim_fail_memory(err, "the text of a table");
    return status;
}

plim_status plim_report_contents(plim_text *out, const size_t *n_rows, plim_lang lang,
                                 plim_error *err)
{
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_report_word("table", lang), false);
    plim_grid_column(&grid, plim_report_word("rows", lang), true);
    plim_grid_column(&grid, plim_report_word("doc", lang), false);
    for (size_t i = 0; i < plim_table_spec_count; i++) {
        const plim_table_spec *spec = &plim_table_specs[i];
        char rows[32], key[64];
        snprintf(rows, sizeof rows, "%zu", n_rows[i]);
        snprintf(key, sizeof key, "table:%s", spec->name);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, spec->name);
        plim_grid_cell(&grid, 1, rows);
        plim_grid_cell(&grid, 2, lang == PLIM_LANG_ZH ? plim_report_word(key, lang) : spec->doc);
    }
    plim_status status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    return status;
}

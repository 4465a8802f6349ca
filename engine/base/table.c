#include "base/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

const plim_table_spec *plim_table_spec_find(const char *name)
{
    for (size_t i = 0; i < plim_table_spec_count; i++)
        if (strcmp(plim_table_specs[i].name, name) == 0)
            return &plim_table_specs[i];
    return NULL;
}

size_t plim_table_spec_field(const plim_table_spec *spec, const char *key)
{
    size_t f = 0;
    while (f < spec->n_fields && strcmp(spec->fields[f].key, key) != 0)
        f++;
    return f;
}

size_t plim_table_field(const plim_table *table, const char *key)
{
    return plim_table_spec_field(table->spec, key);
}

double plim_table_number(const plim_table *table, size_t row, size_t field)
{
    const plim_table_column *column = &table->columns[field];
    switch (table->spec->fields[field].kind) {
    case PLIM_CELL_INT:
        return column->integer[row] == PLIM_INT_EMPTY ? (double)NAN : (double)column->integer[row];
    case PLIM_CELL_FEN:
        return column->integer[row] == PLIM_FEN_EMPTY
                   ? (double)NAN
                   : (double)column->integer[row] / PLIM_FEN_PER_UNIT;
    case PLIM_CELL_AMOUNT:
    case PLIM_CELL_NUMBER:
        return column->number[row];
    case PLIM_CELL_TEXT:
        break;
    }
    return (double)NAN;
}

static plim_status init_texts(plim_table *table, plim_error *err)
{
    for (size_t f = 0; f < table->spec->n_fields; f++)
        if (table->spec->fields[f].kind == PLIM_CELL_TEXT)
            PLIM_TRY(plim_names_add(&table->columns[f].labels, "", NULL, err)); /* empty: code 0 */
    return PLIM_OK;
}

plim_status plim_table_init(plim_table *table, const plim_table_spec *spec, plim_error *err)
{
    *table = (plim_table){.spec = spec};
    table->columns = plim_alloc(spec->n_fields, sizeof *table->columns);
    if (table->columns == NULL)
        return plim_fail_memory(err, spec->name);
    plim_status status = init_texts(table, err);
    if (status != PLIM_OK)
        plim_table_free(table);
    return status;
}

/* The array of column `f` made `capacity` long; the old one stays where there is no memory. */
static int widen(plim_table *table, size_t f, size_t capacity)
{
    plim_table_column *column = &table->columns[f];
    void *wider = NULL;
    switch (table->spec->fields[f].kind) {
    case PLIM_CELL_TEXT:
        wider = plim_resize(column->code, capacity, sizeof *column->code);
        column->code = wider != NULL ? wider : column->code;
        break;
    case PLIM_CELL_INT:
    case PLIM_CELL_FEN:
        wider = plim_resize(column->integer, capacity, sizeof *column->integer);
        column->integer = wider != NULL ? wider : column->integer;
        break;
    case PLIM_CELL_AMOUNT:
    case PLIM_CELL_NUMBER:
        wider = plim_resize(column->number, capacity, sizeof *column->number);
        column->number = wider != NULL ? wider : column->number;
        break;
    }
    return wider != NULL ? 0 : -1;
}

plim_status plim_table_add_row(plim_table *table, plim_error *err)
{
    if (table->n_rows == table->capacity) {
        size_t capacity = table->capacity > 0 ? table->capacity * 2 : 16;
        for (size_t f = 0; f < table->spec->n_fields; f++)
            if (widen(table, f, capacity) != 0)
                return plim_fail_memory(err, table->spec->name);
        table->capacity = capacity;
    }
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        plim_table_column *column = &table->columns[f];
        if (column->code != NULL)
            column->code[table->n_rows] = 0;
        if (column->integer != NULL)
            column->integer[table->n_rows] =
                table->spec->fields[f].kind == PLIM_CELL_FEN ? PLIM_FEN_EMPTY : PLIM_INT_EMPTY;
        if (column->number != NULL)
            column->number[table->n_rows] = (double)NAN;
    }
    table->n_rows++;
    return PLIM_OK;
}

enum { GUESSES = 3 };

plim_status plim_table_set_text(plim_table *table, size_t field, const char *text, plim_error *err)
{
    plim_table_column *column = &table->columns[field];
    uint32_t *code = &column->code[table->n_rows - 1], guess[GUESSES] = {0, 0, 1};
    if (table->n_rows > 1) {
        guess[0] = code[-1];
        guess[1] = code[-1] + 1;
    }
    /* Most rows say what the row before says, or go through borrowers in their order, scenario by
       scenario. */
    for (int i = 0; i < GUESSES; i++)
        if (guess[i] < column->labels.count && strcmp(column->labels.text[guess[i]], text) == 0) {
            *code = guess[i];
            return PLIM_OK;
        }
    return plim_names_add(&column->labels, text, code, err);
}

void plim_table_set_int(plim_table *table, size_t field, int64_t value)
{
    table->columns[field].integer[table->n_rows - 1] = value;
}

void plim_table_set_fen(plim_table *table, size_t field, int64_t fen)
{
    table->columns[field].integer[table->n_rows - 1] = fen;
}

void plim_table_set_number(plim_table *table, size_t field, double value)
{
    table->columns[field].number[table->n_rows - 1] = value;
}

const char *plim_table_text(const plim_table *table, size_t row, size_t field)
{
    const plim_table_column *column = &table->columns[field];
    return column->labels.text[column->code[row]];
}

void plim_table_format(const plim_table *table, size_t row, size_t field, char *out, size_t size)
{
    const plim_table_column *column = &table->columns[field];
    switch (table->spec->fields[field].kind) {
    case PLIM_CELL_TEXT:
        (void)snprintf(out, size, "%s", plim_table_text(table, row, field));
        break;
    case PLIM_CELL_INT:
        if (column->integer[row] == PLIM_INT_EMPTY)
            out[0] = '\0';
        else
            (void)snprintf(out, size, "%" PRId64, column->integer[row]);
        break;
    case PLIM_CELL_FEN:
        plim_fen_format(column->integer[row], out);
        break;
    case PLIM_CELL_AMOUNT:
        plim_format_fixed(column->number[row], 2, out, size);
        break;
    case PLIM_CELL_NUMBER:
        plim_format_shortest(column->number[row] + 0.0, out, size); /* -0 shows as 0 */
        break;
    }
}

void plim_table_free(plim_table *table)
{
    for (size_t f = 0; table->columns != NULL && f < table->spec->n_fields; f++) {
        plim_table_column *column = &table->columns[f];
        plim_free(column->integer);
        plim_free(column->number);
        plim_free(column->code);
        plim_names_free(&column->labels);
    }
    plim_free(table->columns);
    plim_free(table->reason);
    *table = (plim_table){0};
}

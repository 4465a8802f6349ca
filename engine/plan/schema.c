#include "plan/schema.h"

#include "base/memory.h"
#include "book/columns.h"

#include <stdio.h>
#include <string.h>

static bool is_text(plim_field_kind kind)
{
    return kind != PLIM_FIELD_NUMBER && kind != PLIM_FIELD_FLAG;
}

/* The documented columns of a table, in their documented units: a book that states another (money
   in 万元) is converted when it is loaded. */
static size_t add_documented(plim_schema_column *out, plim_level level,
                             const plim_book_table *table)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        const plim_book_field *field = &table->fields[i];
        out[i] = (plim_schema_column){
            .name = field->name, .table = level, .unit = field->unit, .text = is_text(field->kind)};
    }
    return table->n_fields;
}

/* pd_2, pd_3, ...: without a book any term may be read. */
static size_t add_terms(plim_schema_column *out)
{
    size_t n = 0;
    for (int term = 2; term <= PLIM_PD_TERMS; term++) {
        char name[16];
        (void)snprintf(name, sizeof name, "pd_%d", term);
        const plim_book_field *field = plim_book_field_find("borrowers", name);
        out[n++] = (plim_schema_column){
            .name = field->name, .table = PLIM_LEVEL_BORROWER, .unit = field->unit};
    }
    return n;
}

static bool is_documented(const plim_book_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_fields; i++)
        if (strcmp(table->fields[i].name, name) == 0)
            return true;
    return false;
}

/* Columns that the book has beyond the documented ones (pd_2 and the like among them). */
static size_t add_own(plim_schema_column *out, plim_level level, const plim_book_table *table,
                      const plim_frame *frame)
{
    size_t n = 0;
    for (size_t i = 0; frame != NULL && i < frame->n_columns; i++) {
        const plim_column *column = &frame->columns[i];
        if (is_documented(table, column->name))
            continue;
        const plim_book_field *known = plim_book_field_find(table->name, column->name);
        const char *unit = known != NULL ? known->unit : column->unit != NULL ? column->unit : "";
        bool text = column->kind != PLIM_COLUMN_NUMBER;
        out[n++] = (plim_schema_column){
            .name = column->name, .table = level, .unit = text ? "" : unit, .text = text};
    }
    return n;
}

/* The tables that scripts read. */
static const struct table {
    const char *name;
    plim_level level;
} tables[] = {
    {"borrowers", PLIM_LEVEL_BORROWER},    {"loans", PLIM_LEVEL_LOAN},
    {"collateral", PLIM_LEVEL_COLLATERAL}, {"sites", PLIM_LEVEL_SITE},
    {"insurance", PLIM_LEVEL_POLICY},
};

static const plim_frame *frame_of(const plim_book *book, plim_level level)
{
    if (book == NULL)
        return NULL;
    const plim_frame *frames[PLIM_LEVEL_COUNT] = {
        [PLIM_LEVEL_BORROWER] = &book->borrowers,    [PLIM_LEVEL_LOAN] = &book->loans,
        [PLIM_LEVEL_COLLATERAL] = &book->collateral, [PLIM_LEVEL_SITE] = &book->sites,
        [PLIM_LEVEL_POLICY] = &book->insurance,
    };
    return frames[level];
}

plim_status plim_schema_make(plim_schema *out, const plim_book *book, plim_error *err)
{
    *out = (plim_schema){0};
    size_t most = PLIM_PD_TERMS, n = 0, n_tables = sizeof tables / sizeof *tables;
    for (size_t t = 0; t < n_tables; t++) {
        const plim_frame *frame = frame_of(book, tables[t].level);
        most += plim_book_table_find(tables[t].name)->n_fields;
        most += frame != NULL ? frame->n_columns : 0;
    }
    plim_schema_column *columns = plim_alloc(most, sizeof *columns);
    if (columns == NULL)
        return plim_fail_memory(err, "schema of columns");
    for (size_t t = 0; t < n_tables; t++) {
        const plim_book_table *table = plim_book_table_find(tables[t].name);
        n += add_documented(columns + n, tables[t].level, table);
        n += t == 0 && book == NULL ? add_terms(columns + n) : 0;
        n += add_own(columns + n, tables[t].level, table, frame_of(book, tables[t].level));
    }
    out->columns = columns;
    out->n_columns = n;
    return PLIM_OK;
}

void plim_schema_free(plim_schema *schema)
{
    /* const for its readers; allocated above */
    plim_free((void *)(uintptr_t)schema->columns);
    *schema = (plim_schema){0};
}

#include "measure/row.h"

plim_row plim_row_begin(plim_table *table, plim_error *err)
{
    return (plim_row){.table = table, .status = plim_table_add_row(table, err), .err = err};
}

/* The field to fill, or false if the row has failed before or fails here. `kind` and `other` are
   the kinds of field that the cell fits. */
static bool next_field(plim_row *row, plim_cell_kind kind, plim_cell_kind other, size_t *field)
{
    if (row->status != PLIM_OK)
        return false;
    const plim_table_spec *spec = row->table->spec;
    *field = row->field++;
    if (*field >= spec->n_fields)
        row->status = plim_fail(row->err, PLIM_BUG, "table %s: more cells than its %zu fields",
                                spec->name, spec->n_fields);
    else if (spec->fields[*field].kind != kind && spec->fields[*field].kind != other)
        row->status = plim_fail(row->err, PLIM_BUG, "table %s: cell of another kind than field %s",
                                spec->name, spec->fields[*field].key);
    return row->status == PLIM_OK;
}

void plim_row_text(plim_row *row, const char *text)
{
    size_t field;
    if (next_field(row, PLIM_CELL_TEXT, PLIM_CELL_TEXT, &field))
        row->status = plim_table_set_text(row->table, field, text, row->err);
}

void plim_row_int(plim_row *row, int64_t value)
{
    size_t field;
    if (next_field(row, PLIM_CELL_INT, PLIM_CELL_INT, &field))
        plim_table_set_int(row->table, field, value);
}

void plim_row_fen(plim_row *row, int64_t fen)
{
    size_t field;
    if (next_field(row, PLIM_CELL_FEN, PLIM_CELL_FEN, &field))
        plim_table_set_fen(row->table, field, fen);
}

void plim_row_number(plim_row *row, double value)
{
    size_t field;
    if (next_field(row, PLIM_CELL_AMOUNT, PLIM_CELL_NUMBER, &field))
        plim_table_set_number(row->table, field, value);
}

void plim_row_value(plim_row *row, const plim_estimate *estimate)
{
    plim_row_number(row, estimate->value);
    plim_row_number(row, estimate->stderr_);
}

void plim_row_interval(plim_row *row, const plim_estimate *estimate)
{
    plim_row_value(row, estimate);
    plim_row_number(row, estimate->low);
    plim_row_number(row, estimate->high);
}

plim_status plim_row_end(const plim_row *row)
{
    return row->status;
}

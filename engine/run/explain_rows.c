#include "run/explain_rows.h"

#include "base/memory.h"
#include "measure/tables.h"
#include "run/explain.h"

#include <stdlib.h>

static const plim_field fields[] = {
    {"scenario", PLIM_CELL_TEXT, "name of the scenario; empty: all of them"},
    {"kind", PLIM_CELL_TEXT,
     "factor, driver, event, intensity, site, collateral, damage, borrower, default or insolvent"},
    {"name", PLIM_CELL_TEXT, "factor of the model, driver, hazard or damage"},
    {"year", PLIM_CELL_INT, "scenario year"},
    {"what", PLIM_CELL_TEXT,
     "event; place of an intensity; loss or payout of a damage; else an id"},
    {"value", PLIM_CELL_NUMBER,
     "value in base units; number of times of an event; PD of who defaults"},
};

enum { SCENARIO, KIND, NAME, YEAR, WHAT, VALUE };

const plim_table_spec plim_explain_drivers_spec = {
    .name = "drivers_of_path",
    .doc = "what one path is like",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

plim_status plim_telling_add(const plim_telling *to, const plim_told *row, plim_error *err)
{
    PLIM_TRY(plim_table_add_row(to->out, err));
    PLIM_TRY(plim_table_set_text(to->out, SCENARIO, row->scenario, err));
    PLIM_TRY(plim_table_set_text(to->out, KIND, row->kind, err));
    PLIM_TRY(plim_table_set_text(to->out, NAME, row->name, err));
    plim_table_set_int(to->out, YEAR, to->plan->first_year + (int64_t)row->t);
    PLIM_TRY(plim_table_set_text(to->out, WHAT, row->what, err));
    plim_table_set_number(to->out, VALUE, row->value);
    return PLIM_OK;
}

plim_status plim_many_add(plim_many *many, uint32_t row, double value, plim_error *err)
{
    void *array = many->list;
    if (plim_grow(&array, &many->capacity, many->count + 1, sizeof *many->list) != 0)
        return plim_fail_memory(err, "what a path reaches");
    many->list = array;
    many->list[many->count++] = (struct plim_one){row, value};
    return PLIM_OK;
}

static int largest_first(const void *a, const void *b)
{
    const struct plim_one *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

plim_status plim_many_tell(plim_many *many, const plim_telling *to, const plim_frame *frame,
                           plim_told as, plim_error *err)
{
    char id[32];
    if (many->count > 0)
        qsort(many->list, many->count, sizeof *many->list, largest_first);
    for (size_t i = 0; i < many->count; i++) {
        as.what = plim_measure_cell(plim_frame_find(frame, "id"), many->list[i].row, id);
        as.value = many->list[i].value;
        PLIM_TRY(plim_telling_add(to, &as, err));
    }
    many->count = 0;
    return PLIM_OK;
}

void plim_many_free(plim_many *many)
{
    plim_free(many->list);
    *many = (plim_many){0};
}

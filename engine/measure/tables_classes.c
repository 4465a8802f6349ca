/* Table classes: how balances move between the five classes.
 *
 * The rule: a loan that defaults under stress goes to class 3 (次级, substandard) and stays there
 * to the end of the horizon; all others keep the class that the book states. Nothing is upgraded,
 * and nothing goes on to classes 4 and 5: that takes time in default and recovery, which are not
 * modelled. */
#include "measure/tables.h"

#include <string.h>

#include "base/memory.h"
#include "measure/batch.h"
#include "measure/row.h"

enum { CLASSES = PLIM_HOLDINGS_CLASSES, SUBSTANDARD = 3 };

/* What is common to all rows. */
typedef struct classes {
    plim_table *table;
    const plim_plan *plan;
    const plim_tallies *tallies;
    const plim_column *bank_id;
    const int64_t *balance; /* at as_of, [bank * CLASSES + class] */
    plim_int128
        *gone; /* defaulted since as_of, [(bank * CLASSES + class) * PLIM_BATCHES + batch] */
} classes;

/* Where a row belongs. */
typedef struct cell {
    uint32_t scenario, year, bank, from;
} cell;

static plim_status class_row(const classes *c, const cell *at, uint32_t to,
                             const plim_estimate *amount, plim_error *err)
{
    char id[32];
    double whole = (double)c->balance[at->bank * CLASSES + at->from] / PLIM_FEN_PER_UNIT;
    plim_row row = plim_row_begin(c->table, err);
    plim_row_text(&row, plim_measure_scenario(c->plan, at->scenario));
    plim_row_int(&row, c->plan->first_year + (int64_t)at->year);
    plim_row_text(&row, plim_measure_cell(c->bank_id, at->bank, id));
    plim_row_int(&row, at->from);
    plim_row_int(&row, to);
    plim_row_number(&row, amount->value);
    plim_row_number(&row, amount->value / whole);
    plim_row_number(&row, amount->stderr_ / whole);
    return plim_row_end(&row);
}

/* Rows of one class: what stays, and what has gone to class 3. */
static plim_status from_rows(const classes *c, const cell *at, plim_error *err)
{
    size_t place = (size_t)at->bank * CLASSES + at->from;
    double whole = (double)c->balance[place] / PLIM_FEN_PER_UNIT;
    plim_estimate all = {.value = whole};
    if (at->from >= SUBSTANDARD)
        return class_row(c, at, at->from, &all, err);
    plim_estimate gone = plim_batch_mean(c->gone + place * PLIM_BATCHES, NULL, c->tallies->n_paths);
    plim_estimate left = {.value = whole - gone.value, .stderr_ = gone.stderr_};
    PLIM_TRY(class_row(c, at, at->from, &left, err));
    return class_row(c, at, SUBSTANDARD, &gone, err);
}

static plim_status class_rows(const classes *c, plim_error *err)
{
    size_t cells = (size_t)c->plan->n_banks * CLASSES * PLIM_BATCHES;
    const plim_int128 *defaulted = c->tallies->class_balance;
    for (uint32_t s = 0; s < c->plan->n_scenarios; s++) {
        memset(c->gone, 0, cells * sizeof *c->gone);
        for (uint32_t t = 0; t < c->plan->n_years; t++, defaulted += cells) {
            for (size_t i = 0; i < cells; i++)
                c->gone[i] += defaulted[i];
            for (uint32_t b = 0; b < c->plan->n_banks; b++) {
                for (uint32_t from = 1; from < CLASSES; from++) {
                    if (c->balance[b * CLASSES + from] > 0)
                        PLIM_TRY(from_rows(c, &(cell){s, t, b, from}, err));
                }
            }
        }
    }
    return PLIM_OK;
}

static plim_status say_no_classes(plim_table *table, plim_error *err)
{
    plim_free(table->reason);
    table->reason = plim_strdup("the book states no five-class grades (loans.class)");
    return table->reason != NULL ? PLIM_OK : plim_fail_memory(err, "the table of classes");
}

plim_status plim_measure_classes(plim_table *table, const plim_measured *of, plim_error *err)
{
    size_t places = (size_t)of->plan->n_banks * CLASSES;
    classes c = {.table = table,
                 .plan = of->plan,
                 .tallies = of->tallies,
                 .bank_id = plim_frame_find(&of->plan->book->banks, "id"),
                 .balance = of->holdings->class_balance,
                 .gone = plim_alloc(places * PLIM_BATCHES, sizeof *c.gone)};
    plim_status status;
    if (c.gone == NULL)
        status = plim_fail_memory(err, "the table of classes");
    else if (of->holdings->any_class)
        status = class_rows(&c, err);
    else
        status = say_no_classes(table, err);
    plim_free(c.gone);
    return status;
}

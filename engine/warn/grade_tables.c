/* The tables of grades, from their sums. */
#include "warn/grades.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "math/low_default.h"
#include "measure/row.h"
#include "measure/tables.h"

static plim_table *table_of(plim_table *tables, const char *name)
{
    return &tables[plim_table_spec_find(name) - plim_table_specs];
}

/* Everything that the tables need; grades in the order of their names. */
typedef struct writer {
    const plim_grade_book *sums;
    const plim_plan *plan;
    const plim_grade_scale *scale;
    plim_table *tables;
    uint32_t *order; /* of grades */
    uint32_t *cells; /* of cells */
} writer;

static const char *bank_id(const writer *w, uint32_t bank, char buffer[32])
{
    return plim_measure_cell(plim_frame_find(&w->plan->book->banks, "id"), bank, buffer);
}

static plim_status write_all(const writer *w, uint32_t s, plim_error *err)
{
    for (uint32_t i = 0; i < w->sums->n_grades; i++) {
        const plim_grade_sum *sum = &w->sums->all[w->order[i] * w->sums->n_scenarios + s];
        if (sum->borrowers == 0)
            continue;
        plim_row row = plim_row_begin(table_of(w->tables, "grades"), err);
        plim_row_text(&row, plim_measure_scenario(w->plan, s));
        plim_row_text(&row, w->scale->names.text[w->order[i]]);
        plim_row_int(&row, sum->borrowers);
        plim_row_fen(&row, sum->exposure_fen);
        plim_row_number(&row, sum->el);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

/* The last fields of a row of balances: grade, borrowers, balance, expected loss. */
static plim_status end_row(const writer *w, plim_row *row, uint32_t grade,
                           const plim_grade_sum *sum)
{
    plim_row_text(row, w->scale->names.text[grade]);
    plim_row_int(row, sum->borrowers);
    plim_row_fen(row, sum->balance_fen);
    plim_row_number(row, sum->el);
    return plim_row_end(row);
}

static plim_status write_banks(const writer *w, uint32_t s, plim_error *err)
{
    char buffer[32];
    for (uint32_t bank = 0; bank < w->sums->n_banks; bank++)
        for (uint32_t i = 0; i < w->sums->n_grades; i++) {
            size_t at = (size_t)bank * w->sums->n_grades + w->order[i];
            const plim_grade_sum *sum = &w->sums->banks[at * w->sums->n_scenarios + s];
            if (sum->borrowers == 0)
                continue;
            plim_row row = plim_row_begin(table_of(w->tables, "grade_banks"), err);
            plim_row_text(&row, plim_measure_scenario(w->plan, s));
            plim_row_text(&row, bank_id(w, bank, buffer));
            PLIM_TRY(end_row(w, &row, w->order[i], sum));
        }
    return PLIM_OK;
}

static plim_status write_cell(const writer *w, uint32_t s, uint32_t cell, plim_error *err)
{
    char sector[160];
    plim_grades_cell_name(w->sums, cell, '\0', sector, sizeof sector);
    const char *region = sector + strlen(sector) + 1;
    for (uint32_t i = 0; i < w->sums->n_grades; i++) {
        size_t at = (size_t)cell * w->sums->n_grades + w->order[i];
        const plim_grade_sum *sum = &w->sums->by_cell[at * w->sums->n_scenarios + s];
        if (sum->borrowers == 0)
            continue;
        plim_row row = plim_row_begin(table_of(w->tables, "grade_cells"), err);
        plim_row_text(&row, plim_measure_scenario(w->plan, s));
        plim_row_text(&row, sector);
        plim_row_text(&row, region);
        PLIM_TRY(end_row(w, &row, w->order[i], sum));
    }
    return PLIM_OK;
}

static plim_status write_cells(const writer *w, uint32_t s, plim_error *err)
{
    for (size_t c = 0; c < w->sums->cells.count; c++)
        PLIM_TRY(write_cell(w, s, w->cells[c], err));
    return PLIM_OK;
}

/* From one grade of the baseline; nothing where no borrower has it. */
static plim_status write_from(const writer *w, uint32_t s, uint32_t from, plim_error *err)
{
    const plim_grade_book *g = w->sums;
    const plim_grade_sum *sums = &g->migration[(size_t)from * g->n_grades * g->n_scenarios];
    int64_t all = 0;
    for (uint32_t to = 0; to < g->n_grades; to++)
        all += sums[to * g->n_scenarios + s].borrowers;
    for (uint32_t i = 0; i < g->n_grades; i++) {
        const plim_grade_sum *sum = &sums[w->order[i] * g->n_scenarios + s];
        if (sum->borrowers == 0)
            continue;
        plim_row row = plim_row_begin(table_of(w->tables, "grade_migration"), err);
        plim_row_text(&row, plim_measure_scenario(w->plan, s));
        plim_row_text(&row, w->scale->names.text[from]);
        plim_row_text(&row, w->scale->names.text[w->order[i]]);
        plim_row_int(&row, sum->borrowers);
        plim_row_fen(&row, sum->balance_fen);
        plim_row_number(&row, (double)sum->borrowers / (double)all);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

static plim_status write_migration(const writer *w, uint32_t s, plim_error *err)
{
    for (uint32_t i = 0; s > 0 && i < w->sums->n_grades; i++)
        PLIM_TRY(write_from(w, s, w->order[i], err));
    return PLIM_OK;
}

/* The PD that the most prudent reading still allows a grade: it is no better than the pool of its
   borrowers and those of all worse grades (Pluto and Tasche). */
static plim_status write_bound(const writer *w, uint32_t bank, uint32_t grade, plim_error *err)
{
    const plim_grade_pool *pools = &w->sums->pools[(size_t)bank * w->sums->n_grades];
    const plim_grade_pool *here = &pools[grade];
    int64_t obligors = 0, defaults = 0;
    if (here->alive + here->defaults == 0)
        return PLIM_OK;
    for (uint32_t g = grade; g < w->sums->n_grades; g++) {
        obligors += pools[g].alive + pools[g].defaults;
        defaults += pools[g].defaults;
    }
    char buffer[32];
    plim_row row = plim_row_begin(table_of(w->tables, "grade_bounds"), err);
    plim_row_text(&row, bank_id(w, bank, buffer));
    plim_row_text(&row, w->scale->names.text[grade]);
    plim_row_int(&row, here->alive);
    plim_row_number(&row, here->alive > 0 ? here->pd / (double)here->alive : (double)NAN);
    plim_row_int(&row, here->defaults);
    plim_row_number(&row, plim_low_default_bound((uint64_t)defaults, (uint64_t)obligors,
                                                 w->scale->confidence, 0));
    plim_row_int(&row, obligors);
    plim_row_int(&row, defaults);
    plim_row_number(&row, w->scale->confidence);
    return plim_row_end(&row);
}

static plim_status write_bounds(const writer *w, plim_error *err)
{
    for (uint32_t bank = 0; bank < w->sums->n_banks; bank++)
        for (uint32_t i = 0; i < w->sums->n_grades; i++)
            PLIM_TRY(write_bound(w, bank, w->order[i], err));
    return PLIM_OK;
}

/* Grades by name: the order of rows in tables. There are few. */
static void sort_grades(const plim_grade_scale *scale, uint32_t *order)
{
    uint32_t n = (uint32_t)scale->names.count;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;
        for (; at > 0 && strcmp(scale->names.text[order[at - 1]], scale->names.text[i]) > 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static plim_status write_tables(const writer *w, plim_error *err)
{
    sort_grades(w->scale, w->order);
    PLIM_TRY(plim_grades_sort_cells(w->sums, w->cells, err));
    for (uint32_t s = 0; s < w->plan->n_scenarios; s++) {
        PLIM_TRY(write_all(w, s, err));
        PLIM_TRY(write_banks(w, s, err));
        PLIM_TRY(write_cells(w, s, err));
        PLIM_TRY(write_migration(w, s, err));
    }
    return write_bounds(w, err);
}

plim_status plim_grades_write(const plim_grade_book *grades, const plim_plan *plan,
                              const plim_grade_scale *scale, plim_table *tables, plim_error *err)
{
    writer w = {.sums = grades, .plan = plan, .scale = scale, .tables = tables};
    w.order = plim_alloc(scale->names.count, sizeof *w.order);
    w.cells = plim_alloc(grades->cells.count, sizeof *w.cells);
    plim_status status = w.order == NULL || w.cells == NULL
                             ? plim_fail_memory(err, "the tables of grades")
                             : write_tables(&w, err);
    plim_free(w.order);
    plim_free(w.cells);
    return status;
}

#include "warn/grades.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/tables.h"

#define CELL_MARK 31 /* between sector and region: no code holds it */

/* ---- turning to borrowers ---- */

static plim_status make_sums(plim_grade_book *g, const plim_plan *plan, uint32_t n_grades,
                             plim_error *err)
{
    g->n_grades = n_grades;
    g->n_scenarios = plan->n_scenarios;
    g->n_banks = plan->n_banks;
    size_t row = (size_t)n_grades * plan->n_scenarios;
    g->all = plim_alloc(row, sizeof *g->all);
    g->banks = plim_alloc(plan->n_banks * row, sizeof *g->banks);
    g->migration = plim_alloc(n_grades * row, sizeof *g->migration);
    g->pools = plim_alloc((size_t)plan->n_banks * n_grades, sizeof *g->pools);
    return g->all == NULL || g->banks == NULL || g->migration == NULL || g->pools == NULL
               ? plim_fail_memory(err, "grades")
               : PLIM_OK;
}

/* The first `digits` characters of a code. */
static void cut(char *out, size_t size, const char *code, int digits)
{
    size_t length = strlen(code);
    if (digits > 0 && length > (size_t)digits)
        length = (size_t)digits;
    (void)snprintf(out, size, "%.*s", (int)length, code);
}

static plim_status grow_cells(plim_grade_book *g, plim_error *err)
{
    void *by_cell = g->by_cell, *sums = g->cell_sums;
    size_t before = g->by_cell_room, sums_before = g->cell_room;
    size_t n = (size_t)g->cells.count * g->n_scenarios;
    if (plim_grow(&by_cell, &g->by_cell_room, n * g->n_grades, sizeof *g->by_cell) != 0)
        return plim_fail_memory(err, "cells of sector and region");
    g->by_cell = by_cell;
    memset(g->by_cell + before, 0, (g->by_cell_room - before) * sizeof *g->by_cell);
    if (plim_grow(&sums, &g->cell_room, n, sizeof *g->cell_sums) != 0)
        return plim_fail_memory(err, "cells of sector and region");
    g->cell_sums = sums;
    memset(g->cell_sums + sums_before, 0, (g->cell_room - sums_before) * sizeof *g->cell_sums);
    return PLIM_OK;
}

static plim_status find_cells(plim_grade_book *g, const plim_plan *plan, const plim_cell_rule *rule,
                              plim_error *err)
{
    char sector[64], region[64], name[160], buffer[32];
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        cut(sector, sizeof sector, plim_measure_cell(rule->sector, b, buffer), rule->sector_digits);
        cut(region, sizeof region, plim_measure_cell(rule->region, b, buffer), rule->region_digits);
        (void)snprintf(name, sizeof name, "%s%c%s", sector, CELL_MARK, region);
        PLIM_TRY(plim_names_add(&g->cells, name, &g->cell_of[b], err));
    }
    return grow_cells(g, err);
}

plim_status plim_grades_turn(plim_grade_book *g, const plim_plan *plan,
                             const plim_grade_scale *scale, const plim_cell_rule *cells,
                             plim_error *err)
{
    if (g->all == NULL)
        PLIM_TRY(make_sums(g, plan, (uint32_t)scale->names.count, err));
    plim_free(g->cell_of);
    plim_free(g->baseline);
    g->cell_of = plim_alloc(plan->n_borrowers, sizeof *g->cell_of);
    g->baseline = plim_alloc(plan->n_borrowers, sizeof *g->baseline);
    if (g->cell_of == NULL || g->baseline == NULL)
        return plim_fail_memory(err, "grades of borrowers");
    return find_cells(g, plan, cells, err);
}

void plim_grades_free(plim_grade_book *g)
{
    plim_free(g->all);
    plim_free(g->banks);
    plim_free(g->migration);
    plim_free(g->pools);
    plim_names_free(&g->cells);
    plim_free(g->by_cell);
    plim_free(g->cell_sums);
    plim_free(g->cell_of);
    plim_free(g->baseline);
    *g = (plim_grade_book){0};
}

/* ---- adding ---- */

static void add_to(plim_grade_sum *sum, int64_t balance_fen, int64_t exposure_fen, double el)
{
    sum->borrowers++;
    sum->balance_fen += balance_fen;
    sum->exposure_fen += exposure_fen;
    sum->el += el;
}

/* What a borrower has at one bank. */
typedef struct stake {
    int64_t balance_fen, exposure_fen;
    double loss; /* of its loans, over the years, where the borrower defaults */
} stake;

static stake stake_of(const plim_plan *plan, uint32_t scenario, uint32_t first, uint32_t end)
{
    stake at = {0};
    for (uint32_t l = first; l < end; l++) {
        at.balance_fen += plan->book->balance_fen[l];
        at.exposure_fen += plan->book->exposure_fen[l];
        for (uint32_t t = 0; t < plan->n_years; t++) {
            double fen = (double)plan->loss_fen[(size_t)scenario * plan->n_years + t][l];
            at.loss += fen < 0 ? -fen : fen;
        }
    }
    return at;
}

/* One after the last loan of the borrower at the bank of loan `first`: loans come by bank. */
static uint32_t end_of_bank(const plim_book *book, uint32_t first, uint32_t end)
{
    uint32_t l = first + 1;
    while (l < end && book->loan_bank[l] == book->loan_bank[first])
        l++;
    return l;
}

/* The borrower's expected loss is parted among its banks by what its default would cost them. */
static void add_to_banks(plim_grade_book *g, const plim_plan *plan, const plim_graded *of)
{
    const plim_book *book = plan->book;
    uint32_t first = book->first_loan[of->borrower], end = book->first_loan[of->borrower + 1];
    stake all = stake_of(plan, of->scenario, first, end);
    for (uint32_t next; first < end; first = next) {
        next = end_of_bank(book, first, end);
        stake here = stake_of(plan, of->scenario, first, next);
        double share = all.loss > 0          ? here.loss / all.loss
                       : all.balance_fen > 0 ? (double)here.balance_fen / (double)all.balance_fen
                                             : 0;
        size_t row = (size_t)book->loan_bank[first] * g->n_grades;
        add_to(&g->banks[(row + of->grade) * g->n_scenarios + of->scenario], here.balance_fen,
               here.exposure_fen, of->el * share);
        if (of->scenario != 0)
            continue;
        plim_grade_pool *pool = &g->pools[row + of->pd_grade];
        pool->defaults += of->in_default;
        pool->alive += !of->in_default;
        pool->pd += of->in_default ? 0 : of->pd;
    }
}

static void add_to_cell(plim_grade_book *g, const plim_graded *of)
{
    size_t cell = g->cell_of[of->borrower];
    add_to(&g->by_cell[(cell * g->n_grades + of->grade) * g->n_scenarios + of->scenario],
           of->balance_fen, of->exposure_fen, of->el);
    plim_cell_sum *sum = &g->cell_sums[cell * g->n_scenarios + of->scenario];
    sum->exposure += (double)of->exposure_fen / PLIM_FEN_PER_UNIT;
    sum->el += of->el;
    sum->error += of->el_error;
}

plim_status plim_grades_add(plim_grade_book *g, const plim_plan *plan, const plim_graded *of,
                            plim_error *err)
{
    if (of->scenario == 0)
        g->baseline[of->borrower] = (uint8_t)of->grade;
    else if (g->n_scenarios <= of->scenario)
        return plim_fail(err, PLIM_BUG, "grades: scenario %u of %u", of->scenario, g->n_scenarios);
    uint32_t from = g->baseline[of->borrower];
    add_to(&g->all[of->grade * g->n_scenarios + of->scenario], of->balance_fen, of->exposure_fen,
           of->el);
    add_to(&g->migration[((size_t)from * g->n_grades + of->grade) * g->n_scenarios + of->scenario],
           of->balance_fen, of->exposure_fen, of->el);
    add_to_banks(g, plan, of);
    add_to_cell(g, of);
    return PLIM_OK;
}

/* ---- cells by name ---- */

void plim_grades_cell_name(const plim_grade_book *g, uint32_t cell, char between, char *out,
                           size_t size)
{
    (void)snprintf(out, size, "%s", g->cells.text[cell]);
    char *mark = strchr(out, CELL_MARK);
    if (mark != NULL)
        *mark = between;
}

typedef struct named {
    const char *name;
    uint32_t cell;
} named;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

plim_status plim_grades_sort_cells(const plim_grade_book *g, uint32_t *order, plim_error *err)
{
    named *list = plim_alloc(g->cells.count, sizeof *list);
    if (list == NULL)
        return plim_fail_memory(err, "cells of sector and region");
    for (uint32_t c = 0; c < g->cells.count; c++)
        list[c] = (named){g->cells.text[c], c};
    qsort(list, g->cells.count, sizeof *list, by_name);
    for (uint32_t c = 0; c < g->cells.count; c++)
        order[c] = list[c].cell;
    plim_free(list);
    return PLIM_OK;
}

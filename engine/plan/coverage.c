#include "plan/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plan/evaluate.h"

/* The coverage under way. */
typedef struct survey {
    plim_coverage *out;
    const plim_plan *plan;
    uint32_t s;
    int64_t *balance; /* a borrower */
} survey;

static bool in_scope(const survey *v, size_t borrower)
{
    return v->plan->applies[borrower * v->plan->n_scenarios + v->s] != 0;
}

/* ---- sectors ---- */

static int by_balance(const void *a, const void *b)
{
    const plim_covered *x = a, *y = b;
    if (x->in_scope_fen != y->in_scope_fen)
        return x->in_scope_fen > y->in_scope_fen ? -1 : 1;
    return strcmp(x->key, y->key);
}

static plim_status add_sectors(survey *v, const plim_column *sector, plim_error *err)
{
    size_t n = sector->labels.count, kept = 0;
    plim_covered *of = v->out->sectors = plim_alloc(n, sizeof *of);
    if (of == NULL)
        return plim_fail_memory(err, "the coverage of a scenario");
    for (size_t b = 0; b < v->plan->n_borrowers; b++) {
        plim_covered *to = &of[sector->code[b]];
        to->borrowers++;
        to->all_fen += v->balance[b];
        to->in_scope += in_scope(v, b);
        to->in_scope_fen += in_scope(v, b) ? v->balance[b] : 0;
    }
    for (size_t k = 0; k < n; k++) {
        if (of[k].in_scope == 0)
            continue;
        of[kept] = of[k];
        of[kept].key = plim_strdup(sector->labels.text[k]);
        v->out->n_sectors = ++kept;
        if (of[kept - 1].key == NULL)
            return plim_fail_memory(err, "the coverage of a scenario");
    }
    qsort(of, kept, sizeof *of, by_balance);
    return PLIM_OK;
}

/* ---- inputs ---- */

static bool is_missing(const plim_column *column, size_t row)
{
    if (column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row)[0] == '\0';
    return column->kind == PLIM_COLUMN_NUMBER && isnan(column->number[row]);
}

static plim_status add_lacking(survey *v, const char *name, bool of_loans, plim_error *err)
{
    const plim_book *book = v->plan->book;
    const plim_column *column = plim_frame_find(of_loans ? &book->loans : &book->borrowers, name);
    size_t rows = of_loans ? v->plan->n_loans : v->plan->n_borrowers;
    plim_lacking found = {.of_loans = of_loans, .absent = column == NULL};
    for (size_t row = 0; row < rows; row++) {
        size_t borrower = of_loans ? book->loan_borrower[row] : row;
        if (!in_scope(v, borrower) || (column != NULL && !is_missing(column, row)))
            continue;
        found.rows++;
        found.fen += of_loans ? book->balance_fen[row] : v->balance[row];
    }
    if (found.rows == 0)
        return PLIM_OK;
    plim_lacking *list =
        plim_resize(v->out->lacking, v->out->n_lacking + 1, sizeof *v->out->lacking);
    if (list == NULL)
        return plim_fail_memory(err, "the coverage of a scenario");
    v->out->lacking = list;
    found.column = plim_strdup(name);
    list[v->out->n_lacking++] = found;
    return found.column != NULL ? PLIM_OK : plim_fail_memory(err, "the coverage of a scenario");
}

static plim_status add_inputs(survey *v, plim_error *err)
{
    for (int of_loans = 0; of_loans < 2; of_loans++) {
        plim_names names = {0};
        plim_status status = plim_program_columns(
            v->plan->program, of_loans ? PLIM_LEVEL_LOAN : PLIM_LEVEL_BORROWER, &names, err);
        for (size_t n = 0; n < names.count && status == PLIM_OK; n++)
            status = add_lacking(v, names.text[n], of_loans != 0, err);
        plim_names_free(&names);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

/* ---- borrowers ---- */

/* The largest few, in falling order of balance. */
static void add_insolvent(survey *v, uint32_t borrower)
{
    enum { MOST = sizeof v->out->insolvent / sizeof *v->out->insolvent };
    uint32_t *list = v->out->insolvent;
    size_t at = v->out->n_insolvent;
    while (at > 0 && v->balance[borrower] > v->balance[list[at - 1]])
        at--;
    if (at == MOST)
        return;
    size_t n = v->out->n_insolvent < MOST ? v->out->n_insolvent++ : MOST - 1;
    memmove(list + at + 1, list + at, (n - at) * sizeof *list);
    list[at] = borrower;
}

static void look_at_borrowers(survey *v)
{
    const plim_plan *plan = v->plan;
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        if (plan->proxied[b] && in_scope(v, b)) {
            v->out->n_proxied++;
            v->out->proxied_fen += v->balance[b];
        }
        if (plan->fails_at_reference[(size_t)b * plan->n_scenarios + v->s])
            add_insolvent(v, b);
    }
}

plim_status plim_coverage_make(plim_coverage *out, const plim_plan *plan, uint32_t s,
                               plim_error *err)
{
    *out = (plim_coverage){0};
    survey v = {out, plan, s, plim_alloc(plan->n_borrowers, sizeof *v.balance)};
    if (v.balance == NULL)
        return plim_fail_memory(err, "the coverage of a scenario");
    for (uint32_t l = 0; l < plan->n_loans; l++)
        v.balance[plan->book->loan_borrower[l]] += plan->book->balance_fen[l];
    const plim_column *sector = plim_frame_find(&plan->book->borrowers, "sector");
    plim_status status = PLIM_OK;
    if (sector != NULL && sector->kind == PLIM_COLUMN_TEXT)
        status = add_sectors(&v, sector, err);
    if (status == PLIM_OK)
        status = add_inputs(&v, err);
    if (status == PLIM_OK)
        look_at_borrowers(&v);
    plim_free(v.balance);
    if (status != PLIM_OK)
        plim_coverage_free(out);
    return status;
}

void plim_coverage_free(plim_coverage *coverage)
{
    for (size_t i = 0; i < coverage->n_sectors; i++)
        plim_free(coverage->sectors[i].key);
    for (size_t i = 0; i < coverage->n_lacking; i++)
        plim_free(coverage->lacking[i].column);
    plim_free(coverage->sectors);
    plim_free(coverage->lacking);
    *coverage = (plim_coverage){0};
}

/* Rows of a table that stand somewhere and belong to a borrower in scope. */
static uint64_t count_reached(const plim_plan *plan, const plim_random *hazard, plim_level level,
                              size_t n_rows)
{
    uint64_t n = 0;
    for (uint32_t row = 0; row < n_rows; row++) {
        uint32_t borrower =
            level == PLIM_LEVEL_BORROWER ? row : plim_evaluate_borrower(plan->book, level, row);
        n += hazard->place[level][row] != PLIM_NO_PLACE && borrower < plan->n_borrowers &&
             plan->applies[(size_t)borrower * plan->n_scenarios + hazard->scenario];
    }
    return n;
}

plim_hazard_reach plim_coverage_reach(const plim_plan *plan, const plim_random *hazard)
{
    const plim_book *book = plan->book;
    size_t n_places = hazard->driver->hazard->n_places;
    return (plim_hazard_reach){
        .borrowers = count_reached(plan, hazard, PLIM_LEVEL_BORROWER, book->borrowers.n_rows),
        .sites = count_reached(plan, hazard, PLIM_LEVEL_SITE, book->sites.n_rows),
        .collateral = count_reached(plan, hazard, PLIM_LEVEL_COLLATERAL, book->collateral.n_rows),
        .n_places = n_places,
        .n_empty = n_places - hazard->n_places};
}

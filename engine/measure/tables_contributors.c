/* Table contributors: whose losses the tail is made of. Definitions: simulate/tail.h; the error of
 * a share: docs/method.md. */
#include "measure/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/row.h"

/* A part of the book: a bank, a borrower, a region or a sector. */
typedef struct part {
    const char *text;
    char buffer[32]; /* where the id is a number */
    uint32_t index;
    int64_t exposure; /* fen */
    double el;        /* currency units */
} part;

/* What is common to all rows. */
typedef struct contributors {
    plim_table *table;
    const plim_plan *plan;
    const plim_tail *tail;
    uint32_t n_paths;
} contributors;

/* ---- shares ---- */

static const uint32_t beyond_permille[PLIM_TAIL_LEVELS] = {10, 1};

/* Tail sum with the fractional weight of paths at the quantile. */
static double weighted(const contributors *c, const plim_tail_sum *sum, uint32_t s, int level)
{
    double tail_paths = (double)c->n_paths * beyond_permille[level] / 1000;
    double above = (double)c->tail->n_above[level][s], at = (double)c->tail->n_at[level][s];
    return (double)sum->above + (tail_paths - above) / at * (double)sum->at;
}

/* What the estimated quantile q adds to the scatter of r = x - share L, in squared units of
   2^shift fen: a path more or less beyond q is a path at q, whose r differs from that of the tail
   (0 on average) by c = E[r | L = q]. So the influence of a path is r - c within the tail and its
   variance grows by alpha c^2 a tail path. c is read from the straight line of r over L. */
static double quantile_scatter(const contributors *c, const plim_tail_sum *one, double share,
                               uint32_t s, int level)
{
    const plim_tail_sum *whole = &c->tail->whole[s * PLIM_TAIL_LEVELS + (uint32_t)level];
    double paths = (double)(c->tail->n_above[level][s] + c->tail->n_at[level][s]);
    double unit = ldexp(1, (int)c->tail->shift), q = (double)c->tail->quantile[level][s] / unit;
    double all = (double)(whole->above + whole->at) / unit, mean = all / paths;
    double sum = (double)(one->above + one->at) / unit - share * all;
    double spread = (double)whole->square - all * mean;
    if (!(spread > 1e-9 * (double)whole->square))
        return 0; /* all losses of the tail are equal: q cannot move */
    double slope = ((double)one->cross - share * (double)whole->square - sum * mean) / spread;
    double at_quantile = sum / paths + slope * (q - mean);
    return (1 - beyond_permille[level] / 1000.0) * paths * at_quantile * at_quantile;
}

/* The share x / L of a ratio of tail sums; its error from the scatter of x - share L over tail
   paths (a ratio of means) and from what the quantile adds. */
static plim_estimate share_of(const contributors *c, const plim_tail_sum *one, uint32_t s,
                              int level)
{
    const plim_tail_sum *whole = &c->tail->whole[s * PLIM_TAIL_LEVELS + (uint32_t)level];
    plim_estimate e = plim_estimate_undefined;
    double all = weighted(c, whole, s, level);
    if (!(all > 0))
        return e;
    e.value = weighted(c, one, s, level) / all;
    double squares = (double)one->square - 2 * e.value * (double)one->cross +
                     e.value * e.value * (double)whole->square;
    squares = fmax(squares, 0) + quantile_scatter(c, one, e.value, s, level);
    if (c->tail->n_above[level][s] + c->tail->n_at[level][s] >= 2)
        e.stderr_ = sqrt(squares) * ldexp(1, (int)c->tail->shift) / all;
    return e;
}

static plim_status add_row(const contributors *c, const char *kind, const part *p, uint32_t s,
                           const plim_tail_sum *sums, plim_error *err)
{
    const plim_tail_sum *at =
        sums + ((size_t)p->index * c->plan->n_scenarios + s) * PLIM_TAIL_LEVELS;
    plim_estimate share = share_of(c, &at[PLIM_TAIL_99], s, PLIM_TAIL_99);
    plim_estimate far = share_of(c, &at[PLIM_TAIL_999], s, PLIM_TAIL_999);
    plim_row row = plim_row_begin(c->table, err);
    plim_row_text(&row, plim_measure_scenario(c->plan, s));
    plim_row_text(&row, kind);
    plim_row_text(&row, p->text);
    plim_row_fen(&row, p->exposure);
    plim_row_number(&row, p->el);
    plim_row_value(&row, &share);
    plim_row_value(&row, &far);
    return plim_row_end(&row);
}

/* ---- parts ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const part *)a)->text, ((const part *)b)->text);
}

static double mean(plim_int128 sum, uint32_t n_paths)
{
    return (double)sum / n_paths / PLIM_FEN_PER_UNIT;
}

/* Sums by key in scenario s, sorted; `loss` as plim_tallies has them. */
static void fill_keys(part *parts, const plim_key_set *keys, const plim_int128 *loss,
                      const plim_key_exposures *exposures, uint32_t n_paths)
{
    size_t n = keys->names.count;
    for (uint32_t k = 0; k < n; k++) {
        plim_int128 sum = 0;
        for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
            sum += loss[k * PLIM_BATCHES + batch];
        parts[k] = (part){.text = keys->names.text[k],
                          .index = k,
                          .exposure = plim_holdings_of(exposures, keys->names.text[k]),
                          .el = mean(sum, n_paths)};
    }
    qsort(parts, n, sizeof *parts, by_text);
}

static void fill_banks(part *parts, const plim_measured *of, uint32_t s)
{
    const plim_tallies *t = of->tallies;
    const plim_column *ids = plim_frame_find(&of->plan->book->banks, "id");
    for (uint32_t b = 0; b < t->n_banks; b++) {
        plim_int128 sum = 0;
        for (size_t p = 0; p < t->n_paths; p++)
            sum += t->loss[((size_t)s * t->n_banks + b) * t->n_paths + p];
        parts[b] = (part){
            .index = b, .exposure = of->holdings->bank_exposure[b], .el = mean(sum, t->n_paths)};
        parts[b].text = plim_measure_cell(ids, b, parts[b].buffer);
    }
}

plim_status plim_measure_parts(plim_table *table, const plim_measured *of, const plim_tail *tail,
                               plim_part_kind kind, uint32_t s, plim_error *err)
{
    static const char *const names[] = {"bank", "region", "sector"};
    const plim_tallies *t = of->tallies;
    const plim_tail_sum *const sums[] = {tail->bank, tail->region, tail->sector};
    const size_t counts[] = {t->n_banks, t->regions.names.count, t->sectors.names.count};
    contributors c = {table, of->plan, tail, t->n_paths};
    size_t n = counts[kind], first = s * n * PLIM_BATCHES;
    part *parts = plim_alloc(n, sizeof *parts);
    if (parts == NULL)
        return plim_fail_memory(err, "the table of contributors");
    if (kind == PLIM_PART_BANK)
        fill_banks(parts, of, s);
    else if (kind == PLIM_PART_REGION)
        fill_keys(parts, &t->regions, t->region_loss + first, &of->holdings->regions, t->n_paths);
    else
        fill_keys(parts, &t->sectors, t->sector_loss + first, &of->holdings->sectors, t->n_paths);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        status = add_row(&c, names[kind], &parts[i], s, sums[kind], err);
    plim_free(parts);
    return status;
}

/* Borrowers that lose anything in the tail; the others' share is 0. */
plim_status plim_measure_tail_borrowers(plim_table *table, const plim_tail_borrowers *of,
                                        uint32_t s, const double *el, plim_error *err)
{
    const plim_book *book = of->plan->book;
    const plim_column *ids = plim_frame_find(&book->borrowers, "id");
    contributors c = {table, of->plan, of->tail, of->n_paths};
    for (uint32_t b = 0; b < of->plan->n_borrowers; b++) {
        if (book->first_loan[b] == book->first_loan[b + 1])
            continue;
        const plim_tail_sum *sum =
            &of->tail->borrower[((size_t)b * of->plan->n_scenarios + s) * PLIM_TAIL_LEVELS];
        part p = {.index = b, .el = *el++};
        if (sum->above == 0 && sum->at == 0)
            continue;
        p.text = plim_measure_cell(ids, b, p.buffer);
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
            p.exposure += book->exposure_fen[l];
        PLIM_TRY(add_row(&c, "borrower", &p, s, of->tail->borrower, err));
    }
    return PLIM_OK;
}

static plim_status add_borrowers(plim_table *table, const plim_measured *of, const plim_tail *tail,
                                 uint32_t s, plim_error *err)
{
    const plim_plan *plan = of->plan;
    const uint32_t *first_loan = plan->book->first_loan;
    plim_tail_borrowers all = {plan, tail, of->tallies->n_paths};
    double *el = plim_alloc(plan->n_borrowers, sizeof *el);
    size_t n = 0;
    if (el == NULL)
        return plim_fail_memory(err, "the table of contributors");
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        if (first_loan[b] < first_loan[b + 1])
            el[n++] = plim_measure_borrower_el(plan, of->tallies, b, s).value;
    plim_status status = plim_measure_tail_borrowers(table, &all, s, el, err);
    plim_free(el);
    return status;
}

plim_status plim_measure_contributors(plim_table *table, const plim_measured *of,
                                      const plim_tail *tail, plim_error *err)
{
    for (uint32_t s = 0; s < of->plan->n_scenarios; s++) {
        PLIM_TRY(plim_measure_parts(table, of, tail, PLIM_PART_BANK, s, err));
        PLIM_TRY(add_borrowers(table, of, tail, s, err));
        PLIM_TRY(plim_measure_parts(table, of, tail, PLIM_PART_REGION, s, err));
        PLIM_TRY(plim_measure_parts(table, of, tail, PLIM_PART_SECTOR, s, err));
    }
    return PLIM_OK;
}

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
    plim_int128 exposure; /* fen */
    double el[256];       /* by scenario, currency units */
} part;

typedef struct contributors {
    plim_table *table;
    const plim_plan *plan;
    const plim_tallies *tallies;
    const plim_tail *tail;
} contributors;

/* ---- shares ---- */

static const uint32_t beyond_permille[PLIM_TAIL_LEVELS] = {10, 1};

/* Tail sum with the fractional weight of paths at the quantile. */
static double weighted(const contributors *c, const plim_tail_sum *sum, uint32_t s, int level)
{
    double tail_paths = (double)c->tallies->n_paths * beyond_permille[level] / 1000;
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
    plim_row_fen(&row, (int64_t)p->exposure);
    plim_row_number(&row, p->el[s]);
    plim_row_value(&row, &share);
    plim_row_value(&row, &far);
    return plim_row_end(&row);
}

/* ---- parts ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const part *)a)->text, ((const part *)b)->text);
}

static part *key_parts(const contributors *c, const plim_key_set *keys, const plim_int128 *loss)
{
    size_t n = keys->names.count;
    part *parts = plim_alloc(n, sizeof *parts);
    if (parts == NULL)
        return NULL;
    for (uint32_t k = 0; k < n; k++) {
        parts[k].text = keys->names.text[k];
        parts[k].index = k;
        for (uint32_t s = 0; s < c->plan->n_scenarios; s++) {
            plim_int128 sum = 0;
            for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
                sum += loss[(s * n + k) * PLIM_BATCHES + batch];
            parts[k].el[s] = (double)sum / c->tallies->n_paths / PLIM_FEN_PER_UNIT;
        }
    }
    for (uint32_t l = 0; l < c->plan->n_loans; l++)
        parts[keys->of_borrower[c->plan->book->loan_borrower[l]]].exposure +=
            c->plan->book->exposure_fen[l];
    qsort(parts, n, sizeof *parts, by_text);
    return parts;
}

static part *bank_parts(const contributors *c)
{
    const plim_book *book = c->plan->book;
    const plim_tallies *t = c->tallies;
    const plim_column *ids = plim_frame_find(&book->banks, "id");
    part *parts = plim_alloc(t->n_banks, sizeof *parts);
    if (parts == NULL)
        return NULL;
    for (uint32_t b = 0; b < t->n_banks; b++) {
        parts[b].text = plim_measure_cell(ids, b, parts[b].buffer);
        parts[b].index = b;
        for (uint32_t s = 0; s < t->n_scenarios; s++) {
            plim_int128 sum = 0;
            for (size_t p = 0; p < t->n_paths; p++)
                sum += t->loss[((size_t)s * t->n_banks + b) * t->n_paths + p];
            parts[b].el[s] = (double)sum / t->n_paths / PLIM_FEN_PER_UNIT;
        }
    }
    for (uint32_t l = 0; l < c->plan->n_loans; l++)
        parts[book->loan_bank[l]].exposure += book->exposure_fen[l];
    return parts;
}

static plim_status add_parts(const contributors *c, const char *kind, part *parts, size_t n,
                             uint32_t s, const plim_tail_sum *sums, plim_error *err)
{
    if (parts == NULL)
        return plim_fail_memory(err, "the table of contributors");
    for (size_t i = 0; i < n; i++)
        PLIM_TRY(add_row(c, kind, &parts[i], s, sums, err));
    return PLIM_OK;
}

/* Borrowers that lose anything in the tail; the others' share is 0. */
static plim_status add_borrowers(const contributors *c, uint32_t s, plim_error *err)
{
    const plim_book *book = c->plan->book;
    const plim_column *ids = plim_frame_find(&book->borrowers, "id");
    for (uint32_t b = 0; b < c->plan->n_borrowers; b++) {
        const plim_tail_sum *sum =
            &c->tail->borrower[((size_t)b * c->plan->n_scenarios + s) * PLIM_TAIL_LEVELS];
        if (sum->above == 0 && sum->at == 0)
            continue;
        part p = {.index = b};
        p.text = plim_measure_cell(ids, b, p.buffer);
        p.el[s] = plim_measure_borrower_el(c->plan, c->tallies, b, s).value;
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
            p.exposure += book->exposure_fen[l];
        PLIM_TRY(add_row(c, "borrower", &p, s, c->tail->borrower, err));
    }
    return PLIM_OK;
}

plim_status plim_measure_contributors(plim_table *table, const plim_plan *plan,
                                      const plim_tallies *tallies, const plim_tail *tail,
                                      plim_error *err)
{
    contributors c = {table, plan, tallies, tail};
    part *banks = bank_parts(&c);
    part *regions = key_parts(&c, &tallies->regions, tallies->region_loss);
    part *sectors = key_parts(&c, &tallies->sectors, tallies->sector_loss);
    plim_status status = PLIM_OK;
    for (uint32_t s = 0; s < plan->n_scenarios && status == PLIM_OK; s++) {
        status = add_parts(&c, "bank", banks, tallies->n_banks, s, tail->bank, err);
        if (status == PLIM_OK)
            status = add_borrowers(&c, s, err);
        if (status == PLIM_OK)
            status = add_parts(&c, "region", regions, tail->n_regions, s, tail->region, err);
        if (status == PLIM_OK)
            status = add_parts(&c, "sector", sectors, tail->n_sectors, s, tail->sector, err);
    }
    plim_free(banks);
    plim_free(regions);
    plim_free(sectors);
    return status;
}

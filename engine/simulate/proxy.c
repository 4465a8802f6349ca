#include "simulate/proxy.h"

#include "base/memory.h"
#include "math/functions.h"
#include "simulate/mixing.h"
#include "simulate/simulate.h"

#include <math.h>
#include <string.h>

/* Where there are more chunks, groups take several, as far as they load on the same factors. */
enum { AIMED_GROUPS = 64 };

/* ---- groups ---- */

static bool same_factors(const plim_screen *screen, uint32_t a, uint32_t b)
{
    const plim_chunk *x = &screen->chunk[a], *y = &screen->chunk[b];
    return x->n_factors == y->n_factors &&
           memcmp(screen->factor + x->first_factor, screen->factor + y->first_factor,
                  x->n_factors * sizeof *screen->factor) == 0;
}

/* First chunk after the group that begins with `first`. */
static uint32_t group_end(const plim_screen *screen, uint32_t first)
{
    uint32_t most = screen->n_chunks / AIMED_GROUPS + 1, end = first + 1;
    while (end < screen->n_chunks && end - first < most && same_factors(screen, first, end))
        end++;
    return end;
}

/* What a borrower loses if it defaults; with random LGD, at its mean. */
static double loss_of(const plim_plan *plan, uint32_t borrower, size_t plane)
{
    const plim_book *book = plan->book;
    int64_t loss = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        if (!book->loan_defaulted[l])
            loss += plan->loss_fen[plane][l];
    return (double)loss;
}

/* Adds a borrower to the sums of group g: threshold x loss and loss of each cell, loading x weight.
   A fen more for each, so that those without loss have loadings. Returns the weight. */
static double add_borrower(plim_proxy *proxy, uint32_t g, uint32_t borrower)
{
    const plim_plan *plan = proxy->plan;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        size_t row = plim_plan_row(plan, borrower, s);
        for (uint32_t t = 0; t < plan->n_years; t++) {
            size_t plane = (size_t)s * plan->n_years + t, cell = plane * proxy->n_groups + g;
            double threshold = plan->threshold[row * plan->n_years + t];
            double loss = loss_of(plan, borrower, plane);
            if (!isfinite(threshold))
                continue;
            proxy->weight[cell] += loss;
            proxy->threshold[cell] += loss * threshold;
        }
    }
    double weight = loss_of(plan, borrower, 0) + 1;
    uint32_t n = proxy->first_loading[g + 1] - proxy->first_loading[g];
    for (uint32_t k = 0; k < n; k++)
        proxy->loading[proxy->first_loading[g] + k] +=
            weight * plan->loading[plan->first_loading[borrower] + k];
    return weight;
}

static void fill_group(plim_proxy *proxy, const plim_screen *screen, uint32_t g, uint32_t first)
{
    const plim_plan *plan = proxy->plan;
    const plim_chunk *chunk = &screen->chunk[first];
    double weight = 0;
    proxy->first_loading[g + 1] = proxy->first_loading[g] + chunk->n_factors;
    if (chunk->n_factors > 0)
        memcpy(proxy->factor + proxy->first_loading[g], screen->factor + chunk->first_factor,
               chunk->n_factors * sizeof *proxy->factor);
    for (uint32_t c = first; c < group_end(screen, first); c++)
        for (uint32_t i = 0; i < screen->chunk[c].n_borrowers; i++)
            weight += add_borrower(proxy, g, screen->borrower[screen->chunk[c].first + i]);
    for (uint32_t k = proxy->first_loading[g]; k < proxy->first_loading[g + 1]; k++)
        proxy->loading[k] /= weight;
    for (size_t plane = 0; plane < (size_t)plan->n_scenarios * plan->n_years; plane++) {
        size_t cell = plane * proxy->n_groups + g;
        if (proxy->weight[cell] > 0)
            proxy->threshold[cell] /= proxy->weight[cell];
        else
            proxy->threshold[cell] = proxy->weight[cell] = 0;
    }
}

plim_status plim_proxy_make(plim_proxy *out, const plim_screen *screen, plim_error *err)
{
    const plim_plan *plan = screen->plan;
    size_t loadings = 0, planes = (size_t)plan->n_scenarios * plan->n_years;
    *out = (plim_proxy){.plan = plan};
    for (uint32_t c = 0; c < screen->n_chunks; c = group_end(screen, c)) {
        loadings += screen->chunk[c].n_factors;
        out->n_groups++;
    }
    out->first_loading = plim_alloc((size_t)out->n_groups + 1, sizeof *out->first_loading);
    out->factor = plim_alloc(loadings, sizeof *out->factor);
    out->loading = plim_alloc(loadings, sizeof *out->loading);
    out->threshold = plim_alloc(planes * out->n_groups, sizeof *out->threshold);
    out->weight = plim_alloc(planes * out->n_groups, sizeof *out->weight);
    if (out->first_loading == NULL || out->factor == NULL || out->loading == NULL ||
        out->threshold == NULL || out->weight == NULL) {
        plim_proxy_free(out);
        return plim_fail_memory(err, "groups of borrowers");
    }
    for (uint32_t c = 0, g = 0; c < screen->n_chunks; c = group_end(screen, c))
        fill_group(out, screen, g++, c);
    return PLIM_OK;
}

void plim_proxy_free(plim_proxy *proxy)
{
    plim_free(proxy->first_loading);
    plim_free(proxy->factor);
    plim_free(proxy->loading);
    plim_free(proxy->threshold);
    plim_free(proxy->weight);
    *proxy = (plim_proxy){0};
}

uint64_t plim_proxy_bytes(const plim_plan *plan, int threads)
{
    uint64_t groups = plan->n_borrowers / 32 + AIMED_GROUPS, s = plan->n_scenarios;
    groups = groups < plan->n_borrowers ? groups : plan->n_borrowers;
    return groups * (s * plan->n_years * 16 + (uint64_t)plan->n_factors * 10 +
                     (uint64_t)threads * (s + 2) * 8);
}

/* ---- scores ---- */

plim_status plim_proxy_scratch_make(plim_proxy_scratch *out, const plim_proxy *proxy,
                                    plim_error *err)
{
    const plim_plan *plan = proxy->plan;
    size_t groups = proxy->n_groups;
    out->factors = plim_alloc((size_t)plan->n_years * plan->n_factors, sizeof *out->factors);
    out->mixing = plim_alloc(plan->n_years, sizeof *out->mixing);
    out->index = plim_alloc(groups, sizeof *out->index);
    out->conditional = plim_alloc(groups, sizeof *out->conditional);
    out->alive = plim_alloc(groups * plan->n_scenarios, sizeof *out->alive);
    if (out->factors == NULL || out->mixing == NULL || out->index == NULL ||
        out->conditional == NULL || out->alive == NULL)
        return plim_fail_memory(err, "scores of paths");
    return PLIM_OK;
}

void plim_proxy_scratch_free(plim_proxy_scratch *scratch)
{
    plim_free(scratch->factors);
    plim_free(scratch->mixing);
    plim_free(scratch->index);
    plim_free(scratch->conditional);
    plim_free(scratch->alive);
    *scratch = (plim_proxy_scratch){0};
}

static void fill_index(const plim_proxy *proxy, const double *factors, double *index)
{
    for (uint32_t g = 0; g < proxy->n_groups; g++) {
        double sum = 0;
        for (uint32_t k = proxy->first_loading[g]; k < proxy->first_loading[g + 1]; k++)
            sum += proxy->loading[k] * factors[proxy->factor[k]];
        index[g] = sum;
    }
}

/* Expected loss of a year; `alive` is the share of each group that has survived until then. */
static double year_score(const plim_proxy *proxy, const plim_proxy_scratch *scratch, size_t plane,
                         double mixing, double *alive)
{
    const double *threshold = proxy->threshold + plane * proxy->n_groups;
    const double *weight = proxy->weight + plane * proxy->n_groups;
    double *h = scratch->conditional, score = 0;
    for (uint32_t g = 0; g < proxy->n_groups; g++)
        h[g] = threshold[g] * mixing - scratch->index[g];
    plim_normal_cdf_n(h, h, (int)proxy->n_groups);
    for (uint32_t g = 0; g < proxy->n_groups; g++) {
        if (!(weight[g] > 0))
            continue;
        score += weight[g] * (alive[g] * h[g]);
        alive[g] *= 1 - h[g];
    }
    return score;
}

void plim_proxy_score(const plim_proxy *proxy, const plim_proxy_scratch *scratch, uint64_t seed,
                      uint32_t path, double *score)
{
    const plim_plan *plan = proxy->plan;
    plim_simulate_factors(plan, seed, path, scratch->factors);
    plim_simulate_mixing(plan, seed, path, scratch->mixing);
    for (size_t i = 0; i < (size_t)proxy->n_groups * plan->n_scenarios; i++)
        scratch->alive[i] = 1;
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        score[s] = 0;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        fill_index(proxy, scratch->factors + (size_t)t * plan->n_factors, scratch->index);
        for (uint32_t s = 0; s < plan->n_scenarios; s++)
            score[s] +=
                year_score(proxy, scratch, (size_t)s * plan->n_years + t, scratch->mixing[t],
                           scratch->alive + (size_t)s * proxy->n_groups);
    }
}

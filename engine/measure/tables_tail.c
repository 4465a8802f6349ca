/* Table of the tail with further paths: estimates from both strata beside those of plain sampling.
 */
#include "measure/tables.h"

#include <math.h>

#include "base/memory.h"
#include "measure/row.h"
#include "measure/weighted.h"

/* Fewer effective paths than this beyond a quantile, and its estimates are marked. */
enum { FEW_TAIL_PATHS = 100 };

typedef struct tail_measure {
    const char *name;
    plim_confidence at;
    plim_estimate (*estimate)(const plim_weighted *sample, plim_confidence at);
} tail_measure;

static const tail_measure measures[] = {
    {"var_99", {10, 1000}, plim_weighted_var},   {"es_99", {10, 1000}, plim_weighted_es},
    {"var_999", {1, 1000}, plim_weighted_var},   {"es_999", {1, 1000}, plim_weighted_es},
    {"var_9997", {3, 10000}, plim_weighted_var}, {"es_9997", {3, 10000}, plim_weighted_es},
};

/* The two samples of a scenario. */
typedef struct samples {
    plim_weighted plain, both;
} samples;

/* Plain paths above the cut come first in `loss`, after them the further ones, at the end of the
   array the plain ones below. */
static plim_strata stratify(const int64_t *plain, const plim_boost *boost, uint32_t s,
                            int64_t *loss)
{
    plim_strata strata = {.above = loss, .all_below = boost->all_below};
    int64_t *below = loss + boost->plain_above + boost->n_further;
    for (uint32_t path = 0; path < boost->n_plain; path++)
        if (boost->above[path])
            loss[strata.n_above++] = plain[path];
        else
            below[strata.n_below++] = plain[path];
    for (uint32_t i = 0; i < boost->n_further; i++)
        loss[strata.n_above++] = boost->loss[(size_t)s * boost->n_further + i];
    strata.below = below;
    return strata;
}

static plim_status make_samples(samples *out, const plim_tallies *tallies, const plim_boost *boost,
                                uint32_t s, plim_error *err)
{
    *out = (samples){0};
    int64_t *plain = plim_alloc(boost->n_plain, sizeof *plain);
    int64_t *loss = plim_alloc((size_t)boost->n_plain + boost->n_further, sizeof *loss);
    plim_status status = PLIM_OK;
    if (plain == NULL || loss == NULL) {
        status = plim_fail_memory(err, "losses of further paths");
    } else {
        plim_tallies_losses(tallies, s, plain);
        plim_strata strata = stratify(plain, boost, s, loss);
        status = plim_weighted_make(&out->both, &strata, err);
        strata = (plim_strata){.above = plain, .n_above = boost->n_plain};
        if (status == PLIM_OK)
            status = plim_weighted_make(&out->plain, &strata, err);
    }
    plim_free(plain);
    plim_free(loss);
    return status;
}

static void free_samples(samples *s)
{
    plim_weighted_free(&s->plain);
    plim_weighted_free(&s->both);
}

static plim_status tail_row(plim_table *table, const char *scenario, const samples *of,
                            const tail_measure *measure, plim_error *err)
{
    plim_estimate value = measure->estimate(&of->both, measure->at);
    plim_estimate plain = measure->estimate(&of->plain, measure->at);
    double paths = plim_weighted_tail_paths(&of->both, measure->at), z = (double)NAN;
    if (plain.stderr_ > 0)
        z = (value.value - plain.value) / plain.stderr_;
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, scenario);
    plim_row_text(&row, measure->name);
    plim_row_interval(&row, &value);
    plim_row_number(&row, paths);
    plim_row_value(&row, &plain);
    plim_row_number(&row, z);
    plim_row_text(&row, paths < FEW_TAIL_PATHS ? "few_tail_paths" : "");
    return plim_row_end(&row);
}

static plim_status leave_empty(plim_table *table, plim_error *err)
{
    plim_free(table->reason);
    table->reason = plim_strdup("no further paths were asked for (run --tail K)");
    return table->reason != NULL ? PLIM_OK : plim_fail_memory(err, "the table of the tail");
}

plim_status plim_measure_tail(plim_table *table, const plim_plan *plan, const plim_tallies *tallies,
                              const plim_boost *boost, plim_error *err)
{
    if (boost == NULL)
        return leave_empty(table, err);
    for (uint32_t s = 0; s < tallies->n_scenarios; s++) {
        samples of;
        plim_status status = make_samples(&of, tallies, boost, s, err);
        for (size_t m = 0; status == PLIM_OK && m < sizeof measures / sizeof *measures; m++)
            status = tail_row(table, plim_measure_scenario(plan, s), &of, &measures[m], err);
        free_samples(&of);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

/* Tables of path losses over the horizon: summary (all banks), banks (each alone), paths. */
#include "measure/tables.h"

#include "base/memory.h"
#include "measure/row.h"

/* Fewer paths than this beyond a quantile, and its estimates are marked. */
enum { FEW_TAIL_PATHS = 100 };

/* ---- summary ---- */

/* Losses of all banks together, with the array that the sample stands on. */
typedef struct pooled {
    int64_t *loss;
    plim_sample sample;
} pooled;

static plim_status pooled_make(pooled *out, const plim_tallies *tallies, uint32_t scenario,
                               plim_error *err)
{
    size_t n = tallies->n_paths;
    *out = (pooled){.loss = plim_alloc(n, sizeof *out->loss)};
    if (out->loss == NULL)
        return plim_fail_memory(err, "path losses of all banks");
    plim_tallies_losses(tallies, scenario, out->loss);
    return plim_sample_make(&out->sample, out->loss, tallies->n_paths, err);
}

static void pooled_free(pooled *p)
{
    plim_sample_free(&p->sample);
    plim_free(p->loss);
    *p = (pooled){0};
}

/* `baseline` is NULL for the baseline itself, which has no deltas. */
static plim_status summary_rows(plim_table *table, const char *scenario, const plim_sample *sample,
                                const plim_sample *baseline, plim_error *err)
{
    for (plim_measure_id id = PLIM_EL; id < PLIM_MEASURE_COUNT; id++) {
        plim_estimate value = plim_measure_estimate(sample, id), delta = plim_estimate_undefined;
        if (baseline != NULL)
            delta = plim_measure_delta(sample, baseline, id);
        bool of_tail = id != PLIM_EL && id != PLIM_SD;
        bool few = of_tail && plim_measure_tail_paths(sample->n, id) < FEW_TAIL_PATHS;
        plim_row row = plim_row_begin(table, err);
        plim_row_text(&row, scenario);
        plim_row_text(&row, plim_measure_names[id]);
        plim_row_interval(&row, &value);
        plim_row_interval(&row, &delta);
        plim_row_text(&row, few ? "few_tail_paths" : "");
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

plim_status plim_measure_summary(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_plan *plan = of->plan;
    const plim_tallies *tallies = of->tallies;
    pooled baseline, shocked;
    plim_status status = pooled_make(&baseline, tallies, 0, err);
    if (status == PLIM_OK)
        status = summary_rows(table, plim_measure_scenario(plan, 0), &baseline.sample, NULL, err);
    for (uint32_t s = 1; status == PLIM_OK && s < tallies->n_scenarios; s++) {
        status = pooled_make(&shocked, tallies, s, err);
        if (status == PLIM_OK)
            status = summary_rows(table, plim_measure_scenario(plan, s), &shocked.sample,
                                  &baseline.sample, err);
        pooled_free(&shocked);
    }
    pooled_free(&baseline);
    return status;
}

/* ---- banks ---- */

/* What a row of a bank needs. */
typedef struct bank {
    const plim_plan *plan;
    const plim_tallies *tallies;
    const plim_column *id, *type; /* NULL if the book lacks it */
    const int64_t *exposure;      /* of each bank */
    plim_sample *baseline;        /* of each bank */
} bank;

static plim_status bank_sample(plim_sample *out, const bank *banks, uint32_t s, uint32_t b,
                               plim_error *err)
{
    const plim_tallies *t = banks->tallies;
    const int64_t *loss = t->loss + ((size_t)s * t->n_banks + b) * t->n_paths;
    return plim_sample_make(out, loss, t->n_paths, err);
}

/* Row of bank b in scenario s; `sample` is its losses. */
static plim_status bank_row(plim_row *row, const bank *banks, uint32_t s, uint32_t b,
                            const plim_sample *sample)
{
    static const plim_measure_id shown[] = {PLIM_EL, PLIM_ES_99, PLIM_ES_999};
    static const plim_measure_id compared[] = {PLIM_EL, PLIM_ES_999};
    char id[32], type[32];
    plim_row_text(row, plim_measure_scenario(banks->plan, s));
    plim_row_text(row, plim_measure_cell(banks->id, b, id));
    plim_row_text(row, plim_measure_cell(banks->type, b, type));
    plim_row_fen(row, banks->exposure[b]);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        plim_estimate value = plim_measure_estimate(sample, shown[i]);
        plim_row_value(row, &value);
    }
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        plim_estimate delta = plim_estimate_undefined;
        if (s > 0)
            delta = plim_measure_delta(sample, &banks->baseline[b], compared[i]);
        plim_row_value(row, &delta);
    }
    return plim_row_end(row);
}

static plim_status bank_rows(plim_table *table, const bank *banks, plim_error *err)
{
    for (uint32_t b = 0; b < banks->tallies->n_banks; b++) {
        PLIM_TRY(bank_sample(&banks->baseline[b], banks, 0, b, err));
        plim_row row = plim_row_begin(table, err);
        PLIM_TRY(bank_row(&row, banks, 0, b, &banks->baseline[b]));
    }
    for (uint32_t s = 1; s < banks->tallies->n_scenarios; s++) {
        for (uint32_t b = 0; b < banks->tallies->n_banks; b++) {
            plim_sample sample;
            PLIM_TRY(bank_sample(&sample, banks, s, b, err));
            plim_row row = plim_row_begin(table, err);
            plim_status status = bank_row(&row, banks, s, b, &sample);
            plim_sample_free(&sample);
            PLIM_TRY(status);
        }
    }
    return PLIM_OK;
}

plim_status plim_measure_banks(plim_table *table, const plim_measured *of, plim_error *err)
{
    uint32_t n_banks = of->plan->n_banks;
    bank banks = {.plan = of->plan,
                  .tallies = of->tallies,
                  .id = plim_frame_find(&of->plan->book->banks, "id"),
                  .type = plim_frame_find(&of->plan->book->banks, "type"),
                  .exposure = of->holdings->bank_exposure,
                  .baseline = plim_alloc(n_banks, sizeof *banks.baseline)};
    plim_status status = banks.baseline != NULL ? bank_rows(table, &banks, err)
                                                : plim_fail_memory(err, "the table of banks");
    for (uint32_t b = 0; banks.baseline != NULL && b < n_banks; b++)
        plim_sample_free(&banks.baseline[b]);
    plim_free(banks.baseline);
    return status;
}

/* ---- paths ---- */

plim_status plim_measure_paths(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_plan *plan = of->plan;
    const plim_tallies *tallies = of->tallies;
    size_t n = tallies->n_paths;
    const plim_column *ids = plim_frame_find(&plan->book->banks, "id");
    for (uint32_t s = 0; s < tallies->n_scenarios; s++) {
        for (size_t path = 0; path < n; path++) {
            for (uint32_t b = 0; b < tallies->n_banks; b++) {
                size_t at = ((size_t)s * tallies->n_banks + b) * n + path;
                if (tallies->loss[at] == 0 && tallies->defaulted_exposure[at] == 0)
                    continue;
                char id[32];
                plim_row row = plim_row_begin(table, err);
                plim_row_text(&row, plim_measure_scenario(plan, s));
                plim_row_int(&row, (int64_t)path);
                plim_row_text(&row, plim_measure_cell(ids, b, id));
                plim_row_fen(&row, tallies->loss[at]);
                plim_row_fen(&row, tallies->defaulted_exposure[at]);
                PLIM_TRY(plim_row_end(&row));
            }
        }
    }
    return PLIM_OK;
}

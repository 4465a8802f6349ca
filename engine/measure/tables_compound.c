/* Two shocks together against each alone: rise of the loss under both, over the sum of the two
 * rises (Ranger, Mahul and Monasterolo, "Managing the financial risks of climate change and
 * pandemics: what we know (and don't know)", One Earth, 2021, call it the compounding factor). */
#include "measure/tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measure/hazard_years.h"
#include "measure/row.h"

/* Losses by path in baseline, under both shocks, and under each. */
enum { BASE, BOTH, FIRST, SECOND, N_KINDS };

static uint32_t scenario_named(const plim_plan *plan, const char *name)
{
    uint32_t s = 1;
    while (s < plan->n_scenarios && strcmp(plan->program->scenarios[s - 1].name, name) != 0)
        s++;
    return s;
}

static plim_status add_row(plim_table *table, const plim_measured *of, uint32_t s,
                           int64_t *const loss[N_KINDS], plim_error *err)
{
    const plim_scenario *scenario = &of->plan->program->scenarios[s - 1];
    double n = of->tallies->n_paths, mean[N_KINDS] = {0}, square = 0;
    for (uint32_t p = 0; p < of->tallies->n_paths; p++)
        for (int k = BOTH; k < N_KINDS; k++)
            mean[k] += (double)(loss[k][p] - loss[BASE][p]) / 100 / n;
    double apart = mean[FIRST] + mean[SECOND], ratio = mean[BOTH] / apart;
    for (uint32_t p = 0; p < of->tallies->n_paths; p++) {
        double x = (double)(loss[BOTH][p] - loss[BASE][p]) / 100;
        double y = (double)(loss[FIRST][p] + loss[SECOND][p] - 2 * loss[BASE][p]) / 100;
        square += (x - ratio * y) * (x - ratio * y) / n;
    }
    bool defined = apart > 0 && n > 1;
    double error = defined ? sqrt(square / (n - 1)) / apart : (double)NAN;
    plim_estimate multiplier = {.value = defined ? ratio : (double)NAN,
                                .stderr_ = error,
                                .low = ratio - PLIM_Z95 * error,
                                .high = ratio + PLIM_Z95 * error};
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, scenario->name);
    plim_row_text(&row, scenario->compound[0]);
    plim_row_text(&row, scenario->compound[1]);
    for (int k = BOTH; k < N_KINDS; k++)
        plim_row_number(&row, mean[k]);
    plim_row_interval(&row, &multiplier);
    return plim_row_end(&row);
}

static plim_status add_scenario(plim_table *table, const plim_measured *of, uint32_t s,
                                plim_error *err)
{
    const plim_scenario *scenario = &of->plan->program->scenarios[s - 1];
    uint32_t number[N_KINDS] = {0, s, scenario_named(of->plan, scenario->compound[0]),
                                scenario_named(of->plan, scenario->compound[1])};
    size_t n = of->tallies->n_paths;
    if (number[FIRST] == of->plan->n_scenarios || number[SECOND] == of->plan->n_scenarios)
        return PLIM_OK; /* it is run alone */
    int64_t *all = plim_alloc(N_KINDS * n, sizeof *all);
    if (all == NULL)
        return plim_fail_memory(err, "losses of paths");
    int64_t *loss[N_KINDS];
    for (int k = 0; k < N_KINDS; k++) {
        loss[k] = all + (size_t)k * n;
        plim_tallies_losses(of->tallies, number[k], loss[k]);
    }
    plim_status status = add_row(table, of, s, loss, err);
    plim_free(all);
    return status;
}

static plim_status say_why_empty(plim_table *table, const plim_program *program, plim_error *err)
{
    plim_text lacks = {0};
    plim_status status = PLIM_OK;
    for (size_t s = 0; s < program->n_scenarios && status == PLIM_OK && lacks.length == 0; s++)
        status = plim_program_lacks(program, &program->scenarios[s], &lacks, err);
    if (status == PLIM_OK)
        status = plim_leave_empty(
            table,
            lacks.length > 0
                ? plim_text_get(&lacks)
                : "no scenario of the run joins two others of it (compound = { \"a\", \"b\" })",
            err);
    plim_text_free(&lacks);
    return status;
}

plim_status plim_measure_compound(plim_table *table, const plim_measured *of, plim_error *err)
{
    for (uint32_t s = 1; s < of->plan->n_scenarios; s++)
        if (of->plan->program->scenarios[s - 1].compound[0] != NULL)
            PLIM_TRY(add_scenario(table, of, s, err));
    return table->n_rows > 0 ? PLIM_OK : say_why_empty(table, of->plan->program, err);
}

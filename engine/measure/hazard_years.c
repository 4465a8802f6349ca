#include "measure/hazard_years.h"

#include "base/memory.h"
#include "simulate/hazards.h"

/* The events of a year; false where their damages are more than 64 bits hold. Payouts are no more
   than losses. */
static bool add_year(plim_damage_years *out, const plim_measured *of, const plim_damage *damage,
                     uint32_t t, uint32_t path)
{
    const plim_random *random = &of->plan->randoms.of[damage->random];
    uint32_t n_years = of->tallies->n_years;
    size_t at = (size_t)t * of->tallies->n_paths + path;
    uint32_t n = plim_simulate_count(random, of->seed, path, t);
    for (uint32_t k = 0; k < n; k++) {
        size_t event = plim_simulate_event(random, of->seed, path, t, k);
        int64_t loss = damage->loss_fen[event * n_years + t];
        if (__builtin_add_overflow(out->loss[at], loss, &out->loss[at]))
            return false;
        out->payout[at] += damage->payout_fen[event * n_years + t];
        out->worst[at] = loss > out->worst[at] ? loss : out->worst[at];
    }
    return true;
}

plim_status plim_damage_years_make(plim_damage_years *out, const plim_measured *of,
                                   const plim_damage *damage, plim_error *err)
{
    const plim_tallies *tallies = of->tallies;
    uint32_t n_years = tallies->n_years, n_paths = tallies->n_paths;
    size_t cells = (size_t)n_years * n_paths;
    *out = (plim_damage_years){.loss = plim_alloc(cells, sizeof *out->loss),
                               .payout = plim_alloc(cells, sizeof *out->payout),
                               .worst = plim_alloc(cells, sizeof *out->worst)};
    if (out->loss == NULL || out->payout == NULL || out->worst == NULL) {
        plim_damage_years_free(out);
        return plim_fail_memory(err, "damages by year");
    }
    for (uint32_t t = 0; t < n_years; t++)
        for (uint32_t path = 0; path < n_paths; path++)
            if (!add_year(out, of, damage, t, path)) {
                plim_damage_years_free(out);
                return plim_fail(err, PLIM_INPUT, "damage %s exceeds what 64 bits hold",
                                 damage->name);
            }
    return PLIM_OK;
}

void plim_damage_years_free(plim_damage_years *years)
{
    plim_free(years->loss);
    plim_free(years->payout);
    plim_free(years->worst);
    *years = (plim_damage_years){0};
}

plim_status plim_leave_empty(plim_table *table, const char *reason, plim_error *err)
{
    plim_free(table->reason);
    table->reason = plim_strdup(reason);
    return table->reason != NULL ? PLIM_OK : plim_fail_memory(err, "a table's reason");
}

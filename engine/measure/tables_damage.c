/* Damage to assets in an average year, what insurance pays of it, and the protection gap. */
#include "measure/tables.h"

#include <math.h>

#include "measure/hazard_years.h"
#include "measure/row.h"

/* First and second moments over paths of the yearly averages of loss x and payout y. */
typedef struct moments {
    double n, x, y, xx, yy, xy;
} moments;

static moments moments_of(const plim_damage_years *years, uint32_t n_years, uint32_t n_paths)
{
    moments m = {.n = n_paths};
    for (uint32_t path = 0; path < n_paths; path++) {
        plim_int128 loss = 0, payout = 0;
        for (uint32_t t = 0; t < n_years; t++) {
            loss += years->loss[(size_t)t * n_paths + path];
            payout += years->payout[(size_t)t * n_paths + path];
        }
        double x = (double)loss / 100 / n_years, y = (double)payout / 100 / n_years;
        m.x += x / n_paths;
        m.y += y / n_paths;
        m.xx += x * x / n_paths;
        m.yy += y * y / n_paths;
        m.xy += x * y / n_paths;
    }
    return m;
}

static plim_estimate mean_of(double mean, double square, double n)
{
    double variance = fmax(0, square - mean * mean);
    return (plim_estimate){.value = mean,
                           .stderr_ = n > 1 ? sqrt(variance / (n - 1)) : (double)NAN};
}

/* 1 - sum of payouts over sum of losses; its error by linearisation of the ratio. */
static plim_estimate gap_of(const moments *m)
{
    if (!(m->x > 0))
        return plim_estimate_undefined;
    double ratio = m->y / m->x;
    double square = m->yy - 2 * ratio * m->xy + ratio * ratio * m->xx;
    double error = m->n > 1 ? sqrt(fmax(0, square) / (m->n - 1)) / m->x : (double)NAN;
    return (plim_estimate){.value = 1 - ratio, .stderr_ = error};
}

/* Sum of rate x damage, on average over the years. */
static double exact_aal(const plim_measured *of, const plim_damage *damage)
{
    const plim_random *random = &of->plan->randoms.of[damage->random];
    const plim_event_set *set = &random->driver->hazard->events;
    uint32_t n_years = of->tallies->n_years;
    double sum = 0;
    for (uint32_t e = 0; e < damage->n_events; e++)
        for (uint32_t t = 0; t < n_years; t++)
            sum += set->rate[e] * random->mean[t] *
                   (double)damage->loss_fen[(size_t)e * n_years + t] / 100;
    return sum / n_years;
}

static plim_status add_row(plim_table *table, const plim_measured *of, const plim_damage *damage,
                           plim_error *err)
{
    plim_damage_years years;
    PLIM_TRY(plim_damage_years_make(&years, of, damage, err));
    moments m = moments_of(&years, of->tallies->n_years, of->tallies->n_paths);
    plim_damage_years_free(&years);
    plim_estimate loss = mean_of(m.x, m.xx, m.n), payout = mean_of(m.y, m.yy, m.n);
    plim_estimate gap = gap_of(&m);
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(of->plan, damage->scenario));
    plim_row_text(&row, damage->name);
    plim_row_text(&row, of->plan->randoms.of[damage->random].driver->name);
    plim_row_value(&row, &loss);
    plim_row_number(&row, exact_aal(of, damage));
    plim_row_value(&row, &payout);
    plim_row_value(&row, &gap);
    return plim_row_end(&row);
}

plim_status plim_measure_damage(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_damages *damages = &of->tallies->damages;
    if (damages->count == 0)
        return plim_leave_empty(table, "no scenario states a damage", err);
    for (uint32_t i = 0; i < damages->count; i++)
        PLIM_TRY(add_row(table, of, &damages->of[i], err));
    return PLIM_OK;
}

/* Events of hazards: how often, what damage, and how much more is lost in a year in which they
 * happen. */
#include "measure/tables.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/hazard_years.h"
#include "measure/row.h"
#include "simulate/hazards.h"

#define MOST_EVENTS 200 /* of a hazard: nobody reads more */

/* One event in the scenario at hand. */
typedef struct happening {
    size_t event;
    size_t last; /* year of a path that it was last seen in, from 1 */
    uint64_t path_years;
    double rise, square; /* sums over its years, in currency units */
    double damage;       /* mean over the years of the horizon */
    double cost;         /* a year: what it is sorted by */
} happening;

/* Sums over all years of paths in which an event of the hazard happens, each event once a year. */
static void collect(const plim_measured *of, const plim_random *random, happening *all)
{
    const plim_tallies *tallies = of->tallies;
    uint32_t n_years = tallies->n_years, n_paths = tallies->n_paths;
    const int64_t *loss = tallies->annual + (size_t)random->scenario * n_years * n_paths;
    for (uint32_t t = 0; t < n_years; t++)
        for (uint32_t path = 0; path < n_paths; path++) {
            uint32_t n = plim_simulate_count(random, of->seed, path, t);
            size_t at = (size_t)t * n_paths + path;
            for (uint32_t k = 0; k < n; k++) {
                size_t event = plim_simulate_event(random, of->seed, path, t, k);
                double rise = (double)(loss[at] - tallies->annual[at]) / 100;
                if (all[event].last == at + 1)
                    continue;
                all[event].last = at + 1;
                all[event].path_years++;
                all[event].rise += rise;
                all[event].square += rise * rise;
            }
        }
}

static double mean_rate(const plim_random *random, size_t event, uint32_t n_years)
{
    double sum = 0;
    for (uint32_t t = 0; t < n_years; t++)
        sum += random->mean[t];
    return random->driver->hazard->events.rate[event] * sum / n_years;
}

/* All damages of the scenario that hang on the hazard. */
static double mean_damage(const plim_measured *of, uint32_t number, size_t event)
{
    const plim_damages *damages = &of->tallies->damages;
    double sum = 0;
    for (uint32_t i = 0; i < damages->count; i++)
        for (uint32_t t = 0; damages->of[i].random == number && t < damages->n_years; t++)
            sum += (double)damages->of[i].loss_fen[event * damages->n_years + t] / 100;
    return sum / of->tallies->n_years;
}

static int by_cost(const void *a, const void *b)
{
    const happening *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static plim_status add_row(plim_table *table, const plim_measured *of, const plim_random *random,
                           const happening *h, plim_error *err)
{
    double n = (double)h->path_years, mean = n > 0 ? h->rise / n : (double)NAN;
    double error = n > 1 ? sqrt(fmax(0, h->square / n - mean * mean) / (n - 1)) : (double)NAN;
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(of->plan, random->scenario));
    plim_row_text(&row, random->driver->name);
    plim_row_text(&row, random->driver->hazard->events.name[h->event]);
    plim_row_number(&row, mean_rate(random, h->event, of->tallies->n_years));
    plim_row_int(&row, (int64_t)h->path_years);
    plim_row_number(&row, h->damage);
    plim_row_number(&row, mean);
    plim_row_number(&row, error);
    return plim_row_end(&row);
}

static plim_status add_hazard(plim_table *table, const plim_measured *of, uint32_t number,
                              plim_error *err)
{
    const plim_random *random = &of->plan->randoms.of[number];
    size_t n = random->driver->hazard->events.n_events;
    happening *all = plim_alloc(n, sizeof *all);
    if (all == NULL)
        return plim_fail_memory(err, "events");
    collect(of, random, all);
    for (size_t e = 0; e < n; e++) {
        double years = (double)all[e].path_years;
        double rate = mean_rate(random, e, of->tallies->n_years);
        all[e].event = e;
        all[e].damage = mean_damage(of, number, e);
        all[e].cost = rate * (all[e].damage + (years > 0 ? all[e].rise / years : 0));
    }
    qsort(all, n, sizeof *all, by_cost);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && i < MOST_EVENTS && status == PLIM_OK; i++)
        status = add_row(table, of, random, &all[i], err);
    plim_free(all);
    return status;
}

plim_status plim_measure_events(plim_table *table, const plim_measured *of, plim_error *err)
{
    if (of->tallies->annual == NULL)
        return plim_leave_empty(table, "no scenario has a hazard", err);
    for (uint32_t i = 0; i < of->plan->randoms.count; i++)
        if (of->plan->randoms.of[i].driver->hazard != NULL)
            PLIM_TRY(add_hazard(table, of, i, err));
    return PLIM_OK;
}

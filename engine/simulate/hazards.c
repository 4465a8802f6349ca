#include "simulate/hazards.h"

#include <math.h>

#include "math/draw.h"
#include "math/functions.h"
#include "math/poisson.h"

static double draw(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t,
                   uint32_t sub)
{
    return plim_draw_uniform(seed, &(plim_draw_id){.purpose = PLIM_DRAW_HAZARD,
                                                   .key = random->key,
                                                   .path = path,
                                                   .year = (uint8_t)t,
                                                   .sub = (uint16_t)sub});
}

static uint32_t count_at(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t,
                         double frequency)
{
    const plim_hazard *hazard = random->driver->hazard;
    if (hazard->kind != PLIM_HAZARD_EVENTS)
        return 0;
    double mean = frequency * hazard->cumulative[hazard->events.n_events - 1];
    return mean > 0 ? plim_poisson_inv(draw(random, seed, path, t, 0), mean) : 0;
}

uint32_t plim_simulate_count(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t)
{
    return count_at(random, seed, path, t, random->mean[t]);
}

size_t plim_simulate_event(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t,
                           uint32_t k)
{
    return plim_hazard_choose(random->driver->hazard, draw(random, seed, path, t, k + 1));
}

/* Lets an event act on the places of a year. */
static void strike(const plim_random *random, size_t event, double intensity, double *out,
                   uint32_t stride)
{
    const plim_placing *set = random->placing;
    for (size_t i = set->first[event]; i < set->first[event + 1]; i++) {
        double *at = out + (size_t)set->at[i] * stride, here = set->intensity[i] * intensity;
        if (random->driver->hazard->combine == PLIM_COMBINE_SUM)
            *at += here;
        else if (here > *at)
            *at = here;
    }
}

static void draw_events(const plim_plan *plan, const plim_random *random, plim_hazard_draw of,
                        double *out, uint32_t stride)
{
    const plim_hazard *hazard = random->driver->hazard;
    double *today = out + (size_t)plan->n_years * random->n_places * stride;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        size_t year = (size_t)t * random->n_places * stride;
        uint32_t n = plim_simulate_count(random, of.seed, of.path, t);
        uint32_t n_today = hazard->today ? count_at(random, of.seed, of.path, t, 1) : 0;
        for (uint32_t k = 0; k < n || k < n_today; k++) {
            size_t event = plim_simulate_event(random, of.seed, of.path, t, k);
            if (k < n)
                strike(random, event, random->spread[t], out + year, stride);
            if (k < n_today)
                strike(random, event, 1, today + year, stride);
        }
    }
}

/* ---- return periods ---- */

/* What a group's own draws are keyed by. The group's key is turned by a bit, so that a hazard and a
   reach of one name, or two of which each has the other's, do not cancel. */
static uint64_t own_key(const plim_random *random, uint32_t group)
{
    uint64_t key = random->driver->hazard->group_key[group];
    return random->key ^ (key << 1 | key >> 63);
}

/* With what probability a group's year is exceeded, given the common factor of all: a Gaussian
   copula. */
static double exceedance(const plim_random *random, plim_hazard_draw of, uint32_t t, double common,
                         uint32_t group)
{
    double rho = random->driver->hazard->correlation;
    plim_draw_id id = {.purpose = PLIM_DRAW_HAZARD,
                       .key = own_key(random, group),
                       .path = of.path,
                       .year = (uint8_t)t};
    double own = plim_normal_inv(plim_draw_uniform(of.seed, &id));
    return plim_normal_cdf(-(sqrt(rho) * common + sqrt(1 - rho) * own));
}

/* The intensity that is exceeded with probability p, when all happens `frequency` times as often.
 */
static double intensity_at(const plim_hazard *hazard, size_t place, double p, double frequency)
{
    plim_return_curve curve = plim_return_periods_curve(&hazard->periods, place);
    return frequency > 0 ? plim_return_periods_at(&curve, p / frequency) : 0;
}

static void draw_periods(const plim_plan *plan, const plim_random *random, plim_hazard_draw of,
                         double *out, uint32_t stride)
{
    const plim_hazard *hazard = random->driver->hazard;
    double *today = out + (size_t)plan->n_years * random->n_places * stride;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double common = plim_normal_inv(draw(random, of.seed, of.path, t, 0)), p = 0;
        uint32_t group = UINT32_MAX; /* of p: places of a reach mostly stand together */
        for (size_t i = 0; i < random->n_places; i++) {
            size_t at = ((size_t)t * random->n_places + i) * stride;
            size_t q = random->placing->place[i];
            if (hazard->group[q] != group)
                p = exceedance(random, of, t, common, group = hazard->group[q]);
            out[at] = intensity_at(hazard, q, p, random->mean[t]) * random->spread[t];
            if (hazard->today)
                today[at] = intensity_at(hazard, q, p, 1);
        }
    }
}

void plim_simulate_hazard(const plim_plan *plan, const plim_random *random, plim_hazard_draw of,
                          double *out, uint32_t stride)
{
    if (random->driver->hazard->kind == PLIM_HAZARD_EVENTS)
        draw_events(plan, random, of, out, stride);
    else
        draw_periods(plan, random, of, out, stride);
}

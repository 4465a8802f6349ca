#include "simulate/drivers.h"

#include "math/draw.h"
#include "math/functions.h"
#include "math/poisson.h"
#include "simulate/hazards.h"

#include <math.h>

/* Which number of a driver and year is drawn (PLIM_DRAW_DRIVER). */
enum { SUB_SHOCK = 0, SUB_JUMPS = 1, SUB_JUMP_SUM = 2 };

/* A driver on a path. */
typedef struct on_path {
    const plim_plan *plan;
    const plim_random *random;
    const plim_path_factors *factors;
    uint64_t seed;
    uint32_t path;
} on_path;

static plim_draw_id draw_id(const on_path *p, const plim_random *random, uint32_t t, uint16_t sub)
{
    return (plim_draw_id){.purpose = PLIM_DRAW_DRIVER,
                          .key = random->key,
                          .path = p->path,
                          .year = (uint8_t)t,
                          .sub = sub};
}

/* Does the driver keep what earlier years' shocks did to it? Then they go with the factors'
   innovations. */
static bool keeps_shocks(const plim_process *process)
{
    return process->kind == PLIM_PROCESS_JUMP_DIFFUSION || process->kind == PLIM_PROCESS_REGIME ||
           process->persistence > 0;
}

static double shock(const on_path *p, uint32_t t)
{
    const plim_random *random = p->random;
    uint32_t n = p->plan->n_factors;
    const double *factor =
        keeps_shocks(random->driver->process) ? p->factors->innovation : p->factors->level;
    double sum = 0;
    for (uint32_t f = 0; f < n; f++)
        if (random->loading[f] != 0)
            sum += random->loading[f] * factor[(size_t)t * n + f];
    for (uint32_t j = 0; j < random->n_alike; j++) {
        if (random->residual[j] == 0)
            continue;
        plim_draw_id id = draw_id(p, &p->plan->randoms.of[random->first + j], t, SUB_SHOCK);
        sum += random->residual[j] * plim_draw_normal(p->seed, &id);
    }
    return sum;
}

/* Sum of the year's jumps of the logarithm. */
static double jumps(const on_path *p, uint32_t t)
{
    const plim_process *process = p->random->driver->process;
    if (process->jump_rate == 0)
        return 0;
    plim_draw_id id = draw_id(p, p->random, t, SUB_JUMPS);
    uint32_t n = plim_poisson_inv(plim_draw_uniform(p->seed, &id), process->jump_rate);
    if (n == 0)
        return 0;
    id.sub = SUB_JUMP_SUM;
    return n * process->jump_mean +
           sqrt((double)n) * process->jump_sd * plim_draw_normal(p->seed, &id);
}

static void draw_normal(const on_path *p, double *out, uint32_t stride)
{
    const plim_process *process = p->random->driver->process;
    double keep = process->persistence, renew = sqrt(1 - keep * keep), state = 0;
    for (uint32_t t = 0; t < p->plan->n_years; t++) {
        double mean = p->random->mean[t], spread = p->random->spread[t], e = shock(p, t);
        state = t == 0 ? e : keep * state + renew * e;
        out[(size_t)t * stride] = process->kind == PLIM_PROCESS_NORMAL
                                      ? mean + spread * state
                                      : mean * plim_exp(spread * state - spread * spread / 2);
    }
}

static void draw_jump_diffusion(const on_path *p, double *out, uint32_t stride)
{
    const plim_process *process = p->random->driver->process;
    double drift = process->jump_rate * plim_process_jump_gain(process), state = 0;
    for (uint32_t t = 0; t < p->plan->n_years; t++) {
        double spread = p->random->spread[t];
        state += spread * shock(p, t) - spread * spread / 2 + jumps(p, t) - drift;
        out[(size_t)t * stride] = p->random->mean[t] * plim_exp(state);
    }
}

static void draw_regime(const on_path *p, double *out, uint32_t stride)
{
    bool started = false;
    for (uint32_t t = 0; t < p->plan->n_years; t++) {
        started = started || shock(p, t) > p->random->spread[t];
        out[(size_t)t * stride] = started ? p->random->after[t] : p->random->mean[t];
    }
}

void plim_simulate_drivers(const plim_plan *plan, uint64_t seed, uint32_t path,
                           const plim_path_factors *factors, double *out, uint32_t stride)
{
    for (uint32_t i = 0; i < plan->randoms.count; i++) {
        on_path p = {plan, &plan->randoms.of[i], factors, seed, path};
        double *to = out + (size_t)p.random->slot * stride;
        if (p.random->driver->hazard != NULL) {
            plim_simulate_hazard(plan, p.random, (plim_hazard_draw){seed, path}, to, stride);
            continue;
        }
        switch (p.random->driver->process->kind) {
        case PLIM_PROCESS_NORMAL:
        case PLIM_PROCESS_LOGNORMAL:
            draw_normal(&p, to, stride);
            break;
        case PLIM_PROCESS_JUMP_DIFFUSION:
            draw_jump_diffusion(&p, to, stride);
            break;
        case PLIM_PROCESS_REGIME:
            draw_regime(&p, to, stride);
            break;
        }
    }
}

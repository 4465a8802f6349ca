/* Random drivers: how a driver's value comes about on a path. Plain data; drawn by
 * simulate/drivers.h, written in scripts as random.normal { ... } and so on.
 *
 * All have a mean path m_y by calendar year, and shocks e_t, one a year, standard normal:
 *
 *   normal          m_y + s_y a_t
 *   lognormal       m_y exp(s_y a_t - s_y^2 / 2)
 *       a_t = e_t, or with persistence p: a_0 = e_0, a_t = p a_(t-1) + sqrt(1 - p^2) e_t, which is
 *       standard normal in every year (AR(1), stationary from the start)
 *   jump diffusion  m_y exp(x_t), x_t = x_(t-1) + s_y e_t - s_y^2 / 2 + J_t - rate k, x_(-1) = 0,
 *       J_t the sum of Poisson(rate) jumps, normal with mean `jump_mean` and deviation `jump_sd`,
 *       k = exp(jump_mean + jump_sd^2 / 2) - 1 (Merton, "Option pricing when underlying stock
 *       returns are discontinuous", 1976): the mean is m_y in every year
 *   regime          before_y until the policy starts, after_y from that year on; it starts in a
 *       year with probability start_y if it has not yet: where e_t > F(1 - start_y), F the inverse
 *       normal distribution
 *
 * Shocks are drawn by seed, `stream`, path and year. `with` correlates e_t with factors of the
 * portfolio model and with other random drivers of the scenario. */
#ifndef PLIM_SCENARIO_PROCESS_H
#define PLIM_SCENARIO_PROCESS_H

#include "scenario/pathway.h"

#include <stdbool.h>

typedef enum plim_process_kind {
    PLIM_PROCESS_NORMAL,
    PLIM_PROCESS_LOGNORMAL,
    PLIM_PROCESS_JUMP_DIFFUSION,
    PLIM_PROCESS_REGIME,
} plim_process_kind;

/* A correlation of the shocks with those of a factor or of another random driver. */
typedef struct plim_process_link {
    char *name;
    double correlation;
} plim_process_link;

typedef struct plim_process {
    plim_process_kind kind;
    char *stream;       /* what the draws are keyed by; "": the driver's name */
    plim_pathway mean;  /* in base units; regime: before */
    plim_pathway after; /* regime; else empty */
    /* normal: standard deviation in base units; lognormal: of the logarithm; jump diffusion:
       yearly volatility; regime: probability of the start, 0 to 1 */
    plim_pathway spread;
    double persistence; /* normal, lognormal: [0, 1) */
    double jump_rate, jump_mean, jump_sd;
    plim_process_link *links;
    size_t n_links;
} plim_process;

void plim_process_free(plim_process *process); /* what it holds; NULL is fine */
/* A copy of its own; false without memory, `out` then to be freed all the same. */
bool plim_process_copy(plim_process *out, const plim_process *process);

/* The mean of the driver in year first + i, into out[i], over n years. */
void plim_process_mean(const plim_process *process, int first, int n, double *out);

/* k above: by how much a jump raises the value on average, relative. */
double plim_process_jump_gain(const plim_process *process);

#endif

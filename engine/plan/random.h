/* The random drivers of all scenarios of a plan, bound to the portfolio model: keys, values by year
 * and how shocks hang together. Drawn by simulate/drivers.h.
 *
 * The shock of driver i in a year is e_i = a_i' F + sum_j r_ij x_j with F the year's factors, x_j
 * independent standard normals, one a driver of the scenario. Of a driver that keeps what earlier
 * years' shocks did to it (persistence above 0, jump diffusion, regime) F are the factors'
 * innovations, so that change goes with change, and a policy that hasn't started yet starts with
 * the probability of that year; of the others the factors themselves, so that level goes with
 * level. a = inverse of Omega times the correlations of `with`; r is the lower triangular root of
 * what is left. Two drivers that no `with` joins are independent given the factors.
 *
 * A *slot* is one number of a path that formulas may read: slot + t of a driver is its value in
 * period t. */
#ifndef PLIM_PLAN_RANDOM_H
#define PLIM_PLAN_RANDOM_H

#include "scenario/program.h"

typedef struct plim_random {
    const plim_driver *driver;           /* not owned */
    uint32_t scenario;                   /* of the plan: 1, 2, ... */
    uint32_t first;                      /* number of the scenario's first random driver */
    uint32_t n_alike;                    /* random drivers of the scenario */
    uint32_t slot;                       /* of the first period */
    uint64_t key;                        /* that draws go by */
    const double *loading;               /* a: [factor] */
    const double *residual;              /* r: [j], j counted from `first` */
    const double *mean, *spread, *after; /* by period, in base units; a regime's spread is the shock
                                            above which it starts */
} plim_random;

typedef struct plim_randoms {
    uint32_t count, n_slots;
    plim_random *of;
    double *numbers; /* private: behind the pointers of `of` */
} plim_randoms;

struct plim_plan;
/* PLIM_INPUT where `with` names neither a factor of the model nor a random driver of the scenario,
   or where correlations cannot hold together. Needs the plan's factors. */
PLIM_NODISCARD plim_status plim_randoms_make(plim_randoms *out, const struct plim_plan *plan,
                                             plim_error *err);
void plim_randoms_free(plim_randoms *randoms);

#define PLIM_NO_SLOT UINT32_MAX
/* Slot of a node if it is a random driver, or PLIM_NO_SLOT. `randoms` may be NULL: none is. */
uint32_t plim_randoms_slot(const plim_randoms *randoms, const plim_program *program,
                           const plim_expr *expr);

#endif

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

#define PLIM_NO_PLACE UINT32_MAX

/* Places of a hazard at which something of the book stands, and what its events do there
   (plan/places.h). */
typedef struct plim_placing {
    uint32_t n_places;
    uint32_t *place; /* [n_places]: which of the hazard's; ascending */
    /* Events: e acts at at[i] with intensity[i], i from first[e] to first[e + 1]. NULL for return
       periods. */
    size_t *first;
    uint32_t *at;
    double *intensity;
} plim_placing;

/* A process, or a hazard. A hazard has a slot for each place and period, slot + t * n_places +
   place, and, where its reference is today, as many more behind them for its values at reference.
 */
typedef struct plim_random {
    const plim_driver *driver;   /* not owned */
    uint32_t n_places;           /* of a hazard, in the placing; 1 of a process */
    const plim_placing *placing; /* of a hazard */
    /* Hazard: [level][row] for borrowers, collateral and sites, PLIM_NO_PLACE where nothing reaches
       a row. */
    const uint32_t *place[PLIM_LEVEL_COUNT];
    uint32_t scenario;      /* of the plan: 1, 2, ... */
    uint32_t first;         /* number of the scenario's first process */
    uint32_t n_alike;       /* processes of the scenario */
    uint32_t slot;          /* of the first period */
    uint64_t key;           /* that draws go by */
    const double *loading;  /* a: [factor] */
    const double *residual; /* r: [j], j counted from `first` */
    /* By period. Process: in base units; a regime's spread is the shock above which it starts.
       Hazard: mean is the multiplier of the frequency, spread that of the intensity. */
    const double *mean, *spread, *after;
} plim_random;

typedef struct plim_randoms {
    uint32_t count, n_slots;
    plim_random *of;
    double *numbers; /* private: behind the pointers of `of` */
    uint32_t *places;
    plim_placing *placing; /* of each hazard */
    uint32_t n_placings;
} plim_randoms;

struct plim_plan;
/* PLIM_INPUT where `with` names neither a factor of the model nor a random driver of the scenario,
   or where correlations cannot hold together. Needs the plan's factors. */
PLIM_NODISCARD plim_status plim_randoms_make(plim_randoms *out, const struct plim_plan *plan,
                                             plim_error *err);
void plim_randoms_free(plim_randoms *randoms);

#define PLIM_NO_SLOT UINT32_MAX
/* Where a leaf finds its value on a path. */
typedef struct plim_random_leaf {
    uint32_t slot; /* of a process; of a hazard's first place; PLIM_NO_SLOT: it is neither */
    const uint32_t *place; /* hazard: [row], to be added; NULL for a process */
    bool of_borrower;      /* rows are borrowers, else those of the grain's own table */
} plim_random_leaf;
/* `randoms` may be NULL: nothing is random then. */
plim_random_leaf plim_randoms_leaf(const plim_randoms *randoms, const plim_program *program,
                                   const plim_expr *expr);
/* The value of a leaf for a row: slots [slot * stride], nothing at no place. */
static inline double plim_random_value(const plim_random_leaf *leaf, uint32_t row,
                                       const double *slots, uint32_t stride)
{
    uint32_t slot = leaf->slot;
    if (leaf->place != NULL) {
        if (leaf->place[row] == PLIM_NO_PLACE)
            return 0;
        slot += leaf->place[row];
    }
    return slots[(size_t)slot * stride];
}

#endif

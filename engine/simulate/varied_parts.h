/* What varies from path to path, of one worker: private to simulate/varied.c and
 * simulate/varied_losses.c. */
#ifndef PLIM_SIMULATE_VARIED_PARTS_H
#define PLIM_SIMULATE_VARIED_PARTS_H

#include "plan/varying.h"
#include "simulate/workspace_parts.h"

#define LANES PLIM_EVALUATE_BLOCK

struct plim_varied {
    plim_varying *formulas;
    uint32_t n_varying; /* scenarios whose PDs vary */
    double *innovation; /* of one path */
    double *slots;      /* [slot * stride + p] */
    uint8_t *cell;      /* [family * stride + p] */
    float *most;        /* [t * stride + p]: of the chunk at hand */
    uint8_t *calm; /* [(s * n_years + t) * stride + p]: losses are those of the plan's planes */
    uint8_t *code; /* [candidate * n_varying + v] */
    uint32_t *doubt, *first_doubt; /* candidates in doubt, by place in the chunk */
    plim_open_fates open;
    double *pd;             /* [t * LANES + lane]: of lanes at hand */
    size_t *first_value;    /* [event]: into value */
    plim_loan_value *value; /* [first_value + s * loans of the borrower + k] */
    size_t value_capacity;
    /* Lanes under collection: row, place of the path in the block, its number, and whose they are.
     */
    uint32_t n, row[LANES], path[LANES], number[LANES];
    size_t owner[LANES];
};

#endif

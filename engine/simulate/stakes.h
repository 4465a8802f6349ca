/* What defaults cost, in the order in which the simulation meets borrowers, and how often each has
 * defaulted: common to all workers. */
#ifndef PLIM_SIMULATE_STAKES_H
#define PLIM_SIMULATE_STAKES_H

#include "parallel/lock.h"
#include "simulate/simulate.h"
#include "simulate/tally.h"

/* What a default of a borrower costs. In order of position, so that a chunk's stand together. */
typedef struct plim_stake {
    /* Where the borrower has one performing loan that costs the same in all scenarios and years, as
       most do: that loan and what it costs, in fen. */
    int64_t loss, exposure;
    uint32_t bank, loan; /* rows of the book */
    bool simple;
    /* Else its performing loans, in plim_stakes.loan, where losses are fixed. */
    uint32_t first_loan, n_loans;
    uint32_t sector, region;
} plim_stake;

typedef struct plim_loan_stake {
    uint32_t loan, bank; /* rows of the book */
} plim_loan_stake;

/* Common to all workers; borrowed by them. */
typedef struct plim_stakes {
    const plim_screen *screen;
    const plim_severity *severity;
    plim_tallies *tallies; /* its key sets, and losses by borrower where LGD is not fixed */
    plim_stake *stake;     /* [position] */
    bool fixed;            /* losses do not hang on the path: those of the plan's planes */
    /* Loans of borrowers that are not simple, with what they cost in fen: loss and exposure of the
       i-th in scenario s and year t (from 0) are amount[i * n_amounts + loss_at[s * T + t]] and
       amount[i * n_amounts + exposure_at[s * T + t]]. Planes that are the same are there once. */
    plim_loan_stake *loan;
    int64_t *amount;
    uint32_t n_loans, n_amounts;
    uint32_t *loss_at, *exposure_at;
    uint32_t *defaults; /* [position * n_scenarios * n_years + s * n_years + t] */
    plim_lock *lock;    /* of each chunk's `defaults` */
    uint64_t seed;      /* of cures */
} plim_stakes;

uint64_t plim_stakes_bytes(const plim_plan *plan);
/* All borrowed. */
typedef struct plim_stakes_config {
    const plim_screen *screen;
    const plim_severity *severity;
    plim_tallies *tallies;
    int threads; /* that fill them */
    uint64_t seed;
} plim_stakes_config;

PLIM_NODISCARD plim_status plim_stakes_make(plim_stakes *out, const plim_stakes_config *config,
                                            plim_error *err);
void plim_stakes_free(plim_stakes *stakes);
/* Adds the counts of defaults to those of the tallies. One thread. */
void plim_stakes_merge(const plim_stakes *stakes, plim_tallies *tallies);

#endif

/* The whole simulation: all chunks of borrowers on all paths, on a team, added up. */
#ifndef PLIM_SIMULATE_SIMULATOR_H
#define PLIM_SIMULATE_SIMULATOR_H

#include "base/isa.h"
#include "simulate/tally.h"

typedef struct plim_simulation {
    const plim_plan *plan;
    uint64_t seed;
    uint32_t n_paths;
    /* Largest chunk of borrowers and block of paths, and bytes of a round of paths; 0: chosen here.
       No effect on results. */
    uint32_t slab, block;
    uint64_t round_bytes;
    plim_isa isa;
    int threads;
    bool reference; /* decide in double, evaluate every loss: slow, for tests and checks */
    uint32_t tail;  /* further paths a path, for the tail alone (simulate/boost.h); 0: none */
    void (*progress)(void *user, uint64_t done, uint64_t total);
    void *progress_user;
} plim_simulation;

/* Bytes beside the tallies, for the check against --memory. */
uint64_t plim_simulation_bytes(const plim_simulation *simulation);
/* Those of them that the number of borrowers has no part in: a round and the workers. Of the plan
   only numbers of scenarios, years, banks and factors are asked for, and the book's sectors and
   regions if it has any. */
uint64_t plim_simulation_team_bytes(const plim_simulation *simulation);

/* From tallies to tallies in one go. `out` is the caller's: plim_tallies_free. */
PLIM_NODISCARD plim_status plim_simulate(const plim_simulation *simulation, plim_tallies *out,
                                         plim_error *err);

/* The same step by step, for a run that looks at what it has before it goes on. `simulation` is
   copied, `tallies` (of simulation->n_paths, empty) are borrowed and hold path losses and sums by
   year of the paths run; sums by key and borrower come with plim_simulator_finish. */
typedef struct plim_simulator plim_simulator;
PLIM_NODISCARD plim_status plim_simulator_create(plim_simulator **out,
                                                 const plim_simulation *simulation,
                                                 plim_tallies *tallies, plim_error *err);
/* Runs paths up to n_paths, extending the tallies. Between calls the number must be a multiple of
   PLIM_PATHS_STEP. */
#define PLIM_PATHS_STEP 2048
PLIM_NODISCARD plim_status plim_simulator_run(plim_simulator *simulator, uint32_t n_paths,
                                              plim_error *err);
/* Once, at the end. */
void plim_simulator_finish(plim_simulator *simulator);
void plim_simulator_destroy(plim_simulator *simulator);

/* Seconds that `simulation` will take, from some chunks timed for a few hundredths of a second. */
PLIM_NODISCARD plim_status plim_simulation_time(double *seconds, const plim_simulation *simulation,
                                                plim_error *err);

#endif

/* Some paths of a finished simulation, simulated again: who defaults on them. */
#ifndef PLIM_SIMULATE_REPLAY_H
#define PLIM_SIMULATE_REPLAY_H

#include "parallel/lock.h"
#include "simulate/simulate.h"
#include "simulate/simulator.h"

/* Which paths; borrowed. */
typedef struct plim_replay_paths {
    const uint32_t *octet; /* that hold some, ascending */
    const uint8_t *wanted; /* of each octet, a bit a path */
    uint32_t n_octets;
} plim_replay_paths;

/* Zero-initialise; plim_replay_close whatever came of it. */
typedef struct plim_replay {
    const plim_simulation *simulation; /* of the whole book or a slab; borrowed */
    plim_replay_paths paths;
    plim_screen screen;
    plim_severity *severity;
    plim_lock *lock;            /* of each chunk */
    plim_workspace **workspace; /* of each thread */
} plim_replay;

/* An event on the path `event->path % 8` of the octet-th octet listed. Events of one borrower come
   one at a time, those of others at the same time from other threads. */
typedef struct plim_replay_to {
    void (*event)(void *user, const plim_workspace *workspace, const plim_event *event,
                  const uint8_t *year, uint32_t octet);
    void *user;
} plim_replay_to;

PLIM_NODISCARD plim_status plim_replay_open(plim_replay *replay, const plim_simulation *simulation,
                                            const plim_replay_paths *paths, plim_error *err);
/* All borrowers on all paths. */
PLIM_NODISCARD plim_status plim_replay_run(plim_replay *replay, const plim_replay_to *to,
                                           plim_error *err);
/* Loads a block into a workspace: octets from the `first` listed on, PLIM_REPLAY_OCTETS at most.
   Returns how many. */
enum { PLIM_REPLAY_OCTETS = 16 };
uint32_t plim_replay_load(const plim_replay *replay, plim_workspace *workspace, uint32_t first);
void plim_replay_close(plim_replay *replay);

#endif

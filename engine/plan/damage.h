/* Damage to assets by hazards, tabulated: what each event of a hazard destroys, and what insurance
 * pays of it, all borrowers in scope together. Each event acts alone (assets are restored, and
 * terms of insurance hold, event by event): what a year costs is the sum over its events. A
 * borrower that an event does not reach has no damage. */
#ifndef PLIM_PLAN_DAMAGE_H
#define PLIM_PLAN_DAMAGE_H

#include "plan/random.h"

typedef struct plim_damage {
    const char *name;  /* of the formula; the program's */
    uint32_t scenario; /* of the plan */
    uint32_t random;   /* the hazard: number in plan->randoms */
    uint32_t n_events;
    int64_t *loss_fen;   /* [event * n_years + t] */
    int64_t *payout_fen; /* likewise */
} plim_damage;

typedef struct plim_damages {
    uint32_t count, n_years;
    plim_damage *of;
} plim_damages;

struct plim_plan;
/* PLIM_INPUT where a damage hangs on no hazard, on several, on another year's or on random drivers,
   or where a value is negative, not finite, or a payout above its loss. Needs `applies`. */
PLIM_NODISCARD plim_status plim_damages_make(plim_damages *out, const struct plim_plan *plan,
                                             plim_error *err);
/* What one event (of the damage's hazard) does in a period (from 0), borrower by borrower: each in
   scope that it reaches, once, in no stated order. */
typedef struct plim_damage_at {
    uint32_t damage, event, year;
} plim_damage_at;
typedef struct plim_damage_listener {
    void (*hear)(void *user, uint32_t borrower, int64_t loss_fen, int64_t payout_fen);
    void *user;
} plim_damage_listener;
PLIM_NODISCARD plim_status plim_damage_tell(const struct plim_plan *plan, const plim_damage_at *of,
                                            const plim_damage_listener *listener, plim_error *err);
void plim_damages_free(plim_damages *damages);
/* Adds those of a slab: the same damages, of other borrowers. `to` may be empty. */
PLIM_NODISCARD plim_status plim_damages_add(plim_damages *to, const plim_damages *slab,
                                            plim_error *err);

#endif

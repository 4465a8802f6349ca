/* What hazards do on each path and year, drawn again: which events, and what damage they make by
 * the tables of plan/damage.h. */
#ifndef PLIM_MEASURE_HAZARD_YEARS_H
#define PLIM_MEASURE_HAZARD_YEARS_H

#include "measure/measure.h"

/* A damage by path and year, [t * n_paths + path], fen. */
typedef struct plim_damage_years {
    int64_t *loss, *payout; /* of all events of the year */
    int64_t *worst;         /* loss of the worst of them */
} plim_damage_years;

PLIM_NODISCARD plim_status plim_damage_years_make(plim_damage_years *out, const plim_measured *of,
                                                  const plim_damage *damage, plim_error *err);
void plim_damage_years_free(plim_damage_years *years);

/* Leaves a table empty, with the reason. */
PLIM_NODISCARD plim_status plim_leave_empty(plim_table *table, const char *reason, plim_error *err);

#endif

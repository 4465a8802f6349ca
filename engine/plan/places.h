/* Where a hazard meets the book: the places at which something stands, and what each event does
 * there. Private to the room.
 *
 * A row stands at the place that is its own id, else at the one that is the longest beginning of
 * its region. An event acts there by what it says of that place; if it says nothing, by what it
 * says of the longest beginning of the place that it has, or of a site by its region. So one event
 * may name a whole district and another one a single town or site in it. Places at which nothing
 * of the book stands are left out. */
#ifndef PLIM_PLAN_PLACES_H
#define PLIM_PLAN_PLACES_H

#include "plan/random.h"

struct plim_plan;

/* Rows that have a place: borrowers, sites and collateral. */
size_t plim_places_rows(const struct plim_plan *plan);
/* Fills `out`, and `rows` (plim_places_rows: one table after the other, which random->place then
   points to), with indices of out->place, PLIM_NO_PLACE where nothing reaches a row. Collateral
   stands at its site, where that is known. */
PLIM_NODISCARD plim_status plim_places_make(plim_placing *out, const struct plim_plan *plan,
                                            plim_random *random, uint32_t *rows, plim_error *err);
void plim_placing_free(plim_placing *placing);

#endif

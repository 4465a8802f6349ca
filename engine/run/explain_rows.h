/* Rows of table drivers_of_path (run/explain.h). Private to run/explain*.c. */
#ifndef PLIM_RUN_EXPLAIN_ROWS_H
#define PLIM_RUN_EXPLAIN_ROWS_H

#include "base/table.h"
#include "plan/plan.h"

/* Where rows go, and the path that they tell. */
typedef struct plim_telling {
    plim_table *out;
    const plim_plan *plan;
    uint64_t seed;
    uint32_t path;
    double *slots; /* the path's random drivers, see plan/random.h */
} plim_telling;

/* A row to be. */
typedef struct plim_told {
    const char *scenario, *kind, *name, *what;
    uint32_t t; /* period, from 0 */
    double value;
} plim_told;

PLIM_NODISCARD plim_status plim_telling_add(const plim_telling *to, const plim_told *row,
                                            plim_error *err);

/* What may be many, to be told with the largest first. Zero-initialise; free with plim_many_free.
 */
typedef struct plim_many {
    struct plim_one {
        uint32_t row; /* of a frame of the book */
        double value;
    } * list;
    size_t count, capacity;
} plim_many;

PLIM_NODISCARD plim_status plim_many_add(plim_many *many, uint32_t row, double value,
                                         plim_error *err);
/* Adds a row like `as` for each, `what` the frame's id: by value, the largest first, those of the
   same value in order of the frame. Empties the list. */
PLIM_NODISCARD plim_status plim_many_tell(plim_many *many, const plim_telling *to,
                                          const plim_frame *frame, plim_told as, plim_error *err);
void plim_many_free(plim_many *many);

#endif

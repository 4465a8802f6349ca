/* What a run will need, said before it starts. */
#ifndef PLIM_RUN_FORECAST_H
#define PLIM_RUN_FORECAST_H

#include "plan/plan.h"
#include "simulate/tail.h"

typedef struct plim_forecast {
    uint64_t bytes; /* book, plan, tallies and result tables, by their sizes */
    double seconds; /* of the simulation, measured on a few chunks */
} plim_forecast;

/* Bytes of the run if it had so many paths. */
uint64_t plim_forecast_bytes(const plim_simulation *simulation, uint32_t n_paths);
/* PLIM_USAGE when the run would not fit into `memory`; the message names what would do. */
PLIM_NODISCARD plim_status plim_forecast_make(plim_forecast *out, const plim_simulation *simulation,
                                              uint64_t memory, plim_error *err);
/* "1.2 GiB" into `out` (at least 32 bytes). */
void plim_forecast_format_bytes(uint64_t bytes, char *out);

#endif

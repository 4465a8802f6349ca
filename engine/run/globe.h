/* Which of many points on the globe is nearest. */
#ifndef PLIM_RUN_GLOBE_H
#define PLIM_RUN_GLOBE_H

#include "base/status.h"
#include "math/sphere.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plim_globe {
    const plim_point *point; /* borrowed */
    size_t count;
    uint32_t *by_latitude;
} plim_globe;

/* Fewer than 2^32 - 1 points. Fails only for memory. */
PLIM_NODISCARD plim_status plim_globe_open(plim_globe *out, const plim_point *points, size_t n,
                                           plim_error *err);
/* The index of the nearest of at least one point, by great circle; of points that are less than a
   metre farther than it, the lowest. `km` is its distance. */
size_t plim_globe_nearest(const plim_globe *globe, plim_point at, double *km);
void plim_globe_close(plim_globe *globe);

#endif

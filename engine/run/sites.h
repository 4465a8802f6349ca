/* Places with an id and a position, from a CSV file with the columns `id`, `lat` and `lon`
 * (degrees, WGS 84; north and east are positive). */
#ifndef PLIM_RUN_SITES_H
#define PLIM_RUN_SITES_H

#include "base/digest.h"
#include "base/names.h"
#include "math/sphere.h"

typedef struct plim_sites {
    plim_names id;
    plim_point *point; /* by id */
    uint32_t *line;
    size_t point_capacity, line_capacity;
    char sha256[PLIM_DIGEST_HEX];
} plim_sites;

/* PLIM_INPUT with file and line: what plim_sheet_read refuses, an id that is empty or occurs twice,
   a latitude or longitude out of range. Release with plim_sites_free in any case. */
PLIM_NODISCARD plim_status plim_sites_read(plim_sites *out, const char *path, plim_error *err);
void plim_sites_free(plim_sites *sites);

#endif

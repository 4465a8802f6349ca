/* Units: CNY tCO2e t kWh MWh m degC day year ratio, their products, quotients and powers, and the
 * Chinese aliases. A unit is exponents over base dimensions and a factor to the base unit. */
#ifndef PLIM_SCENARIO_UNITS_H
#define PLIM_SCENARIO_UNITS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum plim_dimension {
    PLIM_DIM_CNY,
    PLIM_DIM_TCO2E,
    PLIM_DIM_T,
    PLIM_DIM_KWH,
    PLIM_DIM_M,
    PLIM_DIM_DEGC,
    PLIM_DIM_DAY,
    PLIM_DIM_YEAR,
    PLIM_DIM_COUNT
} plim_dimension;

/* `any` marks a bare number of the script, which takes the unit of what it meets in + - min max
   comparisons and where, and counts as a ratio in * and /. Values in the graph are always in base
   units; `factor` matters only where a value enters (10,000 for 万元, 1000 for MWh). */
typedef struct plim_unit {
    int8_t exponent[PLIM_DIM_COUNT];
    bool any;
} plim_unit;

/* Parses "CNY/tCO2e", "万元", "tCO2e*year^-1", "" or "ratio". `message` (at least 200 bytes) says
   what is wrong and what units there are. */
bool plim_unit_parse(const char *text, plim_unit *unit, double *factor, char *message);
void plim_unit_format(const plim_unit *unit, char *out,
                      unsigned size);                         /* canonical, "ratio" if none */
bool plim_unit_equal(const plim_unit *a, const plim_unit *b); /* any equals everything */
plim_unit plim_unit_times(const plim_unit *a, const plim_unit *b, int sign); /* sign -1 divides */

#endif

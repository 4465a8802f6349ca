#include "scenario/plausible.h"

#include <string.h>

static bool is_ratio(const plim_driver *driver)
{
    for (int d = 0; d < PLIM_DIM_COUNT; d++)
        if (driver->unit.exponent[d] != 0)
            return false;
    return true;
}

/* Money for a unit of something. */
static bool is_price(const plim_driver *driver)
{
    bool per_something = false;
    for (int d = 0; d < PLIM_DIM_COUNT; d++)
        per_something = per_something || (d != PLIM_DIM_CNY && driver->unit.exponent[d] < 0);
    return driver->unit.exponent[PLIM_DIM_CNY] == 1 && per_something;
}

static plim_doubt doubt_of_value(const plim_driver *driver, double value)
{
    bool share = strstr(driver->name, "share") != NULL;
    if (is_ratio(driver) && share && !(value >= 0 && value <= 1))
        return PLIM_DOUBT_SHARE;
    if (is_ratio(driver) && value < -1)
        return PLIM_DOUBT_CHANGE;
    return is_price(driver) && value < 0 ? PLIM_DOUBT_NEGATIVE : PLIM_DOUBT_NONE;
}

plim_doubt plim_driver_doubt(const plim_driver *driver, const int years[2], int *year,
                             double *value)
{
    double before = plim_pathway_at(&driver->path, years[0]);
    bool raised = false;
    for (*year = years[0]; *year <= years[1]; ++*year) {
        *value = plim_pathway_at(&driver->path, *year);
        plim_doubt doubt = doubt_of_value(driver, *value);
        if (doubt != PLIM_DOUBT_NONE)
            return doubt;
        if (is_price(driver) && raised && *value < before)
            return PLIM_DOUBT_FALLS;
        raised = raised || *value > plim_pathway_at(&driver->reference, *year);
        before = *value;
    }
    return PLIM_DOUBT_NONE;
}

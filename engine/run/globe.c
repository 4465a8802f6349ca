#include "run/globe.h"

#include "base/memory.h"
#include "book/order.h"

static int compare(const void *context, uint32_t a, uint32_t b)
{
    const plim_point *points = context;
    return (points[a].lat > points[b].lat) - (points[a].lat < points[b].lat);
}

plim_status plim_globe_open(plim_globe *out, const plim_point *points, size_t n, plim_error *err)
{
    *out = (plim_globe){
        .point = points, .count = n, .by_latitude = plim_alloc(n, sizeof *out->by_latitude)};
    if (!out->by_latitude)
        return plim_fail_memory(err, "the centroids");
    plim_status status = plim_order_rows(out->by_latitude, n, compare, points, err);
    if (status != PLIM_OK)
        plim_globe_close(out);
    return status;
}

void plim_globe_close(plim_globe *globe)
{
    plim_free(globe->by_latitude);
    *globe = (plim_globe){0};
}

/* A search: what is within `limit` (a haversine) of a place. */
typedef struct search {
    const plim_globe *globe;
    plim_point at;
    double limit;
    bool nearest; /* narrow the limit to every point found; else look for the lowest index */
    uint32_t found;
} search;

/* Looks at the i-th point by latitude; false where none further on can be within the limit. */
static bool look(search *s, size_t i)
{
    uint32_t index = s->globe->by_latitude[i];
    plim_point point = s->globe->point[index];
    if (plim_haversine_lat(point.lat, s->at.lat) > s->limit)
        return false;
    double h = plim_haversine(point, s->at);
    if (h > s->limit)
        return true;
    if (s->nearest)
        s->limit = h;
    else if (index < s->found)
        s->found = index;
    return true;
}

/* From the latitude of the place northward and southward. */
static void look_around(search *s)
{
    const plim_globe *globe = s->globe;
    size_t low = 0, high = globe->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (globe->point[globe->by_latitude[middle]].lat < s->at.lat)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < globe->count && look(s, i);)
        i++;
    for (size_t i = low; i > 0 && look(s, i - 1);)
        i--;
}

size_t plim_globe_nearest(const plim_globe *globe, plim_point at, double *km)
{
    enum { METRES_OF_KM = 1000 };
    search s = {.globe = globe, .at = at, .limit = 1, .nearest = true, .found = UINT32_MAX};
    look_around(&s);
    *km = plim_haversine_km(s.limit);
    s.nearest = false;
    s.limit = plim_km_haversine(*km + 1.0 / METRES_OF_KM);
    look_around(&s);
    *km = plim_haversine_km(plim_haversine(globe->point[s.found], at));
    return s.found;
}

#include "math/sphere.h"

#include <math.h>

static const double radius_km = 6371.0088;
static const double radians = 0.017453292519943295; /* of a degree */

/* sin x for |x| <= pi / 2: its Taylor series, whose first term left out is below 2e-18. */
static double sine(double x)
{
    static const double inverse[] = {
        1.0 / (20 * 21), 1.0 / (18 * 19), 1.0 / (16 * 17), 1.0 / (14 * 15), 1.0 / (12 * 13),
        1.0 / (10 * 11), 1.0 / (8 * 9),   1.0 / (6 * 7),   1.0 / (4 * 5),   1.0 / (2 * 3)};
    double square = x * x, sum = 1;
    for (unsigned i = 0; i < sizeof inverse / sizeof *inverse; i++)
        sum = 1 - square * inverse[i] * sum;
    return x * sum;
}

/* cos of a latitude in degrees. */
static double cosine_lat(double lat)
{
    return sine((90 - fabs(lat)) * radians);
}

/* sin^2 of half of up to 180 degrees. */
static double half_square(double degrees)
{
    double s = sine(degrees * (radians / 2));
    return s * s;
}

double plim_haversine_lat(double lat_a, double lat_b)
{
    return half_square(fabs(lat_a - lat_b));
}

double plim_haversine(plim_point a, plim_point b)
{
    double turn = fmod(fabs(a.lon - b.lon), 360);
    if (turn > 180)
        turn = 360 - turn;
    double h = plim_haversine_lat(a.lat, b.lat) +
               cosine_lat(a.lat) * cosine_lat(b.lat) * half_square(turn);
    return h < 1 ? h : 1;
}

double plim_haversine_km(double haversine)
{
    /* sin x = root by Newton's steps from below, which never overshoot where the sine bends down;
       only opposite points need more than a few of them. */
    double root = sqrt(haversine), x = root;
    for (int i = 0; i < 60; i++) {
        double s = sine(x), next = x + (root - s) / sqrt((1 - s) * (1 + s));
        if (!(next > x))
            break;
        x = next;
    }
    return 2 * radius_km * x;
}

double plim_km_haversine(double km)
{
    double s = sine(km / (2 * radius_km));
    return s * s;
}

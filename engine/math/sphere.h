/* Distances on a globe of radius 6371.0088 km (the mean radius of the Earth, IUGG), in plain
 * arithmetic: the same bits on every processor.
 *
 * A *haversine* is sin^2 of half the angle between two points, from 0 (one point) to 1 (opposite
 * ones): it rises with the distance and costs a tenth of it, so what is compared is haversines. */
#ifndef PLIM_MATH_SPHERE_H
#define PLIM_MATH_SPHERE_H

/* Degrees; north and east are positive. Longitudes may differ by full turns. */
typedef struct plim_point {
    double lat, lon;
} plim_point;

/* Error under 8 u, u = 2^-53 relative, beside that of the differences of the degrees. */
double plim_haversine(plim_point a, plim_point b);
/* The haversine of two points of one meridian: the least for this difference of latitudes. */
double plim_haversine_lat(double lat_a, double lat_b);
/* Kilometres of a haversine, and back (0 to half way round). */
double plim_haversine_km(double haversine);
double plim_km_haversine(double km);

#endif

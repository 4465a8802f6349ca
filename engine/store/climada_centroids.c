/* Where the centroids of a hazard lie: a group of lists, or the table that pandas writes. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/climada_parts.h"

/* What latitude and longitude are called, in the order in which they are looked for. */
static const char *const names[][2] = {
    {"lat", "lon"}, {"latitude", "longitude"}, {"geometry.y", "geometry.x"}, {"y", "x"}};
enum { N_NAMES = sizeof names / sizeof *names };

static plim_hdf5_place of_centroids(const plim_climada *hazard, const char *column)
{
    return (plim_hdf5_place){hazard->path, "centroids", column};
}

/* ---- coordinate system ---- */

/* As CLIMADA writes it: EPSG:4326, {'init': 'epsg:4326'}, or GEOGCRS["WGS 84", ...]. A projected
   system also names the WGS 84 that it rests on. */
static bool is_wgs84(const char *crs)
{
    return !strstr(crs, "PROJCRS") && !strstr(crs, "PROJCS") &&
           (strstr(crs, "4326") || strstr(crs, "CRS84") || strstr(crs, "GEOGCRS[\"WGS 84\"") ||
            strstr(crs, "GEOGCS[\"WGS 84\""));
}

/* Without a word about it CLIMADA means WGS 84. */
static plim_status check_crs(const plim_climada *hazard, const char *crs, plim_error *err)
{
    plim_hdf5_place place = of_centroids(hazard, "crs");
    if (*crs == '\0' || is_wgs84(crs))
        return PLIM_OK;
    return plim_hdf5_refuse(err, &place,
                            "is `%.*s`; accepted: WGS 84 in degrees (EPSG:4326); convert with "
                            "Centroids.to_crs and write the hazard again",
                            (int)plim_utf8_cut(crs, strlen(crs) < 80 ? strlen(crs) : 80), crs);
}

/* ---- points ---- */

static plim_status take_points(plim_climada *hazard, const double *lat, const double *lon,
                               const plim_hdf5_place *place, plim_error *err)
{
    size_t n = hazard->n_centroids;
    hazard->centroid = plim_alloc(n, sizeof *hazard->centroid);
    if (!hazard->centroid)
        return plim_fail_memory(err, hazard->path);
    for (size_t i = 0; i < n; i++) {
        if (!(lat[i] >= -90 && lat[i] <= 90 && lon[i] >= -180 && lon[i] <= 360))
            return plim_hdf5_refuse(err, place,
                                    "centroid %zu lies at latitude %g, longitude %g; accepted: "
                                    "degrees, -90 to 90 and -180 to 360",
                                    i, lat[i], lon[i]);
        hazard->centroid[i] = (plim_point){lat[i], lon[i]};
    }
    return PLIM_OK;
}

/* ---- a group of lists ---- */

static plim_status read_pair(plim_climada *hazard, hid_t group, const char *const pair[2],
                             bool *found, plim_error *err)
{
    plim_column lat = {0}, lon = {0};
    plim_hdf5_place place = of_centroids(hazard, pair[0]), other = of_centroids(hazard, pair[1]);
    *found = false;
    if (H5Lexists(group, pair[0], H5P_DEFAULT) <= 0)
        return PLIM_OK;
    plim_status status = plim_climada_list(group, &place, PLIM_COLUMN_NUMBER, &lat, err);
    if (status == PLIM_OK && lat.n_rows > 0) { /* a member that was never set is empty */
        *found = true;
        status = plim_climada_list(group, &other, PLIM_COLUMN_NUMBER, &lon, err);
        if (status == PLIM_OK && lon.n_rows != lat.n_rows)
            status = plim_hdf5_refuse(err, &other, "has %zu values, but %s has %zu", lon.n_rows,
                                      pair[0], lat.n_rows);
        hazard->n_centroids = lat.n_rows;
        if (status == PLIM_OK)
            status = take_points(hazard, lat.number, lon.number, &place, err);
    }
    plim_column_free(&lat);
    plim_column_free(&lon);
    return status;
}

static plim_status read_lists(plim_climada *hazard, hid_t group, plim_error *err)
{
    char *crs = NULL;
    plim_hdf5_place place = of_centroids(hazard, "crs");
    PLIM_TRY(plim_climada_text(group, &place, &crs, err));
    plim_status status = check_crs(hazard, crs, err);
    plim_free(crs);
    PLIM_TRY(status);
    for (size_t i = 0; i < N_NAMES; i++) {
        bool found = false;
        PLIM_TRY(read_pair(hazard, group, names[i], &found, err));
        if (found)
            return PLIM_OK;
    }
    place.column = "lat";
    return plim_hdf5_refuse(err, &place,
                            "is missing or empty; accepted: centroids with latitudes "
                            "and longitudes of points");
}

/* ---- a table of pandas ---- */

/* pandas keeps columns of one type together: `blockN_items` names them, `blockN_values` is their
   table, rows by columns. */
typedef struct frame_column {
    char values[32]; /* name of the table; "" while not found */
    size_t at, n_columns;
} frame_column;

static plim_status find_column(const plim_climada *hazard, hid_t group, const char *name,
                               frame_column *out, plim_error *err)
{
    *out = (frame_column){0};
    for (int block = 0; block < 1000 && !*out->values; block++) {
        plim_column items;
        char label[32];
        (void)snprintf(label, sizeof label, "block%d_items", block);
        plim_hdf5_place place = of_centroids(hazard, label);
        if (H5Lexists(group, label, H5P_DEFAULT) <= 0)
            break;
        PLIM_TRY(plim_climada_list(group, &place, PLIM_COLUMN_TEXT, &items, err));
        for (size_t i = 0; i < items.n_rows && !*out->values; i++)
            if (strcmp(plim_column_text(&items, i), name) == 0) {
                (void)snprintf(out->values, sizeof out->values, "block%d_values", block);
                out->at = i;
                out->n_columns = items.n_rows;
            }
        plim_column_free(&items);
    }
    return PLIM_OK;
}

/* Rows of a table of numbers as wide as its names say; 0 if it isn't one. */
static size_t table_rows(hid_t dataset, size_t n_columns)
{
    hsize_t size[2] = {0, 0};
    bool numbers = false;
    hid_t space = H5Iget_type(dataset) == H5I_DATASET ? H5Dget_space(dataset) : H5I_INVALID_HID;
    if (space >= 0 && H5Sget_simple_extent_ndims(space) == 2 &&
        H5Sget_simple_extent_dims(space, size, NULL) == 2) {
        hid_t type = H5Dget_type(dataset);
        numbers = type >= 0 && H5Tget_class(type) == H5T_FLOAT;
        plim_hdf5_close(type);
    }
    plim_hdf5_close(space);
    return numbers && size[1] == n_columns && size[0] < PLIM_NO_NAME - 1 ? (size_t)size[0] : 0;
}

static plim_status read_column(hid_t dataset, const frame_column *column, size_t n, double *out,
                               const plim_hdf5_place *place, plim_error *err)
{
    hsize_t first[2] = {0, column->at}, count[2] = {n, 1}, length = n;
    hid_t file_space = H5Dget_space(dataset), memory_space = H5Screate_simple(1, &length, NULL);
    plim_status status = PLIM_OK;
    if (file_space < 0 || memory_space < 0 ||
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, first, NULL, count, NULL) < 0 ||
        H5Dread(dataset, H5T_NATIVE_DOUBLE, memory_space, file_space, H5P_DEFAULT, out) < 0)
        status = plim_hdf5_damaged(err, place, "the table");
    plim_hdf5_close(memory_space);
    plim_hdf5_close(file_space);
    return status;
}

/* One column of the table, to be plim_free()d. */
static plim_status read_frame_column(const plim_climada *hazard, hid_t group,
                                     const frame_column *column, size_t *n, double **out,
                                     plim_error *err)
{
    plim_hdf5_place place = of_centroids(hazard, column->values);
    hid_t dataset = plim_hdf5_open_inside(group, column->values);
    plim_status status = PLIM_OK;
    *n = dataset < 0 ? 0 : table_rows(dataset, column->n_columns);
    if (*n == 0)
        status = plim_hdf5_refuse(err, &place, "is not a table of numbers with %zu columns",
                                  column->n_columns);
    else if (!(*out = plim_alloc(*n, sizeof **out)))
        status = plim_fail_memory(err, hazard->path);
    else
        status = read_column(dataset, column, *n, *out, &place, err);
    plim_hdf5_close(dataset);
    return status;
}

/* Points that aren't there as numbers. */
static plim_status refuse_points(const plim_climada *hazard, hid_t group, plim_error *err)
{
    frame_column geometry;
    plim_hdf5_place place = of_centroids(hazard, "geometry");
    PLIM_TRY(find_column(hazard, group, "geometry", &geometry, err));
    if (*geometry.values)
        return plim_hdf5_refuse(err, &place,
                                "is pickled (polygons, or a file of CLIMADA before 5.0), which "
                                "only Python reads; accepted: points, written by CLIMADA 5.0 or "
                                "later");
    return plim_hdf5_refuse(err, &place,
                            "is missing; accepted: a table with the columns "
                            "geometry.x and geometry.y");
}

static plim_status read_frame(plim_climada *hazard, hid_t group, plim_error *err)
{
    frame_column column[2] = {{.at = 0}, {.at = 0}};
    double *value[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < N_NAMES && !(*column[0].values && *column[1].values); i++)
        for (size_t k = 0; k < 2; k++)
            PLIM_TRY(find_column(hazard, group, names[i][k], &column[k], err));
    if (!*column[0].values || !*column[1].values)
        return refuse_points(hazard, group, err);
    plim_hdf5_place place = of_centroids(hazard, column[0].values);
    for (size_t k = 0; k < 2 && status == PLIM_OK; k++)
        status = read_frame_column(hazard, group, &column[k], &n[k], &value[k], err);
    if (status == PLIM_OK && n[0] != n[1])
        status = plim_hdf5_refuse(err, &place, "has %zu rows, but %s has %zu", n[0],
                                  column[1].values, n[1]);
    hazard->n_centroids = n[0];
    if (status == PLIM_OK)
        status = take_points(hazard, value[0], value[1], &place, err);
    plim_free(value[0]);
    plim_free(value[1]);
    return status;
}

/* The pickle of what CLIMADA says of the table is not taken apart: the coordinate system stands in
   it as plain text. */
static plim_status check_frame_crs(const plim_climada *hazard, hid_t group, plim_error *err)
{
    plim_hdf5_value found;
    plim_hdf5_place place = of_centroids(hazard, "metadata");
    PLIM_TRY(plim_hdf5_attribute(group, "metadata", &place, &found, err));
    plim_status status = check_crs(hazard, found.text ? found.text : "", err);
    plim_hdf5_value_free(&found);
    return status;
}

plim_status plim_climada_centroids(plim_climada *hazard, hid_t file, plim_error *err)
{
    plim_hdf5_place place = {hazard->path, "hazard", "centroids"};
    hid_t group = plim_hdf5_open_inside(file, "centroids");
    plim_status status = PLIM_OK;
    if (group < 0 || H5Iget_type(group) != H5I_GROUP) {
        status = plim_hdf5_refuse(err, &place,
                                  "is missing; accepted: a group with the places of "
                                  "the centroids");
    } else if (H5Aexists(group, "pandas_type") > 0) {
        status = check_frame_crs(hazard, group, err);
        if (status == PLIM_OK)
            status = read_frame(hazard, group, err);
    } else {
        status = read_lists(hazard, group, err);
    }
    plim_hdf5_close(group);
    return status;
}

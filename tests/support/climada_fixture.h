/* A small hazard as CLIMADA writes one: three events at four centroids, in the older layout with a
   group of latitudes and longitudes. */
#ifndef PLIM_TESTS_CLIMADA_FIXTURE_H
#define PLIM_TESTS_CLIMADA_FIXTURE_H

#include <hdf5.h>

#include <string.h>

/* Writes a list of n values. */
static inline void climada_list(hid_t group, const char *name, hid_t type, const void *values,
                                hsize_t n)
{
    hid_t space = H5Screate_simple(1, &n, NULL);
    hid_t dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Sclose(space);
}

static inline void climada_texts(hid_t group, const char *name, const char *const *texts, hsize_t n)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    climada_list(group, name, type, texts, n);
    H5Tclose(type);
}

static inline void climada_matrix(hid_t file, const char *name, const double *values)
{
    static const int indices[] = {0, 3, 1, 1}, first[] = {0, 2, 4, 4};
    static const int64_t shape[] = {3, 4};
    hsize_t two = 2;
    hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    climada_list(group, "data", H5T_NATIVE_DOUBLE, values, 4);
    climada_list(group, "indices", H5T_NATIVE_INT, indices, 4);
    climada_list(group, "indptr", H5T_NATIVE_INT, first, 4);
    hid_t space = H5Screate_simple(1, &two, NULL);
    hid_t attribute = H5Acreate2(group, "shape", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT64, shape);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Gclose(group);
}

/* Event `b` has two values at one centroid, which add up to 3.5, and is hit there in part. */
static inline void climada_write(const char *path)
{
    static const double lat[] = {29, 29, 30, 30}, lon[] = {106, 107, 106, 107};
    static const double frequency[] = {0.1, 0.02, 0.5}, fraction[] = {1, 1, 0.25, 0.5};
    static const double intensity[] = {1.5, 0, 3, 0.5};
    static const int64_t id[] = {11, 12, 13};
    static const char *const names[] = {"a", "b", "c"};
    static const char *const unit[] = {"m"}, *const kind[] = {"RF"}, *const yearly[] = {"1/year"};
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    climada_list(file, "event_id", H5T_NATIVE_INT64, id, 3);
    climada_list(file, "frequency", H5T_NATIVE_DOUBLE, frequency, 3);
    climada_texts(file, "event_name", names, 3);
    climada_texts(file, "units", unit, 1);
    climada_texts(file, "haz_type", kind, 1);
    climada_texts(file, "frequency_unit", yearly, 1);
    climada_matrix(file, "intensity", intensity);
    climada_matrix(file, "fraction", fraction);
    hid_t group = H5Gcreate2(file, "centroids", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    climada_list(group, "lat", H5T_NATIVE_DOUBLE, lat, 4);
    climada_list(group, "lon", H5T_NATIVE_DOUBLE, lon, 4);
    H5Gclose(group);
    H5Fclose(file);
}

#endif

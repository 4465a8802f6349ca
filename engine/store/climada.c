#include "store/climada.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/climada_parts.h"
#include "store/store_column.h"
#include "store/store_open.h"

/* A matrix of events by centroids. */
typedef struct matrix {
    const char *name;
    hid_t data, indices;
    size_t n_values;
    plim_column first; /* where each event begins: n_events + 1 numbers */
    double *value;
    int64_t *index;
    uint32_t *centroid;
    size_t capacity;
} matrix;

struct plim_climada_file {
    hid_t file;
    matrix intensity, fraction;
};

/* ---- lists ---- */

static plim_status open_list(hid_t group, const plim_hdf5_place *place, hid_t *out, size_t *n,
                             plim_error *err)
{
    *out = plim_hdf5_open_inside(group, place->column);
    if (*out < 0)
        return plim_hdf5_refuse(err, place,
                                "is missing; accepted: a hazard as CLIMADA's Hazard.write_hdf5 "
                                "writes it, without todense");
    if (H5Iget_type(*out) == H5I_DATASET)
        return plim_store_column_rows(*out, place, n, err);
    return plim_hdf5_refuse(err, place, "is a group; accepted: a list of values");
}

plim_status plim_climada_list(hid_t group, const plim_hdf5_place *place, plim_column_kind kind,
                              plim_column *out, plim_error *err)
{
    static const char *const kinds[] = {[PLIM_COLUMN_NUMBER] = "numbers",
                                        [PLIM_COLUMN_INTEGER] = "integers",
                                        [PLIM_COLUMN_TEXT] = "texts"};
    hid_t dataset = H5I_INVALID_HID;
    size_t n = 0;
    *out = (plim_column){0};
    plim_status status = open_list(group, place, &dataset, &n, err);
    plim_store_column_request request = {.dataset = dataset,
                                         .group = group,
                                         .n_rows = n,
                                         .keep_integers = kind == PLIM_COLUMN_INTEGER,
                                         .place = place};
    if (status == PLIM_OK)
        status = plim_store_read_column(&request, out, err);
    if (status == PLIM_OK && out->kind != kind)
        status =
            plim_hdf5_refuse(err, place, "holds %s; accepted: %s", kinds[out->kind], kinds[kind]);
    if (status != PLIM_OK)
        plim_column_free(out);
    plim_hdf5_close(dataset);
    return status;
}

plim_status plim_climada_text(hid_t group, const plim_hdf5_place *place, char **out,
                              plim_error *err)
{
    plim_column column = {0};
    plim_status status = PLIM_OK;
    if (H5Lexists(group, place->column, H5P_DEFAULT) > 0)
        status = plim_climada_list(group, place, PLIM_COLUMN_TEXT, &column, err);
    PLIM_TRY(status);
    *out = plim_strdup(column.n_rows > 0 ? plim_column_text(&column, 0) : "");
    plim_column_free(&column);
    return *out ? PLIM_OK : plim_fail_memory(err, place->column);
}

static plim_hdf5_place of_hazard(const plim_climada *hazard, const char *column)
{
    return (plim_hdf5_place){hazard->path, "hazard", column};
}

/* ---- events ---- */

/* Takes names over that all differ and none of which is empty; false if they don't. */
static plim_status take_names(plim_climada *hazard, const plim_column *column, bool *taken,
                              plim_error *err)
{
    plim_names seen = {0};
    plim_status status = PLIM_OK;
    *taken = column->n_rows == hazard->n_events;
    for (size_t i = 0; i < hazard->n_events && *taken && status == PLIM_OK; i++) {
        char digits[24];
        const char *name = digits;
        uint32_t index = 0;
        if (column->kind == PLIM_COLUMN_TEXT)
            name = plim_column_text(column, i);
        else
            (void)snprintf(digits, sizeof digits, "%lld", (long long)column->integer[i]);
        status = plim_names_add(&seen, name, &index, err);
        *taken = *name != '\0' && index == i;
        hazard->event[i] = *taken ? plim_strdup(name) : NULL;
        if (status == PLIM_OK && *taken && !hazard->event[i])
            status = plim_fail_memory(err, "event_name");
    }
    for (size_t i = 0; i < hazard->n_events && !*taken; i++) {
        plim_free(hazard->event[i]);
        hazard->event[i] = NULL;
    }
    plim_names_free(&seen);
    return status;
}

static plim_status read_names(plim_climada *hazard, hid_t file, plim_error *err)
{
    static const struct {
        const char *name;
        plim_column_kind kind;
    } lists[] = {{"event_name", PLIM_COLUMN_TEXT}, {"event_id", PLIM_COLUMN_INTEGER}};
    bool taken = false;
    hazard->event = plim_alloc(hazard->n_events, sizeof *hazard->event);
    if (!hazard->event)
        return plim_fail_memory(err, hazard->path);
    for (size_t i = 0; i < 2 && !taken; i++) {
        plim_column column;
        plim_hdf5_place place = of_hazard(hazard, lists[i].name);
        if (i == 0 && H5Lexists(file, place.column, H5P_DEFAULT) <= 0)
            continue;
        PLIM_TRY(plim_climada_list(file, &place, lists[i].kind, &column, err));
        plim_status status = take_names(hazard, &column, &taken, err);
        plim_column_free(&column);
        PLIM_TRY(status);
        hazard->named_by_id = i == 1;
    }
    if (taken)
        return PLIM_OK;
    plim_hdf5_place place = of_hazard(hazard, "event_id");
    return plim_hdf5_refuse(err, &place, "is not a list of %zu different numbers, one an event",
                            hazard->n_events);
}

static plim_status read_frequencies(plim_climada *hazard, hid_t file, plim_error *err)
{
    plim_column column;
    plim_hdf5_place place = of_hazard(hazard, "frequency");
    PLIM_TRY(plim_climada_list(file, &place, PLIM_COLUMN_NUMBER, &column, err));
    plim_status status = PLIM_OK;
    hazard->n_events = column.n_rows;
    for (size_t i = 0; i < column.n_rows && status == PLIM_OK; i++)
        if (!(column.number[i] >= 0 && column.number[i] <= 1e300))
            status = plim_hdf5_refuse(err, &place, "event %zu: %g; accepted: a number of 0 or more",
                                      i, column.number[i]);
    if (status == PLIM_OK && column.n_rows == 0)
        status = plim_hdf5_refuse(err, &place, "is empty; accepted: a hazard with events");
    hazard->frequency = column.number;
    column.number = NULL;
    plim_column_free(&column);
    return status;
}

/* Only what is counted by the year is a rate. */
static plim_status check_unit(const plim_climada *hazard, hid_t file, plim_error *err)
{
    static const char *const yearly[] = {"", "1/year", "annual", "1/y"};
    char *unit = NULL;
    plim_hdf5_place place = of_hazard(hazard, "frequency_unit");
    PLIM_TRY(plim_climada_text(file, &place, &unit, err));
    plim_status status = PLIM_INPUT;
    for (size_t i = 0; i < sizeof yearly / sizeof *yearly && status != PLIM_OK; i++)
        if (strcmp(unit, yearly[i]) == 0)
            status = PLIM_OK;
    if (status != PLIM_OK)
        status = plim_hdf5_refuse(err, &place, "is `%.60s`; accepted: `1/year`", unit);
    plim_free(unit);
    return status;
}

/* ---- matrices ---- */

static plim_status check_first(const matrix *m, const plim_climada *hazard, plim_error *err)
{
    plim_hdf5_place place = {hazard->path, m->name, "indptr"};
    const double *first = m->first.number;
    if (m->first.n_rows != hazard->n_events + 1)
        return plim_hdf5_refuse(err, &place, "has %zu values; accepted: %zu, one an event and one",
                                m->first.n_rows, hazard->n_events + 1);
    for (size_t i = 0; i < m->first.n_rows; i++) {
        bool good = i == 0 ? first[0] == 0 : first[i] >= first[i - 1];
        if (!good || first[i] != floor(first[i]) || !(first[i] <= (double)m->n_values))
            return plim_hdf5_refuse(err, &place,
                                    "value %zu is %g; accepted: whole numbers that never fall, "
                                    "from 0 to the number of values, %zu",
                                    i, first[i], m->n_values);
    }
    return PLIM_OK;
}

/* A list of numbers, of which nothing is read yet. */
static plim_status open_numbers(hid_t group, const plim_hdf5_place *place, hid_t *out, size_t *n,
                                plim_error *err)
{
    PLIM_TRY(open_list(group, place, out, n, err));
    hid_t type = H5Dget_type(*out);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    plim_hdf5_close(type);
    if (class == H5T_INTEGER || class == H5T_FLOAT)
        return PLIM_OK;
    return plim_hdf5_refuse(err, place, "holds no numbers; accepted: numbers");
}

static plim_status open_matrix(matrix *m, const plim_climada *hazard, hid_t group, plim_error *err)
{
    size_t n_indices = 0;
    plim_hdf5_place data = {hazard->path, m->name, "data"};
    plim_hdf5_place indices = {hazard->path, m->name, "indices"};
    plim_hdf5_place first = {hazard->path, m->name, "indptr"};
    PLIM_TRY(open_numbers(group, &data, &m->data, &m->n_values, err));
    PLIM_TRY(open_numbers(group, &indices, &m->indices, &n_indices, err));
    if (n_indices != m->n_values)
        return plim_hdf5_refuse(err, &indices, "has %zu values, but data has %zu", n_indices,
                                m->n_values);
    PLIM_TRY(plim_climada_list(group, &first, PLIM_COLUMN_NUMBER, &m->first, err));
    return check_first(m, hazard, err);
}

/* The attribute `shape`, where there is one, says the same as the rest of the file. */
static plim_status check_shape(const matrix *m, const plim_climada *hazard, hid_t group,
                               plim_error *err)
{
    int64_t shape[2] = {0, 0};
    plim_hdf5_place place = {hazard->path, m->name, "shape"};
    if (H5Aexists(group, "shape") <= 0)
        return PLIM_OK;
    hid_t attribute = H5Aopen(group, "shape", H5P_DEFAULT);
    hid_t space = attribute < 0 ? H5I_INVALID_HID : H5Aget_space(attribute);
    bool read = space >= 0 && H5Sget_simple_extent_npoints(space) == 2 &&
                H5Aread(attribute, H5T_NATIVE_INT64, shape) >= 0;
    plim_hdf5_close(space);
    plim_hdf5_close(attribute);
    if (read && shape[0] == (int64_t)hazard->n_events && shape[1] == (int64_t)hazard->n_centroids)
        return PLIM_OK;
    return plim_hdf5_refuse(err, &place,
                            "is %lld by %lld; accepted: %zu events by %zu centroids, which the "
                            "file has",
                            (long long)shape[0], (long long)shape[1], hazard->n_events,
                            hazard->n_centroids);
}

static plim_status open_group(matrix *m, const plim_climada *hazard, plim_error *err)
{
    plim_hdf5_place place = of_hazard(hazard, m->name);
    hid_t group = plim_hdf5_open_inside(hazard->file->file, m->name);
    plim_status status = PLIM_OK;
    if (group < 0)
        status = plim_hdf5_refuse(err, &place,
                                  "is missing; accepted: a hazard as CLIMADA's "
                                  "Hazard.write_hdf5 writes it");
    else if (H5Iget_type(group) != H5I_GROUP)
        status = plim_hdf5_refuse(err, &place,
                                  "is a dense table; accepted: a sparse matrix, as "
                                  "Hazard.write_hdf5 writes it without todense");
    else
        status = open_matrix(m, hazard, group, err);
    if (status == PLIM_OK)
        status = check_shape(m, hazard, group, err);
    plim_hdf5_close(group);
    return status;
}

static plim_status make_room(matrix *m, size_t n, const plim_climada *hazard, plim_error *err)
{
    if (n <= m->capacity && m->value)
        return PLIM_OK;
    plim_free(m->value);
    plim_free(m->index);
    plim_free(m->centroid);
    m->value = plim_alloc(n, sizeof *m->value);
    m->index = plim_alloc(n, sizeof *m->index);
    m->centroid = plim_alloc(n, sizeof *m->centroid);
    m->capacity = n;
    return m->value && m->index && m->centroid ? PLIM_OK : plim_fail_memory(err, hazard->path);
}

static plim_status read_row(matrix *m, const plim_climada *hazard, size_t event,
                            plim_climada_row *out, plim_error *err)
{
    plim_hdf5_place data = {hazard->path, m->name, "data"};
    plim_hdf5_place indices = {hazard->path, m->name, "indices"};
    size_t first = (size_t)m->first.number[event];
    size_t n = (size_t)m->first.number[event + 1] - first;
    *out = (plim_climada_row){.n = n};
    if (n == 0)
        return PLIM_OK;
    PLIM_TRY(make_room(m, n, hazard, err));
    plim_hdf5_rows values = {
        .dataset = m->data, .memory_type = H5T_NATIVE_DOUBLE, .size = 8, .n = n, .place = &data};
    plim_hdf5_rows places = {.dataset = m->indices,
                             .memory_type = H5T_NATIVE_INT64,
                             .size = 8,
                             .n = n,
                             .place = &indices};
    PLIM_TRY(plim_hdf5_read_block(&values, (hsize_t[2]){first, n}, m->value, err));
    PLIM_TRY(plim_hdf5_read_block(&places, (hsize_t[2]){first, n}, m->index, err));
    for (size_t i = 0; i < n; i++) {
        if (m->index[i] < 0 || m->index[i] >= (int64_t)hazard->n_centroids)
            return plim_hdf5_refuse(err, &indices, "value %zu is %lld; accepted: below %zu",
                                    first + i, (long long)m->index[i], hazard->n_centroids);
        if (!(m->value[i] >= 0 && m->value[i] <= 1e300))
            return plim_hdf5_refuse(err, &data,
                                    "value %zu, of event `%s`, is %g; accepted: numbers of 0 or "
                                    "more",
                                    first + i, hazard->event[event], m->value[i]);
        m->centroid[i] = (uint32_t)m->index[i];
    }
    *out = (plim_climada_row){.n = n, .centroid = m->centroid, .value = m->value};
    return PLIM_OK;
}

/* ---- the whole ---- */

static plim_status open_fraction(plim_climada *hazard, plim_error *err)
{
    struct plim_climada_file *file = hazard->file;
    if (H5Lexists(file->file, "fraction", H5P_DEFAULT) <= 0)
        return PLIM_OK;
    PLIM_TRY(open_group(&file->fraction, hazard, err));
    /* CLIMADA takes a matrix of zeros for one of ones. */
    for (size_t e = 0; e < hazard->n_events && !hazard->has_fraction; e++) {
        plim_climada_row row;
        PLIM_TRY(plim_climada_fraction(hazard, e, &row, err));
        for (size_t i = 0; i < row.n && !hazard->has_fraction; i++)
            hazard->has_fraction = row.value[i] > 0;
    }
    return PLIM_OK;
}

static plim_status read_all(plim_climada *hazard, plim_error *err)
{
    hid_t file = hazard->file->file;
    plim_hdf5_place unit = of_hazard(hazard, "units"), kind = of_hazard(hazard, "haz_type");
    PLIM_TRY(read_frequencies(hazard, file, err));
    PLIM_TRY(check_unit(hazard, file, err));
    PLIM_TRY(read_names(hazard, file, err));
    PLIM_TRY(plim_climada_text(file, &unit, &hazard->unit, err));
    PLIM_TRY(plim_climada_text(file, &kind, &hazard->hazard, err));
    PLIM_TRY(plim_climada_centroids(hazard, file, err));
    PLIM_TRY(open_group(&hazard->file->intensity, hazard, err));
    return open_fraction(hazard, err);
}

plim_status plim_climada_open(plim_climada *out, const char *path, plim_error *err)
{
    static const matrix closed = {.data = H5I_INVALID_HID, .indices = H5I_INVALID_HID};
    *out = (plim_climada){.path = path};
    out->file = plim_alloc(1, sizeof *out->file);
    if (!out->file)
        return plim_fail_memory(err, path);
    out->file->file = H5I_INVALID_HID;
    out->file->intensity = out->file->fraction = closed;
    out->file->intensity.name = "intensity";
    out->file->fraction.name = "fraction";
    PLIM_TRY(plim_store_open_any(path, &out->file->file, err));
    return read_all(out, err);
}

plim_status plim_climada_intensity(plim_climada *hazard, size_t event, plim_climada_row *out,
                                   plim_error *err)
{
    return read_row(&hazard->file->intensity, hazard, event, out, err);
}

plim_status plim_climada_fraction(plim_climada *hazard, size_t event, plim_climada_row *out,
                                  plim_error *err)
{
    return read_row(&hazard->file->fraction, hazard, event, out, err);
}

static void close_matrix(matrix *m)
{
    plim_hdf5_close(m->data);
    plim_hdf5_close(m->indices);
    plim_column_free(&m->first);
    plim_free(m->value);
    plim_free(m->index);
    plim_free(m->centroid);
}

void plim_climada_close(plim_climada *hazard)
{
    for (size_t i = 0; hazard->event && i < hazard->n_events; i++)
        plim_free(hazard->event[i]);
    plim_free(hazard->event);
    plim_free(hazard->frequency);
    plim_free(hazard->centroid);
    plim_free(hazard->unit);
    plim_free(hazard->hazard);
    if (hazard->file) {
        close_matrix(&hazard->file->intensity);
        close_matrix(&hazard->file->fraction);
        plim_hdf5_close(hazard->file->file);
    }
    plim_free(hazard->file);
    *hazard = (plim_climada){0};
}

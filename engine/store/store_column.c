#include "store/store_column.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"
#include "book/fault.h"
#include "store/hdf5_text.h"

#define EXACT_LIMIT 9007199254740992 /* 2^53 */

/* ---- shape ------------------------------------------------------------------------------ */

/* Values of the dataset lie in this file, and all were written: HDF5 would fill the rest with
 * zeros. */
static plim_status check_storage(hid_t dataset, hsize_t n, const plim_hdf5_place *place,
                                 plim_error *err)
{
    hid_t properties = H5Dget_create_plist(dataset);
    if (properties < 0)
        return plim_hdf5_damaged(err, place, "the column");
    H5D_layout_t layout = H5Pget_layout(properties);
    bool outside = layout == H5D_VIRTUAL || H5Pget_external_count(properties) > 0;
    bool written = true;
    H5D_space_status_t space = H5D_SPACE_STATUS_ALLOCATED;
    if (layout == H5D_CHUNKED) {
        hsize_t chunk = 1, n_chunks = 0;
        hid_t all = H5Dget_space(dataset); /* HDF5 1.10 does not take H5S_ALL here */
        written = all >= 0 && H5Pget_chunk(properties, 1, &chunk) == 1 &&
                  H5Dget_num_chunks(dataset, all, &n_chunks) >= 0 &&
                  n_chunks >= n / chunk + (n % chunk != 0);
        plim_hdf5_close(all);
    } else if (!outside && n > 0) {
        written = H5Dget_space_status(dataset, &space) >= 0 && space == H5D_SPACE_STATUS_ALLOCATED;
    }
    plim_hdf5_close(properties);
    if (outside)
        return plim_hdf5_refuse(err, place,
                                "its values lie in another file; accepted: values in "
                                "the file itself");
    if (!written)
        return plim_hdf5_refuse(err, place, "some of its %" PRIu64 " values were never written",
                                (uint64_t)n);
    return PLIM_OK;
}

/* Values need no filter but HDF5's own: any other would be code to be loaded. */
static plim_status check_filters(hid_t dataset, const plim_hdf5_place *place, plim_error *err)
{
    hid_t properties = H5Dget_create_plist(dataset);
    if (properties < 0)
        return plim_hdf5_damaged(err, place, "the column");
    int n = H5Pget_nfilters(properties);
    plim_status status = n < 0 ? plim_hdf5_damaged(err, place, "the column") : PLIM_OK;
    for (int i = 0; i < n && status == PLIM_OK; i++) {
        unsigned flags, configuration;
        size_t n_values = 0;
        char name[64] = "";
        H5Z_filter_t filter = H5Pget_filter2(properties, (unsigned)i, &flags, &n_values, NULL,
                                             sizeof name, name, &configuration);
        if (filter < 0)
            status = plim_hdf5_damaged(err, place, "the column");
        else if (filter > H5Z_FILTER_SCALEOFFSET || H5Zfilter_avail(filter) <= 0)
            status = plim_hdf5_refuse(err, place,
                                      "its values are packed by filter %d, which is not HDF5's "
                                      "own and would be code to load; accepted: no filter, or "
                                      "deflate, shuffle, fletcher32",
                                      (int)filter);
    }
    plim_hdf5_close(properties);
    return status;
}

plim_status plim_store_column_rows(hid_t dataset, const plim_hdf5_place *place, size_t *n_rows,
                                   plim_error *err)
{
    hid_t space = H5Dget_space(dataset);
    if (space < 0)
        return plim_hdf5_damaged(err, place, "the column");
    int rank = H5Sget_simple_extent_ndims(space);
    bool simple = H5Sget_simple_extent_type(space) == H5S_SIMPLE;
    hsize_t n = 0;
    bool known = rank == 1 && H5Sget_simple_extent_dims(space, &n, NULL) == 1;
    plim_hdf5_close(space);
    if (!simple || !known)
        return plim_hdf5_refuse(err, place,
                                "it has %d dimensions; accepted: a list of values (one dimension)",
                                rank > 0 ? rank : 0);
    if (n >= PLIM_NO_NAME - 1)
        return plim_hdf5_refuse(err, place, "it has %" PRIu64 " rows; accepted: below %" PRIu32,
                                (uint64_t)n, PLIM_NO_NAME - 1);
    *n_rows = (size_t)n;
    PLIM_TRY(check_filters(dataset, place, err));
    return check_storage(dataset, n, place, err);
}

/* ---- labels ----------------------------------------------------------------------------- */

plim_status plim_store_column_labels(hid_t dataset, hid_t group, const plim_hdf5_place *place,
                                     hid_t *labels, plim_error *err)
{
    plim_hdf5_value path;
    *labels = H5I_INVALID_HID;
    PLIM_TRY(plim_hdf5_attribute(dataset, "labels", place, &path, err));
    if (path.kind == PLIM_HDF5_NONE)
        return PLIM_OK;
    if (path.kind == PLIM_HDF5_TEXT) {
        hid_t root = H5Oopen(group, "/", H5P_DEFAULT);
        *labels = plim_hdf5_open_inside(group, path.text);
        if (*labels < 0)
            *labels = plim_hdf5_open_inside(root, path.text);
        plim_hdf5_close(root);
    }
    plim_status status = PLIM_OK;
    const char *shown = path.text != NULL ? path.text : "not a text";
    if (*labels < 0 || H5Iget_type(*labels) != H5I_DATASET) {
        status = plim_hdf5_refuse(err, place,
                                  "attribute labels is '%.*s', which is no dataset of this file; "
                                  "accepted: the path of a list of texts",
                                  plim_shown(shown), shown);
        plim_hdf5_close(*labels);
        *labels = H5I_INVALID_HID;
    }
    plim_hdf5_value_free(&path);
    return status;
}

/* ---- integers --------------------------------------------------------------------------- */

/* Row of the file that row i of the column is. */
static size_t row_of(const plim_store_column_request *request, size_t i)
{
    return request->choice != NULL ? plim_choice_row(request->choice, i) : i;
}

/* Integers of any width, sign and byte order, and the values of enumerations. */
static plim_status read_integers(const plim_store_column_request *request, hid_t type,
                                 int64_t **out, plim_error *err)
{
    size_t n = request->n_rows;
    const plim_hdf5_place *place = request->place;
    bool is_unsigned = H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE;
    hid_t memory = is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    if (H5Tget_size(type) > sizeof(int64_t))
        return plim_hdf5_refuse(err, place, "its integers are wider than 64 bits");
    int64_t *values = plim_alloc(n, sizeof *values);
    if (values == NULL)
        return plim_fail_memory(err, place->column);
    plim_hdf5_rows rows = {
        request->dataset, memory, sizeof *values, request->choice, n, place, NULL};
    plim_status status = plim_hdf5_read_rows(&rows, values, err);
    for (size_t i = 0; i < n && is_unsigned && status == PLIM_OK; i++)
        if (values[i] < 0)
            status = plim_hdf5_refuse(err, place,
                                      "row %zu: %" PRIu64 " is too large for an integer; accepted: "
                                      "at most %" PRId64 ", or text",
                                      row_of(request, i), (uint64_t)values[i], INT64_MAX);
    if (status != PLIM_OK) {
        plim_free(values);
        return status;
    }
    *out = values;
    return PLIM_OK;
}

/* The integer that means missing. */
static plim_status missing_integer(const plim_hdf5_value *missing, const plim_hdf5_place *place,
                                   bool *any, int64_t *value, plim_error *err)
{
    *any = missing->kind != PLIM_HDF5_NONE;
    *value = missing->integer;
    if (!*any || missing->kind == PLIM_HDF5_INTEGER)
        return PLIM_OK;
    bool is_float = missing->kind == PLIM_HDF5_FLOAT;
    if (is_float && fabs(missing->number) < EXACT_LIMIT &&
        floor(missing->number) == missing->number) {
        *value = (int64_t)missing->number;
        return PLIM_OK;
    }
    if (is_float || (missing->kind == PLIM_HDF5_TEXT && !plim_parse_int64(missing->text, value))) {
        *any = false; /* a value that no integer equals */
        return PLIM_OK;
    }
    if (missing->kind == PLIM_HDF5_TEXT)
        return PLIM_OK;
    return plim_hdf5_refuse(err, place, "attribute missing is neither a number nor a text");
}

static plim_status integers_to_numbers(const plim_store_column_request *request,
                                       const int64_t *values, const plim_hdf5_value *missing,
                                       plim_column *out, plim_error *err)
{
    bool any;
    int64_t none;
    PLIM_TRY(missing_integer(missing, request->place, &any, &none, err));
    PLIM_TRY(plim_column_make_room(out, request->place->column, PLIM_COLUMN_NUMBER, request->n_rows,
                                   err));
    for (size_t i = 0; i < request->n_rows; i++) /* beyond 2^53 the nearest double */
        out->number[i] = any && values[i] == none ? (double)NAN : (double)values[i];
    return PLIM_OK;
}

static plim_status integers_to_ids(const plim_store_column_request *request, const int64_t *values,
                                   const plim_hdf5_value *missing, plim_column *out,
                                   plim_error *err)
{
    bool any;
    int64_t none;
    PLIM_TRY(missing_integer(missing, request->place, &any, &none, err));
    PLIM_TRY(
        plim_column_make(out, request->place->column, PLIM_COLUMN_INTEGER, request->n_rows, err));
    for (size_t i = 0; i < request->n_rows; i++)
        out->integer[i] = any && values[i] == none ? PLIM_REFERENCE_MISSING : values[i];
    return PLIM_OK;
}

/* The text that means missing becomes "". */
static plim_status drop_missing_text(plim_column *column, const char *missing, plim_error *err)
{
    uint32_t none = missing != NULL ? plim_names_find(&column->labels, missing) : PLIM_NO_NAME;
    if (none == PLIM_NO_NAME)
        return PLIM_OK;
    uint32_t empty;
    PLIM_TRY(plim_names_add(&column->labels, "", &empty, err));
    for (size_t i = 0; i < column->n_rows; i++)
        if (column->code[i] == none)
            column->code[i] = empty;
    return PLIM_OK;
}

/* The list of a column's labels, or of those that occur in it. */
typedef struct label_list {
    size_t n;          /* labels in the file */
    plim_names names;  /* without those that recur, or do not occur */
    uint32_t *code_of; /* of each label in the file that occurs: its code in `names` */
} label_list;

static void free_labels(label_list *list)
{
    plim_names_free(&list->names);
    plim_free(list->code_of);
}

static plim_status read_labels(hid_t dataset, const plim_row_choice *choice,
                               const plim_hdf5_place *place, label_list *out, plim_error *err)
{
    plim_column column;
    out->code_of = plim_alloc(out->n, sizeof *out->code_of);
    if (out->code_of == NULL)
        return plim_fail_memory(err, place->column);
    PLIM_TRY(plim_column_make(&column, place->column, PLIM_COLUMN_TEXT, choice->n, err));
    plim_status status = plim_hdf5_read_texts(dataset, choice, place, &column, err);
    for (size_t l = 0, at = 0; l < out->n && status == PLIM_OK; l++)
        if (plim_choice_has(choice, l))
            out->code_of[l] = column.code[at++];
    out->names = column.labels;
    column.labels = (plim_names){0};
    plim_column_free(&column);
    return status;
}

/* Labels of a column that was read whole, or, of one that was not, those that its codes name: a
   list may be as long as the table. */
static plim_status find_label_list(const plim_store_column_request *request, hid_t dataset,
                                   const int64_t *codes, label_list *out, plim_error *err)
{
    const plim_hdf5_place *place = request->place;
    *out = (label_list){0};
    PLIM_TRY(plim_store_column_rows(dataset, place, &out->n, err));
    hid_t type = H5Dget_type(dataset);
    bool is_text = H5Tget_class(type) == H5T_STRING;
    plim_hdf5_close(type);
    if (!is_text)
        return plim_hdf5_refuse(err, place, "its labels are not texts");
    plim_row_choice choice = {.end = out->n, .wanted = 1, .n = out->n};
    uint8_t *used = NULL;
    if (request->choice != NULL) {
        used = plim_alloc(out->n, 1);
        if (used == NULL)
            return plim_fail_memory(err, place->column);
        for (size_t i = 0; i < request->n_rows; i++)
            if (codes[i] >= 0 && (uint64_t)codes[i] < out->n)
                used[codes[i]] = 1;
        choice.group = used;
        choice.n = plim_choice_count(&choice, 0, out->n);
    }
    plim_status status = read_labels(dataset, &choice, place, out, err);
    plim_free(used);
    return status;
}

/* Codes become the labels that they number. A code, or the label, may be the missing value. */
static plim_status codes_to_texts(const plim_store_column_request *request, const int64_t *values,
                                  const plim_hdf5_value *missing, label_list *labels,
                                  plim_column *out, plim_error *err)
{
    bool any;
    int64_t none;
    const plim_hdf5_place *place = request->place;
    PLIM_TRY(missing_integer(missing, place, &any, &none, err));
    PLIM_TRY(plim_column_make(out, place->column, PLIM_COLUMN_TEXT, request->n_rows, err));
    plim_names_free(&out->labels);
    out->labels = labels->names;
    labels->names = (plim_names){0};
    uint32_t empty;
    PLIM_TRY(plim_names_add(&out->labels, "", &empty, err));
    for (size_t i = 0; i < request->n_rows; i++) {
        bool is_missing = any && missing->kind != PLIM_HDF5_TEXT && values[i] == none;
        if (!is_missing && (values[i] < 0 || (uint64_t)values[i] >= labels->n))
            return plim_hdf5_refuse(err, place,
                                    "row %zu: code %" PRId64 " has no label; accepted: below %zu",
                                    row_of(request, i), values[i], labels->n);
        out->code[i] = is_missing ? empty : labels->code_of[values[i]];
    }
    return missing->kind == PLIM_HDF5_TEXT ? drop_missing_text(out, missing->text, err) : PLIM_OK;
}

/* ---- by type ---------------------------------------------------------------------------- */

/* The type in which h5py writes booleans: an enumeration of FALSE and TRUE. */
static bool is_boolean(hid_t type)
{
    if (H5Tget_class(type) != H5T_ENUM || H5Tget_nmembers(type) != 2)
        return false;
    char *first = H5Tget_member_name(type, 0), *second = H5Tget_member_name(type, 1);
    bool boolean = first != NULL && second != NULL && strcmp(first, "FALSE") == 0 &&
                   strcmp(second, "TRUE") == 0;
    (void)H5free_memory(first);
    (void)H5free_memory(second);
    return boolean;
}

static plim_status read_floats(const plim_store_column_request *request,
                               const plim_hdf5_value *missing, plim_column *out, plim_error *err)
{
    double none = (double)NAN;
    if (missing->kind == PLIM_HDF5_INTEGER || missing->kind == PLIM_HDF5_FLOAT)
        none = missing->number;
    PLIM_TRY(plim_column_make_room(out, request->place->column, PLIM_COLUMN_NUMBER, request->n_rows,
                                   err));
    plim_hdf5_rows rows = {request->dataset,
                           H5T_NATIVE_DOUBLE,
                           sizeof *out->number,
                           request->choice,
                           request->n_rows,
                           request->place,
                           NULL};
    PLIM_TRY(plim_hdf5_read_rows(&rows, out->number, err));
    for (size_t i = 0; i < request->n_rows && !isnan(none); i++)
        if (out->number[i] == none)
            out->number[i] = (double)NAN;
    return PLIM_OK;
}

static plim_status read_integer_column(const plim_store_column_request *request, hid_t type,
                                       const plim_hdf5_value *missing, plim_column *out,
                                       plim_error *err)
{
    int64_t *values = NULL;
    hid_t labels;
    label_list list = {0};
    PLIM_TRY(
        plim_store_column_labels(request->dataset, request->group, request->place, &labels, err));
    plim_status status = read_integers(request, type, &values, err);
    if (status == PLIM_OK && labels >= 0) {
        status = find_label_list(request, labels, values, &list, err);
        if (status == PLIM_OK)
            status = codes_to_texts(request, values, missing, &list, out, err);
    } else if (status == PLIM_OK && request->keep_integers && !is_boolean(type)) {
        status = integers_to_ids(request, values, missing, out, err);
    } else if (status == PLIM_OK) {
        status = integers_to_numbers(request, values, missing, out, err);
    }
    plim_hdf5_close(labels);
    free_labels(&list);
    plim_free(values);
    return status;
}

static plim_status read_text_column(const plim_store_column_request *request,
                                    const plim_hdf5_value *missing, plim_column *out,
                                    plim_error *err)
{
    PLIM_TRY(plim_column_make(out, request->place->column, PLIM_COLUMN_TEXT, request->n_rows, err));
    PLIM_TRY(plim_hdf5_read_texts(request->dataset, request->choice, request->place, out, err));
    return drop_missing_text(out, missing->text, err);
}

static const char *class_in_words(H5T_class_t class)
{
    switch (class) {
    case H5T_ENUM:
        return "an enumeration";
    case H5T_COMPOUND:
        return "a compound type";
    case H5T_ARRAY:
        return "an array in each cell";
    case H5T_VLEN:
        return "a list in each cell";
    case H5T_REFERENCE:
        return "HDF5 references";
    case H5T_OPAQUE:
        return "an opaque type";
    default:
        return "an unusual type";
    }
}

static plim_status read_by_type(const plim_store_column_request *request, hid_t type,
                                const plim_hdf5_value *missing, plim_column *out, plim_error *err)
{
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_FLOAT && H5Aexists(request->dataset, "labels") > 0)
        return plim_hdf5_refuse(err, request->place,
                                "it has an attribute labels, but its codes are not integers");
    if (class == H5T_FLOAT)
        return read_floats(request, missing, out, err);
    if (class == H5T_INTEGER || is_boolean(type))
        return read_integer_column(request, type, missing, out, err);
    if (class != H5T_STRING)
        return plim_hdf5_refuse(err, request->place,
                                "it holds %s; accepted: numbers, booleans, texts, or codes with an "
                                "attribute labels",
                                class_in_words(class));
    return read_text_column(request, missing, out, err);
}

/* Keeps an attribute of text, if there is one. */
static plim_status keep_text(hid_t dataset, const char *name, const plim_hdf5_place *place,
                             char **out, plim_error *err)
{
    plim_hdf5_value value;
    PLIM_TRY(plim_hdf5_attribute(dataset, name, place, &value, err));
    if (value.kind == PLIM_HDF5_TEXT) {
        *out = value.text;
        value.text = NULL;
    }
    plim_hdf5_value_free(&value);
    return PLIM_OK;
}

plim_status plim_store_read_column(const plim_store_column_request *request, plim_column *out,
                                   plim_error *err)
{
    *out = (plim_column){0};
    plim_hdf5_value missing;
    hid_t dataset = request->dataset;
    PLIM_TRY(plim_hdf5_attribute(dataset, "missing", request->place, &missing, err));
    hid_t type = H5Dget_type(dataset);
    plim_status status = type < 0 ? plim_hdf5_damaged(err, request->place, "the column")
                                  : read_by_type(request, type, &missing, out, err);
    plim_hdf5_close(type);
    if (status == PLIM_OK)
        status = keep_text(dataset, "unit", request->place, &out->unit, err);
    if (status == PLIM_OK)
        status = keep_text(dataset, "description", request->place, &out->description, err);
    plim_hdf5_value_free(&missing);
    if (status != PLIM_OK)
        plim_column_free(out);
    return status;
}

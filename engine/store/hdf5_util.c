#include "store/hdf5_util.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/hdf5_descriptor.h"

/* ---- failures --------------------------------------------------------------------------- */

void plim_hdf5_quiet(void)
{
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

plim_status plim_hdf5_refuse(plim_error *err, const plim_hdf5_place *place, const char *format, ...)
{
    char words[1024];
    va_list rest;
    va_start(rest, format);
    (void)vsnprintf(words, sizeof words, format, rest);
    va_end(rest);
    return plim_fail(err, PLIM_INPUT, "%s: %s%s%s%s%.*s", place->path,
                     place->table != NULL ? place->table : "", place->column != NULL ? "." : "",
                     place->column != NULL ? place->column : "", place->table != NULL ? ": " : "",
                     (int)plim_utf8_cut(words, strlen(words)), words);
}

typedef struct reason {
    char *out;
    size_t size;
} reason;

static herr_t keep_innermost(unsigned n, const H5E_error2_t *error, void *user)
{
    const reason *keep = user;
    if (n == 0 && error->desc != NULL)
        (void)snprintf(keep->out, keep->size, "%s", error->desc);
    return 0;
}

void plim_hdf5_reason(char *out, size_t size)
{
    out[0] = '\0';
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &(reason){out, size});
}

plim_status plim_hdf5_damaged(plim_error *err, const plim_hdf5_place *place, const char *what)
{
    char words[256];
    plim_hdf5_reason(words, sizeof words);
    return plim_hdf5_refuse(err, place, "%s can't be read; the file is damaged or cut short (%s)",
                            what, words[0] != '\0' ? words : "no reason known");
}

/* ---- objects ---------------------------------------------------------------------------- */

void plim_hdf5_close(hid_t id)
{
    if (id >= 0)
        (void)H5Idec_ref(id);
}

hid_t plim_hdf5_open_file(const char *path, int descriptor, char *why, size_t size)
{
    /* A filter that is not built in would be code from a folder that the environment names. */
    (void)H5PLset_loading_state(0);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = H5I_INVALID_HID;
    /* Locks are asked for, but a file system without them does not keep a file from being read. */
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_file_locking(access, true, true) >= 0 &&
        (descriptor < 0 || plim_hdf5_use_descriptor(access, descriptor) >= 0))
        file = H5Fopen(path, H5F_ACC_RDONLY, access);
    why[0] = '\0';
    if (file < 0)
        plim_hdf5_reason(why, size);
    plim_hdf5_close(access);
    return file;
}

bool plim_hdf5_is_hard(hid_t group, const char *name)
{
    H5L_info_t info;
    return H5Lexists(group, name, H5P_DEFAULT) > 0 &&
           H5Lget_info(group, name, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

hid_t plim_hdf5_open_inside(hid_t base, const char *path)
{
    size_t length = strlen(path);
    char step[1024]; /* no path of ours is as long */
    bool hard = length > 0 && length < sizeof step;
    if (hard)
        memcpy(step, path, length + 1);
    for (size_t at = 1; at <= length && hard; at++) {
        if (path[at] != '/' && path[at] != '\0')
            continue;
        step[at] = '\0';
        hard = plim_hdf5_is_hard(base, step);
        step[at] = path[at];
    }
    return hard ? H5Oopen(base, path, H5P_DEFAULT) : H5I_INVALID_HID;
}

plim_status plim_hdf5_link_name(hid_t group, hsize_t i, char **name, plim_error *err)
{
    *name = NULL;
    ssize_t length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, NULL, 0, H5P_DEFAULT);
    if (length < 0)
        return PLIM_OK;
    *name = plim_alloc((size_t)length + 1, 1);
    if (*name == NULL)
        return plim_fail_memory(err, "the names of a file's parts");
    if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, *name, (size_t)length + 1,
                           H5P_DEFAULT) != length) {
        plim_free(*name);
        *name = NULL;
    }
    return PLIM_OK;
}

/* ---- texts ------------------------------------------------------------------------------ */

bool plim_hdf5_fixed_text(const char *bytes, size_t size, H5T_str_t padding, char *out)
{
    const char *zero = memchr(bytes, '\0', size);
    size_t length = size;
    if (padding == H5T_STR_NULLTERM) {
        length = zero != NULL ? (size_t)(zero - bytes) : size;
    } else {
        while (length > 0 && bytes[length - 1] == '\0')
            length--;
        while (padding == H5T_STR_SPACEPAD && length > 0 && bytes[length - 1] == ' ')
            length--;
    }
    memcpy(out, bytes, length);
    out[length] = '\0';
    return strlen(out) == length && plim_utf8_valid(out, length);
}

hid_t plim_hdf5_variable_type(hid_t file_type)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5Tget_cset(file_type)) < 0)) {
        plim_hdf5_close(type);
        type = H5I_INVALID_HID;
    }
    return type;
}

/* ---- attributes ------------------------------------------------------------------------- */

static plim_status read_variable(hid_t attribute, hid_t type, const plim_hdf5_place *place,
                                 plim_hdf5_value *out, plim_error *err)
{
    char *text = NULL;
    hid_t memory = plim_hdf5_variable_type(type);
    plim_status status = PLIM_OK;
    if (memory < 0 || H5Aread(attribute, memory, &text) < 0)
        status = plim_hdf5_damaged(err, place, "an attribute");
    plim_hdf5_close(memory);
    PLIM_TRY(status);
    const char *given = text != NULL ? text : "";
    if (plim_utf8_valid(given, strlen(given))) {
        out->kind = PLIM_HDF5_TEXT;
        out->text = plim_strdup(given);
        status = out->text != NULL ? PLIM_OK : plim_fail_memory(err, "an attribute");
    }
    (void)H5free_memory(text);
    return status;
}

static plim_status read_fixed(hid_t attribute, hid_t type, const plim_hdf5_place *place,
                              plim_hdf5_value *out, plim_error *err)
{
    size_t size = H5Tget_size(type);
    char *bytes = plim_alloc(size, 1);
    out->text = plim_alloc(size + 1, 1);
    plim_status status = PLIM_OK;
    if (bytes == NULL || out->text == NULL)
        status = plim_fail_memory(err, "an attribute");
    else if (H5Aread(attribute, type, bytes) < 0)
        status = plim_hdf5_damaged(err, place, "an attribute");
    else if (plim_hdf5_fixed_text(bytes, size, H5Tget_strpad(type), out->text))
        out->kind = PLIM_HDF5_TEXT;
    plim_free(bytes);
    return status;
}

static plim_status read_number(hid_t attribute, H5T_class_t class, const plim_hdf5_place *place,
                               plim_hdf5_value *out, plim_error *err)
{
    if (H5Aread(attribute, H5T_NATIVE_DOUBLE, &out->number) < 0 ||
        (class == H5T_INTEGER && H5Aread(attribute, H5T_NATIVE_INT64, &out->integer) < 0))
        return plim_hdf5_damaged(err, place, "an attribute");
    char text[32];
    if (class == H5T_INTEGER)
        (void)snprintf(text, sizeof text, "%lld", (long long)out->integer);
    else
        plim_format_shortest(out->number, text, sizeof text);
    out->kind = class == H5T_INTEGER ? PLIM_HDF5_INTEGER : PLIM_HDF5_FLOAT;
    out->text = plim_strdup(text);
    return out->text != NULL ? PLIM_OK : plim_fail_memory(err, "an attribute");
}

static plim_status read_value(hid_t attribute, const plim_hdf5_place *place, plim_hdf5_value *out,
                              plim_error *err)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    bool single = H5Sget_simple_extent_npoints(space) == 1;
    plim_status status = PLIM_OK;
    out->kind = PLIM_HDF5_OTHER;
    if (single && class == H5T_STRING && H5Tis_variable_str(type) > 0)
        status = read_variable(attribute, type, place, out, err);
    else if (single && class == H5T_STRING)
        status = read_fixed(attribute, type, place, out, err);
    else if (single && (class == H5T_INTEGER || class == H5T_FLOAT))
        status = read_number(attribute, class, place, out, err);
    plim_hdf5_close(type);
    plim_hdf5_close(space);
    return status;
}

plim_status plim_hdf5_attribute(hid_t object, const char *name, const plim_hdf5_place *place,
                                plim_hdf5_value *out, plim_error *err)
{
    *out = (plim_hdf5_value){.kind = PLIM_HDF5_NONE};
    htri_t exists = H5Aexists(object, name);
    if (exists == 0)
        return PLIM_OK;
    hid_t attribute = exists > 0 ? H5Aopen(object, name, H5P_DEFAULT) : H5I_INVALID_HID;
    if (attribute < 0)
        return plim_hdf5_damaged(err, place, "an attribute");
    plim_status status = read_value(attribute, place, out, err);
    plim_hdf5_close(attribute);
    if (status != PLIM_OK)
        plim_hdf5_value_free(out);
    return status;
}

void plim_hdf5_value_free(plim_hdf5_value *value)
{
    plim_free(value->text);
    *value = (plim_hdf5_value){.kind = PLIM_HDF5_NONE};
}

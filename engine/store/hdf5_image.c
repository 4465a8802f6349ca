#include "store/hdf5_image.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "store/hdf5_zeros.h"

enum {
    CHUNK_ROWS = 131072,
    CHUNK_BYTES = 64 << 20, /* rows longer than usual make chunks of fewer rows */
    GROWTH = 16 << 20,      /* step in which the image grows */
    CODED_BYTES = 8 << 20,  /* texts below this are written as they are */
};

plim_status plim_hdf5_write_failed(plim_error *err)
{
    char why[256];
    plim_hdf5_reason(why, sizeof why);
    return plim_fail(err, PLIM_MACHINE, "composing the HDF5 file in memory failed (%s)", why);
}

/* ---- the image -------------------------------------------------------------------------- */

/* HDF5 keeps the file in memory that these hand out. H5Fget_file_image is no way to get at it: of a
   V110 file that is open it gives a superblock whose checksum is wrong. So the memory is taken over
   when HDF5 lets go of it at closing; by then all is flushed. */
static void *image_malloc(size_t size, H5FD_file_image_op_t why, void *user)
{
    (void)why;
    (void)user;
    return plim_alloc(size, 1);
}

static void *image_copy(void *to, const void *from, size_t size, H5FD_file_image_op_t why,
                        void *user)
{
    (void)why;
    (void)user;
    return memcpy(to, from, size);
}

static void *image_resize(void *old, size_t size, H5FD_file_image_op_t why, void *user)
{
    plim_hdf5_image *image = user;
    (void)why;
    char *bytes =
        image->disk != NULL ? plim_file_image_resize(image->disk, size) : plim_resize(old, size, 1);
    if (bytes == NULL)
        return NULL;
    /* Space that HDF5 sets aside and never writes must not differ from run to run. */
    if (image->disk == NULL && size > image->size)
        memset(bytes + image->size, 0, size - image->size);
    image->size = size;
    return bytes;
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t why, void *user)
{
    plim_hdf5_image *image = user;
    if (why == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
        image->bytes = bytes;
    else if (image->disk == NULL)
        plim_free(bytes);
    return 0;
}

static void *keep_user(void *user)
{
    return user;
}

static herr_t leave_user(void *user)
{
    (void)user;
    return 0;
}

/* HDF5 would read what stands at the file's path before it replaces it; nothing can stand here. */
#define NOWHERE "/dev/null/plimsoll"

static hid_t create_file(plim_hdf5_image *image)
{
    H5FD_file_image_callbacks_t callbacks = {image_malloc, image_copy, image_resize, image_free,
                                             keep_user,    leave_user, image};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = H5I_INVALID_HID;
    if (access >= 0 && create >= 0 && H5Pset_fapl_core(access, GROWTH, false) >= 0 &&
        H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
        H5Pset_obj_track_times(create, false) >= 0)
        file = H5Fcreate(NOWHERE, H5F_ACC_TRUNC, create, access);
    plim_hdf5_close(access);
    plim_hdf5_close(create);
    return file;
}

plim_status plim_hdf5_image_why(const plim_hdf5_image *image, plim_status status, plim_error *err)
{
    if (image->disk == NULL || plim_file_image_check(image->disk, NULL) == PLIM_OK)
        return status;
    if (err != NULL)
        *err = (plim_error){PLIM_OK, ""};
    return plim_file_image_check(image->disk, err);
}

plim_status plim_hdf5_image_begin(plim_hdf5_image *image, const char *path, const char *format,
                                  bool on_disk, plim_error *err)
{
    plim_hdf5_quiet();
    *image = (plim_hdf5_image){.path = path, .file = H5I_INVALID_HID};
    if (on_disk)
        PLIM_TRY(plim_file_image_open(&image->disk, path, err));
    image->file = create_file(image);
    if (image->file < 0) {
        plim_status status = plim_hdf5_image_why(image, plim_hdf5_write_failed(err), err);
        plim_hdf5_image_abandon(image);
        return status;
    }
    hid_t root = H5Oopen(image->file, "/", H5P_DEFAULT);
    plim_status status = plim_hdf5_set_text(root, "format", format, err);
    if (status == PLIM_OK)
        status = plim_hdf5_set_integer(root, "version", 1, err);
    plim_hdf5_close(root);
    if (status != PLIM_OK)
        plim_hdf5_image_abandon(image);
    return status;
}

/* Length of the file: the image is longer, grown in steps. Bytes 28 to 35 of a version-3 superblock
   are the end-of-file address, little-endian (HDF5 File Format Specification, Superblock). */
static size_t end_of_file(const plim_hdf5_image *image)
{
    const unsigned char *bytes = image->bytes;
    uint64_t end = 0;
    if (bytes == NULL || image->size < 48 || bytes[8] != 3)
        return 0;
    for (int i = 7; i >= 0; i--)
        end = end << 8 | bytes[28 + i];
    return end <= image->size ? (size_t)end : 0;
}

plim_status plim_hdf5_image_publish(plim_hdf5_image *image, plim_error *err)
{
    plim_status status = PLIM_OK;
    hid_t file = image->file;
    image->file = H5I_INVALID_HID;
    if (H5Fclose(file) < 0)
        status = plim_hdf5_write_failed(err);
    size_t length = end_of_file(image);
    if (status == PLIM_OK && length == 0)
        status = plim_fail(err, PLIM_BUG, "HDF5 left no file in memory for %s", image->path);
    if (status == PLIM_OK)
        status = image->disk != NULL ? plim_file_image_publish(image->disk, length, err)
                                     : plim_file_write(image->path, image->bytes, length, err);
    plim_hdf5_image_abandon(image);
    return status;
}

void plim_hdf5_image_relax(const plim_hdf5_image *image)
{
    if (image->disk != NULL)
        plim_file_image_drop(image->disk);
}

void plim_hdf5_image_abandon(plim_hdf5_image *image)
{
    if (image->file >= 0)
        (void)H5Fclose(image->file);
    image->file = H5I_INVALID_HID;
    if (image->disk == NULL)
        plim_free(image->bytes);
    plim_file_image_close(image->disk);
    image->disk = NULL;
    image->bytes = NULL;
}

/* ---- groups and attributes -------------------------------------------------------------- */

hid_t plim_hdf5_make_group(hid_t parent, const char *name)
{
    if (H5Lexists(parent, name, H5P_DEFAULT) > 0)
        return H5Gopen2(parent, name, H5P_DEFAULT);
    hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = H5I_INVALID_HID;
    if (create >= 0 && H5Pset_obj_track_times(create, false) >= 0)
        group = H5Gcreate2(parent, name, H5P_DEFAULT, create, H5P_DEFAULT);
    plim_hdf5_close(create);
    return group;
}

/* A fixed-length UTF-8 string of `size` bytes, at least 1. */
static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, size > 0 ? size : 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
         H5Tset_strpad(type, H5T_STR_NULLPAD) < 0)) {
        plim_hdf5_close(type);
        type = H5I_INVALID_HID;
    }
    return type;
}

static plim_status set_attribute(hid_t object, const char *name, const hid_t type[2],
                                 const void *value, plim_error *err)
{
    hid_t space = H5Screate(H5S_SCALAR), attribute = H5I_INVALID_HID;
    plim_status status = PLIM_OK;
    if (space >= 0 && type[0] >= 0)
        attribute = H5Acreate2(object, name, type[0], space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, type[1], value) < 0)
        status = plim_hdf5_write_failed(err);
    plim_hdf5_close(attribute);
    plim_hdf5_close(space);
    return status;
}

plim_status plim_hdf5_set_text(hid_t object, const char *name, const char *text, plim_error *err)
{
    if (text == NULL)
        return PLIM_OK;
    hid_t type = text_type(strlen(text));
    plim_status status = set_attribute(object, name, (hid_t[2]){type, type}, text, err);
    plim_hdf5_close(type);
    return status;
}

plim_status plim_hdf5_set_integer(hid_t object, const char *name, int64_t value, plim_error *err)
{
    const hid_t types[2] = {H5T_STD_I64LE, H5T_NATIVE_INT64};
    return set_attribute(object, name, types, &value, err);
}

/* ---- columns ---------------------------------------------------------------------------- */

static hid_t create_dataset(hid_t group, const plim_hdf5_cells *cells)
{
    size_t width = H5Tget_size(cells->file_type);
    size_t fit = width > 0 && CHUNK_BYTES / width > 0 ? CHUNK_BYTES / width : 1;
    hsize_t n = cells->n, chunk = fit < CHUNK_ROWS ? fit : CHUNK_ROWS;
    chunk = chunk < n ? chunk : n;
    hid_t space = H5Screate_simple(1, &n, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = H5I_INVALID_HID;
    if (space >= 0 && create >= 0 && H5Pset_obj_track_times(create, false) >= 0 &&
        (n == 0 || (H5Pset_chunk(create, 1, &chunk) >= 0 && H5Pset_fletcher32(create) >= 0)))
        dataset = H5Dcreate2(group, cells->name, cells->file_type, space, H5P_DEFAULT, create,
                             H5P_DEFAULT);
    plim_hdf5_close(space);
    plim_hdf5_close(create);
    return dataset;
}

plim_status plim_hdf5_write_cells(hid_t group, const plim_hdf5_cells *cells, hid_t *out,
                                  plim_error *err)
{
    *out = create_dataset(group, cells);
    if (*out < 0 ||
        (cells->data != NULL && cells->n > 0 &&
         H5Dwrite(*out, cells->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells->data) < 0))
        return plim_hdf5_write_failed(err);
    if (cells->data == NULL)
        return PLIM_OK;
    size_t size = H5Tget_size(cells->memory_type);
    return plim_hdf5_set_zeros(*out, &(plim_hdf5_values){cells->data, size, cells->n, NULL, 0},
                               err);
}

plim_status plim_hdf5_put_cells(hid_t dataset, hid_t memory_type, const hsize_t rows[2],
                                const void *data, plim_error *err)
{
    hid_t file_space = H5Dget_space(dataset), memory_space = H5Screate_simple(1, &rows[1], NULL);
    plim_status status = PLIM_OK;
    if (file_space < 0 || memory_space < 0 ||
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &rows[0], NULL, &rows[1], NULL) < 0 ||
        H5Dwrite(dataset, memory_type, memory_space, file_space, H5P_DEFAULT, data) < 0)
        status = plim_hdf5_write_failed(err);
    plim_hdf5_close(file_space);
    plim_hdf5_close(memory_space);
    return status;
}

/* As many rows of a text as are written at once. */
static size_t text_step(size_t width)
{
    size_t fit = CHUNK_BYTES / (width > 0 ? width : 1);
    return fit == 0 ? 1 : fit < CHUNK_ROWS ? fit : CHUNK_ROWS;
}

plim_status plim_hdf5_put_texts(hid_t dataset, size_t first, const plim_hdf5_texts *texts,
                                size_t width, plim_error *err)
{
    hid_t type = text_type(width);
    size_t step = text_step(width), size = width > 0 ? width : 1;
    step = step < texts->n ? step : texts->n;
    char *slab = plim_alloc(step > 0 ? step : 1, size);
    plim_status status = PLIM_OK;
    if (type < 0)
        status = plim_hdf5_write_failed(err);
    else if (slab == NULL)
        status = plim_fail_memory(err, texts->name);
    for (size_t at = 0; at < texts->n && status == PLIM_OK; at += step) {
        size_t n = texts->n - at < step ? texts->n - at : step;
        memset(slab, 0, n * size);
        for (size_t i = 0; i < n; i++) {
            const char *text = texts->labels->text[texts->code[at + i]];
            memcpy(slab + i * size, text, strlen(text));
        }
        status = plim_hdf5_put_cells(dataset, type, (hsize_t[2]){first + at, n}, slab, err);
    }
    plim_free(slab);
    plim_hdf5_close(type);
    return status;
}

plim_status plim_hdf5_make_texts(hid_t group, const char *name, size_t n, size_t width, hid_t *out,
                                 plim_error *err)
{
    hid_t type = text_type(width);
    plim_hdf5_cells cells = {name, type, type, NULL, n};
    plim_status status =
        type < 0 ? plim_hdf5_write_failed(err) : plim_hdf5_write_cells(group, &cells, out, err);
    plim_hdf5_close(type);
    return status;
}

static plim_status write_plain(hid_t group, const plim_hdf5_texts *texts, size_t width, hid_t *out,
                               plim_error *err)
{
    PLIM_TRY(plim_hdf5_make_texts(group, texts->name, texts->n, width, out, err));
    PLIM_TRY(plim_hdf5_put_texts(*out, 0, texts, width, err));
    plim_hdf5_values values = {NULL, 0, texts->n, texts->code, plim_names_find(texts->labels, "")};
    return plim_hdf5_set_zeros(*out, &values, err);
}

static plim_status write_labels(hid_t group, const plim_hdf5_texts *texts, size_t width,
                                plim_error *err)
{
    hid_t root = H5Oopen(group, "/", H5P_DEFAULT), dataset = H5I_INVALID_HID;
    hid_t labels = plim_hdf5_make_group(root, "labels");
    hid_t table = plim_hdf5_make_group(labels, texts->table);
    size_t n = texts->labels->count;
    uint32_t *each = plim_alloc(n, sizeof *each);
    plim_status status = each != NULL ? PLIM_OK : plim_fail_memory(err, texts->name);
    for (size_t i = 0; i < n && each != NULL; i++)
        each[i] = (uint32_t)i;
    if (status == PLIM_OK) {
        plim_hdf5_texts list = {texts->table, texts->name, each, texts->labels, n};
        status = write_plain(table, &list, width, &dataset, err);
    }
    plim_free(each);
    plim_hdf5_close(dataset);
    plim_hdf5_close(table);
    plim_hdf5_close(labels);
    plim_hdf5_close(root);
    return status;
}

plim_status plim_hdf5_write_codes(hid_t group, const plim_hdf5_texts *texts, size_t width,
                                  hid_t *out, plim_error *err)
{
    size_t count = texts->labels->count;
    hid_t type = count <= UINT8_MAX + 1    ? H5T_STD_U8LE
                 : count <= UINT16_MAX + 1 ? H5T_STD_U16LE
                                           : H5T_STD_U32LE;
    plim_hdf5_cells cells = {texts->name, H5T_NATIVE_UINT32, type, texts->code, texts->n};
    char path[512];
    int length = snprintf(path, sizeof path, "/labels/%s/%s", texts->table, texts->name);
    if (length < 0 || (size_t)length >= sizeof path)
        return plim_fail(err, PLIM_INPUT, "%s.%s: the name of the column is too long", texts->table,
                         texts->name);
    PLIM_TRY(plim_hdf5_write_cells(group, &cells, out, err));
    PLIM_TRY(plim_hdf5_set_text(*out, "labels", path, err));
    return write_labels(group, texts, width, err);
}

bool plim_hdf5_are_coded(size_t n, size_t n_labels, size_t width)
{
    return n_labels <= n / 4 && width * n > CODED_BYTES;
}

plim_status plim_hdf5_write_texts(hid_t group, const plim_hdf5_texts *texts, hid_t *out,
                                  plim_error *err)
{
    *out = H5I_INVALID_HID;
    size_t width = 0;
    for (size_t l = 0; l < texts->labels->count; l++) {
        size_t length = strlen(texts->labels->text[l]);
        width = length > width ? length : width;
    }
    if (plim_hdf5_are_coded(texts->n, texts->labels->count, width))
        return plim_hdf5_write_codes(group, texts, width, out, err);
    return write_plain(group, texts, width, out, err);
}

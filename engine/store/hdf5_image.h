/* A file composed by HDF5's core driver in memory and then written with plain system calls, or,
 * where it is too large for that, in memory that is a mapping of the file to be. The same content,
 * put in the same order, gives the same bytes. Private to the room. */
#ifndef PLIM_STORE_HDF5_IMAGE_H
#define PLIM_STORE_HDF5_IMAGE_H

#include "base/file_image.h"
#include "store/hdf5_util.h"

/* Must stay where it is between begin and publish or abandon: HDF5 knows its address. */
typedef struct plim_hdf5_image {
    hid_t file;
    const char *path; /* where it will be written; not owned */
    void *bytes;      /* what HDF5 leaves when the file is closed */
    size_t size;
    plim_file_image *disk; /* NULL: in memory */
} plim_hdf5_image;

/* V110 format, no time stamps; the root gets attributes format and version. PLIM_MACHINE on
   failure, as for all that follow. */
PLIM_NODISCARD plim_status plim_hdf5_image_begin(plim_hdf5_image *image, const char *path,
                                                 const char *format, bool on_disk, plim_error *err);
/* After a failure with `status`: the system's reason, where it is a full disk, in the place of
   HDF5's. */
PLIM_NODISCARD plim_status plim_hdf5_image_why(const plim_hdf5_image *image, plim_status status,
                                               plim_error *err);
/* On disk: lets go of the memory that holds what was written so far. */
void plim_hdf5_image_relax(const plim_hdf5_image *image);
/* Closes the file and writes it, whole or not at all. */
PLIM_NODISCARD plim_status plim_hdf5_image_publish(plim_hdf5_image *image, plim_error *err);
/* Lets go of everything; does nothing after publish. */
void plim_hdf5_image_abandon(plim_hdf5_image *image);

/* The group called `name`, made if need be; to be closed with plim_hdf5_close. Negative on failure.
 */
hid_t plim_hdf5_make_group(hid_t parent, const char *name);
/* Attributes, as fixed-length UTF-8 and 64-bit integers: they then lie within checksums. Setting
   NULL sets nothing. */
PLIM_NODISCARD plim_status plim_hdf5_set_text(hid_t object, const char *name, const char *text,
                                              plim_error *err);
PLIM_NODISCARD plim_status plim_hdf5_set_integer(hid_t object, const char *name, int64_t value,
                                                 plim_error *err);

/* A dataset of rank 1: chunks of 131,072 rows (fewer if there are fewer, or if a row is very long)
   with Fletcher-32. Contiguous when it has no rows. */
typedef struct plim_hdf5_cells {
    const char *name;
    hid_t memory_type, file_type;
    const void *data;
    size_t n;
} plim_hdf5_cells;
/* `out` is the dataset, to be closed. */
PLIM_NODISCARD plim_status plim_hdf5_write_cells(hid_t group, const plim_hdf5_cells *cells,
                                                 hid_t *out, plim_error *err);

/* A column of texts. Written as fixed-length UTF-8 strings, which any reader understands; only
   where that would take more than 8 MiB and few texts recur, as unsigned codes whose attribute
   `labels` names /labels/TABLE/NAME (plim_hdf5_are_coded). */
typedef struct plim_hdf5_texts {
    const char *table, *name;
    const uint32_t *code;
    const plim_names *labels;
    size_t n;
} plim_hdf5_texts;
PLIM_NODISCARD plim_status plim_hdf5_write_texts(hid_t group, const plim_hdf5_texts *texts,
                                                 hid_t *out, plim_error *err);

/* The same piece by piece. Rows [rows[0], rows[0] + rows[1]) of a dataset that
   plim_hdf5_write_cells made without data; a dataset of n texts of at most `width` bytes, and
   `texts` put into it from row `first` on; a dataset of codes, with its labels, that get their
   cells by plim_hdf5_put_cells (texts->code NULL). */
PLIM_NODISCARD plim_status plim_hdf5_put_cells(hid_t dataset, hid_t memory_type,
                                               const hsize_t rows[2], const void *data,
                                               plim_error *err);
PLIM_NODISCARD plim_status plim_hdf5_make_texts(hid_t group, const char *name, size_t n,
                                                size_t width, hid_t *out, plim_error *err);
PLIM_NODISCARD plim_status plim_hdf5_put_texts(hid_t dataset, size_t first,
                                               const plim_hdf5_texts *texts, size_t width,
                                               plim_error *err);
PLIM_NODISCARD plim_status plim_hdf5_write_codes(hid_t group, const plim_hdf5_texts *texts,
                                                 size_t width, hid_t *out, plim_error *err);
bool plim_hdf5_are_coded(size_t n, size_t n_labels, size_t width);
PLIM_NODISCARD plim_status plim_hdf5_write_failed(plim_error *err);

#endif

/* A file composed in memory by HDF5's core driver and then written with plain system calls. The
 * same content gives the same bytes. Private to the room. */
#ifndef PLIM_STORE_HDF5_IMAGE_H
#define PLIM_STORE_HDF5_IMAGE_H

#include "store/hdf5_util.h"

/* Must stay where it is between begin and publish or abandon: HDF5 knows its address. */
typedef struct plim_hdf5_image {
    hid_t file;
    const char *path; /* where it will be written; not owned */
    void *bytes;      /* what HDF5 leaves when the file is closed */
    size_t size;
} plim_hdf5_image;

/* V110 format, no time stamps; the root gets attributes format and version. PLIM_MACHINE on
   failure, as for all that follow. */
PLIM_NODISCARD plim_status plim_hdf5_image_begin(plim_hdf5_image *image, const char *path,
                                                 const char *format, plim_error *err);
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
   `labels` names /labels/TABLE/NAME. */
typedef struct plim_hdf5_texts {
    const char *table, *name;
    const uint32_t *code;
    const plim_names *labels;
    size_t n;
} plim_hdf5_texts;
PLIM_NODISCARD plim_status plim_hdf5_write_texts(hid_t group, const plim_hdf5_texts *texts,
                                                 hid_t *out, plim_error *err);
PLIM_NODISCARD plim_status plim_hdf5_write_failed(plim_error *err);

#endif

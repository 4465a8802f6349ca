/* A loan book's file, opened, with its attributes and the names of its tables. Private to the room.
 */
#ifndef PLIM_STORE_BOOK_FILE_H
#define PLIM_STORE_BOOK_FILE_H

#include "store/hdf5_util.h"

typedef struct plim_book_file {
    hid_t file;
    char *path;
    plim_names tables;
    plim_names keys; /* root attributes */
    char **value;    /* one a key */
    size_t capacity; /* private */
} plim_book_file;

/* PLIM_INPUT as plim_store_attach_book. `descriptor`: see plim_store_open. Close it in any case. */
PLIM_NODISCARD plim_status plim_book_file_open(plim_book_file *out, const char *path,
                                               int descriptor, plim_error *err);
/* Text of an attribute of the root, or NULL. */
const char *plim_book_file_attribute(const plim_book_file *book, const char *key);
/* Adds an attribute; `value` is copied. */
PLIM_NODISCARD plim_status plim_book_file_keep(plim_book_file *book, const char *key,
                                               const char *value, plim_error *err);
void plim_book_file_close(plim_book_file *book);

#endif

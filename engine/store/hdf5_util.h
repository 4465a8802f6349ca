/* Small helpers around HDF5 reading. Private to the room. */
#ifndef PLIM_STORE_HDF5_UTIL_H
#define PLIM_STORE_HDF5_UTIL_H

#include <hdf5.h>

#include "base/column.h"

#include <stdbool.h>

/* Where in a file something is, for messages: "PATH: table.column: ". Table and column may be NULL.
 */
typedef struct plim_hdf5_place {
    const char *path, *table, *column;
} plim_hdf5_place;

/* HDF5 prints nothing of its own. Called at every entry to the room (the setting is per thread). */
void plim_hdf5_quiet(void);

/* PLIM_INPUT with the place and a message. */
PLIM_NODISCARD plim_status plim_hdf5_refuse(plim_error *err, const plim_hdf5_place *place,
                                            const char *format, ...) PLIM_PRINTF(3, 4);
/* PLIM_INPUT: an HDF5 call on something that should be there failed; gives HDF5's innermost reason.
   Must be called before any other HDF5 call. */
PLIM_NODISCARD plim_status plim_hdf5_damaged(plim_error *err, const plim_hdf5_place *place,
                                             const char *what);
/* HDF5's innermost reason for its last failure; "" if it gives none. */
void plim_hdf5_reason(char *out, size_t size);

/* Closes whatever an id stands for (dataset, type, space, attribute, property list, group);
   negative ids are ignored. */
void plim_hdf5_close(hid_t id);

/* Opens a file for reading, with everything in it closed when it is closed; through `descriptor`
   unless it is negative. Negative on failure; `why` then holds HDF5's reason. */
hid_t plim_hdf5_open_file(const char *path, int descriptor, char *why, size_t size);

/* A link that does not lead out of its group's own file: no soft, external or user-defined link. */
bool plim_hdf5_is_hard(hid_t group, const char *name);
/* Opens the object at `path` from `base` if every step is a hard link, else returns a negative id.
 */
hid_t plim_hdf5_open_inside(hid_t base, const char *path);
/* The name of the i-th link of a group, in the order of names, to be plim_free()d; NULL if the file
   does not give it. Fails only for memory. */
PLIM_NODISCARD plim_status plim_hdf5_link_name(hid_t group, hsize_t i, char **name,
                                               plim_error *err);

/* One value of an attribute. */
typedef enum plim_hdf5_value_kind {
    PLIM_HDF5_NONE, /* the attribute is not there */
    PLIM_HDF5_TEXT,
    PLIM_HDF5_INTEGER, /* `number` and `text` are set too */
    PLIM_HDF5_FLOAT,   /* `text` is set too */
    PLIM_HDF5_OTHER,   /* an array of several, or a type that has no use here */
} plim_hdf5_value_kind;

typedef struct plim_hdf5_value {
    plim_hdf5_value_kind kind;
    char *text;
    double number;
    int64_t integer;
} plim_hdf5_value;

/* Texts may be of fixed or variable length, ASCII or UTF-8, with any padding; numbers of any type.
   Release with plim_hdf5_value_free. PLIM_INPUT if the attribute is there but cannot be read. */
PLIM_NODISCARD plim_status plim_hdf5_attribute(hid_t object, const char *name,
                                               const plim_hdf5_place *place, plim_hdf5_value *out,
                                               plim_error *err);
void plim_hdf5_value_free(plim_hdf5_value *value);

/* A text out of the `size` bytes of a fixed-length string: padding removed, terminated, in `out`
   (size + 1 bytes). False if a zero byte stands within the text or it is not UTF-8. */
bool plim_hdf5_fixed_text(const char *bytes, size_t size, H5T_str_t padding, char *out);
/* Memory type for strings of variable length with the character set of `file_type`. */
hid_t plim_hdf5_variable_type(hid_t file_type);

#endif

/* One dataset of a table as a column. Private to the room. */
#ifndef PLIM_STORE_STORE_COLUMN_H
#define PLIM_STORE_STORE_COLUMN_H

#include "store/hdf5_rows.h"

/* Number of rows. PLIM_INPUT unless the dataset is a list (rank 1) of fewer than 2^32 - 1 rows
   whose values lie in this file and were all written. */
PLIM_NODISCARD plim_status plim_store_column_rows(hid_t dataset, const plim_hdf5_place *place,
                                                  size_t *n_rows, plim_error *err);

/* The dataset of strings that a column's attribute `labels` names: an absolute path, or one from
   the table's group or the root. Negative, with PLIM_OK, if the column has no such attribute. */
PLIM_NODISCARD plim_status plim_store_column_labels(hid_t dataset, hid_t group,
                                                    const plim_hdf5_place *place, hid_t *labels,
                                                    plim_error *err);

typedef struct plim_store_column_request {
    hid_t dataset, group;
    size_t n_rows;      /* that are wanted; 0: the column without its rows */
    bool keep_integers; /* ids and references: INTEGER if the file holds integers */
    const plim_hdf5_place *place;
    const plim_row_choice *choice; /* n_rows of them are wanted; NULL: all are */
} plim_store_column_request;

/* Reads a column: floats of any width and h5py booleans as NUMBER, integers as NUMBER (beyond
   2^53 the nearest double) or INTEGER, strings and labelled codes as TEXT.
   Attributes unit and description are kept, values equal to attribute missing become NaN,
   PLIM_REFERENCE_MISSING or "". Any other type is PLIM_INPUT. */
PLIM_NODISCARD plim_status plim_store_read_column(const plim_store_column_request *request,
                                                  plim_column *out, plim_error *err);

#endif

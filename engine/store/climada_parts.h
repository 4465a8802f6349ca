/* Lists out of a file of CLIMADA's. Private to the room. */
#ifndef PLIM_STORE_CLIMADA_PARTS_H
#define PLIM_STORE_CLIMADA_PARTS_H

#include "store/climada.h"
#include "store/hdf5_util.h"

/* The list `place->column` of a group. Refused: it is missing, or its values are of another kind.
   `kind` INTEGER or NUMBER takes integers too. */
PLIM_NODISCARD plim_status plim_climada_list(hid_t group, const plim_hdf5_place *place,
                                             plim_column_kind kind, plim_column *out,
                                             plim_error *err);
/* The one text of a list of one; "" where there is none. */
PLIM_NODISCARD plim_status plim_climada_text(hid_t group, const plim_hdf5_place *place, char **out,
                                             plim_error *err);
/* Fills n_centroids and centroid. */
PLIM_NODISCARD plim_status plim_climada_centroids(plim_climada *hazard, hid_t file,
                                                  plim_error *err);

#endif

/* Where things stand in a result file. Private to the room.
 *
 *   /              attributes format = "plimsoll.result", version = 1
 *   /tables/TABLE  a group a table, a dataset a column; attribute `reason` where the table is empty
 * for one. Each dataset has attributes `kind` (text int fen amount number) and `description`; int
 *                  and fen are 64-bit, with attribute `missing` for empty cells; amount and number
 * are doubles, NaN for empty cells; texts as in books /inputs/I      I = 0, 1, ...: attributes
 * kind, path, sha256; dataset `text`, bytes of the input as it was read (absent where only path and
 * digest are kept) /settings      datasets key, value: what repeats the run
 */
#ifndef PLIM_STORE_STORE_LAYOUT_H
#define PLIM_STORE_STORE_LAYOUT_H

#include "base/table.h"
#include "store/hdf5_image.h"
#include "store/store.h"

/* "text", "int", "fen", "amount", "number". */
const char *plim_cell_kind_name(plim_cell_kind kind);

/* Attributes of a column that has been written. */
PLIM_NODISCARD plim_status plim_store_describe_column(hid_t dataset, const plim_field *field,
                                                      plim_error *err);
/* A table whose rows lie in a spool, into the group of tables. */
PLIM_NODISCARD plim_status plim_store_write_long(hid_t tables, const plim_long_table *table,
                                                 const plim_hdf5_image *image, plim_error *err);

#endif

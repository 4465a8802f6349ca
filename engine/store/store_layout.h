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

/* "text", "int", "fen", "amount", "number". */
const char *plim_cell_kind_name(plim_cell_kind kind);

#endif

/* pathway { csv = "prices.csv", where = { scenario = "..." }, ... }: points from a file beside the
 * script. Private to the room.
 *
 * Keys beside `unit` and `reference`: `csv` (the file), `where` (a table: column = name), `year`
 * and `value` (columns of a long file), `factor` (every value is multiplied by it; what the file
 * says of its unit is then not looked at). Without `factor` a column `unit` of the file must be a
 * unit of the language and fit `unit`; without `unit` it is the pathway's. Where the file has a
 * column `variable`, `where` must name it. */
#ifndef PLIM_SCRIPT_PATHWAY_CSV_H
#define PLIM_SCRIPT_PATHWAY_CSV_H

#include "script/pathway.h"

/* Every key that such a pathway takes; NULL at the end. */
extern const char *const plim_pathway_csv_keys[];

/* Fills `value->path` from the table at 1, whose sorted keys are at 3. `unit_factor` is that of
   `unit`; it becomes that of the unit that the pathway gets. A fault leaves one point. */
void plim_pathway_read_csv(lua_State *L, plim_pathway_value *value, double *unit_factor,
                           lua_Integer n_keys);

#endif

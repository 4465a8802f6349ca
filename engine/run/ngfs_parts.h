/* The parts of plim_ngfs_open and plim_ngfs_read. Private to ngfs*.c. */
#ifndef PLIM_RUN_NGFS_PARTS_H
#define PLIM_RUN_NGFS_PARTS_H

#include "run/ngfs.h"

/* Finds the columns of the axes and the unit, and every name on them; marks the wanted ones. */
plim_status plim_ngfs_find_names(plim_ngfs *ngfs, const plim_ngfs_config *config, plim_rules *rules,
                                 plim_error *err);
/* Makes the series of the wanted rows; leaves out those with a warning that nobody named. */
plim_status plim_ngfs_find_series(plim_ngfs *ngfs, const plim_ngfs_config *config,
                                  plim_rules *rules, plim_error *err);
/* The text in small ASCII letters, in `out` (emptied first). */
void plim_ngfs_small(const char *text, plim_text *out);

#endif

/* What the importers of hazards say and write alike. */
#ifndef PLIM_CLI_IMPORT_SUMMARY_H
#define PLIM_CLI_IMPORT_SUMMARY_H

#include "cli/command.h"
#include "run/hazard_csv.h"

/* A line on stderr. */
void plim_import_say(plim_cli *cli, const char *format, ...) PLIM_PRINTF(2, 3);
/* Events that touch no place; nothing where there are none. */
void plim_import_say_silent(plim_cli *cli, size_t n, double rate);
/* Events, rates, places and values in numbers. */
void plim_import_say_set(plim_cli *cli, const plim_event_set *set, const char *unit);
/* Writes the set to `path`; NULL: does nothing. */
PLIM_NODISCARD plim_status plim_import_write(plim_cli *cli, const plim_event_set *set,
                                             const plim_hazard_origin *origin, const char *path,
                                             plim_error *err);

#endif

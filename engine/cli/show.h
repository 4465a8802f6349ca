/* What `show` does beside printing tables: workbooks and the dictionary. */
#ifndef PLIM_CLI_SHOW_H
#define PLIM_CLI_SHOW_H

#include "cli/command.h"

/* Writes `text` to the file, whole or not at all, or to stdout where `out` is NULL. PLIM_USAGE
   where a book or a result stands there. */
PLIM_NODISCARD plim_status plim_show_deliver(plim_cli *cli, const char *out, const plim_text *text,
                                             plim_error *err);

/* Whether `out` (may be NULL) is the name of a workbook. */
bool plim_show_is_workbook(const char *out);

/* `show RESULT TABLE|all -o OUT` as a workbook: the file OUT, or, of all tables, a file in the
   folder OUT that is called like the result. PLIM_USAGE where `out` or `table` is NULL. */
PLIM_NODISCARD plim_status plim_show_workbook(plim_cli *cli, const char *result, const char *table,
                                              const char *out, plim_error *err);

#endif

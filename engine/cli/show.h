/* What `show` does beside printing tables: workbooks and the dictionary. */
#ifndef PLIM_CLI_SHOW_H
#define PLIM_CLI_SHOW_H

#include "cli/command.h"
#include "report/workbook.h"

/* Writes `text` to the file, whole or not at all, or to stdout where `out` is NULL. PLIM_USAGE
   where a book or a result stands there. */
PLIM_NODISCARD plim_status plim_show_deliver(plim_cli *cli, const char *out, const plim_text *text,
                                             plim_error *err);

/* Currency of the book of a result. */
const char *plim_show_currency(const plim_result *result);

/* ---- show_workbook.c ---- */

/* Whether a workbook is asked for: by the format (-1: not said), or else by the name of the file
   (may be NULL). */
bool plim_show_is_workbook(int format, const char *out);

/* PLIM_USAGE unless `out` (may be NULL) is the name of a workbook. */
PLIM_NODISCARD plim_status plim_show_check_place(const char *out, plim_error *err);

/* The date that a workbook of the result is of: table `run` must have been read. */
const char *plim_show_as_of(const plim_result *result);

/* Composes a workbook and writes it to its path, whole or not at all. What a workbook can't hold is
   refused before anything is touched. */
PLIM_NODISCARD plim_status plim_show_write_workbook(plim_cli *cli, const plim_workbook *ask,
                                                    plim_error *err);

/* `show RESULT TABLE|all -o OUT` as a workbook: the file OUT, or, of all tables, a file in the
   folder OUT that is called like the result. PLIM_USAGE where `out` or `table` is NULL. */
PLIM_NODISCARD plim_status plim_show_workbook(plim_cli *cli, const char *result, const char *table,
                                              const char *out, plim_error *err);

/* ---- show_dictionary.c ---- */

/* `show [RESULT] dictionary`: `result` may be NULL, `format` -1, `out` NULL. */
PLIM_NODISCARD plim_status plim_show_dictionary(plim_cli *cli, const char *result, int format,
                                                const char *out, plim_error *err);

#endif

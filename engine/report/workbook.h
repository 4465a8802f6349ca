/* Result tables as a workbook of a spreadsheet program (libxlsxwriter inside): a sheet a table,
 * with a frozen row of headings, a filter, widths, and a number format for every column. */
#ifndef PLIM_REPORT_WORKBOOK_H
#define PLIM_REPORT_WORKBOOK_H

#include "report/report.h"

/* What goes into a workbook. Nothing is copied. */
typedef struct plim_workbook {
    const char *path;  /* where it is going to stand: for messages, and because the library's
                          temporary files lie in that folder */
    const char *title; /* of the document */
    const char *as_of; /* ISO date that the document says it was made on, so that the same tables
                          give the same bytes */
    const plim_table *const *tables; /* a sheet each, called like its table in every language */
    size_t n_tables;
} plim_workbook;

/* Can a workbook hold the tables? PLIM_USAGE names the table that has more rows than a sheet, or a
   text that is longer than a cell; PLIM_INPUT one that is not UTF-8. */
PLIM_NODISCARD plim_status plim_report_workbook_check(const plim_workbook *ask, plim_error *err);

/* Appends the bytes of a workbook whose tables have passed the check. Headings are keys, in Chinese
   words; texts are always texts, also if they look like numbers or formulas; an empty table shows
   its reason under the headings. PLIM_MACHINE where temporary files cannot be made in the folder of
   `path` or do not hold what was written into them. While the library works, its own messages on
   stderr go nowhere: not to be called while other threads write to that stream. */
PLIM_NODISCARD plim_status plim_report_workbook(plim_text *out, const plim_workbook *ask,
                                                plim_lang lang, plim_error *err);

/* A table for the first sheet of a workbook with all tables: what the run was, in brief, and what
   the sheets hold. To be released with plim_table_free. */
PLIM_NODISCARD plim_status plim_report_about(plim_table *out, const plim_result *result,
                                             plim_lang lang, plim_error *err);

/* Heading of a column: its key; in Chinese its word, where errors and ends of intervals are put
   together from that of their value. Into `out`. */
void plim_report_heading(const char *key, plim_lang lang, char *out, size_t size);

#endif

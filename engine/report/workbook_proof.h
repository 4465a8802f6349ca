/* Reads a finished workbook back. libxlsxwriter writes each part into a temporary file without
 * asking whether that went well: on a full disk a part is cut short, and the workbook made of it
 * opens with rows missing. Private to the room. */
#ifndef PLIM_REPORT_WORKBOOK_PROOF_H
#define PLIM_REPORT_WORKBOOK_PROOF_H

#include <stdbool.h>
#include <stddef.h>

/* What was put into a sheet. */
typedef struct plim_sheet_count {
    size_t rows, cells; /* rows that have a cell; cells that are not empty */
} plim_sheet_count;

/* Whether every part of the archive is a whole XML document and each sheet has its rows and cells.
 */
bool plim_workbook_whole(const unsigned char *zip, size_t length, const plim_sheet_count *sheets,
                         size_t n_sheets);

#endif

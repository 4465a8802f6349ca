/* Pieces of result tables in a temporary file without a name: tables with a row a borrower are made
 * slab by slab and put together when all slabs are done. */
#ifndef PLIM_BASE_SPOOL_H
#define PLIM_BASE_SPOOL_H

#include "base/table.h"

typedef struct plim_spool plim_spool;

/* The file lies in the folder of `near` (made if need be), where there is room for a result, and
   goes with the process. PLIM_MACHINE, as for all that follow. */
PLIM_NODISCARD plim_status plim_spool_open(plim_spool **out, const char *near, plim_error *err);
/* Appends all rows of a table; the piece's number into `number`. */
PLIM_NODISCARD plim_status plim_spool_add(plim_spool *spool, const plim_table *piece,
                                          uint32_t *number, plim_error *err);
size_t plim_spool_rows(const plim_spool *spool, uint32_t piece);
/* One column of a piece, whole; codes and labels of texts are the piece's own. To be released with
   plim_spool_column_free. */
PLIM_NODISCARD plim_status plim_spool_column(const plim_spool *spool, uint32_t piece, size_t field,
                                             plim_table_column *out, plim_error *err);
void plim_spool_column_free(plim_table_column *column);
/* Of a TEXT column: number of its labels, and bytes of the longest. */
void plim_spool_labels(const plim_spool *spool, uint32_t piece, size_t field, size_t *n_labels,
                       size_t *width);
void plim_spool_close(plim_spool *spool); /* NULL is fine */

#endif

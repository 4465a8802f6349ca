/* Aligned text tables for the screen (libsmartcols inside): columns first, then rows of texts. */
#ifndef PLIM_REPORT_GRID_H
#define PLIM_REPORT_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/text.h"

/* Zero-initialise; release with plim_grid_free. A step that runs out of memory sets `failed`; the
   print reports it. Widths of Chinese text are right when LC_CTYPE is a UTF-8 locale. */
typedef struct plim_grid {
    void *table, *line; /* private */
    bool failed;
} plim_grid;

void plim_grid_column(plim_grid *grid, const char *heading, bool right);
/* Begins a row; its cells are empty until set. */
void plim_grid_row(plim_grid *grid);
void plim_grid_cell(plim_grid *grid, size_t column, const char *text);
/* Appends heading and rows, each line ended, without blanks at line ends. */
PLIM_NODISCARD plim_status plim_grid_print(plim_grid *grid, plim_text *out, plim_error *err);
void plim_grid_free(plim_grid *grid);

#endif

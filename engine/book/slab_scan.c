#include "book/slab_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "book/columns.h"

enum { BLOCK_ROWS = 131072 }; /* as many as a chunk of our own files */

static bool is_asked(void *user, const char *name)
{
    for (const char *const *column = user; *column != NULL; column++)
        if (strcmp(*column, name) == 0)
            return true;
    return false;
}

static bool is_wanted(void *user, const plim_column *column)
{
    (void)user;
    (void)column;
    return true;
}

plim_status plim_slab_scan_run(const plim_slab_scan *scan, plim_error *err)
{
    size_t n = 0, step = scan->step > 0 ? scan->step : BLOCK_ROWS;
    size_t length = scan->length > 0 ? scan->length : BLOCK_ROWS;
    PLIM_TRY(scan->source->count_rows(scan->source, scan->table, &n, err));
    plim_column_filter filter = {is_wanted, (void *)scan->columns, is_asked};
    for (size_t at = 0; at < n; at += step) {
        plim_row_choice choice = {.first = at, .end = n - at < length ? n : at + length};
        choice.n = choice.end - choice.first;
        plim_frame block = {0};
        PLIM_TRY(
            scan->source->read_chosen(scan->source, scan->table, &choice, &filter, &block, err));
        plim_status status = scan->visit(scan->user, &block, at, err);
        plim_frame_free(&block);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

const char *plim_slab_text(const plim_column *column, size_t row, char digits[32])
{
    digits[0] = '\0';
    if (column != NULL && column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row);
    if (column != NULL && column->kind == PLIM_COLUMN_INTEGER &&
        column->integer[row] != PLIM_REFERENCE_MISSING)
        (void)snprintf(digits, 32, "%" PRId64, column->integer[row]);
    return digits;
}

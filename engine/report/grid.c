#include "report/grid.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

static struct libscols_table *table_of(plim_grid *grid)
{
    if (!grid->table && !grid->failed) {
        struct libscols_table *table = scols_new_table();
        grid->table = table;
        if (!table || scols_table_set_column_separator(table, "  ") != 0 ||
            scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER) != 0)
            grid->failed = true;
    }
    return grid->table;
}

void plim_grid_column(plim_grid *grid, const char *heading, bool right)
{
    struct libscols_table *table = table_of(grid);
    if (grid->failed)
        return;
    if (!scols_table_new_column(table, heading, 1, right ? SCOLS_FL_RIGHT : 0))
        grid->failed = true;
}

void plim_grid_row(plim_grid *grid)
{
    struct libscols_table *table = table_of(grid);
    if (grid->failed)
        return;
    grid->line = scols_table_new_line(table, NULL);
    if (!grid->line)
        grid->failed = true;
}

void plim_grid_cell(plim_grid *grid, size_t column, const char *text)
{
    if (grid->failed || !grid->line)
        return;
    if (scols_line_set_data(grid->line, column, text) != 0)
        grid->failed = true;
}

/* Appends `text` line by line, each without blanks at its end. */
static void add_trimmed(plim_text *out, const char *text)
{
    while (*text) {
        const char *end = strchr(text, '\n');
        size_t length = end ? (size_t)(end - text) : strlen(text);
        size_t kept = length;
        while (kept > 0 && text[kept - 1] == ' ')
            kept--;
        plim_text_add_bytes(out, text, kept);
        plim_text_add(out, "\n");
        text += length + (end ? 1 : 0);
    }
}

plim_status plim_grid_print(plim_grid *grid, plim_text *out, plim_error *err)
{
    char *data = NULL;
    if (grid->failed || !grid->table || scols_print_table_to_string(grid->table, &data) != 0) {
        free(data);
        return plim_fail_memory(err, "a text table");
    }
    if (data)
        add_trimmed(out, data);
    free(data);
    return out->failed ? plim_fail_memory(err, "a text table") : PLIM_OK;
}

void plim_grid_free(plim_grid *grid)
{
    scols_unref_table(grid->table);
    *grid = (plim_grid){0};
}

#include "book/origin.h"

#include <math.h>
#include <string.h>

#include "book/columns.h"

static const char *const words[PLIM_ORIGIN_COUNT] = {"missing", "reported", "estimated", "proxied"};

const char *plim_origin_word(plim_origin origin)
{
    return words[origin];
}

bool plim_cell_stated(const plim_column *column, size_t row)
{
    switch (column->kind) {
    case PLIM_COLUMN_NUMBER:
        return !isnan(column->number[row]);
    case PLIM_COLUMN_INTEGER:
        return column->integer[row] != PLIM_REFERENCE_MISSING;
    case PLIM_COLUMN_TEXT:
        break;
    }
    return plim_column_text(column, row)[0] != '\0';
}

plim_origin plim_origin_of(const plim_column *column, const plim_column *source, size_t row)
{
    if (!plim_cell_stated(column, row))
        return PLIM_ORIGIN_MISSING;
    if (source == NULL || source->kind != PLIM_COLUMN_TEXT)
        return PLIM_ORIGIN_REPORTED;
    for (int o = PLIM_ORIGIN_ESTIMATED; o < PLIM_ORIGIN_COUNT; o++)
        if (strcmp(plim_column_text(source, row), words[o]) == 0)
            return (plim_origin)o;
    return PLIM_ORIGIN_REPORTED;
}

#include "scenario/event_set.h"

#include "base/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT, RATE, PLACE, INTENSITY, N_COLUMNS };
static const char *const column_name[N_COLUMNS] = {"event", "rate", "place", "intensity"};

typedef struct reading {
    const char *path;
    plim_csv csv;
    size_t column[N_COLUMNS];
} reading;

static plim_status find_columns(reading *r, plim_error *err)
{
    for (int c = 0; c < N_COLUMNS; c++) {
        size_t at = 0;
        while (at < r->csv.n_columns && strcmp(r->csv.header[at], column_name[c]) != 0)
            at++;
        if (at == r->csv.n_columns)
            return plim_fail(err, PLIM_INPUT,
                             "%s: no column `%s`; a file of events has event, rate, place, "
                             "intensity",
                             r->path, column_name[c]);
        r->column[c] = at;
    }
    return PLIM_OK;
}

static const char *cell_of(const reading *r, size_t row, int column)
{
    return r->csv.cell[row * r->csv.n_columns + r->column[column]];
}

/* A plain decimal that is not negative. */
static plim_status number_of(const reading *r, size_t row, int column, double *out, plim_error *err)
{
    const char *text = cell_of(r, row, column);
    char *end = NULL;
    *out = strspn(text, "0123456789+-.eE") == strlen(text) ? strtod(text, &end) : (double)NAN;
    if (text[0] != '\0' && end != NULL && *end == '\0' && isfinite(*out) && *out >= 0)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "%s: line %zu: `%s` in column `%s`; accepted is a number that is not negative",
                     r->path, r->csv.line[row], text, column_name[column]);
}

static plim_status read_row(plim_event_list *list, const reading *r, size_t row, plim_error *err)
{
    const char *name = cell_of(r, row, EVENT), *place = cell_of(r, row, PLACE);
    uint32_t event = 0;
    double rate = 0, intensity = 0;
    if (name[0] == '\0')
        return plim_fail(err, PLIM_INPUT, "%s: line %zu: the event has no name", r->path,
                         r->csv.line[row]);
    PLIM_TRY(number_of(r, row, RATE, &rate, err));
    PLIM_TRY(plim_event_list_event(list, name, rate, &event, err));
    if (list->rate[event] != rate)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %zu: event `%s` has the rate %s here and %.17g further up",
                         r->path, r->csv.line[row], name, cell_of(r, row, RATE), list->rate[event]);
    if (place[0] == '\0' && cell_of(r, row, INTENSITY)[0] == '\0')
        return PLIM_OK;
    if (place[0] == '\0')
        return plim_fail(err, PLIM_INPUT, "%s: line %zu: an intensity without a place", r->path,
                         r->csv.line[row]);
    PLIM_TRY(number_of(r, row, INTENSITY, &intensity, err));
    return intensity > 0 ? plim_event_list_strike(list, event, place, intensity, err) : PLIM_OK;
}

plim_status plim_event_list_read(plim_event_list *list, const char *path, const char *text,
                                 size_t length, plim_error *err)
{
    reading r = {.path = path};
    PLIM_TRY(plim_csv_parse(path, text, length, &r.csv, err));
    plim_status status = find_columns(&r, err);
    if (status == PLIM_OK && r.csv.n_rows == 0)
        status = plim_fail(err, PLIM_INPUT, "%s: no events", path);
    for (size_t row = 0; row < r.csv.n_rows && status == PLIM_OK; row++)
        status = read_row(list, &r, row, err);
    plim_csv_free(&r.csv);
    return status;
}

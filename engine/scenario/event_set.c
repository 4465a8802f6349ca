#include "scenario/event_set.h"

#include <float.h>
#include <string.h>

#include "base/memory.h"
#include "scenario/sheet.h"

enum { EVENT, RATE, PLACE, INTENSITY, UNIT, COLUMNS };

typedef struct reading {
    plim_event_rows rows;
    /* The event of the row before, since rows of an event mostly stand together. */
    uint32_t event;
    plim_text rate;
    const char *unit; /* or NULL */
} reading;

/* An event that goes on with the rate written as before needs no second look. */
static bool goes_on(const reading *r, const plim_sheet_row *row)
{
    return r->event != PLIM_NO_NAME &&
           strcmp(r->rows.events.text[r->event], row->cell[EVENT]) == 0 &&
           strcmp(plim_text_get(&r->rate), row->cell[RATE]) == 0;
}

static plim_status take_event(reading *r, const plim_sheet_row *row, plim_error *err)
{
    static const plim_sheet_range rates = {
        0, DBL_MAX, "a number of 0 or more: how often a year the event happens"};
    const char *name = NULL;
    double rate = 0;
    if (goes_on(r, row))
        return PLIM_OK;
    PLIM_TRY(plim_sheet_text(row, EVENT, &name, err));
    PLIM_TRY(plim_sheet_number(row, RATE, &rates, &rate, err));
    PLIM_TRY(plim_event_rows_event(&r->rows, name, rate, row->line, &r->event, err));
    r->rate.length = 0;
    plim_text_add(&r->rate, row->cell[RATE]);
    return r->rate.failed ? plim_fail_memory(err, row->sheet->path) : PLIM_OK;
}

static plim_status take_row(void *user, const plim_sheet_row *row, plim_error *err)
{
    static const plim_sheet_range intensities = {0, PLIM_LARGEST_INTENSITY,
                                                 "a number from 0 to 1e300"};
    reading *r = user;
    bool has_place = *row->cell[PLACE] != '\0', has_value = *row->cell[INTENSITY] != '\0';
    PLIM_TRY(take_event(r, row, err));
    if (r->unit != NULL)
        PLIM_TRY(plim_sheet_unit(row, UNIT, r->unit, err));
    plim_event_row found = {.event = r->event, .place = PLIM_NO_NAME, .line = row->line};
    if (has_value && !has_place)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %u: has an intensity and no place; accepted: both, or neither "
                         "for an event that touches nothing",
                         row->sheet->path, row->line);
    if (has_place && !has_value)
        return plim_sheet_refuse(row, INTENSITY,
                                 "a number, 0 for a place that the event leaves alone", err);
    if (has_place) {
        PLIM_TRY(plim_sheet_number(row, INTENSITY, &intensities, &found.intensity, err));
        PLIM_TRY(plim_names_add(&r->rows.places, row->cell[PLACE], &found.place, err));
    }
    return plim_event_rows_add(&r->rows, &found, err);
}

plim_status plim_event_set_read(plim_event_set *out, const char *path, const char *text,
                                size_t length, const plim_event_form *form, plim_error *err)
{
    static const plim_event_form plain = {.event = NULL};
    reading r = {.rows = {.path = path}, .event = PLIM_NO_NAME};
    form = form ? form : &plain;
    r.unit = form->unit;
    plim_sheet sheet = {.path = path,
                        .column = {[EVENT] = form->event ? form->event : "event",
                                   [RATE] = form->rate ? form->rate : "rate",
                                   [PLACE] = form->place ? form->place : "place",
                                   [INTENSITY] = form->intensity ? form->intensity : "intensity",
                                   [UNIT] = "unit"},
                        .n_columns = form->unit ? COLUMNS : UNIT,
                        .n_needed = UNIT,
                        .take = take_row,
                        .user = &r};
    *out = (plim_event_set){0};
    plim_status status = plim_sheet_read(&sheet, text, length, err);
    if (status == PLIM_OK)
        status = plim_event_rows_finish(&r.rows, out, err);
    plim_text_free(&r.rate);
    plim_event_rows_free(&r.rows);
    return status;
}

double plim_event_set_rate(const plim_event_set *set)
{
    double sum = 0;
    for (size_t i = 0; i < set->n_events; i++)
        sum += set->rate[i];
    return sum;
}

static void free_texts(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++)
        plim_free(texts[i]);
    plim_free(texts);
}

void plim_event_set_free(plim_event_set *set)
{
    free_texts(set->name, set->n_events);
    free_texts(set->place, set->n_places);
    plim_free(set->rate);
    plim_free(set->first);
    plim_free(set->at);
    plim_free(set->intensity);
    *set = (plim_event_set){0};
}

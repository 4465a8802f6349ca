#include "scenario/return_periods.h"

#include <float.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "book/order.h"
#include "math/functions.h"
#include "scenario/event_set.h"
#include "scenario/sheet.h"

enum { PLACE, PERIOD, INTENSITY, UNIT, COLUMNS };

static plim_status take_row(void *user, const plim_sheet_row *row, plim_error *err)
{
    static const plim_sheet_range periods = {
        1 / DBL_MAX, DBL_MAX, "a number of years above 0, such as 100 for once in a century"};
    static const plim_sheet_range intensities = {0, PLIM_LARGEST_INTENSITY,
                                                 "a number from 0 to 1e300"};
    plim_return_points *points = user;
    const char *place = NULL;
    plim_return_point found = {.line = row->line};
    PLIM_TRY(plim_sheet_text(row, PLACE, &place, err));
    PLIM_TRY(plim_sheet_number(row, PERIOD, &periods, &found.period, err));
    PLIM_TRY(plim_sheet_number(row, INTENSITY, &intensities, &found.intensity, err));
    if (points->unit != NULL)
        PLIM_TRY(plim_sheet_unit(row, UNIT, points->unit, err));
    PLIM_TRY(plim_names_add(&points->places, place, &found.place, err));
    return plim_return_points_add(points, &found, err);
}

/* ---- order ---- */

static int compare(const void *context, uint32_t a, uint32_t b)
{
    const plim_return_point *points = context;
    if (points[a].place != points[b].place)
        return points[a].place < points[b].place ? -1 : 1;
    return (points[a].period > points[b].period) - (points[a].period < points[b].period);
}

/* Neighbours in the order that can't both stand. */
static plim_status check_pair(const plim_return_points *r, const plim_return_periods *out,
                              const plim_return_point *a, const plim_return_point *b,
                              plim_error *err)
{
    char period[2][32], intensity[2][32];
    if (a->place != b->place || (a->period < b->period && a->intensity <= b->intensity))
        return PLIM_OK;
    plim_format_shortest(a->period, period[0], sizeof period[0]);
    plim_format_shortest(b->period, period[1], sizeof period[1]);
    if (a->period == b->period)
        return plim_fail(err, PLIM_INPUT,
                         "%s: lines %u and %u: place `%s` has two intensities for a return period "
                         "of %s years; one of them has to go",
                         r->path, a->line, b->line, out->place[a->place], period[0]);
    plim_format_shortest(a->intensity, intensity[0], sizeof intensity[0]);
    plim_format_shortest(b->intensity, intensity[1], sizeof intensity[1]);
    return plim_fail(err, PLIM_INPUT,
                     "%s: lines %u and %u: at place `%s` the intensity falls from %s in %s years "
                     "to %s in %s years; accepted: one that rises or stays",
                     r->path, a->line, b->line, out->place[a->place], intensity[0], period[0],
                     intensity[1], period[1]);
}

/* The names of the places in order; turns the points' places into ranks. */
static plim_status order_places(plim_return_points *r, plim_return_periods *out, plim_error *err)
{
    uint32_t *rank = plim_alloc(r->places.count, sizeof *rank);
    out->place = plim_alloc(r->places.count, sizeof *out->place);
    plim_status status = rank && out->place ? PLIM_OK : plim_fail_memory(err, r->path);
    if (status == PLIM_OK)
        status = plim_order_texts(rank, (const char *const *)(const void *)r->places.text,
                                  r->places.count, err);
    if (out->place)
        out->n_places = r->places.count;
    for (size_t i = 0; i < r->places.count && status == PLIM_OK; i++)
        if (!(out->place[rank[i]] = plim_strdup(r->places.text[i])))
            status = plim_fail_memory(err, r->path);
    for (size_t i = 0; i < r->count && status == PLIM_OK; i++)
        r->point[i].place = rank[r->point[i].place];
    plim_free(rank);
    return status;
}

static plim_status fill(const plim_return_points *r, const uint32_t *order,
                        plim_return_periods *out, plim_error *err)
{
    out->first = plim_alloc(out->n_places + 1, sizeof *out->first);
    out->probability = plim_alloc(r->count, sizeof *out->probability);
    out->log_probability = plim_alloc(r->count, sizeof *out->log_probability);
    out->intensity = plim_alloc(r->count, sizeof *out->intensity);
    if (!out->first || !out->probability || !out->log_probability || !out->intensity)
        return plim_fail_memory(err, r->path);
    for (size_t i = 0; i < r->count; i++) {
        const plim_return_point *p = &r->point[order[i]];
        if (i > 0)
            PLIM_TRY(check_pair(r, out, &r->point[order[i - 1]], p, err));
        out->probability[i] = 1 / p->period;
        out->log_probability[i] = plim_log(out->probability[i]);
        out->intensity[i] = p->intensity;
        out->first[p->place + 1] = i + 1;
    }
    return PLIM_OK;
}

static plim_status arrange(plim_return_points *r, plim_return_periods *out, plim_error *err)
{
    PLIM_TRY(order_places(r, out, err));
    uint32_t *order = plim_alloc(r->count, sizeof *order);
    if (!order)
        return plim_fail_memory(err, r->path);
    plim_status status = plim_order_rows(order, r->count, compare, r->point, err);
    if (status == PLIM_OK)
        status = fill(r, order, out, err);
    plim_free(order);
    return status;
}

plim_status plim_return_points_finish(plim_return_points *points, plim_return_periods *out,
                                      plim_error *err)
{
    *out = (plim_return_periods){0};
    plim_status status = arrange(points, out, err);
    if (status != PLIM_OK)
        plim_return_periods_free(out);
    return status;
}

plim_status plim_return_points_add(plim_return_points *points, const plim_return_point *point,
                                   plim_error *err)
{
    void *all = points->point;
    if (plim_grow(&all, &points->capacity, points->count + 1, sizeof *points->point) != 0)
        return plim_fail_memory(err, points->path);
    points->point = all;
    points->point[points->count++] = *point;
    return PLIM_OK;
}

void plim_return_points_free(plim_return_points *points)
{
    plim_names_free(&points->places);
    plim_free(points->point);
    *points = (plim_return_points){0};
}

/* ---- the whole ---- */

plim_status plim_return_periods_read(plim_return_periods *out, const char *path, const char *text,
                                     size_t length, const plim_return_form *form, plim_error *err)
{
    static const plim_return_form plain = {.place = NULL};
    plim_return_points r = {.path = path};
    form = form ? form : &plain;
    r.unit = form->unit;
    plim_sheet sheet = {
        .path = path,
        .column = {[PLACE] = form->place ? form->place : "place",
                   [PERIOD] = form->return_period ? form->return_period : "return_period",
                   [INTENSITY] = form->intensity ? form->intensity : "intensity",
                   [UNIT] = "unit"},
        .n_columns = form->unit ? COLUMNS : UNIT,
        .n_needed = UNIT,
        .take = take_row,
        .user = &r};
    *out = (plim_return_periods){0};
    plim_status status = plim_sheet_read(&sheet, text, length, err);
    if (status == PLIM_OK)
        status = plim_return_points_finish(&r, out, err);
    plim_return_points_free(&r);
    return status;
}

void plim_return_periods_free(plim_return_periods *periods)
{
    for (size_t i = 0; i < periods->n_places; i++)
        plim_free(periods->place[i]);
    plim_free(periods->place);
    plim_free(periods->first);
    plim_free(periods->probability);
    plim_free(periods->log_probability);
    plim_free(periods->intensity);
    *periods = (plim_return_periods){0};
}

plim_return_curve plim_return_periods_curve(const plim_return_periods *periods, size_t place)
{
    size_t first = periods->first[place];
    return (plim_return_curve){.n = periods->first[place + 1] - first,
                               .probability = periods->probability + first,
                               .log_probability = periods->log_probability + first,
                               .intensity = periods->intensity + first};
}

double plim_return_periods_at(const plim_return_curve *curve, double exceedance_probability)
{
    double q = exceedance_probability;
    size_t low = 0, high = curve->n; /* the last point that q reaches is in [low, high) */
    if (q != q || q > curve->probability[0])
        return q != q ? q : 0;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (q <= curve->probability[middle])
            low = middle;
        else
            high = middle;
    }
    /* At a point, and beyond the last, there is nothing to compute: exact, and no log of 0. */
    if (low + 1 == curve->n || q == curve->probability[low])
        return curve->intensity[low];
    double whole = curve->log_probability[low] - curve->log_probability[low + 1];
    double part = (curve->log_probability[low] - plim_log(q)) / whole;
    part = part > 0 && part < 1 ? part : part >= 1; /* points too near for their logarithms */
    return curve->intensity[low] + part * (curve->intensity[low + 1] - curve->intensity[low]);
}

/* Hazards of two scenarios: event by event and place by place. */
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "scenario/compare_parts.h"

/* Event sets may differ throughout: beyond so many differences no one reads on. */
enum { MOST_TOLD = 8 };

/* Two hazards under comparison. */
typedef struct pair {
    const plim_compared *c;
    const char *driver;
    const plim_hazard *of[2];
    char unit[2][48];
    size_t n_found; /* of events and places, told or not */
} pair;

static plim_status tell(pair *p, const plim_difference *d, plim_error *err)
{
    return ++p->n_found > MOST_TOLD ? PLIM_OK : plim_difference_add(p->c->out, d, err);
}

static plim_status tell_texts(pair *p, plim_difference *d, const char *left, const char *right,
                              plim_error *err)
{
    if (strcmp(left, right) == 0)
        return PLIM_OK;
    plim_difference_say(d->left, "%s", left);
    plim_difference_say(d->right, "%s", right);
    return plim_difference_add(p->c->out, d, err);
}

/* Two numbers, of which -1 says that there is none. */
static plim_status tell_numbers(pair *p, plim_difference *d, const double value[2], bool with_unit,
                                plim_error *err)
{
    if (value[0] == value[1])
        return PLIM_OK;
    plim_difference_numbers(
        d, value, (const char *[]){with_unit ? p->unit[0] : "", with_unit ? p->unit[1] : ""});
    if (value[0] < 0)
        d->left[0] = '\0';
    if (value[1] < 0)
        d->right[0] = '\0';
    return tell(p, d, err);
}

/* Which of two sorted lists the next text comes from: below 0 the left one, above 0 the right one,
   0 both. */
static int next_of(char *const *left, size_t n_left, char *const *right, size_t n_right)
{
    if (n_left == 0 || n_right == 0)
        return n_left == 0 ? 1 : -1;
    return strcmp(*left, *right);
}

/* ---- events ------------------------------------------------------------------------------ */

/* An event that only one side (0 or 1) has. */
static plim_status tell_lone_event(pair *p, int side, size_t event, plim_error *err)
{
    const plim_event_set *set = &p->of[side]->events;
    size_t first = set->first[event], last = set->first[event + 1];
    plim_difference d = {.what = ""};
    char *text = side == 0 ? d.left : d.right;
    char rate[32];
    plim_format_shortest(set->rate[event], rate, sizeof rate);
    plim_difference_say(d.what, "driver %s: event %s", p->driver, set->name[event]);
    if (first == last)
        plim_difference_say(text, "%s a year, at no place", rate);
    else
        plim_difference_say(text, "%s a year, at %zu places, first %s: %.9g %s", rate, last - first,
                            set->place[set->at[first]], set->intensity[first], p->unit[side]);
    return tell(p, &d, err);
}

/* An event that both have. */
static plim_status compare_event(pair *p, size_t a, size_t b, plim_error *err)
{
    const plim_event_set *x = &p->of[0]->events, *y = &p->of[1]->events;
    plim_difference d = {.what = ""};
    plim_difference_say(d.what, "driver %s: rate of event %s", p->driver, x->name[a]);
    PLIM_TRY(tell_numbers(p, &d, (double[]){x->rate[a], y->rate[b]}, false, err));
    size_t i = x->first[a], j = y->first[b];
    while (i < x->first[a + 1] || j < y->first[b + 1]) {
        size_t n_left = x->first[a + 1] - i, n_right = y->first[b + 1] - j;
        int next = next_of(n_left ? &x->place[x->at[i]] : NULL, n_left,
                           n_right ? &y->place[y->at[j]] : NULL, n_right);
        const char *place = next <= 0 ? x->place[x->at[i]] : y->place[y->at[j]];
        double value[2] = {next <= 0 ? x->intensity[i++] : -1, next >= 0 ? y->intensity[j++] : -1};
        plim_difference_say(d.what, "driver %s: event %s at %s", p->driver, x->name[a], place);
        PLIM_TRY(tell_numbers(p, &d, value, true, err));
    }
    return PLIM_OK;
}

static plim_status compare_events(pair *p, plim_error *err)
{
    static const char *const combinations[] = {
        [PLIM_COMBINE_MAX] = "max", [PLIM_COMBINE_SUM] = "sum"};
    const plim_event_set *x = &p->of[0]->events, *y = &p->of[1]->events;
    plim_difference d = {.what = ""};
    plim_difference_say(d.what, "driver %s: combine", p->driver);
    PLIM_TRY(
        tell_texts(p, &d, combinations[p->of[0]->combine], combinations[p->of[1]->combine], err));
    for (size_t i = 0, j = 0; i < x->n_events || j < y->n_events;) {
        int next = next_of(x->name + i, x->n_events - i, y->name + j, y->n_events - j);
        PLIM_TRY(next == 0 ? compare_event(p, i, j, err)
                           : tell_lone_event(p, next > 0, next < 0 ? i : j, err));
        i += next <= 0;
        j += next >= 0;
    }
    return PLIM_OK;
}

/* ---- return periods ---------------------------------------------------------------------- */

/* The reach of a place, "" where it belongs to none. */
static const char *reach_of(const plim_hazard *h, size_t place)
{
    const char *group = h->groups.text[h->group[place]];
    return strcmp(group, h->place[place]) == 0 ? "" : group;
}

static plim_status tell_lone_place(pair *p, int side, size_t place, plim_error *err)
{
    const plim_return_periods *r = &p->of[side]->periods;
    size_t first = r->first[place], last = r->first[place + 1];
    plim_difference d = {.what = ""};
    plim_difference_say(d.what, "driver %s: place %s", p->driver, r->place[place]);
    plim_difference_say(side == 0 ? d.left : d.right, "%zu return periods, last %.9g: %.9g %s",
                        last - first, 1 / r->probability[last - 1], r->intensity[last - 1],
                        p->unit[side]);
    return tell(p, &d, err);
}

/* A place that both have. */
static plim_status compare_curve(pair *p, size_t a, size_t b, plim_error *err)
{
    const plim_return_periods *x = &p->of[0]->periods, *y = &p->of[1]->periods;
    plim_difference d = {.what = ""};
    for (size_t i = x->first[a], j = y->first[b]; i < x->first[a + 1] || j < y->first[b + 1];) {
        double left = i < x->first[a + 1] ? x->probability[i] : -1;
        double right = j < y->first[b + 1] ? y->probability[j] : -1;
        double at = left > right ? left : right; /* probabilities fall */
        double value[2] = {left == at ? x->intensity[i++] : -1,
                           right == at ? y->intensity[j++] : -1};
        plim_difference_say(d.what, "driver %s: place %s once in %.9g years", p->driver,
                            x->place[a], 1 / at);
        PLIM_TRY(tell_numbers(p, &d, value, true, err));
    }
    const char *left = reach_of(p->of[0], a), *right = reach_of(p->of[1], b);
    plim_difference_say(d.what, "driver %s: reach of %s", p->driver, x->place[a]);
    plim_difference_say(d.left, "%s", left);
    plim_difference_say(d.right, "%s", right);
    return strcmp(left, right) != 0 ? tell(p, &d, err) : PLIM_OK;
}

static plim_status compare_periods(pair *p, plim_error *err)
{
    const plim_return_periods *x = &p->of[0]->periods, *y = &p->of[1]->periods;
    plim_difference d = {.what = ""};
    plim_difference_say(d.what, "driver %s: correlation", p->driver);
    double correlation[2] = {p->of[0]->correlation, p->of[1]->correlation};
    plim_difference_numbers(&d, correlation, (const char *[]){"", ""});
    if (correlation[0] != correlation[1])
        PLIM_TRY(plim_difference_add(p->c->out, &d, err));
    for (size_t i = 0, j = 0; i < x->n_places || j < y->n_places;) {
        int next = next_of(x->place + i, x->n_places - i, y->place + j, y->n_places - j);
        PLIM_TRY(next == 0 ? compare_curve(p, i, j, err)
                           : tell_lone_place(p, next > 0, next < 0 ? i : j, err));
        i += next <= 0;
        j += next >= 0;
    }
    return PLIM_OK;
}

/* ---- both kinds -------------------------------------------------------------------------- */

static plim_status compare_common(pair *p, plim_error *err)
{
    const plim_hazard *a = p->of[0], *b = p->of[1];
    static const char *const references[2] = {"none", "today"};
    char what[PLIM_DIFFERENCE_TEXT];
    plim_difference d = {.what = ""};
    plim_compared_years frequency = {&a->frequency, &b->frequency, {"", ""}, false};
    plim_compared_years intensity = {&a->intensity, &b->intensity, {"", ""}, false};
    plim_difference_say(what, "driver %s: frequency", p->driver);
    PLIM_TRY(plim_compare_values(p->c, what, &frequency, err));
    plim_difference_say(what, "driver %s: intensity", p->driver);
    PLIM_TRY(plim_compare_values(p->c, what, &intensity, err));
    plim_difference_say(d.what, "driver %s: reference", p->driver);
    PLIM_TRY(tell_texts(p, &d, references[a->today], references[b->today], err));
    plim_difference_say(d.what, "driver %s: stream", p->driver);
    return tell_texts(p, &d, a->stream[0] ? a->stream : p->driver,
                      b->stream[0] ? b->stream : p->driver, err);
}

plim_status plim_compare_hazards(const plim_compared *c, const plim_driver *left,
                                 const plim_driver *right, plim_error *err)
{
    pair p = {.c = c, .driver = left->name, .of = {left->hazard, right->hazard}};
    plim_unit_format(&left->unit, p.unit[0], sizeof p.unit[0]);
    plim_unit_format(&right->unit, p.unit[1], sizeof p.unit[1]);
    PLIM_TRY(compare_common(&p, err));
    PLIM_TRY(left->hazard->kind == PLIM_HAZARD_EVENTS ? compare_events(&p, err)
                                                      : compare_periods(&p, err));
    if (p.n_found <= MOST_TOLD)
        return PLIM_OK;
    plim_difference d = {.what = ""};
    plim_difference_say(d.what, "driver %s: %zu more differences of events and places", p.driver,
                        p.n_found - MOST_TOLD);
    return plim_difference_add(c->out, &d, err);
}

/* Drivers of two scenarios: their values by year, and what makes them random. */
#include "scenario/compare_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "scenario/describe.h"

/* ---- differences ------------------------------------------------------------------------- */

plim_status plim_difference_add(plim_differences *out, const plim_difference *difference,
                                plim_error *err)
{
    void *list = out->list;
    if (plim_grow(&list, &out->capacity, out->count + 1, sizeof *out->list) != 0)
        return plim_fail_memory(err, "the comparison of two scenarios");
    out->list = list;
    out->list[out->count++] = *difference;
    return PLIM_OK;
}

void plim_difference_say(char out[PLIM_DIFFERENCE_TEXT], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(out, PLIM_DIFFERENCE_TEXT, format, args);
    va_end(args);
    if (length >= PLIM_DIFFERENCE_TEXT) {
        size_t kept = plim_utf8_cut(out, PLIM_DIFFERENCE_TEXT - 4);
        memcpy(out + kept, "...", 4);
    }
}

void plim_difference_numbers(plim_difference *out, const double value[2], const char *const unit[2])
{
    char *texts[2] = {out->left, out->right}, number[2][32];
    for (int i = 0; i < 2; i++)
        (void)snprintf(number[i], sizeof number[i], "%.9g", value[i]);
    for (int i = 0; i < 2 && value[0] != value[1] && strcmp(number[0], number[1]) == 0; i++)
        plim_format_shortest(value[i], number[i], sizeof number[i]);
    for (int i = 0; i < 2; i++)
        plim_difference_say(texts[i], "%s%s%s", number[i], unit[i][0] ? " " : "", unit[i]);
}

plim_status plim_compare_values(const plim_compared *c, const char *what,
                                const plim_compared_years *values, plim_error *err)
{
    const plim_scenario *a = c->left, *b = c->right;
    int first = a->first_year > b->first_year ? a->first_year : b->first_year;
    int last = a->last_year < b->last_year ? a->last_year : b->last_year;
    size_t begun = c->out->count;
    for (int year = first; year <= last; year++) {
        double pair[2] = {plim_pathway_at(values->left, year),
                          plim_pathway_at(values->right, year)};
        if (pair[0] == pair[1] && !values->other_unit)
            continue;
        plim_difference d = {.first_year = year, .last_year = year};
        plim_difference_say(d.what, "%s", what);
        plim_difference_numbers(&d, pair, values->unit);
        plim_difference *before = c->out->count > begun ? &c->out->list[c->out->count - 1] : NULL;
        if (before && before->last_year == year - 1 && strcmp(before->left, d.left) == 0 &&
            strcmp(before->right, d.right) == 0)
            before->last_year = year;
        else
            PLIM_TRY(plim_difference_add(c->out, &d, err));
    }
    return PLIM_OK;
}

/* ---- random drivers ---------------------------------------------------------------------- */

/* What one of the two has more: both texts, of which an empty one says that it has nothing. */
static plim_status add_texts(const plim_compared *c, plim_difference *d, const char *left,
                             const char *right, plim_error *err)
{
    if (strcmp(left, right) == 0)
        return PLIM_OK;
    plim_difference_say(d->left, "%s", left);
    plim_difference_say(d->right, "%s", right);
    return plim_difference_add(c->out, d, err);
}

static const double *find_link(const plim_process *process, const char *name)
{
    for (size_t i = 0; i < process->n_links; i++)
        if (strcmp(process->links[i].name, name) == 0)
            return &process->links[i].correlation;
    return NULL;
}

/* Correlations of `a` beside those of `b`: that differ, or that `b` lacks. */
static plim_status compare_links(const plim_compared *c, const char *driver,
                                 const plim_process *const pair[2], int own, plim_error *err)
{
    for (size_t i = 0; i < pair[own]->n_links; i++) {
        const plim_process_link *link = &pair[own]->links[i];
        const double *other = find_link(pair[1 - own], link->name);
        if (other != NULL && (own == 1 || *other == link->correlation))
            continue;
        plim_difference d = {.what = ""};
        plim_difference_say(d.what, "driver %s: with %s", driver, link->name);
        if (other != NULL)
            plim_difference_numbers(&d, (double[]){link->correlation, *other},
                                    (const char *[]){"", ""});
        else
            plim_difference_say(own == 0 ? d.left : d.right, "%.9g", link->correlation);
        PLIM_TRY(plim_difference_add(c->out, &d, err));
    }
    return PLIM_OK;
}

static void say_jumps(const plim_process *p, char out[PLIM_DIFFERENCE_TEXT])
{
    char number[3][32];
    const double value[] = {p->jump_rate, p->jump_mean, p->jump_sd};
    for (int i = 0; i < 3; i++)
        plim_format_shortest(value[i], number[i], sizeof number[i]);
    out[0] = '\0';
    if (p->jump_rate > 0)
        plim_difference_say(out, "%s a year (mean %s, sd %s)", number[0], number[1], number[2]);
}

static plim_status compare_paths(const plim_compared *c, const plim_driver *a, const plim_driver *b,
                                 char *const unit[2], plim_error *err)
{
    static const char *const spreads[] = {
        [PLIM_PROCESS_NORMAL] = "sd",
        [PLIM_PROCESS_LOGNORMAL] = "sigma",
        [PLIM_PROCESS_JUMP_DIFFUSION] = "volatility",
        [PLIM_PROCESS_REGIME] = "start",
    };
    const plim_process *p = a->process, *q = b->process;
    char what[PLIM_DIFFERENCE_TEXT];
    bool scaled = p->kind == PLIM_PROCESS_NORMAL;
    plim_compared_years spread = {
        &p->spread, &q->spread, {scaled ? unit[0] : "", scaled ? unit[1] : ""}, false};
    plim_difference_say(what, "driver %s: %s", a->name, spreads[p->kind]);
    PLIM_TRY(plim_compare_values(c, what, &spread, err));
    if (p->kind != PLIM_PROCESS_REGIME)
        return PLIM_OK;
    plim_compared_years before = {&p->mean, &q->mean, {unit[0], unit[1]}, false};
    plim_compared_years after = {&p->after, &q->after, {unit[0], unit[1]}, false};
    plim_difference_say(what, "driver %s: before", a->name);
    PLIM_TRY(plim_compare_values(c, what, &before, err));
    plim_difference_say(what, "driver %s: after", a->name);
    return plim_compare_values(c, what, &after, err);
}

static plim_status compare_processes(const plim_compared *c, const plim_driver *a,
                                     const plim_driver *b, char *const unit[2], plim_error *err)
{
    const plim_process *pair[2] = {a->process, b->process};
    char left[PLIM_DIFFERENCE_TEXT], right[PLIM_DIFFERENCE_TEXT];
    plim_difference d = {.what = ""};
    PLIM_TRY(compare_paths(c, a, b, unit, err));
    if (pair[0]->persistence != pair[1]->persistence) {
        plim_difference_say(d.what, "driver %s: persistence", a->name);
        plim_difference_numbers(&d, (double[]){pair[0]->persistence, pair[1]->persistence},
                                (const char *[]){"", ""});
        PLIM_TRY(plim_difference_add(c->out, &d, err));
    }
    plim_difference_say(d.what, "driver %s: jumps", a->name);
    say_jumps(pair[0], left);
    say_jumps(pair[1], right);
    PLIM_TRY(add_texts(c, &d, left, right, err));
    PLIM_TRY(compare_links(c, a->name, pair, 0, err));
    PLIM_TRY(compare_links(c, a->name, pair, 1, err));
    plim_difference_say(d.what, "driver %s: stream", a->name);
    return add_texts(c, &d, pair[0]->stream[0] ? pair[0]->stream : a->name,
                     pair[1]->stream[0] ? pair[1]->stream : b->name, err);
}

/* ---- all --------------------------------------------------------------------------------- */

static const plim_driver *find_driver(const plim_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->n_drivers; i++)
        if (strcmp(scenario->drivers[i].name, name) == 0)
            return &scenario->drivers[i];
    return NULL;
}

/* Drivers of two kinds: the kinds. */
static plim_status add_kinds(const plim_compared *c, const plim_driver *a, const plim_driver *b,
                             plim_error *err)
{
    plim_text of_a = {0}, of_b = {0};
    plim_difference d = {.what = ""};
    plim_driver_describe(a, (int[2]){c->left->first_year, c->left->last_year}, &of_a);
    plim_driver_describe(b, (int[2]){c->right->first_year, c->right->last_year}, &of_b);
    plim_difference_say(d.what, "driver %s", a->name);
    plim_status status = of_a.failed || of_b.failed
                             ? plim_fail_memory(err, "the comparison of two scenarios")
                             : add_texts(c, &d, plim_text_get(&of_a), plim_text_get(&of_b), err);
    plim_text_free(&of_a);
    plim_text_free(&of_b);
    return status;
}

/* Two drivers of one name. */
static plim_status compare_pair(const plim_compared *c, const plim_driver *a, const plim_driver *b,
                                plim_error *err)
{
    char unit[2][48], what[PLIM_DIFFERENCE_TEXT];
    bool both_random = a->process && b->process, both_hazards = a->hazard && b->hazard;
    bool same_process = both_random && a->process->kind == b->process->kind;
    bool same_hazard = both_hazards && a->hazard->kind == b->hazard->kind;
    bool other_unit = !plim_unit_equal(&a->unit, &b->unit);
    plim_unit_format(&a->unit, unit[0], sizeof unit[0]);
    plim_unit_format(&b->unit, unit[1], sizeof unit[1]);
    if (same_process)
        PLIM_TRY(compare_processes(c, a, b, (char *const[]){unit[0], unit[1]}, err));
    else if (same_hazard)
        PLIM_TRY(plim_compare_hazards(c, a, b, err));
    else if (a->process || b->process || a->hazard || b->hazard)
        PLIM_TRY(add_kinds(c, a, b, err));
    plim_compared_years path = {&a->path, &b->path, {unit[0], unit[1]}, other_unit};
    plim_compared_years reference = {&a->reference, &b->reference, {unit[0], unit[1]}, other_unit};
    bool told = same_process && a->process->kind == PLIM_PROCESS_REGIME && !other_unit;
    plim_difference_say(what, "driver %s", a->name);
    if (!told) /* the mean of a regime is made of what was compared */
        PLIM_TRY(plim_compare_values(c, what, &path, err));
    plim_difference_say(what, "reference of %s", a->name);
    return plim_compare_values(c, what, &reference, err);
}

/* A driver that only one of the two has. */
static plim_status add_lone(const plim_compared *c, const plim_driver *driver, bool is_left,
                            plim_error *err)
{
    char unit[48];
    plim_difference d = {.what = ""};
    int year = is_left ? c->left->first_year : c->right->first_year;
    plim_unit_format(&driver->unit, unit, sizeof unit);
    plim_difference_say(d.what, "driver %s", driver->name);
    plim_difference_say(is_left ? d.left : d.right, "%.9g %s", plim_pathway_at(&driver->path, year),
                        unit);
    return plim_difference_add(c->out, &d, err);
}

plim_status plim_compare_drivers(const plim_compared *c, plim_error *err)
{
    for (size_t i = 0; i < c->left->n_drivers; i++) {
        const plim_driver *a = &c->left->drivers[i], *b = find_driver(c->right, a->name);
        PLIM_TRY(b ? compare_pair(c, a, b, err) : add_lone(c, a, true, err));
    }
    for (size_t i = 0; i < c->right->n_drivers; i++)
        if (!find_driver(c->left, c->right->drivers[i].name))
            PLIM_TRY(add_lone(c, &c->right->drivers[i], false, err));
    return PLIM_OK;
}

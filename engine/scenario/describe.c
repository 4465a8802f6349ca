#include "scenario/describe.h"

#include <stdio.h>

/* A description being written. */
typedef struct describing {
    const int *years;
    plim_phrase_of *phrase;
    const void *context;
    plim_text *out;
} describing;

/* The phrase in the language asked for; argument 2 is the format that it stands for. */
__attribute__((format_arg(2))) static const char *say(const describing *d, const char *english)
{
    return d->phrase != NULL ? d->phrase(english, d->context) : english;
}

typedef char years_text[128];

/* The value of the first year and, where it is another, of the last. */
static const char *of_years(const describing *d, const plim_pathway *path, years_text out)
{
    double first = plim_pathway_at(path, d->years[0]), last = plim_pathway_at(path, d->years[1]);
    char from[32], to[32];
    (void)snprintf(from, sizeof from, "%.6g", first);
    (void)snprintf(to, sizeof to, "%.6g", last);
    if (first == last)
        (void)snprintf(out, sizeof(years_text), "%s", from);
    else
        (void)snprintf(out, sizeof(years_text), say(d, "%s to %s"), from, to);
    return out;
}

static void describe_process(const describing *d, const plim_process *p)
{
    years_text spread;
    of_years(d, &p->spread, spread);
    switch (p->kind) {
    case PLIM_PROCESS_NORMAL:
        plim_text_format(d->out, say(d, "normal, sd %s"), spread);
        break;
    case PLIM_PROCESS_LOGNORMAL:
        plim_text_format(d->out, say(d, "lognormal, sigma %s"), spread);
        break;
    case PLIM_PROCESS_JUMP_DIFFUSION:
        plim_text_format(d->out, say(d, "jump diffusion, volatility %s"), spread);
        break;
    case PLIM_PROCESS_REGIME:
        plim_text_format(d->out, say(d, "regime, start %s"), spread);
        break;
    }
    if (p->persistence > 0)
        plim_text_format(d->out, say(d, ", persistence %.6g"), p->persistence);
    if (p->jump_rate > 0)
        plim_text_format(d->out, say(d, ", jumps %.6g a year (mean %.6g, sd %.6g)"), p->jump_rate,
                         p->jump_mean, p->jump_sd);
    for (size_t i = 0; i < p->n_links; i++)
        plim_text_format(d->out, say(d, ", with %s %.6g"), p->links[i].name,
                         p->links[i].correlation);
    if (p->stream[0] != '\0')
        plim_text_format(d->out, say(d, ", stream %s"), p->stream);
}

static void describe_events(const describing *d, const plim_hazard *h)
{
    const plim_event_set *set = &h->events;
    double total = 0;
    for (size_t e = 0; e < set->n_events; e++)
        for (size_t i = set->first[e]; i < set->first[e + 1]; i++)
            total += set->rate[e] * set->intensity[i];
    plim_text_format(d->out,
                     say(d, "%zu events at %zu places, %.6g a year, intensity %.6g a year in all"),
                     set->n_events, set->n_places,
                     set->n_events > 0 ? h->cumulative[set->n_events - 1] : 0.0, total);
    if (h->combine == PLIM_COMBINE_SUM)
        plim_text_add(d->out, say(d, ", summed"));
}

static void describe_periods(const describing *d, const plim_hazard *h)
{
    const plim_return_periods *p = &h->periods;
    size_t n = p->first[p->n_places];
    double expected = 0; /* exceedance probability times intensity: tells sets apart */
    for (size_t i = 0; i < n; i++)
        expected += p->probability[i] * p->intensity[i];
    plim_text_format(d->out,
                     say(d, "%zu return periods at %zu places, probability times intensity %.6g in "
                            "all, correlation %.6g of %zu groups"),
                     n, p->n_places, expected, h->correlation, h->groups.count);
}

static void describe_hazard(const describing *d, const plim_hazard *h)
{
    years_text values;
    if (h->kind == PLIM_HAZARD_EVENTS)
        describe_events(d, h);
    else
        describe_periods(d, h);
    plim_text_format(d->out, say(d, ", frequency %s"), of_years(d, &h->frequency, values));
    plim_text_format(d->out, say(d, ", intensity %s"), of_years(d, &h->intensity, values));
    if (h->today)
        plim_text_add(d->out, say(d, ", against today"));
    if (h->stream[0] != '\0')
        plim_text_format(d->out, say(d, ", stream %s"), h->stream);
}

void plim_driver_describe(const plim_driver *driver, const int years[2], plim_text *out)
{
    plim_driver_describe_in(driver, years, NULL, NULL, out);
}

void plim_driver_describe_in(const plim_driver *driver, const int years[2], plim_phrase_of *phrase,
                             const void *context, plim_text *out)
{
    const describing d = {.years = years, .phrase = phrase, .context = context, .out = out};
    if (driver->process != NULL)
        describe_process(&d, driver->process);
    else if (driver->hazard != NULL)
        describe_hazard(&d, driver->hazard);
    else
        plim_text_add(out, say(&d, "pathway"));
}

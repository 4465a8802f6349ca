#include "scenario/describe.h"

static void add_years(plim_text *out, const char *name, const plim_pathway *path,
                      const int years[2])
{
    double first = plim_pathway_at(path, years[0]), last = plim_pathway_at(path, years[1]);
    plim_text_format(out, ", %s %.6g", name, first);
    if (first != last)
        plim_text_format(out, " to %.6g", last);
}

static void describe_process(const plim_process *p, const int years[2], plim_text *out)
{
    static const char *const kinds[] = {
        [PLIM_PROCESS_NORMAL] = "normal",
        [PLIM_PROCESS_LOGNORMAL] = "lognormal",
        [PLIM_PROCESS_JUMP_DIFFUSION] = "jump diffusion",
        [PLIM_PROCESS_REGIME] = "regime",
    };
    static const char *const spreads[] = {
        [PLIM_PROCESS_NORMAL] = "sd",
        [PLIM_PROCESS_LOGNORMAL] = "sigma",
        [PLIM_PROCESS_JUMP_DIFFUSION] = "volatility",
        [PLIM_PROCESS_REGIME] = "start",
    };
    plim_text_add(out, kinds[p->kind]);
    add_years(out, spreads[p->kind], &p->spread, years);
    if (p->persistence > 0)
        plim_text_format(out, ", persistence %.6g", p->persistence);
    if (p->jump_rate > 0)
        plim_text_format(out, ", jumps %.6g a year (mean %.6g, sd %.6g)", p->jump_rate,
                         p->jump_mean, p->jump_sd);
    for (size_t i = 0; i < p->n_links; i++)
        plim_text_format(out, ", with %.40s %.6g", p->links[i].name, p->links[i].correlation);
    if (p->stream[0] != '\0')
        plim_text_format(out, ", stream %.40s", p->stream);
}

static void describe_events(const plim_hazard *h, plim_text *out)
{
    const plim_event_set *set = &h->events;
    double total = 0;
    for (size_t e = 0; e < set->n_events; e++)
        for (size_t i = set->first[e]; i < set->first[e + 1]; i++)
            total += set->rate[e] * set->intensity[i];
    plim_text_format(out, "%zu events at %zu places, %.6g a year, intensity %.6g a year in all",
                     set->n_events, set->n_places,
                     set->n_events > 0 ? h->cumulative[set->n_events - 1] : 0.0, total);
    if (h->combine == PLIM_COMBINE_SUM)
        plim_text_add(out, ", summed");
}

static void describe_periods(const plim_hazard *h, plim_text *out)
{
    const plim_return_periods *p = &h->periods;
    size_t n = p->first[p->n_places];
    double expected = 0; /* exceedance probability times intensity: tells sets apart */
    for (size_t i = 0; i < n; i++)
        expected += p->probability[i] * p->intensity[i];
    plim_text_format(out,
                     "%zu return periods at %zu places, probability times intensity %.6g in all, "
                     "correlation %.6g of %zu groups",
                     n, p->n_places, expected, h->correlation, h->groups.count);
}

static void describe_hazard(const plim_hazard *h, const int years[2], plim_text *out)
{
    if (h->kind == PLIM_HAZARD_EVENTS)
        describe_events(h, out);
    else
        describe_periods(h, out);
    add_years(out, "frequency", &h->frequency, years);
    add_years(out, "intensity", &h->intensity, years);
    if (h->today)
        plim_text_add(out, ", against today");
    if (h->stream[0] != '\0')
        plim_text_format(out, ", stream %.40s", h->stream);
}

void plim_driver_describe(const plim_driver *driver, const int years[2], plim_text *out)
{
    if (driver->process != NULL)
        describe_process(driver->process, years, out);
    else if (driver->hazard != NULL)
        describe_hazard(driver->hazard, years, out);
    else
        plim_text_add(out, "pathway");
}

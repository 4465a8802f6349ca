/* On top of the simulation fixture: random drivers of every kind. Header only. */
#ifndef PLIM_TESTS_RANDOM_FIXTURE_H
#define PLIM_TESTS_RANDOM_FIXTURE_H

#include "simulate_fixture.h"

/* A number that goes in a straight line from the scenario's first year to its last. */
typedef struct fixture_line {
    double from, to;
} fixture_line;

/* A driver as scripts would write it; zeros are what they may leave out. */
typedef struct fixture_random {
    const char *name, *stream;
    plim_process_kind kind;
    fixture_line mean, spread, after;
    double persistence, jump_rate, jump_mean, jump_sd;
    const char *with; /* name of a factor or driver, or NULL */
    double correlation;
    bool at_mean; /* its reference is its mean path, else 0 */
} fixture_random;

static inline void fixture_link(plim_process *process, const char *name, double correlation)
{
    plim_process_link *links =
        plim_resize(process->links, process->n_links + 1, sizeof *process->links);
    assert_non_null(links);
    process->links = links;
    links[process->n_links++] = (plim_process_link){plim_strdup(name), correlation};
}

/* The mean path in place of what it was before, as the script reader sets it. */
static inline void fixture_mean_path(plim_driver *driver, const plim_scenario *scenario)
{
    int n = scenario->last_year - scenario->first_year + 1;
    plim_pathway_free(&driver->path);
    driver->path = (plim_pathway){.count = (size_t)n,
                                  .year = fixture_alloc((size_t)n, sizeof(int)),
                                  .value = fixture_alloc((size_t)n, sizeof(double))};
    for (int t = 0; t < n; t++)
        driver->path.year[t] = scenario->first_year + t;
    plim_process_mean(driver->process, scenario->first_year, n, driver->path.value);
}

/* Adds the driver to scenario s. The process is valid until the program goes. */
static inline plim_process *fixture_random_driver(plim_program *program, size_t s,
                                                  const fixture_random *of)
{
    plim_scenario *scenario = &program->scenarios[s];
    int first = scenario->first_year, last = scenario->last_year;
    fixture_driver(program, s, of->name, 0, 0, 0);
    plim_driver *driver = &scenario->drivers[scenario->n_drivers - 1];
    plim_process *process = driver->process = fixture_alloc(1, sizeof *process);
    process->kind = of->kind;
    process->stream = plim_strdup(of->stream == NULL ? "" : of->stream);
    fixture_pathway(&process->mean, first, of->mean.from, last, of->mean.to);
    fixture_pathway(&process->spread, first, of->spread.from, last, of->spread.to);
    fixture_pathway(&process->after, first, of->after.from, last, of->after.to);
    process->persistence = of->persistence;
    process->jump_rate = of->jump_rate;
    process->jump_mean = of->jump_mean;
    process->jump_sd = of->jump_sd;
    if (of->with != NULL)
        fixture_link(process, of->with, of->correlation);
    fixture_mean_path(driver, scenario);
    if (of->at_mean) {
        plim_pathway_free(&driver->reference);
        assert_true(plim_pathway_copy(&driver->reference, &driver->path));
    }
    return process;
}

static inline plim_node fixture_random_node(plim_program *program, size_t s, const char *name,
                                            int t)
{
    return fixture_node(program, &(plim_expr){.op = PLIM_OP_DRIVER,
                                              .scenario = (uint16_t)s,
                                              .symbol = fixture_symbol(program, name),
                                              .year = (int16_t)t,
                                              .varies = true});
}

static inline double fixture_between(fixture_world *w, double low, double high)
{
    return low + (high - low) * fixture_uniform(w);
}

/* Some driver; one of four kinds by chance, with what makes it special now and then. */
static inline void fixture_any_driver(fixture_world *w, size_t s, const char *name)
{
    const double persistence[] = {0, 0, 0.4, 0.95}, starts[] = {0.1, 0.5, 0, 1};
    fixture_random of = {.name = name, .kind = (plim_process_kind)fixture_below(w, 4)};
    bool moves = of.kind == PLIM_PROCESS_NORMAL || of.kind == PLIM_PROCESS_LOGNORMAL;
    of.mean = (fixture_line){fixture_between(w, 0.2, 1.5), fixture_between(w, 0.2, 1.5)};
    of.spread = (fixture_line){fixture_between(w, 0, 0.7), fixture_between(w, 0, 0.7)};
    of.at_mean = fixture_below(w, 2) > 0;
    of.persistence = moves ? persistence[fixture_below(w, 4)] : 0;
    if (of.kind == PLIM_PROCESS_JUMP_DIFFUSION) {
        of.jump_rate = 3 * (double)fixture_below(w, 2);
        of.jump_mean = fixture_between(w, -0.4, 0.4);
        of.jump_sd = fixture_between(w, 0, 0.4);
    }
    if (of.kind == PLIM_PROCESS_REGIME) {
        of.after = (fixture_line){fixture_between(w, -1, 2), fixture_between(w, -1, 2)};
        of.spread.from = of.spread.to = starts[fixture_below(w, 4)];
    }
    of.stream = fixture_below(w, 6) == 0 ? "common" : NULL;
    (void)fixture_random_driver(&w->program, s, &of);
}

#endif

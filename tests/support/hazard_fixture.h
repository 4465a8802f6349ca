/* On top of the random fixture: hazards of events and of return periods, and what they draw. Header
 * only. */
#ifndef PLIM_TESTS_HAZARD_FIXTURE_H
#define PLIM_TESTS_HAZARD_FIXTURE_H

#include "random_fixture.h"

#include "simulate/drivers.h"
#include "simulate/hazards.h"

/* A hazard as scripts would write it; zeros are what they may leave out. */
typedef struct fixture_hazard {
    const char *name, *stream;
    const char *csv;                   /* rows of events or points, without the header */
    fixture_line frequency, intensity; /* {0, 0}: {1, 1} */
    bool today;
    bool by_event;
    plim_hazard_combine combine; /* events */
    double correlation;          /* return periods */
    const char *reach[4][2];     /* the same: beginning of places, reach; what is left is NULL */
} fixture_hazard;

static inline void fixture_multiplier(plim_pathway *out, const plim_scenario *scenario,
                                      fixture_line line)
{
    bool given = line.from != 0 || line.to != 0;
    fixture_pathway(out, scenario->first_year, given ? line.from : 1, scenario->last_year,
                    given ? line.to : 1);
}

static inline void fixture_read_hazard(plim_hazard *hazard, const fixture_hazard *of)
{
    char text[4096];
    int length = snprintf(
        text, sizeof text, "%s\n%s",
        of->by_event ? "event,rate,place,intensity" : "place,return_period,intensity", of->csv);
    assert_true(length > 0 && (size_t)length < sizeof text);
    if (of->by_event) {
        hazard->kind = PLIM_HAZARD_EVENTS;
        MUST(plim_event_set_read(&hazard->events, "h.csv", text, (size_t)length, NULL, &must_err));
        MUST(plim_hazard_finish_events(hazard, 1, &must_err));
        return;
    }
    hazard->kind = PLIM_HAZARD_RETURN_PERIODS;
    MUST(
        plim_return_periods_read(&hazard->periods, "h.csv", text, (size_t)length, NULL, &must_err));
    for (int i = 0; i < 4 && of->reach[i][0] != NULL; i++)
        MUST(plim_hazard_add_reach(hazard, of->reach[i][0], of->reach[i][1], &must_err));
    MUST(plim_hazard_finish_periods(hazard, 1, &must_err));
}

/* Adds the hazard to scenario s. */
static inline void fixture_hazard_driver(plim_program *program, size_t s, const fixture_hazard *of)
{
    plim_scenario *scenario = &program->scenarios[s];
    fixture_driver(program, s, of->name, 0, 0, 0);
    plim_hazard *hazard = plim_hazard_create();
    assert_non_null(hazard);
    scenario->drivers[scenario->n_drivers - 1].hazard = hazard;
    hazard->stream = plim_strdup(of->stream == NULL ? "" : of->stream);
    hazard->today = of->today;
    hazard->combine = of->combine;
    hazard->correlation = of->correlation;
    fixture_multiplier(&hazard->frequency, scenario, of->frequency);
    fixture_multiplier(&hazard->intensity, scenario, of->intensity);
    fixture_read_hazard(hazard, of);
}

/* The hazard in period t where the row of a table stands. */
static inline plim_node fixture_hazard_node(plim_program *program, size_t s, const char *name,
                                            int t)
{
    const plim_scenario *scenario = &program->scenarios[s];
    const plim_hazard *hazard = NULL;
    for (size_t i = 0; i < scenario->n_drivers; i++)
        if (strcmp(scenario->drivers[i].name, name) == 0)
            hazard = scenario->drivers[i].hazard;
    assert_non_null(hazard);
    return fixture_node(
        program, &(plim_expr){.op = PLIM_OP_INTENSITY,
                              .scenario = (uint16_t)s,
                              .symbol = fixture_symbol(program, name),
                              .table = PLIM_LEVEL_BORROWER,
                              .list = hazard->today ? PLIM_REFERENCE_TODAY : PLIM_REFERENCE_NONE,
                              .year = (int16_t)t,
                              .varies = true});
}

/* ---- what is drawn ---- */

/* A world of one borrower and no factors. */
static inline void fixture_hazard_world(fixture_world *w, uint32_t years, size_t n_scenarios)
{
    memset(w, 0, sizeof *w);
    const fixture_loan loan = {0, 0, 1, 1, 1, 0};
    fixture_book(&w->book, 1, 1, &loan, 1);
    fixture_program(&w->program, n_scenarios, 2026, 2025 + (int)years);
}

/* A borrower at every place of every hazard: others have no slots. */
static inline void fixture_settle_places(fixture_world *w)
{
    plim_names places = {0};
    for (size_t s = 0; s < w->program.n_scenarios; s++)
        for (size_t i = 0; i < w->program.scenarios[s].n_drivers; i++) {
            const plim_hazard *hazard = w->program.scenarios[s].drivers[i].hazard;
            for (size_t q = 0; hazard != NULL && q < hazard->n_places; q++)
                MUST(plim_names_add(&places, hazard->place[q], NULL, &must_err));
        }
    const fixture_loan loan = {0, 0, 1, 1, 1, 0};
    plim_book_free(&w->book);
    fixture_book(&w->book, (uint32_t)places.count, 1, &loan, 1);
    plim_column *region = plim_frame_find(&w->book.borrowers, "region");
    for (size_t b = 0; b < places.count; b++)
        MUST(plim_column_set_text(region, b, places.text[b], &must_err));
    plim_names_free(&places);
}

/* Makes the plan and draws all slots: [slot * n_paths + path], to be freed. */
static inline double *fixture_hazard_draws(fixture_world *w, uint64_t seed, uint32_t n_paths)
{
    fixture_settle_places(w);
    fixture_make(&w->plan, &w->book, &w->program);
    double *out = fixture_alloc((size_t)w->plan.randoms.n_slots * n_paths, sizeof *out);
    for (uint32_t path = 0; path < n_paths; path++)
        plim_simulate_drivers(&w->plan, seed, path, &(plim_path_factors){NULL, NULL}, out + path,
                              n_paths);
    return out;
}

/* The hazard of a scenario (1, 2, ...). */
static inline const plim_random *fixture_hazard_of(const fixture_world *w, uint32_t scenario,
                                                   const char *name)
{
    const plim_randoms *randoms = &w->plan.randoms;
    for (uint32_t i = 0; i < randoms->count; i++)
        if (randoms->of[i].scenario == scenario && strcmp(randoms->of[i].driver->name, name) == 0)
            return &randoms->of[i];
    fail_msg("no hazard %s", name);
    return NULL;
}

/* Slot of a place in period t; `today`: of its value at reference. */
static inline uint32_t fixture_hazard_slot(const fixture_world *w, const plim_random *random,
                                           const char *place, uint32_t t, bool today)
{
    const plim_hazard *hazard = random->driver->hazard;
    for (uint32_t q = 0; q < random->n_places; q++)
        if (strcmp(hazard->place[random->placing->place[q]], place) == 0)
            return random->slot + (t + (today ? w->plan.n_years : 0)) * random->n_places + q;
    fail_msg("no place %s", place);
    return 0;
}

/* A mean of `n` numbers that is off by more than `z` of its standard errors fails. */
static inline void fixture_check_mean(const char *what, double mean, double want, double error,
                                      double z)
{
    if (!(fabs(mean - want) <= z * error))
        fail_msg("%s: %.6g, wanted %.6g, standard error %.2g", what, mean, want, error);
}

#endif

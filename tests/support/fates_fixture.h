/* On top of the simulation fixture: fates of all borrowers on a block of paths, as a workspace
 * finds them, and their comparison. Header only. */
#ifndef PLIM_TESTS_FATES_FIXTURE_H
#define PLIM_TESTS_FATES_FIXTURE_H

#include "simulate_fixture.h"

enum { FATES_OCTETS = 9 };

/* Paths to look at. */
typedef struct fates_block {
    const plim_plan *plan;
    uint64_t seed;
    uint32_t octet[FATES_OCTETS], n_octets;
    uint32_t first_path, n_paths; /* that the screen is made for, where PDs vary */
} fates_block;

/* All cells are [(borrower * n_paths + p) * n_scenarios + s]. */
typedef struct fates {
    uint32_t n_paths, n_scenarios;
    size_t n_cells;
    uint8_t *year;            /* of default, from 1; 0: none */
    uint16_t *day;            /* of that year, from 1; 0 without default */
    int64_t *loss, *exposure; /* of the performing loans, fen */
} fates;

/* A year from 1, and the day in it; 0, 0: no default. */
typedef struct fates_moment {
    uint8_t year;
    uint16_t day;
} fates_moment;

/* By definition: the band of year t + 1 reaches from `before` to `after`, and holds the uniform. */
static inline fates_moment fates_in_band(uint32_t t, double uniform, double before, double after)
{
    return (fates_moment){(uint8_t)(t + 1),
                          (uint16_t)(1 + 365 * ((uniform - before) / (after - before)))};
}

static inline fates fates_make(const fates_block *b)
{
    fates f = {.n_paths = b->n_octets * PLIM_OCTET, .n_scenarios = b->plan->n_scenarios};
    f.n_cells = (size_t)b->plan->n_borrowers * f.n_paths * f.n_scenarios;
    f.year = fixture_alloc(f.n_cells, 1);
    f.day = fixture_alloc(f.n_cells, sizeof *f.day);
    f.loss = fixture_alloc(f.n_cells, sizeof *f.loss);
    f.exposure = fixture_alloc(f.n_cells, sizeof *f.exposure);
    return f;
}

static inline void fates_free(fates *f)
{
    plim_free(f->year);
    plim_free(f->day);
    plim_free(f->loss);
    plim_free(f->exposure);
}

static inline size_t fates_cell(const fates *f, uint32_t borrower, uint32_t p)
{
    return ((size_t)borrower * f->n_paths + p) * f->n_scenarios;
}

static inline void fates_note(fates *f, size_t cell, fates_moment at)
{
    f->year[cell] = at.year;
    f->day[cell] = at.day;
}

/* What is needed to find them. */
typedef struct fates_finder {
    plim_screen screen;
    plim_severity *severity;
    plim_workspace *workspace;
} fates_finder;

static inline void fates_open(fates_finder *finder, const fates_block *b,
                              const plim_workspace_config *how, uint32_t chunk_size)
{
    plim_workspace_config config = *how;
    plim_screen_config screen = {.plan = b->plan,
                                 .most_borrowers = chunk_size,
                                 .threads = 1,
                                 .seed = b->seed,
                                 .first_path = b->first_path,
                                 .n_paths = b->n_paths};
    MUST(plim_screen_make(&finder->screen, &screen, &must_err));
    MUST(plim_severity_create(&finder->severity, b->plan, &must_err));
    config.screen = &finder->screen;
    config.seed = b->seed;
    config.n_octets = b->n_octets;
    config.day_paths = UINT32_MAX;
    MUST(plim_workspace_create(&finder->workspace, &config, &must_err));
    plim_workspace_load(finder->workspace, b->octet, b->n_octets);
}

static inline void fates_close(fates_finder *finder)
{
    plim_workspace_destroy(finder->workspace);
    plim_severity_destroy(finder->severity);
    plim_screen_free(&finder->screen);
}

static inline void fates_add_money(fates *f, const fates_finder *finder, const plim_event *event)
{
    const plim_book *book = finder->screen.plan->book;
    size_t cell = fates_cell(f, event->borrower, event->path);
    for (plim_loan_fate at = {0}; at.scenario < f->n_scenarios; at.scenario++)
        for (at.loan = book->first_loan[event->borrower];
             at.loan < book->first_loan[event->borrower + 1]; at.loan++) {
            uint8_t year = f->year[cell + at.scenario];
            if (year == 0 || book->loan_defaulted[at.loan])
                continue;
            at.year = year - 1u;
            f->loss[cell + at.scenario] +=
                plim_workspace_loss(finder->workspace, finder->severity, event, &at);
            f->exposure[cell + at.scenario] +=
                plim_workspace_exposure(finder->workspace, event, &at);
        }
}

static inline fates fates_find(const fates_block *b, const plim_workspace_config *how,
                               uint32_t chunk_size)
{
    fates_finder finder;
    fates_open(&finder, b, how, chunk_size);
    fates f = fates_make(b);
    for (uint32_t c = 0; c < finder.screen.n_chunks; c++) {
        const plim_events *events;
        MUST(plim_workspace_chunk(finder.workspace, c, &events, &must_err));
        for (size_t e = 0; e < events->count; e++) {
            const plim_event *event = &events->event[e];
            size_t cell = fates_cell(&f, event->borrower, event->path);
            for (uint32_t s = 0; s < f.n_scenarios; s++) {
                f.year[cell + s] = events->year[e * f.n_scenarios + s];
                f.day[cell + s] = f.year[cell + s] ? events->day[e * f.n_scenarios + s] : 0;
            }
            fates_add_money(&f, &finder, event);
        }
    }
    fates_close(&finder);
    return f;
}

static inline size_t fates_differences(const fates *x, const fates *y)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n_cells; i++)
        n += x->year[i] != y->year[i] || x->day[i] != y->day[i];
    return n;
}

static inline size_t fates_money_differences(const fates *x, const fates *y)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n_cells; i++)
        n += x->loss[i] != y->loss[i] || x->exposure[i] != y->exposure[i];
    return n;
}

static inline size_t fates_events(const fates *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_cells; i++)
        n += f->year[i] != 0;
    return n;
}

#endif

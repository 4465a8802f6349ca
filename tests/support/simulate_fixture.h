/* On top of the plan fixture: running simulations in tests. Header only. */
#ifndef PLIM_TESTS_SIMULATE_FIXTURE_H
#define PLIM_TESTS_SIMULATE_FIXTURE_H

#include "plan_fixture.h"

#include <stdlib.h>

#include "math/draw.h"
#include "simulate/simulate.h"
#include "simulate/simulator.h"

/* Does this processor have the instruction set? */
static inline bool fixture_has_isa(plim_isa isa)
{
    plim_isa chosen;
    plim_error err = {0};
    assert_int_equal(setenv("PLIMSOLL_ISA", plim_isa_name(isa), 1), 0);
    plim_status status = plim_isa_choose(&chosen, &err);
    assert_int_equal(unsetenv("PLIMSOLL_ISA"), 0);
    return status == PLIM_OK;
}

static inline plim_isa fixture_best_isa(void)
{
    plim_isa isa = PLIM_ISA_BASE;
    MUST(plim_isa_choose(&isa, &must_err));
    return isa;
}

static inline void fixture_simulate(plim_tallies *out, const plim_plan *plan, uint32_t n_paths,
                                    uint64_t seed)
{
    plim_simulation simulation = {
        .plan = plan, .seed = seed, .n_paths = n_paths, .isa = fixture_best_isa(), .threads = 2};
    MUST(plim_simulate(&simulation, out, &must_err));
}

/* All loans the same and one a borrower, one bank, `factors` factors with the same loading. */
static inline fixture_loan *fixture_equal_loans(uint32_t n, double balance, double lgd)
{
    fixture_loan *loans = fixture_alloc(n, sizeof *loans);
    for (uint32_t i = 0; i < n; i++)
        loans[i] = (fixture_loan){i, 0, balance, lgd, 1, 0};
    return loans;
}

typedef struct fixture_world {
    plim_book book;
    plim_program program;
    plim_plan plan;
    uint32_t draws;
} fixture_world;

static inline void fixture_drop(fixture_world *w)
{
    fixture_free(&w->plan, &w->book, &w->program);
}

/* Numbers for random tests: a counter over the generator. */
static inline double fixture_uniform(fixture_world *w)
{
    return plim_draw_uniform(11,
                             &(plim_draw_id){.purpose = PLIM_DRAW_SYNTHETIC, .path = w->draws++});
}

static inline uint32_t fixture_below(fixture_world *w, uint32_t n)
{
    return (uint32_t)(fixture_uniform(w) * n);
}

/* ---- random plans: PDs, loadings, LGDs from columns of random numbers ---- */

static inline plim_node fixture_random_column(fixture_world *w, plim_level table, const char *name,
                                              double low, double high)
{
    plim_frame *frame = table == PLIM_LEVEL_LOAN ? &w->book.loans : &w->book.borrowers;
    plim_column *column = fixture_number(frame, name, 0);
    for (size_t i = 0; i < frame->n_rows; i++)
        column->number[i] = low + (high - low) * fixture_uniform(w);
    return fixture_column(&w->program, table, name);
}

/* Some PDs are 0, 1 or very small. */
static inline plim_node fixture_random_pd(fixture_world *w, const char *name)
{
    plim_node node = fixture_random_column(w, PLIM_LEVEL_BORROWER, name, 0, 0.2);
    plim_column *column = plim_frame_find(&w->book.borrowers, name);
    const double odd[] = {0, 1, 1e-12, 1e-300, 0.999};
    for (size_t i = 0; i < column->n_rows; i++)
        if (fixture_below(w, 4) == 0)
            column->number[i] = odd[fixture_below(w, 5)];
    return node;
}

typedef struct fixture_sizes {
    uint32_t borrowers, banks, scenarios, years, factors;
} fixture_sizes;

static inline void fixture_random_book(fixture_world *w, const fixture_sizes *sizes)
{
    fixture_loan *loans = fixture_alloc(3 * (size_t)sizes->borrowers, sizeof *loans);
    uint32_t n = 0;
    for (uint32_t b = 0; b < sizes->borrowers; b++)
        for (uint32_t k = fixture_below(w, 4); k > 0; k--)
            loans[n++] = (fixture_loan){.borrower = b,
                                        .bank = fixture_below(w, sizes->banks),
                                        .balance = 1e6 * fixture_uniform(w),
                                        .lgd = fixture_uniform(w),
                                        .class = (uint8_t)fixture_below(w, 6),
                                        .defaulted = fixture_below(w, 8) == 0};
    fixture_book(&w->book, sizes->borrowers, sizes->banks, loans, n);
    plim_free(loans);
    plim_column *sector = plim_frame_find(&w->book.borrowers, "sector");
    for (uint32_t b = 0; b < sizes->borrowers; b++) {
        fixture_set_pd(&w->book, b, 0.1 * fixture_uniform(w));
        const char *const sectors[] = {"C3071", "D4411", "A0311"};
        MUST(plim_column_set_text(sector, b, sectors[fixture_below(w, 3)], &must_err));
    }
}

/* Degrees of freedom of the copula of random worlds; 0: Gaussian. */
static uint32_t fixture_nu;

/* Book and model of a random world; scenarios without formulas. */
static inline void fixture_random_start(fixture_world *w, const fixture_sizes *sizes,
                                        uint32_t first_draw)
{
    memset(w, 0, sizeof *w);
    w->draws = first_draw;
    fixture_random_book(w, sizes);
    fixture_program(&w->program, sizes->scenarios, 2026, 2025 + (int)sizes->years);
    if (sizes->factors > 0)
        fixture_factors(&w->program, sizes->factors, 0.3, fixture_uniform(w));
    w->program.model.copula_nu = fixture_nu;
    char name[40];
    for (uint32_t f = 0; f < sizes->factors; f++) {
        (void)snprintf(name, sizeof name, "w%u", f);
        w->program.model.loading[f] =
            fixture_random_column(w, PLIM_LEVEL_BORROWER, name, -0.1, 0.3);
    }
}

static inline void fixture_random_world(fixture_world *w, const fixture_sizes *sizes,
                                        uint32_t first_draw)
{
    char name[40];
    fixture_random_start(w, sizes, first_draw);
    for (uint32_t s = 0; s < sizes->scenarios; s++)
        for (uint32_t t = 0; t < sizes->years; t++) {
            (void)snprintf(name, sizeof name, "pd_%u_of_%u", t, s);
            if (fixture_below(w, 4) > 0)
                w->program.scenarios[s].pd[t] = fixture_random_pd(w, name);
            (void)snprintf(name, sizeof name, "lgd_%u_of_%u", t, s);
            if (fixture_below(w, 2) > 0)
                w->program.scenarios[s].lgd[t] =
                    fixture_random_column(w, PLIM_LEVEL_LOAN, name, 0, 1.5);
        }
    fixture_make(&w->plan, &w->book, &w->program);
}

#endif

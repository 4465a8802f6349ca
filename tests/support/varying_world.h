/* Random plans in which PDs, defaults, LGDs and EADs vary from path to path, and from place to
 * place. Header only. */
#ifndef PLIM_TESTS_VARYING_WORLD_H
#define PLIM_TESTS_VARYING_WORLD_H

#include "random_formulas.h"

enum { VARYING_DRIVERS = 3, VARYING_HAZARDS = 2, VARYING_DEPTH = 3 };

/* Random drivers of a scenario; some go with a factor, or with the driver before them. */
static inline void varying_drivers(fixture_world *w, uint32_t s, uint32_t n_factors)
{
    char name[16], other[16];
    for (uint32_t i = 0; i < VARYING_DRIVERS; i++) {
        (void)snprintf(name, sizeof name, "x%u", i);
        fixture_any_driver(w, s, name);
        plim_scenario *scenario = &w->program.scenarios[s];
        plim_process *process = scenario->drivers[scenario->n_drivers - 1].process;
        (void)snprintf(other, sizeof other, "z%u", fixture_below(w, n_factors + 1));
        if (fixture_below(w, 2) > 0 && n_factors > 0 && other[1] != (char)('0' + n_factors))
            fixture_link(process, other, fixture_between(w, -0.5, 0.5));
        (void)snprintf(other, sizeof other, "x%u", i - 1);
        if (fixture_below(w, 2) > 0 && i > 0)
            fixture_link(process, other, fixture_between(w, -0.4, 0.4));
    }
}

/* Borrowers in several places, and nowhere that a hazard knows. */
static inline void varying_regions(fixture_world *w)
{
    static const char *const regions[] = {"500153001", "500153002", "500154", "5002", "61"};
    plim_column *region = plim_frame_find(&w->book.borrowers, "region");
    for (size_t b = 0; b < region->n_rows; b++)
        MUST(plim_column_set_text(region, b, regions[fixture_below(w, 5)], &must_err));
}

/* A hazard of return periods and one of events, each now and then with a reference of today. */
static inline void varying_hazards(fixture_world *w, uint32_t s)
{
    static const double correlations[] = {0, 0.3, 0.9, 1};
    fixture_hazard of = {
        .name = "h0",
        .csv = "500153001,2,0.3\n500153001,20,1.1\n500153002,1.5,0.1\n500153002,10,0.7\n"
               "500154,3,0.5\n5002,1,0.2\n5002,5,1\n5002,50,1.6\nB000001,2,1\n",
        .correlation = correlations[fixture_below(w, 4)],
        .reach = {{"500153", fixture_below(w, 2) > 0 ? "Laixi" : "500154"}}};
    for (uint32_t i = 0; i < VARYING_HAZARDS; i++) {
        of.today = fixture_below(w, 2) > 0;
        of.frequency = (fixture_line){fixture_between(w, 0.2, 1.5), fixture_between(w, 0.2, 1.5)};
        of.intensity = (fixture_line){1, fixture_between(w, 0.5, 1.5)};
        fixture_hazard_driver(&w->program, s, &of);
        of.name = "h1";
        of.by_event = true;
        of.csv = "a,0.3,50015,0.6\na,0.3,5002,1\nb,0.2,500153002,1.5\nc,0.9,B000001,0.4\n";
        of.combine = fixture_below(w, 2) > 0 ? PLIM_COMBINE_SUM : PLIM_COMBINE_MAX;
    }
}

/* A PD between 0 and 1 of the book's and of a score. */
static inline plim_node varying_pd(const formula_in *in, plim_node score)
{
    plim_program *program = &in->w->program;
    plim_node pd = fixture_pd(program, (int)in->t), one = fixture_constant(program, 1);
    plim_node slope = fixture_constant(program, fixture_between(in->w, 0.02, 0.5));
    plim_node x = fixture_apply2(program, PLIM_OP_MULTIPLY, score, slope);
    switch (fixture_below(in->w, 5)) {
    case 0:
        return fixture_apply1(
            program, PLIM_OP_LOGISTIC,
            fixture_apply2(program, PLIM_OP_ADD, fixture_apply1(program, PLIM_OP_LOGIT, pd), x));
    case 1:
        return fixture_apply1(program, PLIM_OP_NORMAL_CDF,
                              fixture_apply2(program, PLIM_OP_ADD,
                                             fixture_apply1(program, PLIM_OP_NORMAL_INV, pd), x));
    case 2:
        return fixture_apply2(
            program, PLIM_OP_MIN, one,
            fixture_apply2(program, PLIM_OP_MULTIPLY, pd, fixture_apply1(program, PLIM_OP_EXP, x)));
    case 3:
        return fixture_apply3(program, PLIM_OP_WHERE, fixture_apply2(program, PLIM_OP_GT, x, slope),
                              formula_clip(program, x, 0, 0.9), pd);
    default:
        return formula_clip(program, fixture_apply2(program, PLIM_OP_ADD, pd, x), 0, 1);
    }
}

/* Formulas of borrowers in all years; the score of a year may read that of the year before. */
static inline void varying_borrowers(formula_in *in, uint32_t n_years)
{
    plim_program *program = &in->w->program;
    plim_scenario *scenario = &program->scenarios[in->s];
    in->level = PLIM_LEVEL_BORROWER;
    in->before = PLIM_NO_NODE;
    for (in->t = 0; in->t < n_years; in->t++) {
        plim_node score = formula_any(in, VARYING_DEPTH);
        in->before = formula_clip(program, score, -20, 20);
        if (fixture_below(in->w, 5) > 0)
            scenario->pd[in->t] = varying_pd(in, score);
        if (scenario->pd[in->t] != PLIM_NO_NODE && fixture_below(in->w, 2) > 0)
            scenario->pd_reference[in->t] = fixture_reference(program, scenario->pd[in->t]);
        if (fixture_below(in->w, 4) > 0)
            continue;
        scenario->fails[in->t] =
            fixture_apply2(program, PLIM_OP_GT, in->before,
                           fixture_constant(program, fixture_between(in->w, 1, 20)));
        scenario->fails_reference[in->t] = fixture_reference(program, scenario->fails[in->t]);
    }
    if (fixture_below(in->w, 2) > 0)
        scenario->applies =
            fixture_apply2(program, PLIM_OP_GT, in->column, fixture_constant(program, -0.5));
}

static inline void varying_loans(formula_in *in, uint32_t n_years)
{
    plim_program *program = &in->w->program;
    plim_scenario *scenario = &program->scenarios[in->s];
    plim_node lgd = fixture_column(program, PLIM_LEVEL_LOAN, "lgd");
    plim_node balance = fixture_column(program, PLIM_LEVEL_LOAN, "balance");
    in->level = PLIM_LEVEL_LOAN;
    in->before = PLIM_NO_NODE;
    for (in->t = 0; in->t < n_years; in->t++) {
        plim_node score = formula_any(in, 2);
        plim_node share = fixture_apply1(program, PLIM_OP_LOGISTIC, score);
        if (fixture_below(in->w, 2) > 0)
            scenario->lgd[in->t] =
                formula_clip(program, fixture_apply2(program, PLIM_OP_MULTIPLY, lgd, score), 0, 1);
        if (fixture_below(in->w, 2) > 0)
            scenario->ead[in->t] = fixture_apply2(program, PLIM_OP_MULTIPLY, balance, share);
    }
}

static inline void varying_severity(fixture_world *w)
{
    const plim_severity_model models[] = {
        {.kind = PLIM_SEVERITY_FIXED},
        {.kind = PLIM_SEVERITY_BETA, .spread = 0.5, .systematic = 0.3},
        {.kind = PLIM_SEVERITY_FRYE_JACOBS}};
    w->program.model.severity = models[fixture_below(w, 3)];
}

/* Half of the worlds have hazards. A world whose last scenario is without formulas of borrowers now
 * and then. */
static inline void varying_world(fixture_world *w, const fixture_sizes *sizes, uint32_t first_draw)
{
    fixture_random_start(w, sizes, first_draw);
    varying_severity(w);
    varying_regions(w);
    formula_in in = {.w = w, .n_drivers = VARYING_DRIVERS};
    in.n_hazards = fixture_below(w, 2) * VARYING_HAZARDS;
    in.curve = formula_curve(&w->program);
    plim_node borrower_column = fixture_random_column(w, PLIM_LEVEL_BORROWER, "size", -1, 2);
    plim_node loan_column = fixture_random_column(w, PLIM_LEVEL_LOAN, "term", -1, 2);
    for (in.s = 0; in.s < sizes->scenarios; in.s++) {
        varying_drivers(w, in.s, sizes->factors);
        if (in.n_hazards > 0)
            varying_hazards(w, in.s);
        in.column = borrower_column;
        if (in.s == 0 || fixture_below(w, 6) > 0)
            varying_borrowers(&in, sizes->years);
        in.column = loan_column;
        varying_loans(&in, sizes->years);
    }
    fixture_make(&w->plan, &w->book, &w->program);
}

#endif

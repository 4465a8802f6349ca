/* On top of the simulation fixture: the five classes of a plan. Header only. */
#ifndef PLIM_TESTS_CLASS_FIXTURE_H
#define PLIM_TESTS_CLASS_FIXTURE_H

#include "simulate_fixture.h"

#include "plan/asset_classes.h"
#include "simulate/tally.h"

typedef struct fixture_classes {
    plim_stages stages;
    plim_asset_classes classes;
} fixture_classes;

static const plim_stage_policy fixture_stage_policy = {2.5, 0.005, 30};
static const plim_class_policy fixture_class_policy = {.technical_days = 7,
                                                       .doubtful_days = 270,
                                                       .loss_days = 360,
                                                       .doubtful_loss = 0.5,
                                                       .loss_loss = 0.9,
                                                       .cross_share = 0.2,
                                                       .cure_rate = 0.3,
                                                       .restructured_share = 0.4,
                                                       .upgrade_days = 183,
                                                       .observation_days = 365,
                                                       .special_days = 200,
                                                       .most_paths = 1e9};

/* Hangs classes on the plan; both must stay where they are. */
static inline void fixture_classify(fixture_classes *c, plim_plan *plan,
                                    const plim_class_policy *policy)
{
    MUST(plim_stages_make(&c->stages, plan, &fixture_stage_policy, &must_err));
    MUST(plim_asset_classes_make(&c->classes, &c->stages, policy, &must_err));
    plan->classes = &c->classes;
    plan->n_class_banks = plan->n_banks;
}

static inline void fixture_declassify(fixture_classes *c)
{
    plim_asset_classes_free(&c->classes);
    plim_stages_free(&c->stages);
}

static inline size_t fixture_class_cells(const plim_tallies *t)
{
    return (size_t)t->n_scenarios * t->n_years * t->n_class_banks * PLIM_CLASS_PAIRS * PLIM_BATCHES;
}

#endif

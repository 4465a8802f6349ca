#include "run/classes.h"

#include "run/paths.h"
#include "run/terms.h"
#include "simulate/simulator.h"

static plim_status look(plim_run_classes *classes, const plim_session *session, plim_error *err)
{
    for (size_t i = 0; i < session->n_sources; i++) {
        const plim_source *source = &session->sources[i];
        plim_frame frame = {0};
        PLIM_TRY(source->read_outline(source, "loans", &frame, err));
        classes->are_stated = classes->are_stated || plim_frame_find(&frame, "class") != NULL;
        plim_frame_free(&frame);
    }
    return PLIM_OK;
}

plim_status plim_run_classes_open(plim_run_classes *classes, const plim_session *session,
                                  const plim_script_loader *loader, plim_error *err)
{
    PLIM_TRY(plim_rules_open(&classes->rules, "classes", loader, err));
    return look(classes, session, err);
}

static plim_status read_terms(plim_run_classes *classes, const char *as_of, plim_error *err)
{
    const double most_days = 10000;
    plim_class_policy *p = &classes->policy;
    const plim_rule_value in = {"day", NULL, plim_terms_day(as_of)};
    const plim_term list[] = {
        {"technical_days", &p->technical_days, 0, PLIM_DEFAULT_DAYS, true},
        {"doubtful_days", &p->doubtful_days, PLIM_DEFAULT_DAYS, most_days, true},
        {"loss_days", &p->loss_days, PLIM_DEFAULT_DAYS, most_days, true},
        {"doubtful_loss", &p->doubtful_loss, 0.01, 2, false},
        {"loss_loss", &p->loss_loss, 0.01, 2, false},
        {"cross_share", &p->cross_share, 0, 1, false},
        {"cure_rate", &p->cure_rate, 0, 0.99, false},
        {"restructured_share", &p->restructured_share, 0, 1, false},
        {"upgrade_days", &p->upgrade_days, 0, most_days, true},
        {"observation_days", &p->observation_days, 0, most_days, true},
        {"special_days", &p->special_days, 0, most_days, true},
        {"most_paths", &p->most_paths, PLIM_PATHS_STEP, PLIM_PATHS_MOST, true},
    };
    const plim_terms terms = {"policy", &in, 1, list, sizeof list / sizeof *list};
    PLIM_TRY(plim_terms_ask(classes->rules, &terms, err));
    if (p->doubtful_days <= p->loss_days && p->doubtful_loss <= p->loss_loss)
        return PLIM_OK;
    return plim_fail(
        err, PLIM_INPUT,
        "%s: function policy returned doubtful_days %g and loss_days %g, doubtful_loss "
        "%g and loss_loss %g; accepted: those of doubtful no larger than those of loss",
        plim_rules_input(classes->rules)->path, p->doubtful_days, p->loss_days, p->doubtful_loss,
        p->loss_loss);
}

plim_status plim_run_classes_bind(plim_run_classes *classes, plim_session *session,
                                  const plim_stages *stages, plim_error *err)
{
    plim_asset_classes_free(&classes->of_plan);
    if (!classes->are_stated)
        return PLIM_OK;
    if (!classes->are_known)
        PLIM_TRY(read_terms(classes, session->book.as_of, err));
    classes->are_known = true;
    PLIM_TRY(plim_asset_classes_make(&classes->of_plan, stages, &classes->policy, err));
    session->plan.classes = &classes->of_plan;
    session->plan.n_class_banks = session->plan.n_banks;
    return PLIM_OK;
}

void plim_run_classes_free(plim_run_classes *classes)
{
    plim_rules_close(classes->rules);
    plim_asset_classes_free(&classes->of_plan);
    *classes = (plim_run_classes){0};
}

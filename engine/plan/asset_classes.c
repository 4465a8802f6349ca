#include "plan/asset_classes.h"

#include "base/memory.h"
#include "math/functions.h"

#include <math.h>

uint64_t plim_asset_classes_bytes(const plim_plan *plan)
{
    return (uint64_t)plan->n_loans + plan->n_borrowers * (1 + sizeof(uint32_t));
}

/* ---- what stands at the date of the book ---- */

static double days_overdue(const plim_book *book, uint32_t loan)
{
    const plim_column *column = plim_frame_find(&book->loans, "days_overdue");
    bool known = column != NULL && column->kind == PLIM_COLUMN_NUMBER;
    return known && !isnan(column->number[loan]) ? column->number[loan] : 0;
}

static void find_least(plim_asset_classes *classes)
{
    const plim_plan *plan = classes->stages->plan;
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        uint8_t class = plan->book->loan_class[l];
        if (class == PLIM_CLASS_PASS &&
            days_overdue(plan->book, l) > classes->policy.technical_days)
            class = PLIM_CLASS_SPECIAL_MENTION;
        classes->least[l] = class;
    }
}

/* What a debtor has in default weighs on what it has elsewhere. */
static void find_cross(plim_asset_classes *classes, uint32_t borrower)
{
    const plim_plan *plan = classes->stages->plan;
    const plim_book *book = plan->book;
    double bad = 0, all = 0;
    bool has_class = false, in_default = false;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++) {
        all += (double)book->balance_fen[l];
        bad += book->loan_defaulted[l] ? (double)book->balance_fen[l] : 0;
        in_default = in_default || book->loan_defaulted[l];
        has_class = has_class || book->loan_class[l] != PLIM_CLASS_NONE;
    }
    if (in_default && has_class)
        classes->opening[classes->n_opening++] = borrower;
    if (in_default && !plim_plan_is_household(plan, borrower))
        classes->cross[borrower] = bad > classes->policy.cross_share * all
                                       ? PLIM_CLASS_SUBSTANDARD
                                       : PLIM_CLASS_SPECIAL_MENTION;
}

plim_status plim_asset_classes_make(plim_asset_classes *out, const plim_stages *stages,
                                    const plim_class_policy *policy, plim_error *err)
{
    const plim_plan *plan = stages->plan;
    *out = (plim_asset_classes){.stages = stages,
                                .policy = *policy,
                                .log_stay = plim_log(1 - policy->cure_rate),
                                .least = plim_alloc(plan->n_loans, 1),
                                .cross = plim_alloc(plan->n_borrowers, 1),
                                .opening = plim_alloc(plan->n_borrowers, sizeof(uint32_t))};
    if (out->least == NULL || out->cross == NULL || out->opening == NULL) {
        plim_asset_classes_free(out);
        return plim_fail_memory(err, "classes of loans");
    }
    find_least(out);
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        find_cross(out, b);
    return PLIM_OK;
}

void plim_asset_classes_free(plim_asset_classes *classes)
{
    plim_free(classes->least);
    plim_free(classes->cross);
    plim_free(classes->opening);
    *classes = (plim_asset_classes){0};
}

uint32_t plim_class_paths(const plim_plan *plan, uint32_t n_paths)
{
    if (plan->classes == NULL)
        return 0;
    double most = plan->classes->policy.most_paths;
    return most < n_paths ? (uint32_t)most : n_paths;
}

/* ---- fates ---- */

plim_cure plim_cure_of(const plim_asset_classes *classes, const double uniform[2])
{
    const plim_class_policy *policy = &classes->policy;
    plim_cure never = {PLIM_NEVER, PLIM_NEVER};
    if (policy->cure_rate <= 0)
        return never;
    /* P(wait > x days) = (1 - cure_rate)^(x / 365) */
    double days = floor(PLIM_YEAR_DAYS * plim_log(uniform[0]) / classes->log_stay);
    if (days > (double)PLIM_MAX_YEARS * PLIM_YEAR_DAYS)
        return never;
    bool restructured = uniform[1] < policy->restructured_share;
    double stays = restructured ? policy->observation_days : policy->upgrade_days;
    return (plim_cure){(int32_t)days, (int32_t)days + (int32_t)stays};
}

uint8_t plim_class_of_loss(const plim_class_policy *policy, int64_t loss_fen, int64_t exposure_fen)
{
    double loss = (double)loss_fen, exposure = (double)exposure_fen;
    if (exposure > 0 && loss >= policy->loss_loss * exposure)
        return PLIM_CLASS_LOSS;
    return exposure > 0 && loss >= policy->doubtful_loss * exposure ? PLIM_CLASS_DOUBTFUL
                                                                    : PLIM_CLASS_SUBSTANDARD;
}

plim_bad_loan plim_opening_loan(const plim_asset_classes *classes, uint32_t loan,
                                const plim_cure *cure)
{
    const plim_plan *plan = classes->stages->plan;
    const plim_class_policy *policy = &classes->policy;
    uint8_t class = plan->book->loan_class[loan];
    uint8_t by_loss =
        plim_class_of_loss(policy, plim_plan_book_loss(plan, loan), plan->book->exposure_fen[loan]);
    double overdue = fmax(days_overdue(plan->book, loan), PLIM_DEFAULT_DAYS);
    if (class == PLIM_CLASS_DOUBTFUL)
        overdue = fmax(overdue, policy->doubtful_days);
    if (class == PLIM_CLASS_LOSS)
        overdue = fmax(overdue, policy->loss_days);
    const double most = 1e6; /* days; beyond that all are loss */
    return (plim_bad_loan){.overdue = (int32_t)fmin(overdue, most),
                           .least = class > by_loss ? class : by_loss,
                           .cure = *cure};
}

/* The five classes of loans, 1 正常 pass, 2 关注 special mention, 3 次级 substandard, 4 可疑
 * doubtful, 5 损失 loss, after 商业银行金融资产风险分类办法 (CBIRC and PBOC Order 1 of 2023), day
 * by day on a path. Days count from the date of the book, years have 365.
 *
 * Without a default. At least the class of the book; at least special mention if the loan was more
 * than `technical_days` overdue at as_of, or is in stage 2 (plan/stages.h). Of a debtor who is no
 * household and has loans in default at as_of, over all banks of the run: at least special mention,
 * and substandard if these are more than `cross_share` of its balances, until they are upgraded.
 *
 * In default. Overdue for more than 90 days from the day of default on, one more each day: above
 * `doubtful_days` doubtful, above `loss_days` loss, before that substandard. Impaired: doubtful if
 * the loss is `doubtful_loss` or more of the exposure, loss from `loss_loss` on. Before that day
 * the loan is overdue already: special mention once it is so for more than `technical_days`.
 *
 * Cured. Some debtors pay their arrears, or have their debt restructured, after a wait whose chance
 * is `cure_rate` a year. The loan stays in the class it has reached for `upgrade_days`, if
 * restructured for `observation_days`, then it is special mention for `special_days`, and after
 * that what it would be without default. Losses do not hang on that: LGD has cures in it already.
 *
 * Loans in default at as_of go on from the days that the book states, or the least days of their
 * class, and wait for cure from as_of on; they never come below the class of the book before they
 * are cured, and in the end are pass, or special mention while their debtor is in stage 2. A loan
 * without a class in the book has none.
 *
 * Immutable once made: any number of threads may read. */
#ifndef PLIM_PLAN_ASSET_CLASSES_H
#define PLIM_PLAN_ASSET_CLASSES_H

#include "plan/stages.h"

enum {
    PLIM_CLASS_NONE,
    PLIM_CLASS_PASS,
    PLIM_CLASS_SPECIAL_MENTION,
    PLIM_CLASS_SUBSTANDARD,
    PLIM_CLASS_DOUBTFUL,
    PLIM_CLASS_LOSS,
    PLIM_ASSET_CLASSES = 5,
    PLIM_CLASS_PAIRS = PLIM_ASSET_CLASSES * PLIM_ASSET_CLASSES
};

#define PLIM_YEAR_DAYS    365 /* a year of the simulation */
#define PLIM_DEFAULT_DAYS 90  /* overdue: more is default (book/book.h) */
#define PLIM_NEVER        INT32_MAX

/* Place of a pair of classes in a block of PLIM_CLASS_PAIRS. */
static inline uint32_t plim_class_pair(uint32_t from, uint32_t to)
{
    return (from - 1) * PLIM_ASSET_CLASSES + to - 1;
}

typedef struct plim_class_policy {
    double technical_days, doubtful_days, loss_days;     /* overdue */
    double doubtful_loss, loss_loss;                     /* over exposure */
    double cross_share;                                  /* of a debtor's balances */
    double cure_rate;                                    /* chance in a year, below 1 */
    double restructured_share;                           /* of those cured */
    double upgrade_days, observation_days, special_days; /* after the cure */
    double most_paths; /* that classes are followed on: the first so many */
} plim_class_policy;

typedef struct plim_asset_classes {
    const plim_stages *stages; /* borrowed, and with it the plan */
    plim_class_policy policy;
    double log_stay;   /* of 1 - cure_rate */
    uint8_t *least;    /* [loan]: without default and stage 2; 0: has no class */
    uint8_t *cross;    /* [borrower]: 0, 2 or 3, by what it has in default at as_of */
    uint32_t *opening; /* borrowers with a loan in default at as_of, ascending */
    uint32_t n_opening;
} plim_asset_classes;

uint64_t plim_asset_classes_bytes(const plim_plan *plan);
/* `stages` must stay where they are. */
PLIM_NODISCARD plim_status plim_asset_classes_make(plim_asset_classes *out,
                                                   const plim_stages *stages,
                                                   const plim_class_policy *policy,
                                                   plim_error *err);
void plim_asset_classes_free(plim_asset_classes *classes);

/* Of n paths, those that classes are followed on. 0 without classes. */
uint32_t plim_class_paths(const plim_plan *plan, uint32_t n_paths);

/* ---- fates ---- */

/* When arrears are paid or debt is restructured, and when the loan leaves the bad classes. */
typedef struct plim_cure {
    int32_t wait;     /* days from default, or PLIM_NEVER */
    int32_t upgraded; /* days from default, or PLIM_NEVER */
} plim_cure;

/* By two uniforms. */
plim_cure plim_cure_of(const plim_asset_classes *classes, const double uniform[2]);

/* A loan in default, now or to be. */
typedef struct plim_bad_loan {
    int32_t day;     /* of default; 0: at as_of or before */
    int32_t overdue; /* days, on that day */
    uint8_t least;   /* class while it is not upgraded */
    plim_cure cure;
} plim_bad_loan;

/* The least class of a loan in default by what is lost of it. */
uint8_t plim_class_of_loss(const plim_class_policy *policy, int64_t loss_fen, int64_t exposure_fen);
/* The loan in default at as_of. */
plim_bad_loan plim_opening_loan(const plim_asset_classes *classes, uint32_t loan,
                                const plim_cure *cure);
static inline uint8_t plim_class_of_days(const plim_class_policy *policy, int32_t overdue)
{
    if (overdue > policy->loss_days)
        return PLIM_CLASS_LOSS;
    return overdue > policy->doubtful_days ? PLIM_CLASS_DOUBTFUL : PLIM_CLASS_SUBSTANDARD;
}

/* Its class on a day, `otherwise` if it had not defaulted. */
static inline uint8_t plim_class_of_bad(const plim_class_policy *policy, const plim_bad_loan *bad,
                                        int32_t day, uint8_t otherwise)
{
    int32_t since = day - bad->day;
    uint8_t mention =
        otherwise > PLIM_CLASS_SPECIAL_MENTION ? otherwise : PLIM_CLASS_SPECIAL_MENTION;
    if (since < 0)
        return bad->overdue + since > policy->technical_days ? mention : otherwise;
    if (since < bad->cure.upgraded) {
        int32_t counted = since < bad->cure.wait ? since : bad->cure.wait;
        uint8_t class = plim_class_of_days(policy, bad->overdue + counted);
        return class > bad->least ? class : bad->least;
    }
    return since - bad->cure.upgraded < policy->special_days ? mention : otherwise;
}

/* What a loan without default is made of in a scenario. */
typedef struct plim_sound_loan {
    uint8_t least, cross;
    const uint8_t *stage2; /* by time: of its debtor's PD */
} plim_sound_loan;

static inline plim_sound_loan plim_sound_loan_of(const plim_asset_classes *classes, uint32_t loan,
                                                 uint32_t scenario)
{
    const plim_plan *plan = classes->stages->plan;
    uint32_t borrower = plan->book->loan_borrower[loan];
    size_t row = plim_plan_row(plan, borrower, scenario);
    return (plim_sound_loan){classes->least[loan], classes->cross[borrower],
                             classes->stages->by_pd + row * (plan->n_years + 1)};
}

/* Its class at a time (1 after the first year). `crossed`: its debtor's loans in default at as_of
   are not upgraded by then. */
static inline uint8_t plim_class_of_sound(const plim_sound_loan *loan, uint32_t time, bool crossed)
{
    uint8_t class = loan->least;
    if (class < PLIM_CLASS_SPECIAL_MENTION && loan->stage2[time] != 0)
        class = PLIM_CLASS_SPECIAL_MENTION;
    return crossed && loan->cross > class ? loan->cross : class;
}

static inline uint8_t plim_class_otherwise(const plim_asset_classes *classes, uint32_t loan,
                                           uint32_t scenario, uint32_t time, bool crossed)
{
    plim_sound_loan sound = plim_sound_loan_of(classes, loan, scenario);
    return plim_class_of_sound(&sound, time, crossed);
}

#endif

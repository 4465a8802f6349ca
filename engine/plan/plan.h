/* Binds scenarios and model to a book: every number that the simulation needs, checked. After this
 * no formula is left: PDs by borrower, scenario and year; losses and exposures by loan.
 *
 * Missing values. A number that is missing is NaN and makes what is computed from it NaN; so does a
 * missing text in a test on it (but equality with "" asks whether it is missing, and table_by then
 * takes its fallback). A NaN that is used is refused; `proxy` is the way around. A column that the
 * book lacks is allowed where every way to it leads through the first operand of `proxy`.
 *
 * Where a formula is used. PDs: of living borrowers in scope, in periods in which no `default`
 * decides. `applies`: of all borrowers. LGD: of all loans in scope; EAD: of those not in default.
 *
 * Rounding. logistic(logit(p)) is not p in floating point, and a delta must measure the climate,
 * not the formula. So a PD that equals its value at reference, which equals the book's but for
 * rounding (1e-12 of the smaller of p and 1 - p), is the book's, bit for bit. An LGD within 1e-12
 * of the book's is the book's. */
#ifndef PLIM_PLAN_PLAN_H
#define PLIM_PLAN_PLAN_H

#include "book/book.h"
#include "plan/damage.h"

#include <stdbool.h>

/* Scenario 0 is the baseline; scenario s > 0 is program->scenarios[s - 1]. */
typedef struct plim_plan plim_plan;
struct plim_plan {
    const plim_book *book;       /* not owned */
    const plim_program *program; /* not owned */
    uint32_t n_borrowers, n_loans, n_banks, n_scenarios, n_years, n_factors;
    int first_year;

    /* Hazard rows: the distinct PD curves of a borrower over its scenarios. Scenarios in which a
       borrower's PDs equal the baseline's bit for bit share row 0 of the borrower. */
    uint32_t *first_row; /* n_borrowers + 1 */
    uint8_t *row_of;     /* [borrower * n_scenarios + s]: row of the borrower, 0 for the baseline */
    double *pd;          /* [row * n_years + t]: annual PD of the period, 1 for a hard default */
    double *threshold;   /* [row * n_years + t]: copula_inv(pd, copula_nu) / sqrt(1 - R2) */

    /* Factor loadings divided by sqrt(1 - R2), sparse. */
    uint32_t *first_loading; /* n_borrowers + 1 */
    uint16_t *loading_factor;
    double *loading;
    double *r2;           /* a borrower: w' Omega w */
    double *cholesky;     /* n_factors^2, lower */
    uint64_t *factor_key; /* plim_digest_key of the factor's name */
    double persistence;
    uint32_t copula_nu; /* degrees of freedom of a t copula; 0: Gaussian */
    plim_severity_model severity;

    uint8_t *alive; /* a borrower: can default anew (has a loan that is not in default, pd < 1) */
    uint8_t *fails_at_reference; /* [borrower * n_scenarios + s]: counted, not shocked */
    uint8_t *applies;            /* [borrower * n_scenarios + s]; 0 for the baseline */
    uint8_t *proxied;            /* a borrower: some scenario used a `proxy` value */
    /* [borrower * n_scenarios + s]: the least interest cover of a year that the scenario's script
       tells, NaN where it tells none; NULL: no scenario does. At the mean path of drivers. */
    double *cover;

    /* Planes by scenario and year, [s * n_years + t], each n_loans long; planes that equal the
       baseline's are the same pointer. Loss of a loan if its borrower defaults in that period; its
       exposure then. For a loan already in default `loss` is the change of loss against the period
       before (first period: against the book), booked without any default; `exposure` its balance.
     */
    int64_t **loss_fen;
    int64_t **exposure_fen;
    /* What the loss is the product of, for LGDs that depend on the path: both NULL where severity
       is fixed, else planes as above. LGD as book or scenario say; EAD in fen, not rounded. */
    const double **lgd;
    const double **ead_fen;
    void **owned_planes;
    size_t n_owned_planes;

    /* Without any shock: how far scripts move PDs (pd at reference against the book's pd). */
    double *reference_shift_max;    /* a scenario: largest |logit shift| */
    double *reference_shift_mean;   /* a scenario: exposure-weighted mean of pd_reference - pd */
    uint64_t *n_fails_at_reference; /* a scenario: borrowers */
    uint64_t *n_applies;            /* a scenario: borrowers in scope */

    /* Random drivers, and what varies with them from path to path (plan/varying.h). Rows, planes
       and checks above then hold for drivers at their mean path: a first look, not what is
       simulated. */
    plim_randoms randoms;
    uint8_t *pd_varies;   /* a scenario: PDs or `default` of some period */
    uint8_t *pd_fixed;    /* [borrower * n_scenarios + s]: the borrower's do not, all the same */
    uint8_t *loss_varies; /* [s * n_years + t]: LGD or EAD */
    plim_damages damages;

    /* Balance sheets (plan/sheets.h), borrowed; NULL: none are followed. How many there are, banks
       x ways of running them. */
    const struct plim_sheets *sheets;
    uint32_t n_sheets;

    /* The five classes (plan/asset_classes.h), borrowed; NULL: the book states none. Banks whose
       loans have them: all or 0. */
    const struct plim_asset_classes *classes;
    uint32_t n_class_banks;
};

/* The row of PDs of a borrower in a scenario. */
static inline size_t plim_plan_row(const plim_plan *plan, uint32_t borrower, uint32_t scenario)
{
    return plan->first_row[borrower] +
           plan->row_of[(size_t)borrower * plan->n_scenarios + scenario];
}
/* Does the book call a borrower a household (column `household`)? */
bool plim_plan_is_household(const plim_plan *plan, uint32_t borrower);
/* Does the PD of a borrower in scenario s differ from path to path? */
bool plim_plan_pd_varies(const plim_plan *plan, uint32_t borrower, uint32_t s);
/* Does a loan's LGD or EAD in that scenario in any period? */
bool plim_plan_loss_varies(const plim_plan *plan, uint32_t loan, uint32_t s);
/* Loss of a loan in fen by the book's LGD and EAD. */
int64_t plim_plan_book_loss(const plim_plan *plan, uint32_t loan);
/* Does anything vary? */
bool plim_plan_varies(const plim_plan *plan);
/* Has any scenario a hazard? */
bool plim_plan_has_hazards(const plim_plan *plan);
/* Are losses of loans in the plan's planes what is simulated, whatever the path? */
bool plim_plan_losses_are_fixed(const plim_plan *plan);

/* On so many threads, of which nothing in the plan depends.
   PLIM_INPUT for a value out of range (names scenario, borrower or loan, year, value and script
   line), a missing input without `proxy`, a column that the book lacks, R2 outside [0, 1). */
PLIM_NODISCARD plim_status plim_plan_make(plim_plan *out, const plim_book *book,
                                          const plim_program *program, int threads,
                                          plim_error *err);
/* What can be found wrong with random drivers, hazards and damages without a book: correlations
   that name what there is not or can't hold together, damages that hang on what has no events. */
PLIM_NODISCARD plim_status plim_plan_check_randoms(const plim_program *program, plim_error *err);
void plim_plan_free(plim_plan *plan);

/* EL over the horizon if years were independent: sum over borrowers and years of
   P(default in t) x loss, exact when persistence is 0; plus changes of LGD of loans in default. In
   currency units. */
double plim_plan_analytic_el(const plim_plan *plan, uint32_t scenario);
/* Is that the exact expectation of what is simulated? Not with persistence over several years; nor
   where PD or loss differ from path to path, or LGD depends on the state: with correlated recovery
   never, with Frye-Jacobs in the baseline only. A t copula or purely random LGD change no
   expectation. */
bool plim_plan_el_is_exact(const plim_plan *plan, uint32_t scenario);
/* Mean over living borrowers of 1 - prod(1 - PD_t), for comparison with the simulated share. */
double plim_plan_cumulative_pd(const plim_plan *plan, uint32_t scenario);

#endif

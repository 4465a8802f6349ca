/* The loss of a loan that defaults anew, where LGD is random or depends on the state of the
 * economy. Loans in default at `as_of` keep their deterministic changes (plan->loss_fen).
 *
 * Fixed. LGD as book and scenario say.
 *
 * Beta. LGD = quantile(normal_cdf(-Y)) of the beta distribution with mean m, the LGD of book or
 * scenario, and standard deviation spread x sqrt(m (1 - m)). Y, the latent recovery, is b M +
 * sqrt(1 - b^2) e with M the borrower's systematic index of the default year in units of its
 * standard deviation, e standard normal, b = `systematic` (correlated recovery, after Frye,
 * "Collateral Damage", 2000). A borrower without factors (R2 = 0) has Y = e. e is drawn once a loan
 * and path, for all years and scenarios, so that scenarios differ by what they say alone. m is the
 * mean over all states; with b > 0 defaults come in bad ones, where LGD is higher.
 *
 * Frye-Jacobs. LGD = normal_cdf(z - k) / normal_cdf(z) with h = normal_cdf(z) the conditional PD
 * (Frye and Jacobs, "Credit loss and systematic loss given default", 2012) and k = [F(PD) -
 * F(PD x LGD)] / sqrt(1 - R2) from the BASELINE's PD of that year and the book's LGD; F the inverse
 * normal distribution. Under a t copula F is the inverse of Student's, and k is multiplied by the
 * mixing variable, so that here too E[h x LGD] = PD x LGD. A scenario moves LGD through h; an LGD
 * of its own enters as a factor on top, scenario LGD / book LGD, the result at most 1.5. Where
 * h = 1 (a default that the scenario decrees) h tells nothing of the economy: the baseline's h of
 * the same path and year is taken. Where there is no function, the LGD is that of book or scenario:
 * baseline PD 0 or 1, book LGD 0. */
#ifndef PLIM_SIMULATE_SEVERITY_H
#define PLIM_SIMULATE_SEVERITY_H

#include "plan/loan_terms.h"

typedef struct plim_severity plim_severity;

typedef struct plim_severity_case {
    uint32_t loan, scenario, year; /* year from 0; the loan's borrower defaults in it */
    uint32_t path;
    uint64_t seed;
    double argument; /* z = threshold x mixing - index of the borrower's row in that year */
    double index;    /* sum of loadings x factors in that year */
    double mixing;   /* plim_simulate_mixing of that year; 0 stands for 1 */
    const plim_loan_value
        *value; /* LGD and EAD where they vary from path to path; NULL: the plan's */
} plim_severity_case;

/* The plan is borrowed. Takes a tenth of a second and half a MiB for beta and 8 bytes a loan for
   its key; 8 bytes a loan (and year, where PDs differ over the years) for Frye-Jacobs; nothing if
   fixed. */
PLIM_NODISCARD plim_status plim_severity_create(plim_severity **out, const plim_plan *plan,
                                                plim_error *err);
void plim_severity_destroy(plim_severity *severity); /* NULL is fine */
uint64_t plim_severity_bytes(const plim_plan *plan); /* that create would take */

/* Key of a loan's own draw, of the keys of the ids of its borrower, its bank and itself. Not of its
   place among the borrower's loans: a bank that runs its own book alone, or a loan that is added,
   must not move the recoveries of the others. */
uint64_t plim_severity_key(uint64_t borrower_key, uint64_t bank_key, uint64_t loan_key);

/* Is the loss that of the plan's planes, whatever the path? */
bool plim_severity_is_fixed(const plim_severity *severity);
/* Loss in fen, LGD x EAD rounded once, half to even. Pure, thread-safe, no allocation. */
int64_t plim_severity_loss(const plim_severity *severity, const plim_severity_case *c);
/* The LGD of that loss; NaN if severity is fixed. */
double plim_severity_lgd(const plim_severity *severity, const plim_severity_case *c);

#endif

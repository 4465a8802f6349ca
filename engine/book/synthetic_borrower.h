/* One borrower of the synthetic book: a pure function of preset, seed and its number. */
#ifndef PLIM_BOOK_SYNTHETIC_BORROWER_H
#define PLIM_BOOK_SYNTHETIC_BORROWER_H

#include "base/money.h"
#include "book/synthetic_dice.h"
#include "book/synthetic_preset.h"

/* What each draw of a borrower is for. The numbers are part of the stream: only append. */
typedef enum plim_borrower_draw {
    PLIM_ROLL_KIND,
    PLIM_ROLL_TOWN,
    PLIM_ROLL_REVENUE,
    PLIM_ROLL_ASSETS,
    PLIM_ROLL_LEVERAGE,
    PLIM_ROLL_COST_OF_DEBT,
    PLIM_ROLL_EARNINGS,
    PLIM_ROLL_LOSS,
    PLIM_ROLL_LOSS_SIZE,
    PLIM_ROLL_DEPRECIATION,
    PLIM_ROLL_CASH,
    PLIM_ROLL_SCOPE1,
    PLIM_ROLL_SCOPE2,
    PLIM_ROLL_SCOPE3,
    PLIM_ROLL_UNMEASURED,
    PLIM_ROLL_QUALITY,
    PLIM_ROLL_CREDIT,
    PLIM_ROLL_DISCLOSED,
    PLIM_ROLL_PD,
    PLIM_ROLL_BANK_SHARE,
    PLIM_ROLL_DEFAULTED,
    PLIM_ROLL_CLASS,
    PLIM_ROLL_WATCHED,
    PLIM_ROLL_OVERDUE,
    PLIM_ROLL_DAYS,
    PLIM_ROLL_LOAN_COUNT,
    PLIM_ROLL_GREEN,
    PLIM_ROLL_BALANCE, /* of a household */
    PLIM_ROLL_SECOND,
    PLIM_ROLL_SECOND_BALANCE,
    PLIM_ROLL_SITES = 512,  /* see synthetic_site.c */
    PLIM_ROLL_LOANS = 1024, /* first draw of the first loan; see synthetic_loan.c */
} plim_borrower_draw;

/* Money in fen, PLIM_FEN_EMPTY where a household has none; other numbers NaN, texts "". */
typedef struct plim_synthetic_borrower {
    char id[32];
    double pd;
    const char *sector, *sector_name, *region, *region_name;
    int64_t revenue, operating_cost, depreciation, interest;
    int64_t debt, equity, cash, total_assets; /* total_assets = debt + equity, to the fen */
    double scope1, scope2, scope3, emission_quality;
    const char *env_class, *env_credit;
    double disclosed, household;

    /* For the loans; not columns. */
    plim_dice dice;
    const plim_town *town;
    const plim_industry *industry;             /* of a firm, else NULL */
    const plim_household_kind *household_kind; /* of a household, else NULL */
    double cost_of_debt;
    int64_t bank_debt; /* of a firm at all banks; at most debt */
    int loan_class;    /* of all its loans, 1-5 */
    double days_overdue;
} plim_synthetic_borrower;

/* Borrower number `index` (0-based). Its id is no valid social credit code: those never hold an S.
 */
PLIM_NODISCARD plim_status plim_synthetic_borrower_make(plim_synthetic_borrower *out,
                                                        const plim_preset *preset, uint64_t seed,
                                                        size_t index, plim_error *err);

/* Fills in what makes a firm: accounts, emissions, grades, PD. For synthetic_borrower.c. */
void plim_synthetic_firm_fill(plim_synthetic_borrower *firm);

/* A town by the weights of a place, with draw `what`. */
const plim_town *plim_synthetic_town(const plim_preset *preset, const plim_dice *dice,
                                     unsigned what, plim_place place);

/* Amount in CNY -> fen. */
int64_t plim_synthetic_fen(double amount_cny);
/* Rounded to so many decimals; `decimals` up to 9. */
double plim_synthetic_round(double value, int decimals);
double plim_synthetic_clip(double value, double low, double high);

#endif

#include "book/synthetic_loan.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

#define MAX_LOANS_OF_ONE 8
#define GREEN_FULLY      0.9 /* industries of which nearly every loan is green */

/* What each draw of a loan is for; only append. A loan has 32 of them. */
enum loan_roll {
    ROLL_PART,
    ROLL_PRODUCT,
    ROLL_BANK,
    ROLL_MONTHS,
    ROLL_ELAPSED,
    ROLL_LINE,
    ROLL_UNDRAWN,
    ROLL_CANCELLABLE,
    ROLL_RATE,
    ROLL_SPREAD,
    ROLL_LGD,
    ROLL_SECURITY,
    ROLL_VALUE,
    ROLL_LAT,
    ROLL_LON,
    ROLL_GREEN,
    ROLLS_OF_A_LOAN = 32,
};

/* A loan in the making. */
typedef struct draft {
    const plim_preset *preset;
    const plim_synthetic_borrower *borrower;
    int64_t as_of_days;
    unsigned first_roll;
    double amount_cny;
    bool green;
    plim_product_row product;
    const plim_synthetic_bank *bank;
    plim_synthetic_loan *loan;
} draft;

static double between(const draft *d, enum loan_roll what, double low, double high)
{
    return plim_dice_between(&d->borrower->dice, d->first_roll + (unsigned)what, low, high);
}

static bool happens(const draft *d, enum loan_roll what, double probability)
{
    return between(d, what, 0, 1) < probability;
}

static size_t choose(const draft *d, enum loan_roll what, const int *weight, size_t n)
{
    return plim_dice_choose(&d->borrower->dice, d->first_roll + (unsigned)what, weight, n);
}

/* ---- product, bank, price ------------------------------------------------------------------ */

static plim_product_row draw_product(const draft *d)
{
    plim_firm_kind kind = d->borrower->industry->kind;
    if (d->green && kind == PLIM_FIRM_PROJECT)
        return PLIM_PRODUCT_PROJECT;
    if (d->green && kind == PLIM_FIRM_PROPERTY)
        return PLIM_PRODUCT_DEVELOPMENT;
    if (d->green)
        return PLIM_PRODUCT_FIXED;
    return (plim_product_row)choose(d, ROLL_PRODUCT, d->preset->firm_products[kind],
                                    PLIM_PRODUCT_FIRM_COUNT);
}

static size_t size_class(double amount_cny)
{
    size_t k = 0;
    while (k < PLIM_SIZE_CLASSES - 1 && amount_cny >= plim_size_class_cny[k])
        k++;
    return k;
}

static size_t draw_bank(const draft *d)
{
    int weight[PLIM_PRESET_ROWS];
    size_t n = d->preset->n_banks;
    const plim_industry *industry = d->borrower->industry;
    for (size_t i = 0; i < n; i++) {
        const plim_synthetic_bank *bank = &d->preset->banks[i];
        if (industry == NULL)
            weight[i] = bank->household_weight[d->product - PLIM_PRODUCT_FIRM_COUNT];
        else if (bank->policy &&
                 (industry->kind == PLIM_FIRM_WORKS || industry->kind == PLIM_FIRM_PROPERTY))
            weight[i] = 0;
        else
            weight[i] = bank->firm_weight[size_class(d->amount_cny)];
    }
    return choose(d, ROLL_BANK, weight, n);
}

static double draw_rate(const draft *d)
{
    const plim_product *product = &d->preset->products[d->product];
    double rate = between(d, ROLL_RATE, product->rate_low, product->rate_high);
    if (d->borrower->industry != NULL) {
        rate += d->borrower->cost_of_debt + d->bank->rate_add;
        rate += between(d, ROLL_SPREAD, -0.002, 0.002);
        rate -= d->green ? 0.002 : 0; /* price of green loans; proposal */
    } else if (d->product != PLIM_PRODUCT_MORTGAGE && d->bank->rate_add > 0) {
        rate += d->bank->rate_add;
    }
    return plim_synthetic_round(plim_synthetic_clip(rate, 0.022, 0.24), 4);
}

/* Lines not fully drawn. ccf: 40 % for commitments, 10 % for those that the bank may cancel at any
 * time (capital rules of 2023, Basel III). How many are cancellable is a proposal. A bad loan's
 * line is closed. */
static void draw_line(const draft *d)
{
    d->loan->undrawn = 0;
    d->loan->ccf = (double)NAN;
    if (d->borrower->loan_class > 2 ||
        !happens(d, ROLL_LINE, d->preset->products[d->product].line_share))
        return;
    d->loan->undrawn = plim_synthetic_fen(d->amount_cny * between(d, ROLL_UNDRAWN, 0.05, 0.50));
    d->loan->ccf = happens(d, ROLL_CANCELLABLE, 0.4) ? 0.10 : 0.40;
}

/* ---- term ---------------------------------------------------------------------------------- */

/* A performing loan is under way at as_of. A bad one began so early that it can be as many days
 * overdue as it is. */
static void draw_term(const draft *d)
{
    const plim_product *product = &d->preset->products[d->product];
    int months = (int)between(d, ROLL_MONTHS, product->months_low, product->months_high + 1);
    double elapsed_days = months * 30.4 * between(d, ROLL_ELAPSED, 0.02, product->elapsed_high);
    if (elapsed_days < d->borrower->days_overdue + 30)
        elapsed_days = d->borrower->days_overdue + 30;
    int64_t start = d->as_of_days - (int64_t)elapsed_days;
    int64_t maturity = plim_date_add_months(start, months);
    if (d->borrower->loan_class <= 2 && maturity <= d->as_of_days)
        maturity = plim_date_add_months(d->as_of_days, 1);
    plim_format_date(start, d->loan->start);
    plim_format_date(maturity, d->loan->maturity);
}

/* ---- security and loss given default ------------------------------------------------------- */

static plim_security draw_security(const draft *d)
{
    const plim_industry *industry = d->borrower->industry;
    const int *weight = industry != NULL ? d->preset->firm_security[industry->kind]
                                         : d->preset->products[d->product].security;
    return (plim_security)choose(d, ROLL_SECURITY, weight, PLIM_SECURITY_COUNT);
}

/* Without security 45-60 %, from the 45 % of the foundation approach (Basel II) upwards. With it,
 * from 52 % down to 34 % as the value after haircut covers the balance. Proposal. */
static double draw_lgd(const draft *d, double covered)
{
    if (covered <= 0)
        return plim_synthetic_round(between(d, ROLL_LGD, 0.45, 0.60), 4);
    double lgd = 0.52 - 0.18 * (covered < 1 ? covered : 1) + between(d, ROLL_LGD, -0.04, 0.04);
    return plim_synthetic_round(lgd + d->preset->products[d->product].lgd_shift, 4);
}

static plim_status add_pledge(plim_synthetic_loans *list, const draft *d, plim_security security,
                              int64_t value_fen, plim_error *err)
{
    void *pledges = list->pledge;
    if (plim_grow(&pledges, &list->pledge_capacity, list->n_pledges + 1, sizeof *list->pledge))
        return plim_fail_memory(err, "collateral of the synthetic book");
    list->pledge = pledges;
    plim_synthetic_pledge *pledge = &list->pledge[list->n_pledges++];
    const plim_security_terms *terms = &d->preset->securities[security];
    const plim_town *town = d->borrower->town;
    *pledge = (plim_synthetic_pledge){
        .type = terms->name,
        .region = town->code,
        .value = value_fen,
        .lat = (double)NAN,
        .lon = (double)NAN,
        .haircut = terms->haircut,
    };
    (void)snprintf(pledge->id, sizeof pledge->id, "CO%08zu", list->n_pledges);
    (void)snprintf(pledge->loan, sizeof pledge->loan, "%s", d->loan->id);
    if (terms->located) { /* somewhere around the town */
        pledge->lat = plim_synthetic_round(town->lat_deg + between(d, ROLL_LAT, -0.025, 0.025), 5);
        pledge->lon = plim_synthetic_round(town->lon_deg + between(d, ROLL_LON, -0.025, 0.025), 5);
    }
    return PLIM_OK;
}

static plim_status secure(plim_synthetic_loans *list, const draft *d, plim_error *err)
{
    plim_security security = draw_security(d);
    if (security == PLIM_SECURITY_NONE) {
        d->loan->lgd = draw_lgd(d, 0);
        return PLIM_OK;
    }
    const plim_security_terms *terms = &d->preset->securities[security];
    double value = d->amount_cny * between(d, ROLL_VALUE, terms->value_low, terms->value_high);
    if (terms->located) /* appraisals are round */
        value = value < 1e6 ? nearbyint(value / 1e3) * 1e3 : nearbyint(value / 1e4) * 1e4;
    d->loan->lgd = draw_lgd(d, value * (1 - terms->haircut) / d->amount_cny);
    return add_pledge(list, d, security, plim_synthetic_fen(value), err);
}

/* ---- one loan ------------------------------------------------------------------------------ */

static plim_status add_loan(plim_synthetic_loans *list, draft *d, plim_error *err)
{
    void *loans = list->loan;
    if (plim_grow(&loans, &list->loan_capacity, list->n_loans + 1, sizeof *list->loan))
        return plim_fail_memory(err, "loans of the synthetic book");
    list->loan = loans;
    plim_synthetic_loan *loan = &list->loan[list->n_loans++];
    d->loan = loan;
    const plim_product *product = &d->preset->products[d->product];
    const plim_green_use *use = d->green ? d->borrower->industry->green_use : NULL;
    size_t bank = draw_bank(d);
    d->bank = &d->preset->banks[bank];
    *loan = (plim_synthetic_loan){
        .borrower = d->borrower->id,
        .bank = d->bank->id,
        .bank_row = bank,
        .balance = plim_synthetic_fen(d->amount_cny),
        .rate = draw_rate(d),
        .loan_class = d->borrower->loan_class,
        .days_overdue = d->borrower->days_overdue,
        .green = use != NULL ? use->code : "",
        .purpose = use != NULL ? use->purpose : product->purpose,
        .product = product->name,
    };
    (void)snprintf(loan->id, sizeof loan->id, "LN%08zu", list->n_loans);
    draw_line(d);
    draw_term(d);
    return secure(list, d, err);
}

/* ---- all loans of a borrower --------------------------------------------------------------- */

/* Larger borrowers have more loans, hence more banks. Proposal. */
static size_t draw_count(const plim_synthetic_borrower *firm, double debt_cny)
{
    static const double up_to_cny[] = {3e6, 20e6, 100e6, 500e6, 1e300};
    static const double low[] = {0.75, 1, 2, 3, 5}, high[] = {2.35, 3.4, 5.5, 8, 9};
    size_t k = 0;
    while (debt_cny >= up_to_cny[k])
        k++;
    double count = plim_dice_between(&firm->dice, PLIM_ROLL_LOAN_COUNT, low[k], high[k]);
    return count < 1 ? 1 : (size_t)count;
}

/* How a firm's bank debt is cut into loans. */
typedef struct cut {
    size_t n;
    double part[MAX_LOANS_OF_ONE]; /* of the bank debt; adds up to 1 */
    bool green[MAX_LOANS_OF_ONE];
} cut;

/* A large firm of an industry that is partly green has one green loan of about that part, so that
 * the green share of the district does not hang on a few throws; of other firms each loan is green
 * or not. */
static void cut_debt(const plim_synthetic_borrower *firm, double debt_cny, cut *out)
{
    double green_share = firm->industry->green_share;
    out->n = draw_count(firm, debt_cny);
    bool split = debt_cny >= 30e6 && green_share > 0 && green_share < GREEN_FULLY;
    double rest = 1, sum = 0;
    if (split) {
        out->part[0] = green_share * plim_dice_between(&firm->dice, PLIM_ROLL_GREEN, 0.85, 1.15);
        rest = 1 - out->part[0];
        if (out->n < 2)
            out->n = 2;
    }
    for (size_t i = split ? 1 : 0; i < out->n; i++) {
        unsigned first = PLIM_ROLL_LOANS + (unsigned)i * ROLLS_OF_A_LOAN;
        out->part[i] = plim_dice_between(&firm->dice, first + ROLL_PART, 0.5, 1.5);
        sum += out->part[i];
    }
    for (size_t i = 0; i < out->n; i++) {
        unsigned first = PLIM_ROLL_LOANS + (unsigned)i * ROLLS_OF_A_LOAN;
        if (!split || i > 0)
            out->part[i] *= rest / sum;
        out->green[i] =
            split ? i == 0 : plim_dice_uniform(&firm->dice, first + ROLL_GREEN) < green_share;
    }
}

static plim_status add_firm_loans(plim_synthetic_loans *list, draft *d, plim_error *err)
{
    const plim_synthetic_borrower *firm = d->borrower;
    double debt_cny = (double)firm->bank_debt / PLIM_FEN_PER_UNIT;
    cut parts;
    cut_debt(firm, debt_cny, &parts);
    for (size_t i = 0; i < parts.n; i++) {
        d->first_roll = PLIM_ROLL_LOANS + (unsigned)i * ROLLS_OF_A_LOAN;
        d->amount_cny = floor(debt_cny * parts.part[i] * 100) / 100; /* whole fen, not above debt */
        d->green = parts.green[i];
        d->product = draw_product(d);
        PLIM_TRY(add_loan(list, d, err));
    }
    return PLIM_OK;
}

static plim_status add_household_loans(plim_synthetic_loans *list, draft *d, plim_error *err)
{
    const plim_household_kind *kind = d->borrower->household_kind;
    const plim_dice *dice = &d->borrower->dice;
    d->first_roll = PLIM_ROLL_LOANS;
    d->product = (plim_product_row)kind->product;
    d->amount_cny = plim_synthetic_round(
        plim_dice_lognormal(dice, PLIM_ROLL_BALANCE, kind->balance_cny, kind->balance_sigma_ln), 2);
    PLIM_TRY(add_loan(list, d, err));
    if (plim_dice_uniform(dice, PLIM_ROLL_SECOND) >= kind->second_share)
        return PLIM_OK;
    d->first_roll = PLIM_ROLL_LOANS + ROLLS_OF_A_LOAN;
    d->product = PLIM_PRODUCT_CONSUMER;
    d->amount_cny =
        plim_synthetic_round(plim_dice_lognormal(dice, PLIM_ROLL_SECOND_BALANCE, 40e3, 0.7), 2);
    return add_loan(list, d, err);
}

plim_status plim_synthetic_loans_add(plim_synthetic_loans *list, const plim_preset *preset,
                                     const plim_synthetic_borrower *borrower, plim_error *err)
{
    draft d = {.preset = preset, .borrower = borrower};
    if (!plim_parse_date(preset->as_of, &d.as_of_days))
        return plim_fail(err, PLIM_BUG, "preset %s has the date '%s'", preset->name, preset->as_of);
    if (borrower->industry != NULL)
        return add_firm_loans(list, &d, err);
    return add_household_loans(list, &d, err);
}

void plim_synthetic_loans_free(plim_synthetic_loans *list)
{
    plim_free(list->loan);
    plim_free(list->pledge);
    *list = (plim_synthetic_loans){0};
}

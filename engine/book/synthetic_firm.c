/* A firm's accounts, emissions, grades and PD. They hang together: assets follow revenue, debt
 * follows assets, interest follows debt, earnings follow assets, emissions follow revenue, PD
 * follows the ratios. Spreads of the draws are proposals. */
#include "book/synthetic_borrower.h"

#include <math.h>

#include "math/functions.h"

#define MCNY 1e6

/* From what size (CNY a year) firms are counted as large for losses, disclosure and data. */
#define SMALL_REVENUE_CNY  20e6
#define MEDIUM_REVENUE_CNY 100e6
#define LARGE_REVENUE_CNY  400e6

/* Firms at or above this are controlled emitters with verified reports (national carbon market). */
#define CONTROLLED_TCO2E 26000.0

/* ---- accounts ------------------------------------------------------------------------------ */

/* Cost of all debt, near loan rates: the one-year loan prime rate was 3.0 % at the end of 2025;
 * smaller firms pay more. Proposal. */
static double draw_cost_of_debt(const plim_synthetic_borrower *f, double revenue_cny)
{
    double size = plim_log(revenue_cny / SMALL_REVENUE_CNY);
    double rate =
        0.042 - 0.0018 * size + 0.004 * plim_dice_normal(&f->dice, PLIM_ROLL_COST_OF_DEBT);
    return plim_synthetic_round(plim_synthetic_clip(rate, 0.029, 0.068), 4);
}

/* Earnings before interest and taxes. A return on assets that gives the industry's median cover at
 * its median leverage and a cost of debt of 4.2 %; so that more debt means less cover. Some firms
 * lose money, small ones more often. Proposal. */
static double draw_ebit(const plim_synthetic_borrower *f, double revenue_cny, double assets_cny)
{
    double losing = revenue_cny < MEDIUM_REVENUE_CNY ? 0.07 : 0.03;
    if (f->industry->kind == PLIM_FIRM_PROJECT)
        losing = 0.01;
    if (plim_dice_uniform(&f->dice, PLIM_ROLL_LOSS) < losing)
        return -assets_cny * plim_dice_between(&f->dice, PLIM_ROLL_LOSS_SIZE, 0.002, 0.035);
    double median = f->industry->cover * f->industry->leverage * 0.042;
    double sigma = f->industry->kind == PLIM_FIRM_PROJECT ? 0.25 : 0.42;
    return assets_cny * plim_dice_lognormal(&f->dice, PLIM_ROLL_EARNINGS, median, sigma);
}

static void fill_accounts(plim_synthetic_borrower *f)
{
    const plim_industry *in = f->industry;
    const plim_dice *dice = &f->dice;
    double revenue =
        plim_dice_lognormal(dice, PLIM_ROLL_REVENUE, in->revenue_mcny * MCNY, in->revenue_sigma_ln);
    double assets =
        revenue * plim_dice_lognormal(dice, PLIM_ROLL_ASSETS, in->assets_per_revenue, 0.25);
    double odds = plim_logit(in->leverage) + 0.40 * plim_dice_normal(dice, PLIM_ROLL_LEVERAGE);
    double leverage = plim_synthetic_clip(plim_logistic(odds), 0.10, 0.88);
    double depreciation =
        revenue * plim_dice_lognormal(dice, PLIM_ROLL_DEPRECIATION, in->depreciation, 0.20);
    f->cost_of_debt = draw_cost_of_debt(f, revenue);
    double ebit = draw_ebit(f, revenue, assets);
    double highest = 0.80 * revenue - depreciation; /* something must be spent on the business */
    if (ebit > highest)
        ebit = highest;

    f->revenue = plim_synthetic_fen(revenue);
    f->depreciation = plim_synthetic_fen(depreciation);
    f->operating_cost = f->revenue - f->depreciation - plim_synthetic_fen(ebit);
    f->total_assets = plim_synthetic_fen(assets);
    f->debt = plim_synthetic_fen(leverage * assets);
    f->equity = f->total_assets - f->debt;
    f->interest = plim_fen_times(f->cost_of_debt, f->debt);
    f->cash = plim_synthetic_fen(assets * plim_dice_between(dice, PLIM_ROLL_CASH, 0.03, 0.13));

    /* Share of the debt owed to the banks of the book; platforms also owe bondholders. Proposal. */
    bool platform = in->kind == PLIM_FIRM_PROJECT;
    double share = plim_dice_between(dice, PLIM_ROLL_BANK_SHARE, platform ? 0.35 : 0.38,
                                     platform ? 0.62 : 0.80);
    f->bank_debt = plim_fen_times(share, f->debt);
}

/* ---- emissions ----------------------------------------------------------------------------- */

static double draw_scope(const plim_synthetic_borrower *f, unsigned what, double intensity)
{
    double revenue_mcny = (double)f->revenue / PLIM_FEN_PER_UNIT / MCNY;
    double tons = revenue_mcny * plim_dice_lognormal(&f->dice, what, intensity, 0.30);
    return plim_synthetic_round(tons, 1);
}

/* Data quality as in the PCAF standard: 1 verified ... 5 proxy of the sector; who has which grade
 * is a proposal. */
static double draw_quality(const plim_synthetic_borrower *f)
{
    double u = plim_dice_uniform(&f->dice, PLIM_ROLL_QUALITY);
    if (f->scope1 + f->scope2 >= CONTROLLED_TCO2E)
        return u < 0.7 ? 1 : 2;
    if (f->disclosed > 0)
        return u < 0.5 ? 2 : 3;
    return u < 0.25 ? 3 : 4;
}

static void fill_emissions(plim_synthetic_borrower *f)
{
    const plim_industry *in = f->industry;
    double revenue_cny = (double)f->revenue / PLIM_FEN_PER_UNIT;
    f->scope1 = draw_scope(f, PLIM_ROLL_SCOPE1, in->scope1);
    f->scope2 = draw_scope(f, PLIM_ROLL_SCOPE2, in->scope2);
    f->scope3 = draw_scope(f, PLIM_ROLL_SCOPE3, in->scope3);

    double telling = revenue_cny >= LARGE_REVENUE_CNY    ? 0.70
                     : revenue_cny >= MEDIUM_REVENUE_CNY ? 0.35
                                                         : 0.06; /* proposal */
    if (f->scope1 + f->scope2 >= CONTROLLED_TCO2E)
        telling = 1; /* rules on disclosing environmental information by law */
    f->disclosed = plim_dice_uniform(&f->dice, PLIM_ROLL_DISCLOSED) < telling;

    bool unmeasured = !in->measured && f->disclosed < 1 && revenue_cny < SMALL_REVENUE_CNY &&
                      plim_dice_uniform(&f->dice, PLIM_ROLL_UNMEASURED) < 0.30; /* proposal */
    if (unmeasured)
        f->scope1 = f->scope2 = f->scope3 = (double)NAN;
    f->emission_quality = unmeasured ? 5 : draw_quality(f);
}

/* ---- grades and PD ------------------------------------------------------------------------- */

/* Environmental credit: published results of Guangdong, 2017, 1,060 firms: green 13.87, blue 73.68,
 * yellow 10.00, red 2.45 %. Independent of the industry: proposal. */
static double fill_grades(plim_synthetic_borrower *f)
{
    static const int weight[] = {1387, 7368, 1000, 245};
    static const char *const colour[] = {"green", "blue", "yellow", "red"};
    static const double shift_logit[] = {0.0, 0.0, 0.35, 0.9}; /* proposal */
    static const char *const env_class[] = {"A", "B", "C"};
    size_t grade = plim_dice_choose(&f->dice, PLIM_ROLL_CREDIT, weight, 4);
    f->env_credit = colour[grade];
    f->env_class = env_class[f->industry->env_class - 'A'];
    return shift_logit[grade];
}

/* The bank's own PD: log-odds from leverage, interest cover and size, with noise. Slopes and level
 * are proposals; the level is set so that the exposure-weighted PD of performing firms is 1 to 1.5
 * %. */
static double draw_pd(const plim_synthetic_borrower *f, double grade_shift_logit)
{
    double leverage = (double)f->debt / (double)f->total_assets;
    double ebit = (double)(f->revenue - f->operating_cost - f->depreciation);
    double cover = plim_synthetic_clip(ebit / (double)f->interest, 0.25, 20);
    double size = plim_log((double)f->revenue / PLIM_FEN_PER_UNIT / SMALL_REVENUE_CNY);
    double odds = -5.05 + 4.0 * (leverage - 0.55) - 1.2 * plim_log(cover / 2.5) - 0.12 * size +
                  f->industry->pd_shift_logit + grade_shift_logit +
                  0.35 * plim_dice_normal(&f->dice, PLIM_ROLL_PD);
    return plim_synthetic_clip(plim_logistic(odds), 0.0005, 0.40);
}

void plim_synthetic_firm_fill(plim_synthetic_borrower *firm)
{
    firm->sector = firm->industry->code;
    firm->sector_name = firm->industry->name;
    firm->household = 0;
    fill_accounts(firm);
    fill_emissions(firm);
    double shift = fill_grades(firm);
    firm->pd = draw_pd(firm, shift);
}

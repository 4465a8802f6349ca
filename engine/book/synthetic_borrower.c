#include "book/synthetic_borrower.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "math/functions.h"

int64_t plim_synthetic_fen(double amount_cny)
{
    return (int64_t)nearbyint(amount_cny * PLIM_FEN_PER_UNIT);
}

double plim_synthetic_round(double value, int decimals)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    return nearbyint(value * scale[decimals]) / scale[decimals];
}

double plim_synthetic_clip(double value, double low, double high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

/* ---- who and where ------------------------------------------------------------------------- */

/* An anchor industry for the first few borrowers of each anchor period, so that even a small book
 * has the large emitters and a large one has more of them; else NULL. */
static const plim_industry *anchor_industry(const plim_preset *preset, size_t index)
{
    size_t turn = index % preset->anchor_period;
    if (turn >= preset->n_anchors)
        return NULL;
    for (size_t i = 0; i < preset->n_industries; i++)
        if (strcmp(preset->industries[i].code, preset->anchors[turn]) == 0)
            return &preset->industries[i];
    return NULL;
}

/* Where borrower `index` stands in the mix of firms and households, in [0, 1): a golden-ratio
 * sequence from a start that the seed draws. Any run of borrowers then has each industry in about
 * its share, more evenly than by independent draws, and still nobody depends on who comes later. */
static plim_status place_in_mix(const plim_preset *preset, uint64_t seed, size_t index,
                                double *place, plim_error *err)
{
    plim_dice dice;
    PLIM_TRY(plim_dice_make(&dice, seed, preset->name, err));
    double x = plim_dice_uniform(&dice, PLIM_ROLL_KIND) + (double)index * 0.61803398874989485;
    *place = x - floor(x);
    return PLIM_OK;
}

static const plim_industry *pick_industry(const plim_preset *preset, double u)
{
    int weight[PLIM_PRESET_ROWS];
    size_t n = preset->n_industries;
    for (size_t i = 0; i < n; i++)
        weight[i] = preset->industries[i].weight;
    return &preset->industries[plim_dice_pick(u, weight, n)];
}

static const plim_household_kind *pick_household(const plim_preset *preset, double u)
{
    int weight[PLIM_PRESET_ROWS];
    size_t n = preset->n_households;
    for (size_t i = 0; i < n; i++)
        weight[i] = preset->households[i].weight;
    return &preset->households[plim_dice_pick(u, weight, n)];
}

const plim_town *plim_synthetic_town(const plim_preset *preset, const plim_dice *dice,
                                     unsigned what, plim_place place)
{
    int weight[PLIM_PRESET_ROWS];
    size_t n = preset->n_towns;
    for (size_t i = 0; i < n; i++)
        weight[i] = preset->towns[i].weight[place];
    return &preset->towns[plim_dice_choose(dice, what, weight, n)];
}

static plim_status choose_kind(plim_synthetic_borrower *b, const plim_preset *preset, uint64_t seed,
                               size_t index, plim_error *err)
{
    double place;
    PLIM_TRY(place_in_mix(preset, seed, index, &place, err));
    double firms = preset->firm_share;
    b->industry = anchor_industry(preset, index);
    if (b->industry == NULL && place < firms)
        b->industry = pick_industry(preset, place / firms);
    if (b->industry == NULL)
        b->household_kind = pick_household(preset, (place - firms) / (1 - firms));
    return PLIM_OK;
}

static plim_place place_of(const plim_synthetic_borrower *b)
{
    if (b->industry != NULL)
        return b->industry->place;
    return b->household_kind->product == PLIM_PRODUCT_FARM ? PLIM_PLACE_FARM : PLIM_PLACE_PEOPLE;
}

/* A household has no accounts and no emissions here. */
static void fill_household(plim_synthetic_borrower *b, const plim_preset *preset)
{
    const plim_household_kind *kind = b->household_kind;
    b->sector = preset->household_sector;
    b->sector_name = kind->name;
    b->household = 1;
    double odds =
        plim_logit(kind->pd) + kind->pd_sigma_logit * plim_dice_normal(&b->dice, PLIM_ROLL_PD);
    /* Floor 0.05 %: Basel III, internal ratings. */
    b->pd = plim_synthetic_clip(plim_logistic(odds), 0.0005, 0.30);
}

/* ---- standing ------------------------------------------------------------------------------ */

/* How far size leaves a borrower open to being classified. Proposal. */
static double exposed(const plim_preset *preset, int64_t bank_debt_fen)
{
    double cny = (double)bank_debt_fen / PLIM_FEN_PER_UNIT;
    if (cny < preset->shielded_from_cny)
        return 1.0;
    return cny < preset->never_bad_from_cny ? 0.3 : 0;
}

/* Five classes, days as in the rules on risk classification of 2023: bad beyond 90 days, doubtful
 * beyond 270, loss beyond 360. Split of the bad ones and share overdue: proposals. */
static void set_bad(plim_synthetic_borrower *b)
{
    static const int split[] = {55, 30, 15};
    static const double days_low[] = {91, 271, 361}, days_high[] = {270, 360, 1080};
    size_t bad = plim_dice_choose(&b->dice, PLIM_ROLL_CLASS, split, 3);
    b->loan_class = 3 + (int)bad;
    b->days_overdue =
        floor(plim_dice_between(&b->dice, PLIM_ROLL_DAYS, days_low[bad], days_high[bad] + 1));
    b->pd = 1; /* in default already */
}

static void set_standing(plim_synthetic_borrower *b, const plim_preset *preset)
{
    double shield = b->industry != NULL ? exposed(preset, b->bank_debt) : 1.0;
    double bad = 2.0 * b->pd * shield; /* stock: about two years of defaults; proposal */
    double watched = 0.008 + 1.6 * b->pd * (shield > 0.5 ? shield : 0.5);
    b->loan_class = 1;
    b->days_overdue = 0;
    if (plim_dice_uniform(&b->dice, PLIM_ROLL_DEFAULTED) < bad) {
        set_bad(b);
        return;
    }
    if (plim_dice_uniform(&b->dice, PLIM_ROLL_WATCHED) >= watched)
        return;
    b->loan_class = 2;
    b->pd = plim_logistic(plim_logit(b->pd) + 0.7); /* about twice the odds; proposal */
    if (plim_dice_uniform(&b->dice, PLIM_ROLL_OVERDUE) < 0.6)
        b->days_overdue = floor(plim_dice_between(&b->dice, PLIM_ROLL_DAYS, 8, 91));
}

plim_status plim_synthetic_borrower_make(plim_synthetic_borrower *out, const plim_preset *preset,
                                         uint64_t seed, size_t index, plim_error *err)
{
    *out = (plim_synthetic_borrower){
        .revenue = PLIM_FEN_EMPTY,
        .operating_cost = PLIM_FEN_EMPTY,
        .depreciation = PLIM_FEN_EMPTY,
        .interest = PLIM_FEN_EMPTY,
        .debt = PLIM_FEN_EMPTY,
        .equity = PLIM_FEN_EMPTY,
        .cash = PLIM_FEN_EMPTY,
        .total_assets = PLIM_FEN_EMPTY,
        .scope1 = (double)NAN,
        .scope2 = (double)NAN,
        .scope3 = (double)NAN,
        .emission_quality = (double)NAN,
        .env_class = "",
        .env_credit = "",
        .disclosed = (double)NAN,
    };
    (void)snprintf(out->id, sizeof out->id, "SYN500153%09zu", index + 1);
    PLIM_TRY(plim_dice_make(&out->dice, seed, out->id, err));
    PLIM_TRY(choose_kind(out, preset, seed, index, err));
    out->town = plim_synthetic_town(preset, &out->dice, PLIM_ROLL_TOWN, place_of(out));
    out->region = out->town->code;
    out->region_name = out->town->name;
    if (out->industry != NULL)
        plim_synthetic_firm_fill(out);
    else
        fill_household(out, preset);
    set_standing(out, preset);
    out->pd = plim_synthetic_round(out->pd, 6);
    return PLIM_OK;
}

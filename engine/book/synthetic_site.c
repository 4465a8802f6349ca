#include "book/synthetic_site.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

#define MAX_SITES   3
#define LARGE_CNY   100e6 /* revenue from which a firm often has several sites */
#define INSURED     0.2   /* share of firms with a policy */
#define HOME        0.8   /* first sites in the town where the firm is registered */
#define RENEWED     0.7   /* policies renewed every year: their end is open */
#define LEAST_BORNE 1e4   /* deductible, CNY */

/* What each draw is for; only append. A site has 16 of them. */
enum site_roll {
    ROLL_TOWN,
    ROLL_LAT,
    ROLL_LON,
    ROLL_ELEVATION,
    ROLL_PROTECTED,
    ROLL_PROTECTION,
    ROLL_HOME,
    ROLLS_OF_A_SITE = 16,
};

/* Of a firm, after the draws of its sites. */
enum firm_roll {
    ROLL_COUNT = MAX_SITES * ROLLS_OF_A_SITE,
    ROLL_LOCATED,
    ROLL_INSURED,
    ROLL_HAZARD,
    ROLL_LIMIT,
    ROLL_DEDUCTIBLE,
    ROLL_COVERAGE,
    ROLL_START,
    ROLL_RENEWED,
    ROLL_INSURER,
    ROLL_DELAY,
};

static double between(const plim_synthetic_borrower *firm, unsigned what, double low, double high)
{
    return plim_dice_between(&firm->dice, PLIM_ROLL_SITES + what, low, high);
}

static bool happens(const plim_synthetic_borrower *firm, unsigned what, double probability)
{
    return between(firm, what, 0, 1) < probability;
}

/* ---- sites --------------------------------------------------------------------------------- */

static size_t count_sites(const plim_synthetic_borrower *firm)
{
    static const int weight[2][MAX_SITES] = {{75, 20, 5}, {40, 35, 25}}; /* proposal */
    bool large = (double)firm->revenue / PLIM_FEN_PER_UNIT >= LARGE_CNY;
    return 1 +
           plim_dice_choose(&firm->dice, PLIM_ROLL_SITES + ROLL_COUNT, weight[large], MAX_SITES);
}

/* Assets that stand at a place: 35 to 65 % of the capital employed, the rest being money, claims
 * and rights. Parted among the sites, the first one being the largest. Proposals. */
static int64_t value_of(const plim_synthetic_borrower *firm, size_t n, size_t k)
{
    static const double part[MAX_SITES][MAX_SITES] = {{1}, {0.65, 0.35}, {0.55, 0.30, 0.15}};
    double assets = (double)firm->total_assets / PLIM_FEN_PER_UNIT;
    double located = assets * between(firm, ROLL_LOCATED, 0.35, 0.65);
    return plim_synthetic_fen(nearbyint(located * part[n - 1][k] / 1e3) * 1e3);
}

/* Floors lie 0 to 0.6 m above the ground; every fifth site prevents 10 to 40 % of the damage, by
 * walls, pumps or raised machines. Proposals. */
static void place_site(plim_synthetic_site *site, const plim_preset *preset,
                       const plim_synthetic_borrower *firm, size_t k)
{
    unsigned roll = (unsigned)k * ROLLS_OF_A_SITE;
    const plim_town *town = firm->town;
    if (k > 0 || !happens(firm, ROLL_HOME, HOME))
        town = plim_synthetic_town(preset, &firm->dice, PLIM_ROLL_SITES + roll + ROLL_TOWN,
                                   firm->industry->place);
    site->region = town->code;
    site->lat =
        plim_synthetic_round(town->lat_deg + between(firm, roll + ROLL_LAT, -0.025, 0.025), 5);
    site->lon =
        plim_synthetic_round(town->lon_deg + between(firm, roll + ROLL_LON, -0.025, 0.025), 5);
    site->elevation = plim_synthetic_round(between(firm, roll + ROLL_ELEVATION, 0, 0.6), 2);
    site->protection = 0;
    if (happens(firm, roll + ROLL_PROTECTED, 0.2))
        site->protection = plim_synthetic_round(between(firm, roll + ROLL_PROTECTION, 0.1, 0.4), 2);
}

/* Site k of the n that a firm has. */
static plim_status add_site(plim_synthetic_sites *list, const plim_preset *preset,
                            const plim_synthetic_borrower *firm, const size_t k_of_n[2],
                            plim_error *err)
{
    void *sites = list->site;
    if (plim_grow(&sites, &list->site_capacity, list->n_sites + 1, sizeof *list->site) != 0)
        return plim_fail_memory(err, "sites of the synthetic book");
    list->site = sites;
    plim_synthetic_site *site = &list->site[list->n_sites++];
    *site = (plim_synthetic_site){
        .borrower = firm->id, .collateral = "", .value = value_of(firm, k_of_n[1], k_of_n[0])};
    (void)snprintf(site->id, sizeof site->id, "ST%08zu", list->n_sites);
    place_site(site, preset, firm, k_of_n[0]);
    return PLIM_OK;
}

/* ---- policies ------------------------------------------------------------------------------ */

/* Of a year, begun within the last twelve months. */
static plim_status date_policy(plim_synthetic_policy *policy, const plim_preset *preset,
                               const plim_synthetic_borrower *firm, plim_error *err)
{
    int64_t as_of_days;
    if (!plim_parse_date(preset->as_of, &as_of_days))
        return plim_fail(err, PLIM_BUG, "preset %s has no date", preset->name);
    int64_t start = as_of_days - (int64_t)between(firm, ROLL_START, 0, 365);
    plim_format_date(start, policy->start);
    if (!happens(firm, ROLL_RENEWED, RENEWED))
        plim_format_date(plim_date_add_months(start, 12) - 1, policy->end);
    return PLIM_OK;
}

static const plim_insurer *draw_insurer(const plim_preset *preset,
                                        const plim_synthetic_borrower *firm)
{
    int weight[PLIM_PRESET_ROWS];
    size_t n = preset->n_insurers;
    for (size_t i = 0; i < n; i++)
        weight[i] = preset->insurers[i].weight;
    return &preset->insurers[plim_dice_choose(&firm->dice, PLIM_ROLL_SITES + ROLL_INSURER, weight,
                                              n)];
}

/* Two in three policies cover all hazards, the others floods. They pay for half to all of what
 * stands at the sites, less 1 to 5 % of that, 70 to 90 % of the rest, after 0.2 to 1 years.
 * Proposals. */
static plim_status add_policy(plim_synthetic_sites *list, const plim_preset *preset,
                              const plim_synthetic_borrower *firm, int64_t insured_fen,
                              plim_error *err)
{
    void *policies = list->policy;
    if (plim_grow(&policies, &list->policy_capacity, list->n_policies + 1, sizeof *list->policy))
        return plim_fail_memory(err, "policies of the synthetic book");
    list->policy = policies;
    plim_synthetic_policy *policy = &list->policy[list->n_policies++];
    double value = (double)insured_fen / PLIM_FEN_PER_UNIT;
    double borne = value * between(firm, ROLL_DEDUCTIBLE, 0.01, 0.05);
    const plim_insurer *insurer = draw_insurer(preset, firm);
    *policy = (plim_synthetic_policy){
        .borrower = firm->id,
        .hazard = happens(firm, ROLL_HAZARD, 1.0 / 3) ? "flood" : "",
        .insurer = insurer->name,
        .insurer_pd = insurer->pd,
        .limit =
            plim_synthetic_fen(nearbyint(value * between(firm, ROLL_LIMIT, 0.5, 1) / 1e4) * 1e4),
        .deductible = plim_synthetic_fen(nearbyint(fmax(borne, LEAST_BORNE) / 1e3) * 1e3),
        .coverage = plim_synthetic_round(between(firm, ROLL_COVERAGE, 0.7, 0.9), 2),
        .delay = plim_synthetic_round(between(firm, ROLL_DELAY, 0.2, 1), 2),
    };
    (void)snprintf(policy->id, sizeof policy->id, "PO%08zu", list->n_policies);
    return date_policy(policy, preset, firm, err);
}

plim_status plim_synthetic_sites_add(plim_synthetic_sites *list, const plim_preset *preset,
                                     const plim_synthetic_borrower *borrower, plim_error *err)
{
    if (borrower->industry == NULL)
        return PLIM_OK;
    size_t n = count_sites(borrower);
    int64_t insured_fen = 0;
    for (size_t k = 0; k < n; k++) {
        PLIM_TRY(add_site(list, preset, borrower, (const size_t[2]){k, n}, err));
        insured_fen += list->site[list->n_sites - 1].value;
    }
    if (!happens(borrower, ROLL_INSURED, INSURED))
        return PLIM_OK;
    return add_policy(list, preset, borrower, insured_fen, err);
}

void plim_synthetic_sites_free(plim_synthetic_sites *list)
{
    plim_free(list->site);
    plim_free(list->policy);
    *list = (plim_synthetic_sites){0};
}

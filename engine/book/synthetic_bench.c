/* Two presets for benchmarks and for tests of concentration: "granular", very many borrowers of the
 * same small size, whose loss is close to its limit for infinitely many; "lumpy", few firms whose
 * debts are so unequal that one default decides. All numbers are proposals. */
#include "book/synthetic_preset.h"

#include <math.h>

/* clang-format off */

static const plim_town towns[] = {
    {"500153001", "昌元街道", {1, 1, 1, 1, 1, 1}, 29.40, 105.60},
    {"500153002", "昌州街道", {1, 1, 1, 1, 1, 1}, 29.40, 105.55},
};

static const plim_green_use green_use = {"1.5", "energy-saving renewal"};

/* Revenue with a spread of 2: the largest of 1,000 firms has some hundred times the median. */
static const plim_industry industries[] = {
    {"C3484", "机械零部件加工", 1, PLIM_FIRM_WORKS, PLIM_PLACE_PARK,
        30, 2.0, 0.9, 0.52, 2.8, 0.045, 3, 25, 250, 0.0, 'C', false, 0.01, &green_use},
    {"C3071", "建筑陶瓷制品制造", 1, PLIM_FIRM_WORKS, PLIM_PLACE_PARK,
        60, 2.0, 0.9, 0.58, 1.9, 0.050, 150, 45, 70, 0.2, 'B', true, 0.06, &green_use},
    {"D4412", "热电联产", 1, PLIM_FIRM_PROJECT, PLIM_PLACE_PARK,
        200, 2.0, 1.7, 0.62, 2.4, 0.090, 1500, 15, 110, -0.2, 'A', true, 0.05, &green_use},
};

static const char *const anchors[] = {"D4412"};

/* One kind, all of one size. */
static const plim_household_kind equal_households[] = {
    {"consumer", 1, 100e3, 0.0, 0.0100, 0.3, PLIM_PRODUCT_CONSUMER, 0.0},
};

static const plim_synthetic_bank banks[] = {
    {"B01", "基准银行 Benchmark Bank", true, false,
        {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1}, 0.0, 1.60, 0.65, 0.11, 0.12, 0.14, 0.012, 0.033},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define SHARED                                                                                     \
    .as_of = "2025-12-31", .currency = "CNY", .towns = towns, .n_towns = COUNT(towns),             \
    .industries = industries, .n_industries = COUNT(industries), .anchors = anchors,               \
    .products = plim_synthetic_products, .securities = plim_synthetic_securities,                  \
    .firm_products = plim_synthetic_firm_products, .firm_security = plim_synthetic_firm_security,  \
    .banks = banks, .n_banks = COUNT(banks), .insurers = plim_synthetic_insurers,                  \
    .n_insurers = PLIM_SYNTHETIC_INSURERS, .household_sector = "Z-HOUSEHOLD",                      \
    .shielded_from_cny = (double)INFINITY, .never_bad_from_cny = (double)INFINITY

const plim_preset plim_preset_granular = {
    SHARED,
    .name = "granular",
    .n_borrowers = 100000,
    .firm_share = 0,
    .n_anchors = 0,
    .anchor_period = 1,
    .households = equal_households,
    .n_households = COUNT(equal_households),
};

const plim_preset plim_preset_lumpy = {
    SHARED,
    .name = "lumpy",
    .n_borrowers = 1000,
    .firm_share = 1,
    .n_anchors = COUNT(anchors),
    .anchor_period = 1000,
    .households = plim_synthetic_households,
    .n_households = PLIM_SYNTHETIC_HOUSEHOLDS,
};

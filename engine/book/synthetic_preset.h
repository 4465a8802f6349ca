/* What a preset of the synthetic book is made of: tables of towns, industries, household kinds,
 * products and banks. All numbers are proposals unless a comment beside them names a source. */
#ifndef PLIM_BOOK_SYNTHETIC_PRESET_H
#define PLIM_BOOK_SYNTHETIC_PRESET_H

#include <stdbool.h>
#include <stddef.h>

/* No table of a preset has more rows. */
#define PLIM_PRESET_ROWS 128

/* Where an industry settles: one weight a town for each. */
typedef enum plim_place {
    PLIM_PLACE_PEOPLE,  /* where people live: services, households */
    PLIM_PLACE_PARK,    /* industrial parks */
    PLIM_PLACE_CLAY,    /* potteries */
    PLIM_PLACE_CLOTH,   /* grass-cloth weaving */
    PLIM_PLACE_FARM,    /* farms */
    PLIM_PLACE_TOURISM, /* old towns and hills */
    PLIM_PLACE_COUNT,
} plim_place;

typedef struct plim_town {
    const char *code; /* township code under GB/T 2260 */
    const char *name;
    int weight[PLIM_PLACE_COUNT];
    double lat_deg, lon_deg; /* rough, on a grid of 0.05 degrees: not for mapping hazards */
} plim_town;

/* What a firm borrows for and pledges. */
typedef enum plim_firm_kind {
    PLIM_FIRM_WORKS, /* factories, trade, services */
    PLIM_FIRM_LIVESTOCK,
    PLIM_FIRM_CROPS,    /* orchards and forests: forest rights */
    PLIM_FIRM_PROJECT,  /* infrastructure, utilities, government platforms */
    PLIM_FIRM_PROPERTY, /* real-estate developers */
    PLIM_FIRM_COUNT,
} plim_firm_kind;

typedef struct plim_green_use {
    const char *code, *purpose;
} plim_green_use;

typedef struct plim_industry {
    const char *code; /* GB/T 4754-2017 */
    const char *name;
    int weight; /* of the industry among firms; 0: only as an anchor */
    plim_firm_kind kind;
    plim_place place;
    double revenue_mcny, revenue_sigma_ln; /* median, million CNY a year */
    double assets_per_revenue;             /* median, years */
    double leverage;                       /* median of debt / assets */
    double cover;                          /* median interest cover at that leverage */
    double depreciation;                   /* share of revenue */
    double scope1, scope2, scope3;         /* medians, tCO2e per million CNY of revenue */
    double pd_shift_logit;                 /* what the ratios do not show: support, cycle */
    char env_class;                        /* 'A', 'B' or 'C' */
    bool measured;                         /* emissions are never missing */
    double green_share;                    /* expected, of balances */
    const plim_green_use *green_use;
} plim_industry;

typedef struct plim_household_kind {
    const char *name;
    int weight;
    double balance_cny, balance_sigma_ln; /* median */
    double pd, pd_sigma_logit;            /* median of performing borrowers */
    size_t product;                       /* row of products */
    double second_share;                  /* households with a consumer loan besides */
} plim_household_kind;

/* What secures a loan. */
typedef enum plim_security {
    PLIM_SECURITY_NONE,
    PLIM_SECURITY_REAL_ESTATE,
    PLIM_SECURITY_EQUIPMENT,
    PLIM_SECURITY_GUARANTEE,
    PLIM_SECURITY_FOREST,
    PLIM_SECURITY_LIVESTOCK,
    PLIM_SECURITY_COUNT,
} plim_security;

typedef struct plim_security_terms {
    const char *name;
    double value_low, value_high; /* value / balance */
    double haircut;
    bool located; /* has a place on the map */
} plim_security_terms;

typedef struct plim_product {
    const char *name, *purpose;
    int months_low, months_high;
    double elapsed_high;        /* largest share of the term gone at as_of */
    double line_share;          /* loans with a line that is not fully drawn */
    double rate_low, rate_high; /* of households; of firms: added to the firm's cost of debt */
    double lgd_shift;
    int security[PLIM_SECURITY_COUNT]; /* weights; of firms: see plim_preset.firm_security */
} plim_product;

/* Rows of the products table that the generator refers to. */
typedef enum plim_product_row {
    PLIM_PRODUCT_WORKING,
    PLIM_PRODUCT_TRADE,
    PLIM_PRODUCT_FIXED,
    PLIM_PRODUCT_PROJECT,
    PLIM_PRODUCT_DEVELOPMENT,
    PLIM_PRODUCT_FARM_WORKING,
    PLIM_PRODUCT_FIRM_COUNT, /* the rest are for households */
    PLIM_PRODUCT_MORTGAGE = PLIM_PRODUCT_FIRM_COUNT,
    PLIM_PRODUCT_CONSUMER,
    PLIM_PRODUCT_FARM,
    PLIM_PRODUCT_BUSINESS,
    PLIM_PRODUCT_COUNT,
} plim_product_row;

/* A bank's appetite by size of a firm's loan: below 1, 5, 20, 60 and 200 million CNY, and above. */
#define PLIM_SIZE_CLASSES 6
extern const double plim_size_class_cny[PLIM_SIZE_CLASSES - 1];

typedef struct plim_synthetic_bank {
    const char *id, *name;
    bool legal_person; /* capital figures only for these */
    bool policy;       /* lends to farms and projects only */
    int firm_weight[PLIM_SIZE_CLASSES];
    int household_weight[PLIM_PRODUCT_COUNT - PLIM_PRODUCT_FIRM_COUNT];
    double rate_add;                   /* on top of the firm's cost of debt */
    double assets_per_loan;            /* total assets / loans */
    double rwa_per_asset;              /* risk-weighted / total assets */
    double cet1, tier1, total_capital; /* ratios to risk-weighted assets */
    double ppnr_per_asset, provisions_per_loan;
} plim_synthetic_bank;

typedef struct plim_insurer {
    const char *name;
    int weight;
    double pd; /* annual */
} plim_insurer;

typedef struct plim_preset {
    const char *name, *as_of, *currency;
    size_t n_borrowers; /* default */
    double firm_share;  /* of borrowers */
    /* How much a firm owes to banks from which on it is seldom bad at the start, and from which on
       never: banks, guarantors and governments keep large borrowers afloat, and a single one must
       not make the bad loans of a book. */
    double shielded_from_cny, never_bad_from_cny;
    const plim_town *towns;
    size_t n_towns;
    const plim_industry *industries;
    size_t n_industries;
    const char *const *anchors; /* codes: the first borrowers of every anchor_period */
    size_t n_anchors, anchor_period;
    const plim_household_kind *households;
    size_t n_households;
    const plim_product *products;                        /* PLIM_PRODUCT_COUNT */
    const plim_security_terms *securities;               /* PLIM_SECURITY_COUNT */
    const int (*firm_products)[PLIM_PRODUCT_FIRM_COUNT]; /* weights, a row each plim_firm_kind */
    const int (*firm_security)[PLIM_SECURITY_COUNT];     /* the same */
    const plim_synthetic_bank *banks;
    size_t n_banks;
    const plim_insurer *insurers;
    size_t n_insurers;
    const char *household_sector;
} plim_preset;

extern const plim_preset plim_preset_rongchang, plim_preset_pboc23, plim_preset_granular,
    plim_preset_lumpy;

/* What presets share: those of rongchang. */
enum { PLIM_SYNTHETIC_HOUSEHOLDS = 4, PLIM_SYNTHETIC_INSURERS = 3 };
extern const plim_household_kind plim_synthetic_households[PLIM_SYNTHETIC_HOUSEHOLDS];
extern const plim_product plim_synthetic_products[PLIM_PRODUCT_COUNT];
extern const plim_security_terms plim_synthetic_securities[PLIM_SECURITY_COUNT];
extern const int plim_synthetic_firm_products[PLIM_FIRM_COUNT][PLIM_PRODUCT_FIRM_COUNT];
extern const int plim_synthetic_firm_security[PLIM_FIRM_COUNT][PLIM_SECURITY_COUNT];
extern const plim_insurer plim_synthetic_insurers[PLIM_SYNTHETIC_INSURERS];

#endif

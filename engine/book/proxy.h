/* Gaps of a book filled by stated rules: PDs, LGDs, emissions and environmental-credit colours that
 * an export lacks. What is stated is never changed, what is filled is marked, and everything is
 * counted by rows and balance. The rules are data; they live in Lua (scenarios/lib/proxies.lua,
 * read by script/read_proxies.h). The formulas: docs/method.md, "Proxies". */
#ifndef PLIM_BOOK_PROXY_H
#define PLIM_BOOK_PROXY_H

#include "base/table.h"
#include "book/origin.h"
#include "book/tables.h"

/* ---- rules ------------------------------------------------------------------------------ */

/* All texts and arrays below are owned: plim_proxy_rules_free. */
typedef struct plim_proxy_entry {
    char *key;       /* prefix of a sector, region or kind; a column; a word */
    char *unit;      /* what `value` is per, or NULL */
    double value[2]; /* as the list says; NaN: none */
} plim_proxy_entry;

typedef struct plim_proxy_list {
    plim_proxy_entry *entries;
    size_t count, capacity;
} plim_proxy_list;

/* A borrower's PD: by the worst class of its loans, the most days overdue, and its sector. */
typedef struct plim_proxy_pd_row {
    int class;               /* 1 to 5; 0: for borrowers of whom no class is known */
    double overdue;          /* from this many days on, until the next row of the class */
    double pd;               /* where no sector matches */
    plim_proxy_list sectors; /* value[0]: PD, by longest prefix */
} plim_proxy_pd_row;

typedef enum plim_proxy_pool {
    PLIM_POOL_SECTOR, /* all of the same first `digits` characters of the sector */
    PLIM_POOL_CLASS,  /* a class with all worse ones: the most prudent estimation of the paper */
    PLIM_POOL_ALL,
} plim_proxy_pool;

/* The upper bound of math/low_default.h over pools with few defaults. */
typedef struct plim_proxy_low_default {
    bool on;
    double confidence, correlation;
    plim_proxy_pool by;
    uint32_t digits;
    uint32_t least_obligors; /* a smaller pool tells nothing */
    uint32_t most_defaults;  /* a pool with more is no low-default one */
} plim_proxy_low_default;

/* Rungs of the ladder of emissions. */
enum { PLIM_RUNG_REPORTED, PLIM_RUNG_ENERGY, PLIM_RUNG_OUTPUT, PLIM_RUNG_REVENUE, PLIM_RUNGS };

typedef struct plim_proxy_grid_year {
    int year;
    plim_proxy_list regions; /* value[0]: kgCO2 per kWh, by longest prefix */
} plim_proxy_grid_year;

/* Zero-initialised rules (and NaN numbers) fill nothing: see plim_proxy_rules_init. */
typedef struct plim_proxy_rules {
    plim_proxy_pd_row *pd;
    size_t n_pd, pd_capacity;
    double pd_otherwise; /* where neither class nor days are known; NaN: none */
    plim_proxy_low_default low_default;

    plim_proxy_list collateral; /* by kind: value[0] haircut, value[1] LGD of what it covers */
    plim_proxy_list unsecured;  /* by sector: value[0] LGD of what nothing covers */
    double unsecured_household; /* NaN: as `unsecured` */
    double least_lgd;

    plim_proxy_list fuels; /* by column of borrowers, quantity a year in `unit`: tCO2e per unit,
                              scope 1 and scope 2 */
    char *power_column;    /* of borrowers, kWh a year; NULL: none */
    plim_proxy_grid_year *grid;
    size_t n_grid, grid_capacity;
    char *output_column, *output_unit_column; /* of borrowers; NULL: none */
    plim_proxy_list output;     /* by sector: tCO2e per `unit` of output, scope 1 and 2 */
    plim_proxy_list revenue;    /* by sector: tCO2e per million CNY of revenue, scope 1 and 2 */
    double quality[PLIM_RUNGS]; /* emission_quality of each rung; NaN: not set */

    char *score_column;     /* of borrowers, an environmental score; NULL: none */
    plim_proxy_list scores; /* key: colour, value[0]: least score; best first */
    plim_proxy_list words;  /* key: as banks write it, unit: colour */
} plim_proxy_rules;

void plim_proxy_rules_init(plim_proxy_rules *rules);
void plim_proxy_rules_free(plim_proxy_rules *rules);
/* Appends a copy; `unit` may be NULL. */
PLIM_NODISCARD plim_status plim_proxy_list_add(plim_proxy_list *list, const char *key,
                                               const char *unit, const double value[2],
                                               plim_error *err);
/* The entry whose key is the longest prefix of `text`; NULL: none. A key "" fits every text, also
   an empty one; no other key fits an empty text. */
const plim_proxy_entry *plim_proxy_list_find(const plim_proxy_list *list, const char *text);

/* ---- what was done ---------------------------------------------------------------------- */

typedef enum plim_proxy_rule {
    PLIM_RULE_MISSING, /* no rule had what it needs */
    PLIM_RULE_REPORTED,
    PLIM_RULE_LOW_DEFAULT,
    PLIM_RULE_CLASS_OVERDUE,
    PLIM_RULE_CLASS,   /* days overdue not known */
    PLIM_RULE_OVERDUE, /* class not known */
    PLIM_RULE_OTHERWISE,
    PLIM_RULE_COLLATERAL,
    PLIM_RULE_UNSECURED,
    PLIM_RULE_ENERGY,
    PLIM_RULE_OUTPUT,
    PLIM_RULE_REVENUE,
    PLIM_RULE_SCORE,
    PLIM_RULE_WORD,
    PLIM_RULE_COUNT,
} plim_proxy_rule;
const char *plim_proxy_rule_name(plim_proxy_rule rule);
plim_origin plim_proxy_rule_origin(plim_proxy_rule rule);

typedef enum plim_proxy_target {
    PLIM_TARGET_PD,
    PLIM_TARGET_LGD,
    PLIM_TARGET_SCOPE1,
    PLIM_TARGET_SCOPE2,
    PLIM_TARGET_ENV_CREDIT,
    PLIM_TARGET_COUNT,
} plim_proxy_target;

typedef struct plim_proxy_count {
    plim_proxy_target target;
    plim_proxy_rule rule;
    uint32_t bank;       /* index into banks */
    uint64_t rows;       /* loans (lgd), else borrowers with a loan of the bank */
    int64_t balance_fen; /* of those loans */
} plim_proxy_count;

/* By target, then bank, then rule; nothing of zero rows. Over the rules of a target and bank rows
   and balance add up to all of the bank. */
typedef struct plim_proxy_counts {
    plim_names banks; /* ids in the order of the table; "" stands for none, or none that is there */
    plim_proxy_count *items;
    size_t count, capacity;
} plim_proxy_counts;

/* A table of them: bank, table, column, rule, source, rows, balance. Frees nothing. */
extern const plim_table_spec plim_proxy_counts_spec;
PLIM_NODISCARD plim_status plim_proxy_counts_table(plim_table *out, const plim_proxy_counts *counts,
                                                   plim_error *err);
void plim_proxy_counts_free(plim_proxy_counts *counts);

/* Fills
 *   borrowers.pd, pd_source                     where pd is missing
 *   loans.lgd, lgd_source                       where lgd is missing
 *   borrowers.scope1, scope2, scope1_source, scope2_source, emission_source (the worse of the two),
 *   emission_quality                            where missing; not of households
 *   borrowers.env_credit                        words and scores become colours
 * Columns that are not there are added if a rule for them is given; a column of another kind than
 * the schema's is left for the check of the book. A source that is stated stays. A rule whose
 * inputs are missing gives way to the next of its ladder; what then is missing stays missing.
 * `counts` (zero-initialised) says what was done. Results do not depend on the order of rows.
 *
 * PLIM_INPUT, naming table, column and row: an input of a rule that is negative or infinite, or in
 * another unit than the rule's; balances beyond int64 fen. Dangling references are no fault here.
 */
PLIM_NODISCARD plim_status plim_proxy_apply(plim_book_tables_data *tables,
                                            const plim_proxy_rules *rules,
                                            plim_proxy_counts *counts, plim_error *err);

#endif

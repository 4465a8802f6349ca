#include "book/synthetic.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"
#include "book/synthetic_loan.h"
#include "book/synthetic_site.h"

/* Ids have nine digits, loans' eight; memory ends before either does. */
#define MAX_BORROWERS 20000000

static const plim_preset *const presets[] = {&plim_preset_rongchang, &plim_preset_pboc23,
                                             &plim_preset_granular, &plim_preset_lumpy};

/* ---- rows to columns ----------------------------------------------------------------------- */

typedef enum cell_kind { CELL_CHARS, CELL_TEXT, CELL_NUMBER, CELL_FEN } cell_kind;

/* A column and where its values lie in a row. */
typedef struct cell {
    const char *name;
    cell_kind kind;
    size_t offset;
    const char *unit, *description; /* of columns that the schema does not know, else NULL */
} cell;

typedef struct rows {
    const char *table;
    const void *first;
    size_t n, size;
    const cell *cells;
    size_t n_cells;
} rows;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static plim_status set_cell(plim_column *column, size_t row, const cell *c, const char *at,
                            plim_error *err)
{
    const void *value = at + c->offset;
    switch (c->kind) {
    case CELL_CHARS:
        return plim_column_set_text(column, row, value, err);
    case CELL_TEXT:
        return plim_column_set_text(column, row, *(const char *const *)value, err);
    case CELL_NUMBER:
        column->number[row] = *(const double *)value;
        return PLIM_OK;
    case CELL_FEN:
        break;
    }
    int64_t fen = *(const int64_t *)value;
    column->number[row] = fen == PLIM_FEN_EMPTY ? (double)NAN : (double)fen / PLIM_FEN_PER_UNIT;
    return PLIM_OK;
}

/* Unit and meaning travel with the column, from the schema where it knows the column. */
static plim_status describe(plim_column *column, const char *table, const cell *c, plim_error *err)
{
    const plim_book_field *field = plim_book_field_find(table, c->name);
    const char *unit = field != NULL ? field->unit : c->unit;
    const char *description = field != NULL ? field->doc : c->description;
    if (unit != NULL && unit[0] != '\0') {
        column->unit = plim_strdup(unit);
        if (column->unit == NULL)
            return plim_fail_memory(err, c->name);
    }
    if (description != NULL && description[0] != '\0') {
        column->description = plim_strdup(description);
        if (column->description == NULL)
            return plim_fail_memory(err, c->name);
    }
    return PLIM_OK;
}

static plim_status fill_column(plim_column *column, const rows *from, const cell *c,
                               plim_error *err)
{
    PLIM_TRY(describe(column, from->table, c, err));
    for (size_t row = 0; row < from->n; row++)
        PLIM_TRY(set_cell(column, row, c, (const char *)from->first + row * from->size, err));
    return PLIM_OK;
}

static plim_status make_frame(plim_frame *frame, const rows *from, plim_error *err)
{
    frame->name = plim_strdup(from->table);
    if (frame->name == NULL)
        return plim_fail_memory(err, from->table);
    for (size_t i = 0; i < from->n_cells; i++) {
        const cell *c = &from->cells[i];
        bool text = c->kind == CELL_CHARS || c->kind == CELL_TEXT;
        plim_column column = {0};
        PLIM_TRY(plim_column_make(&column, c->name, text ? PLIM_COLUMN_TEXT : PLIM_COLUMN_NUMBER,
                                  from->n, err));
        plim_status status = fill_column(&column, from, c, err);
        if (status == PLIM_OK)
            status = plim_frame_add(frame, &column, err);
        plim_column_free(&column); /* empty by now unless something failed */
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

/* ---- the tables ---------------------------------------------------------------------------- */

/* A bank's row, fen; capital is empty for a branch. */
typedef struct bank_row {
    const char *id, *name, *type;
    int64_t total_loans, cet1, tier1, total_capital, rwa, ppnr, provisions, total_assets;
} bank_row;

#define AT(type, member) offsetof(type, member), NULL, NULL
#define BANK(member)     AT(bank_row, member)
#define BORROWER(member) AT(plim_synthetic_borrower, member)
#define LOAN(member)     AT(plim_synthetic_loan, member)
#define PLEDGE(member)   AT(plim_synthetic_pledge, member)
#define SITE(member)     AT(plim_synthetic_site, member)
#define POLICY(member)   AT(plim_synthetic_policy, member)

static const cell bank_cells[] = {
    {"id", CELL_TEXT, BANK(id)},
    {"name", CELL_TEXT, BANK(name)},
    {"type", CELL_TEXT, BANK(type)},
    {"total_loans", CELL_FEN, BANK(total_loans)},
    {"cet1", CELL_FEN, BANK(cet1)},
    {"tier1", CELL_FEN, BANK(tier1)},
    {"total_capital", CELL_FEN, BANK(total_capital)},
    {"rwa", CELL_FEN, BANK(rwa)},
    {"ppnr", CELL_FEN, BANK(ppnr)},
    {"provisions", CELL_FEN, BANK(provisions)},
    {"total_assets", CELL_FEN, BANK(total_assets)},
};

static const cell borrower_cells[] = {
    {"id", CELL_CHARS, BORROWER(id)},
    {"pd", CELL_NUMBER, BORROWER(pd)},
    {"sector", CELL_TEXT, BORROWER(sector)},
    {"region", CELL_TEXT, BORROWER(region)},
    {"revenue", CELL_FEN, BORROWER(revenue)},
    {"operating_cost", CELL_FEN, BORROWER(operating_cost)},
    {"depreciation", CELL_FEN, BORROWER(depreciation)},
    {"interest", CELL_FEN, BORROWER(interest)},
    {"debt", CELL_FEN, BORROWER(debt)},
    {"equity", CELL_FEN, BORROWER(equity)},
    {"cash", CELL_FEN, BORROWER(cash)},
    {"scope1", CELL_NUMBER, BORROWER(scope1)},
    {"scope2", CELL_NUMBER, BORROWER(scope2)},
    {"scope3", CELL_NUMBER, BORROWER(scope3)},
    {"emission_quality", CELL_NUMBER, BORROWER(emission_quality)},
    {"env_class", CELL_TEXT, BORROWER(env_class)},
    {"env_credit", CELL_TEXT, BORROWER(env_credit)},
    {"disclosed", CELL_NUMBER, BORROWER(disclosed)},
    {"household", CELL_NUMBER, BORROWER(household)},
    {"total_assets", CELL_FEN, offsetof(plim_synthetic_borrower, total_assets), "CNY",
     "debt + equity: capital employed, net of trade payables"},
    {"sector_name", CELL_TEXT, offsetof(plim_synthetic_borrower, sector_name), NULL,
     "name of the sector in GB/T 4754-2017; kind of a household"},
    {"region_name", CELL_TEXT, offsetof(plim_synthetic_borrower, region_name), NULL,
     "name of the region"},
};

static const cell loan_cells[] = {
    {"id", CELL_CHARS, LOAN(id)},
    {"borrower", CELL_TEXT, LOAN(borrower)},
    {"bank", CELL_TEXT, LOAN(bank)},
    {"balance", CELL_FEN, LOAN(balance)},
    {"lgd", CELL_NUMBER, LOAN(lgd)},
    {"undrawn", CELL_FEN, LOAN(undrawn)},
    {"ccf", CELL_NUMBER, LOAN(ccf)},
    {"rate", CELL_NUMBER, LOAN(rate)},
    {"start", CELL_CHARS, LOAN(start)},
    {"maturity", CELL_CHARS, LOAN(maturity)},
    {"class", CELL_NUMBER, LOAN(loan_class)},
    {"days_overdue", CELL_NUMBER, LOAN(days_overdue)},
    {"green", CELL_TEXT, LOAN(green)},
    {"purpose", CELL_TEXT, LOAN(purpose)},
    {"product", CELL_TEXT, LOAN(product)},
};

static const cell pledge_cells[] = {
    {"id", CELL_CHARS, PLEDGE(id)},        {"loan", CELL_CHARS, PLEDGE(loan)},
    {"type", CELL_TEXT, PLEDGE(type)},     {"value", CELL_FEN, PLEDGE(value)},
    {"region", CELL_TEXT, PLEDGE(region)}, {"lat", CELL_NUMBER, PLEDGE(lat)},
    {"lon", CELL_NUMBER, PLEDGE(lon)},     {"haircut", CELL_NUMBER, PLEDGE(haircut)},
};

static const cell site_cells[] = {
    {"id", CELL_CHARS, SITE(id)},
    {"borrower", CELL_TEXT, SITE(borrower)},
    {"collateral", CELL_TEXT, SITE(collateral)},
    {"region", CELL_TEXT, SITE(region)},
    {"lat", CELL_NUMBER, SITE(lat)},
    {"lon", CELL_NUMBER, SITE(lon)},
    {"value", CELL_FEN, SITE(value)},
    {"elevation", CELL_NUMBER, SITE(elevation)},
    {"protection", CELL_NUMBER, SITE(protection)},
};

static const cell policy_cells[] = {
    {"id", CELL_CHARS, POLICY(id)},
    {"borrower", CELL_TEXT, POLICY(borrower)},
    {"hazard", CELL_TEXT, POLICY(hazard)},
    {"limit", CELL_FEN, POLICY(limit)},
    {"deductible", CELL_FEN, POLICY(deductible)},
    {"coverage", CELL_NUMBER, POLICY(coverage)},
    {"start", CELL_CHARS, POLICY(start)},
    {"end", CELL_CHARS, POLICY(end)},
    {"insurer", CELL_TEXT, POLICY(insurer)},
    {"insurer_pd", CELL_NUMBER, POLICY(insurer_pd)},
    {"delay", CELL_NUMBER, POLICY(delay)},
};

/* ---- banks --------------------------------------------------------------------------------- */

/* Loans of a bank and the bad ones among them, fen. */
typedef struct bank_sum {
    int64_t loans, bad;
} bank_sum;

/* Cover of bad loans by provisions: a little above the standard of 150 % (rules on loan loss
 * provisions); the share of all loans in the preset is above its standard of 2.5 %. The higher one
 * counts. */
#define PROVISION_COVER 1.6

/* Balance-sheet figures follow the loans of the book; a branch has no capital of its own. */
static bank_row make_bank(const plim_synthetic_bank *bank, bank_sum sum)
{
    bank_row row = {
        .id = bank->id,
        .name = bank->name,
        .type = bank->legal_person ? "legal_person" : "branch",
        .total_loans = sum.loans,
        .cet1 = PLIM_FEN_EMPTY,
        .tier1 = PLIM_FEN_EMPTY,
        .total_capital = PLIM_FEN_EMPTY,
        .rwa = PLIM_FEN_EMPTY,
        .ppnr = PLIM_FEN_EMPTY,
        .provisions = PLIM_FEN_EMPTY,
        .total_assets = PLIM_FEN_EMPTY,
    };
    if (!bank->legal_person)
        return row;
    double loans = (double)sum.loans / PLIM_FEN_PER_UNIT;
    double provisions = loans * bank->provisions_per_loan;
    double covering = (double)sum.bad / PLIM_FEN_PER_UNIT * PROVISION_COVER;
    double assets = loans * bank->assets_per_loan;
    double rwa = assets * bank->rwa_per_asset;
    row.total_assets = plim_synthetic_fen(assets);
    row.rwa = plim_synthetic_fen(rwa);
    row.cet1 = plim_synthetic_fen(rwa * bank->cet1);
    row.tier1 = plim_synthetic_fen(rwa * bank->tier1);
    row.total_capital = plim_synthetic_fen(rwa * bank->total_capital);
    row.ppnr = plim_synthetic_fen(assets * bank->ppnr_per_asset);
    row.provisions = plim_synthetic_fen(provisions > covering ? provisions : covering);
    return row;
}

static plim_status make_banks(plim_frame *frame, const plim_preset *preset,
                              const plim_synthetic_loans *loans, plim_error *err)
{
    bank_row *bank = plim_alloc(preset->n_banks, sizeof *bank);
    bank_sum *sum = plim_alloc(preset->n_banks, sizeof *sum);
    plim_status status = PLIM_OK;
    if (bank == NULL || sum == NULL) {
        status = plim_fail_memory(err, "banks of the synthetic book");
        goto end;
    }
    for (size_t i = 0; i < loans->n_loans; i++) {
        const plim_synthetic_loan *loan = &loans->loan[i];
        sum[loan->bank_row].loans += loan->balance;
        sum[loan->bank_row].bad += loan->loan_class >= 3 ? loan->balance : 0;
    }
    for (size_t i = 0; i < preset->n_banks; i++)
        bank[i] = make_bank(&preset->banks[i], sum[i]);
    const rows from = {"banks", bank, preset->n_banks, sizeof *bank, bank_cells, COUNT(bank_cells)};
    status = make_frame(frame, &from, err);
end:
    plim_free(bank);
    plim_free(sum);
    return status;
}

/* ---- the book ------------------------------------------------------------------------------ */

/* All that a synthetic book holds. */
typedef struct draft {
    plim_synthetic_borrower *borrower;
    size_t n_borrowers;
    plim_synthetic_loans loans;
    plim_synthetic_sites sites;
} draft;

static plim_status make_tables(plim_book_tables_data *out, const plim_preset *preset,
                               const draft *from, plim_error *err)
{
    const plim_synthetic_loans *loans = &from->loans;
    const plim_synthetic_sites *sites = &from->sites;
    const rows borrower_rows = {"borrowers",       from->borrower,
                                from->n_borrowers, sizeof *from->borrower,
                                borrower_cells,    COUNT(borrower_cells)};
    const rows site_rows = {"sites",    sites->site,      sites->n_sites, sizeof *sites->site,
                            site_cells, COUNT(site_cells)};
    const rows policy_rows = {"insurance",           sites->policy, sites->n_policies,
                              sizeof *sites->policy, policy_cells,  COUNT(policy_cells)};
    const rows loan_rows = {"loans",    loans->loan,      loans->n_loans, sizeof *loans->loan,
                            loan_cells, COUNT(loan_cells)};
    const rows pledge_rows = {"collateral",          loans->pledge, loans->n_pledges,
                              sizeof *loans->pledge, pledge_cells,  COUNT(pledge_cells)};
    (void)snprintf(out->as_of, sizeof out->as_of, "%s", preset->as_of);
    (void)snprintf(out->currency, sizeof out->currency, "%s", preset->currency);
    PLIM_TRY(make_banks(&out->banks, preset, loans, err));
    PLIM_TRY(make_frame(&out->borrowers, &borrower_rows, err));
    PLIM_TRY(make_frame(&out->loans, &loan_rows, err));
    PLIM_TRY(make_frame(&out->collateral, &pledge_rows, err));
    PLIM_TRY(make_frame(&out->sites, &site_rows, err));
    return make_frame(&out->insurance, &policy_rows, err);
}

static plim_status make_book(plim_book_tables_data *out, const plim_preset *preset, size_t n,
                             uint64_t seed, plim_error *err)
{
    draft all = {.borrower = plim_alloc(n, sizeof *all.borrower), .n_borrowers = n};
    plim_status status = PLIM_OK;
    if (all.borrower == NULL)
        return plim_fail_memory(err, "borrowers of the synthetic book");
    for (size_t i = 0; i < n; i++) {
        plim_synthetic_borrower *one = &all.borrower[i];
        PLIM_GOTO(end, status, plim_synthetic_borrower_make(one, preset, seed, i, err));
        PLIM_GOTO(end, status, plim_synthetic_loans_add(&all.loans, preset, one, err));
        PLIM_GOTO(end, status, plim_synthetic_sites_add(&all.sites, preset, one, err));
    }
    status = make_tables(out, preset, &all, err);
end:
    plim_synthetic_loans_free(&all.loans);
    plim_synthetic_sites_free(&all.sites);
    plim_free(all.borrower);
    return status;
}

static plim_status unknown_preset(const char *name, plim_error *err)
{
    const char *names[COUNT(presets)];
    plim_text list = {0};
    for (size_t i = 0; i < COUNT(presets); i++) {
        names[i] = presets[i]->name;
        plim_text_format(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *nearest = plim_nearest(name, names, COUNT(presets));
    plim_status status =
        plim_fail(err, PLIM_USAGE, "unknown preset '%s'%s%s%s; presets are: %s", name,
                  nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "'?" : "", plim_text_get(&list));
    plim_text_free(&list);
    return status;
}

plim_status plim_synthetic_make(plim_book_tables_data *out, const plim_synthetic *config,
                                plim_error *err)
{
    const plim_preset *preset = NULL;
    const char *name = config->preset != NULL ? config->preset : "";
    for (size_t i = 0; i < COUNT(presets); i++)
        if (strcmp(presets[i]->name, name) == 0)
            preset = presets[i];
    if (preset == NULL)
        return unknown_preset(name, err);
    size_t n = config->n_borrowers > 0 ? config->n_borrowers : preset->n_borrowers;
    if (n > MAX_BORROWERS)
        return plim_fail(err, PLIM_USAGE, "%zu borrowers are too many; at most %d", n,
                         MAX_BORROWERS);
    plim_status status = make_book(out, preset, n, config->seed, err);
    if (status != PLIM_OK)
        plim_book_tables_data_free(out);
    return status;
}

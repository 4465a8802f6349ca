#include "book/columns.h"

#include <math.h>
#include <string.h>

#include "book/origin.h"

#define OPEN      ((double)INFINITY)
#define BELOW_ONE 0x1.fffffffffffffp-1 /* the largest double below 1: bounds are inclusive */

#define ID(about)                                                                                  \
    {                                                                                              \
        .name = "id", .kind = PLIM_FIELD_ID, .required = true, .unit = "", .doc = about            \
    }
#define REF(column, table, must, about)                                                            \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_REF, .required = must, .unit = "", .refers_to = table,  \
        .doc = about                                                                               \
    }
#define NUMBER(column, must, of, least, most, about)                                               \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_NUMBER, .required = must, .unit = of, .low = least,     \
        .high = most, .doc = about                                                                 \
    }
#define MONEY(column, about)        NUMBER(column, false, "CNY", 0, OPEN, about)
#define SIGNED_MONEY(column, about) NUMBER(column, false, "CNY", -OPEN, OPEN, about)
#define CARBON(column, about)       NUMBER(column, false, "tCO2e", 0, OPEN, about)
#define SHARE(column, about)        NUMBER(column, false, "ratio", 0, 1, about)
#define FLAG(column, about)                                                                        \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_FLAG, .unit = "ratio", .low = 0, .high = 1,             \
        .doc = about                                                                               \
    }
#define TEXT(column, must, values, about)                                                          \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_TEXT, .required = must, .unit = "", .choices = values,  \
        .doc = about                                                                               \
    }
#define DATE(column, about)                                                                        \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_DATE, .unit = "", .doc = about                          \
    }

static const plim_book_field banks[] = {
    ID("any stable id"),
    TEXT("name", false, NULL, "name for people"),
    TEXT("type", false, "legal_person|branch", "own legal person, or branch of a larger bank"),
    MONEY("total_loans", "control total: sum of all loan balances, excluded ones included"),
    SIGNED_MONEY("cet1", "core tier-1 capital"),
    SIGNED_MONEY("tier1", "tier-1 capital"),
    SIGNED_MONEY("total_capital", "total capital"),
    MONEY("rwa", "risk-weighted assets"),
    SIGNED_MONEY("ppnr", "operating result of a year before provisions"),
    MONEY("provisions", "loan-loss provisions held"),
    MONEY("total_assets", "total assets"),
};

static const plim_book_field borrowers[] = {
    ID("unified social credit code or any stable id"),
    NUMBER("pd", true, "ratio", 0, 1, "annual probability of default, the bank's own"),
    TEXT("sector", true, NULL, "GB/T 4754: letter and digits, C3071"),
    TEXT("region", true, NULL, "6-digit GB/T 2260 or 9-digit township code"),
    NUMBER("rho", false, "ratio", 0, BELOW_ONE, "asset correlation"),
    MONEY("revenue", "operating revenue of a year"),
    MONEY("operating_cost", "operating cost of a year, without depreciation"),
    MONEY("depreciation", "depreciation and amortisation of a year"),
    MONEY("interest", "interest expense of a year"),
    MONEY("debt", "interest-bearing debt"),
    SIGNED_MONEY("equity", "owners' equity"),
    MONEY("cash", "cash and equivalents"),
    CARBON("scope1", "direct emissions of a year"),
    CARBON("scope2", "emissions of a year from purchased energy"),
    CARBON("scope3", "other indirect emissions of a year"),
    NUMBER("emission_quality", false, "ratio", 1, 5, "data quality of emissions: 1 best, 5 worst"),
    TEXT("env_class", false, "A|B|C", "environmental-risk class"),
    TEXT("env_credit", false, "green|blue|yellow|red|black", "environmental credit rating"),
    FLAG("disclosed", "1: discloses environmental information"),
    FLAG("household", "1: a person or household, 0: a firm"),
    TEXT("pd_source", false, PLIM_ORIGIN_CHOICES, "where pd comes from"),
    TEXT("emission_source", false, PLIM_ORIGIN_CHOICES,
         "where emissions come from: the worse of scope 1 and scope 2"),
    TEXT("scope1_source", false, PLIM_ORIGIN_CHOICES, "where scope1 comes from"),
    TEXT("scope2_source", false, PLIM_ORIGIN_CHOICES, "where scope2 comes from"),
};

static const plim_book_field loans[] = {
    ID("any id, unique in the book"),
    REF("borrower", "borrowers", true, "id, or row number counting from 0"),
    REF("bank", "banks", true, "id, or row number counting from 0"),
    NUMBER("balance", true, "CNY", 0, OPEN, "principal and accrued interest"),
    NUMBER("lgd", true, "ratio", 0, 1.5, "loss given default, a present value"),
    MONEY("undrawn", "committed and not drawn"),
    SHARE("ccf", "share of undrawn that is drawn at default"),
    NUMBER("rate", false, "ratio", -1, 1, "interest rate a year"),
    DATE("start", "first day"),
    DATE("maturity", "last day"),
    {.name = "class",
     .kind = PLIM_FIELD_NUMBER,
     .unit = "ratio",
     .low = 1,
     .high = 5,
     .choices = "1|2|3|4|5",
     .doc = "five-category class: 1 normal, 2 special mention, 3 substandard, "
            "4 doubtful, 5 loss"},
    NUMBER("days_overdue", false, "day", 0, OPEN, "days past due"),
    {.name = "green",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .doc = "code of the green-loan catalogue, or empty",
     .blank_is_value = true},
    TEXT("purpose", false, NULL, "purpose of the loan"),
    TEXT("product", false, NULL, "product"),
    TEXT("lgd_source", false, PLIM_ORIGIN_CHOICES, "where lgd comes from"),
};

/* A piece of collateral that secures several loans has several rows, so its id is no key. */
static const plim_book_field collateral[] = {
    TEXT("id", false, NULL, "id of the piece; occurs once for each loan that it secures"),
    REF("loan", "loans", false, "id, or row number counting from 0, of the loan secured"),
    TEXT("type", false, NULL, "kind of collateral"),
    MONEY("value", "value of the piece, shared by exposure among the loans that it secures"),
    TEXT("region", false, NULL, "6-digit GB/T 2260 or 9-digit township code"),
    NUMBER("lat", false, "degree", -90, 90, "latitude"),
    NUMBER("lon", false, "degree", -180, 180, "longitude"),
    SHARE("haircut", "share taken off the value"),
};

/* Exactly one of borrower and collateral is stated. A place is a region, a point, or both. */
static const plim_book_field sites[] = {
    ID("any id, unique in the book"),
    REF("borrower", "borrowers", false,
        "whose assets stand here: id, or row number counting from 0; empty for a place of "
        "collateral"),
    {.name = "collateral",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .refers_to = "collateral",
     .doc = "id of the piece of collateral whose place this is; empty for a site of a borrower"},
    TEXT("region", false, NULL, "6-digit GB/T 2260 or 9-digit township code"),
    NUMBER("lat", false, "degree", -90, 90, "latitude"),
    NUMBER("lon", false, "degree", -180, 180, "longitude"),
    MONEY("value", "value of the assets that stand here"),
    NUMBER("elevation", false, "m", -10, 10000,
           "height of the floor above the ground level that intensities of hazards refer to"),
    SHARE("protection", "share of damage that is prevented"),
};

/* What is not stated: a limit or deductible there is none of, a day that is open. */
static const plim_book_field insurance[] = {
    ID("any id, unique in the book"),
    REF("borrower", "borrowers", true, "who is insured: id, or row number counting from 0"),
    {.name = "hazard",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .doc = "name of the hazard covered; empty: all",
     .blank_is_value = true},
    MONEY("limit", "most that is paid for one event"),
    MONEY("deductible", "part of the loss of one event that the insured bears first"),
    SHARE("coverage", "share of the loss above the deductible that is paid"),
    DATE("start", "first day of cover; empty: open"),
    DATE("end", "last day of cover; empty: open"),
    TEXT("insurer", false, NULL, "who pays"),
    SHARE("insurer_pd", "annual probability that the insurer fails"),
    NUMBER("delay", false, "year", 0, OPEN, "time from an event until the insurer pays"),
};

/* Balances may be negative here: an impossible balance can be the reason of the exclusion. */
static const plim_book_field excluded[] = {
    TEXT("table", false, NULL, "table of the excluded row"),
    NUMBER("line", false, "ratio", 0, OPEN, "line in the imported file"),
    TEXT("reason", false, NULL, "why the row was excluded"),
    SIGNED_MONEY("balance", "balance of the row"),
    REF("bank", "banks", false, "bank to which the balance is booked"),
};

#define TABLE(title, must, about)                                                                  \
    {                                                                                              \
        .name = #title, .required = must, .fields = title,                                         \
        .n_fields = sizeof title / sizeof title[0], .doc = about                                   \
    }

const plim_book_table plim_book_tables[] = {
    TABLE(banks, true, "lenders, with control totals and capital"),
    TABLE(borrowers, true, "who owes: firms and households"),
    TABLE(loans, true, "one row a loan"),
    TABLE(collateral, false, "what secures loans: one row for each piece and loan"),
    TABLE(sites, false, "where the assets of borrowers and pieces of collateral stand"),
    TABLE(insurance, false, "policies of borrowers against damage"),
    TABLE(excluded, false, "rows that import left out, with the reason"),
};
const size_t plim_book_table_count = sizeof plim_book_tables / sizeof plim_book_tables[0];

/* pd_2 ... pd_99: PD of the second, third, ... year after as_of. */
#define TERM(n) NUMBER("pd_" #n, false, "ratio", 0, 1, "annual probability of default, year " #n)
#define TERMS(tens)                                                                                \
    TERM(tens##0), TERM(tens##1), TERM(tens##2), TERM(tens##3), TERM(tens##4), TERM(tens##5),      \
        TERM(tens##6), TERM(tens##7), TERM(tens##8), TERM(tens##9)

static const plim_book_field pd_terms[] = {
    TERM(2),  TERM(3),  TERM(4),  TERM(5),  TERM(6),  TERM(7),  TERM(8),  TERM(9),  TERMS(1),
    TERMS(2), TERMS(3), TERMS(4), TERMS(5), TERMS(6), TERMS(7), TERMS(8), TERMS(9),
};

const plim_book_table *plim_book_table_find(const char *table)
{
    for (size_t t = 0; t < plim_book_table_count; t++)
        if (strcmp(plim_book_tables[t].name, table) == 0)
            return &plim_book_tables[t];
    return NULL;
}

static const plim_book_field *find_in(const plim_book_field *fields, size_t n, const char *column)
{
    for (size_t f = 0; f < n; f++)
        if (strcmp(fields[f].name, column) == 0)
            return &fields[f];
    return NULL;
}

const plim_book_field *plim_book_field_find(const char *table, const char *column)
{
    const plim_book_table *of = plim_book_table_find(table);
    if (of == NULL)
        return NULL;
    const plim_book_field *field = find_in(of->fields, of->n_fields, column);
    if (field == NULL && of->fields == borrowers)
        field = find_in(pd_terms, sizeof pd_terms / sizeof pd_terms[0], column);
    return field;
}

#include "book/columns.h"

#include <math.h>
#include <string.h>

#include "book/origin.h"

#define OPEN      ((double)INFINITY)
#define BELOW_ONE 0x1.fffffffffffffp-1 /* the largest double below 1: bounds are inclusive */

#define ID(about, in_chinese)                                                                      \
    {                                                                                              \
        .name = "id", .kind = PLIM_FIELD_ID, .required = true, .unit = "", .doc = about,           \
        .doc_zh = in_chinese                                                                       \
    }
#define REF(column, table, must, about, in_chinese)                                                \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_REF, .required = must, .unit = "", .refers_to = table,  \
        .doc = about, .doc_zh = in_chinese                                                         \
    }
#define NUMBER(column, must, of, least, most, about, in_chinese)                                   \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_NUMBER, .required = must, .unit = of, .low = least,     \
        .high = most, .doc = about, .doc_zh = in_chinese                                           \
    }
#define MONEY(column, about, in_chinese) NUMBER(column, false, "CNY", 0, OPEN, about, in_chinese)
#define SIGNED_MONEY(column, about, in_chinese)                                                    \
    NUMBER(column, false, "CNY", -OPEN, OPEN, about, in_chinese)
#define CARBON(column, about, in_chinese) NUMBER(column, false, "tCO2e", 0, OPEN, about, in_chinese)
#define SHARE(column, about, in_chinese)  NUMBER(column, false, "ratio", 0, 1, about, in_chinese)
#define FLAG(column, about, in_chinese)                                                            \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_FLAG, .unit = "ratio", .low = 0, .high = 1,             \
        .doc = about, .doc_zh = in_chinese                                                         \
    }
#define TEXT(column, must, values, about, in_chinese)                                              \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_TEXT, .required = must, .unit = "", .choices = values,  \
        .doc = about, .doc_zh = in_chinese                                                         \
    }
#define DATE(column, about, in_chinese)                                                            \
    {                                                                                              \
        .name = column, .kind = PLIM_FIELD_DATE, .unit = "", .doc = about, .doc_zh = in_chinese    \
    }

static const plim_book_field banks[] = {
    ID("any stable id", "机构编号（任一稳定编号）"),
    TEXT("name", false, NULL, "name for people", "机构名称"),
    TEXT("type", false, "legal_person|branch", "own legal person, or branch of a larger bank",
         "独立法人，或大型银行的分支机构"),
    MONEY("total_loans", "control total: sum of all loan balances, excluded ones included",
          "控制总额：全部贷款余额之和，含剔除部分"),
    SIGNED_MONEY("cet1", "core tier-1 capital", "核心一级资本"),
    SIGNED_MONEY("tier1", "tier-1 capital", "一级资本"),
    SIGNED_MONEY("total_capital", "total capital", "资本净额"),
    MONEY("rwa", "risk-weighted assets", "风险加权资产"),
    SIGNED_MONEY("ppnr", "operating result of a year before provisions", "年度拨备前利润"),
    MONEY("provisions", "loan-loss provisions held", "贷款损失准备余额"),
    MONEY("total_assets", "total assets", "资产总额"),
};

static const plim_book_field borrowers[] = {
    ID("unified social credit code or any stable id", "统一社会信用代码，或任一稳定编号"),
    NUMBER("pd", true, "ratio", 0, 1, "annual probability of default, the bank's own",
           "年违约概率（银行自有）"),
    TEXT("sector", true, NULL, "GB/T 4754: letter and digits, C3071",
         "国民经济行业分类（GB/T 4754）：字母加数字，如 C3071"),
    TEXT("region", true, NULL, "6-digit GB/T 2260 or 9-digit township code",
         "行政区划代码（GB/T 2260 六位，或九位乡镇代码）"),
    NUMBER("rho", false, "ratio", 0, BELOW_ONE, "asset correlation", "资产相关系数"),
    MONEY("revenue", "operating revenue of a year", "年营业收入"),
    MONEY("operating_cost", "operating cost of a year, without depreciation",
          "年营业成本（不含折旧）"),
    MONEY("depreciation", "depreciation and amortisation of a year", "年折旧与摊销"),
    MONEY("interest", "interest expense of a year", "年利息支出"),
    MONEY("debt", "interest-bearing debt", "有息负债"),
    SIGNED_MONEY("equity", "owners' equity", "所有者权益"),
    MONEY("cash", "cash and equivalents", "货币资金"),
    CARBON("scope1", "direct emissions of a year", "年直接排放（范围一）"),
    CARBON("scope2", "emissions of a year from purchased energy", "年外购能源间接排放（范围二）"),
    CARBON("scope3", "other indirect emissions of a year", "年其他间接排放（范围三）"),
    NUMBER("emission_quality", false, "ratio", 1, 5, "data quality of emissions: 1 best, 5 worst",
           "排放数据质量：1 最好，5 最差"),
    TEXT("env_class", false, "A|B|C", "environmental-risk class", "环境风险分类"),
    TEXT("env_credit", false, "green|blue|yellow|red|black", "environmental credit rating",
         "环境信用评价"),
    FLAG("disclosed", "1: discloses environmental information", "1：披露环境信息"),
    FLAG("household", "1: a person or household, 0: a firm", "1：个人或家庭，0：企业"),
    TEXT("pd_source", false, PLIM_ORIGIN_CHOICES, "where pd comes from", "违约概率的来源"),
    TEXT("emission_source", false, PLIM_ORIGIN_CHOICES,
         "where emissions come from: the worse of scope 1 and scope 2",
         "排放数据的来源：范围一与范围二中较差者"),
    TEXT("scope1_source", false, PLIM_ORIGIN_CHOICES, "where scope1 comes from",
         "范围一排放的来源"),
    TEXT("scope2_source", false, PLIM_ORIGIN_CHOICES, "where scope2 comes from",
         "范围二排放的来源"),
};

static const plim_book_field loans[] = {
    ID("any id, unique in the book", "编号，账簿内唯一"),
    REF("borrower", "borrowers", true, "id, or row number counting from 0",
        "编号，或自 0 起的行号"),
    REF("bank", "banks", true, "id, or row number counting from 0", "编号，或自 0 起的行号"),
    NUMBER("balance", true, "CNY", 0, OPEN, "principal and accrued interest", "本金与应计利息余额"),
    NUMBER("lgd", true, "ratio", 0, 1.5, "loss given default, a present value",
           "违约损失率（现值）"),
    MONEY("undrawn", "committed and not drawn", "已承诺未提取额度"),
    SHARE("ccf", "share of undrawn that is drawn at default",
          "违约时未提取额度的提取比例（信用转换系数）"),
    NUMBER("rate", false, "ratio", -1, 1, "interest rate a year", "年利率"),
    DATE("start", "first day", "起始日"),
    DATE("maturity", "last day", "到期日"),
    {.name = "class",
     .kind = PLIM_FIELD_NUMBER,
     .unit = "ratio",
     .low = 1,
     .high = 5,
     .choices = "1|2|3|4|5",
     .doc = "five-category class: 1 normal, 2 special mention, 3 substandard, "
            "4 doubtful, 5 loss",
     .doc_zh = "五级分类：1 正常，2 关注，3 次级，4 可疑，5 损失"},
    NUMBER("days_overdue", false, "day", 0, OPEN, "days past due", "逾期天数"),
    {.name = "green",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .doc = "code of the green-loan catalogue, or empty",
     .doc_zh = "绿色贷款目录代码，非绿色为空",
     .blank_is_value = true},
    TEXT("purpose", false, NULL, "purpose of the loan", "贷款用途"),
    TEXT("product", false, NULL, "product", "业务品种"),
    TEXT("lgd_source", false, PLIM_ORIGIN_CHOICES, "where lgd comes from", "违约损失率的来源"),
};

/* A piece of collateral that secures several loans has several rows, so its id is no key. */
static const plim_book_field collateral[] = {
    TEXT("id", false, NULL, "id of the piece; occurs once for each loan that it secures",
         "押品编号；每担保一笔贷款出现一次"),
    REF("loan", "loans", false, "id, or row number counting from 0, of the loan secured",
        "所担保贷款的编号，或自 0 起的行号"),
    TEXT("type", false, NULL, "kind of collateral", "押品种类"),
    MONEY("value", "value of the piece, shared by exposure among the loans that it secures",
          "押品价值，按敞口分摊至所担保的贷款"),
    TEXT("region", false, NULL, "6-digit GB/T 2260 or 9-digit township code",
         "行政区划代码（GB/T 2260 六位，或九位乡镇代码）"),
    NUMBER("lat", false, "degree", -90, 90, "latitude", "纬度"),
    NUMBER("lon", false, "degree", -180, 180, "longitude", "经度"),
    SHARE("haircut", "share taken off the value", "押品折扣率"),
};

/* Exactly one of borrower and collateral is stated. A place is a region, a point, or both. */
static const plim_book_field sites[] = {
    ID("any id, unique in the book", "编号，账簿内唯一"),
    REF("borrower", "borrowers", false,
        "whose assets stand here: id, or row number counting from 0; empty for a place of "
        "collateral",
        "资产所属借款人：编号，或自 0 起的行号；押品地点为空"),
    {.name = "collateral",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .refers_to = "collateral",
     .doc = "id of the piece of collateral whose place this is; empty for a site of a borrower",
     .doc_zh = "此处押品的编号；借款人场所为空"},
    TEXT("region", false, NULL, "6-digit GB/T 2260 or 9-digit township code",
         "行政区划代码（GB/T 2260 六位，或九位乡镇代码）"),
    NUMBER("lat", false, "degree", -90, 90, "latitude", "纬度"),
    NUMBER("lon", false, "degree", -180, 180, "longitude", "经度"),
    MONEY("value", "value of the assets that stand here", "此处资产价值"),
    NUMBER("elevation", false, "m", -10, 10000,
           "height of the floor above the ground level that intensities of hazards refer to",
           "地坪高出灾害强度所指地面的高度"),
    SHARE("protection", "share of damage that is prevented", "可避免的损失比例"),
};

/* What is not stated: a limit or deductible there is none of, a day that is open. */
static const plim_book_field insurance[] = {
    ID("any id, unique in the book", "编号，账簿内唯一"),
    REF("borrower", "borrowers", true, "who is insured: id, or row number counting from 0",
        "被保险人：编号，或自 0 起的行号"),
    {.name = "hazard",
     .kind = PLIM_FIELD_TEXT,
     .unit = "",
     .doc = "name of the hazard covered; empty: all",
     .doc_zh = "承保的灾害名称；空为全部",
     .blank_is_value = true},
    MONEY("limit", "most that is paid for one event", "单次事件赔付限额"),
    MONEY("deductible", "part of the loss of one event that the insured bears first",
          "单次事件免赔额"),
    SHARE("coverage", "share of the loss above the deductible that is paid",
          "免赔额以上损失的赔付比例"),
    DATE("start", "first day of cover; empty: open", "保险起始日；空为不限"),
    DATE("end", "last day of cover; empty: open", "保险到期日；空为不限"),
    TEXT("insurer", false, NULL, "who pays", "保险人"),
    SHARE("insurer_pd", "annual probability that the insurer fails", "保险人年违约概率"),
    NUMBER("delay", false, "year", 0, OPEN, "time from an event until the insurer pays",
           "出险至赔付的时间"),
};

/* Balances may be negative here: an impossible balance can be the reason of the exclusion. */
static const plim_book_field excluded[] = {
    TEXT("table", false, NULL, "table of the excluded row", "被剔除行所属的表"),
    NUMBER("line", false, "ratio", 0, OPEN, "line in the imported file", "在导入文件中的行号"),
    TEXT("reason", false, NULL, "why the row was excluded", "剔除原因"),
    SIGNED_MONEY("balance", "balance of the row", "该行余额"),
    REF("bank", "banks", false, "bank to which the balance is booked", "余额所属机构"),
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
#define TERM(n)                                                                                    \
    NUMBER("pd_" #n, false, "ratio", 0, 1, "annual probability of default, year " #n,              \
           "第 " #n " 年的年违约概率")
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

/* The fields of every result table: what stands here is what files, CSV, JSON and the formats page
   show. Order and keys are a contract with other people's programs. */
#include "base/table.h"

#include <string.h>

#define SCENARIO                                                                                   \
    {                                                                                              \
        "scenario", PLIM_CELL_TEXT, "name of the scenario; baseline is the book as it stands"      \
    }
#define YEAR                                                                                       \
    {                                                                                              \
        "year", PLIM_CELL_INT, "scenario year"                                                     \
    }

static const plim_field summary_fields[] = {
    SCENARIO,
    {"measure", PLIM_CELL_TEXT, "measure of the loss over the horizon, all banks"},
    {"value", PLIM_CELL_AMOUNT, "estimate"},
    {"stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"lo95", PLIM_CELL_AMOUNT, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_AMOUNT, "upper end of its 95 % interval"},
    {"delta", PLIM_CELL_AMOUNT, "scenario minus baseline on the same draws"},
    {"delta_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
    {"delta_lo95", PLIM_CELL_AMOUNT, "lower end of the difference's 95 % interval"},
    {"delta_hi95", PLIM_CELL_AMOUNT, "upper end of the difference's 95 % interval"},
    {"note", PLIM_CELL_TEXT, "few_tail_paths: fewer than 100 paths beyond the quantile"},
};

static const plim_field years_fields[] = {
    SCENARIO,
    YEAR,
    {"default_rate", PLIM_CELL_NUMBER, "defaults of the year over borrowers alive at its start"},
    {"default_rate_stderr", PLIM_CELL_NUMBER, "its standard error"},
    {"el", PLIM_CELL_AMOUNT, "expected loss of the year"},
    {"el_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"delta_el", PLIM_CELL_AMOUNT, "expected loss minus that of baseline"},
    {"delta_el_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
    {"npl_ratio", PLIM_CELL_NUMBER,
     "(opening NPL + exposure defaulted so far) over exposure at the book's date"},
    {"npl_ratio_stderr", PLIM_CELL_NUMBER, "its standard error"},
};

static const plim_field banks_fields[] = {
    SCENARIO,
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"type", PLIM_CELL_TEXT, "legal_person or branch"},
    {"exposure", PLIM_CELL_FEN, "exposure at the book's date"},
    {"el", PLIM_CELL_AMOUNT, "expected loss over the horizon"},
    {"el_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"es_99", PLIM_CELL_AMOUNT, "expected shortfall at 99 % of the bank alone (not additive)"},
    {"es_99_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"es_999", PLIM_CELL_AMOUNT, "expected shortfall at 99.9 % of the bank alone (not additive)"},
    {"es_999_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"delta_el", PLIM_CELL_AMOUNT, "expected loss minus that of baseline"},
    {"delta_el_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
    {"delta_es_999", PLIM_CELL_AMOUNT, "expected shortfall at 99.9 % minus that of baseline"},
    {"delta_es_999_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
};

static const plim_field sectors_fields[] = {
    SCENARIO,
    {"key", PLIM_CELL_TEXT, "sector code as in the book"},
    {"exposure", PLIM_CELL_FEN, "exposure at the book's date"},
    {"el", PLIM_CELL_AMOUNT, "expected loss over the horizon"},
    {"el_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"delta_el", PLIM_CELL_AMOUNT, "expected loss minus that of baseline"},
    {"delta_el_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
};

static const plim_field regions_fields[] = {
    SCENARIO,
    {"key", PLIM_CELL_TEXT, "region code as in the book"},
    {"exposure", PLIM_CELL_FEN, "exposure at the book's date"},
    {"el", PLIM_CELL_AMOUNT, "expected loss over the horizon"},
    {"el_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"delta_el", PLIM_CELL_AMOUNT, "expected loss minus that of baseline"},
    {"delta_el_stderr", PLIM_CELL_AMOUNT, "standard error of the paired difference"},
};

static const plim_field paths_fields[] = {
    SCENARIO,
    {"path", PLIM_CELL_INT, "number of the path, from 0"},
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"loss", PLIM_CELL_FEN, "loss over the horizon"},
    {"defaulted_exposure", PLIM_CELL_FEN, "exposure that defaulted over the horizon"},
};

static const plim_field borrowers_fields[] = {
    SCENARIO,
    {"borrower", PLIM_CELL_TEXT, "id of the borrower"},
    {"pd_base", PLIM_CELL_NUMBER, "annual PD of baseline in that year"},
    {"pd_stressed", PLIM_CELL_NUMBER, "annual PD of the scenario in that year"},
    {"year", PLIM_CELL_INT, "year in which the stressed PD peaks"},
    {"el", PLIM_CELL_AMOUNT, "expected loss over the horizon"},
    {"el_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"stress_grade", PLIM_CELL_TEXT, "grade given by the rules"},
    {"level", PLIM_CELL_TEXT, "warning level: none, blue, yellow, orange or red"},
    {"reasons", PLIM_CELL_TEXT, "why this grade and level, as the rules say it"},
    {"env_class", PLIM_CELL_TEXT, "activity class as in the book; not part of the grade"},
    {"env_credit", PLIM_CELL_TEXT,
     "environmental-credit colour as in the book; not part of the grade"},
};

static const plim_field grades_fields[] = {
    SCENARIO,
    {"stress_grade", PLIM_CELL_TEXT, "grade given by the rules"},
    {"borrowers", PLIM_CELL_INT, "borrowers that have it"},
    {"exposure", PLIM_CELL_FEN, "their exposure at the book's date"},
    {"el", PLIM_CELL_AMOUNT, "their expected loss over the horizon"},
};

static const plim_field grade_banks_fields[] = {
    SCENARIO,
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"stress_grade", PLIM_CELL_TEXT, "grade given by the rules"},
    {"borrowers", PLIM_CELL_INT, "borrowers of the bank that have it"},
    {"balance", PLIM_CELL_FEN, "balance of their loans from the bank"},
    {"el", PLIM_CELL_AMOUNT, "expected loss on these over the horizon"},
};

static const plim_field grade_cells_fields[] = {
    SCENARIO,
    {"sector", PLIM_CELL_TEXT, "sector, as long as the rules say (default: division)"},
    {"region", PLIM_CELL_TEXT, "region, as long as the rules say (default: as in the book)"},
    {"stress_grade", PLIM_CELL_TEXT, "grade given by the rules"},
    {"borrowers", PLIM_CELL_INT, "borrowers of the cell that have it"},
    {"balance", PLIM_CELL_FEN, "balance of their loans"},
    {"el", PLIM_CELL_AMOUNT, "their expected loss over the horizon"},
};

static const plim_field grade_migration_fields[] = {
    SCENARIO,
    {"from", PLIM_CELL_TEXT, "grade in the baseline"},
    {"to", PLIM_CELL_TEXT, "grade in the scenario"},
    {"borrowers", PLIM_CELL_INT, "borrowers that moved so"},
    {"balance", PLIM_CELL_FEN, "balance of their loans"},
    {"share", PLIM_CELL_NUMBER, "these borrowers over all of the grade they came from"},
};

static const plim_field grade_bounds_fields[] = {
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"stress_grade", PLIM_CELL_TEXT, "grade of the borrower's own PD in the baseline"},
    {"borrowers", PLIM_CELL_INT, "borrowers of the bank that have it and are not in default"},
    {"mean_pd", PLIM_CELL_NUMBER, "their mean PD in the baseline"},
    {"defaults_observed", PLIM_CELL_INT, "borrowers of that PD in default at the book's date"},
    {"pd_upper", PLIM_CELL_NUMBER, "upper bound of the PD of this grade and all worse ones"},
    {"pool", PLIM_CELL_INT, "borrowers of this grade and all worse ones"},
    {"pool_defaults", PLIM_CELL_INT, "those of them in default"},
    {"confidence", PLIM_CELL_NUMBER, "of the bound"},
};

static const plim_field classes_fields[] = {
    SCENARIO,
    YEAR,
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"from", PLIM_CELL_INT, "class at the book's date: 1 pass, 2 special mention, ... 5 loss"},
    {"to", PLIM_CELL_INT, "class at the end of the year"},
    {"amount", PLIM_CELL_AMOUNT, "expected balance that moved so"},
    {"share", PLIM_CELL_NUMBER, "the same as a share of the class it came from"},
    {"share_stderr", PLIM_CELL_NUMBER, "its standard error"},
};

static const plim_field class_paths_fields[] = {
    SCENARIO,
    {"year", PLIM_CELL_INT, "scenario year; the year before the first is the book"},
    {"bank", PLIM_CELL_TEXT, "id of the bank, or all"},
    {"measure", PLIM_CELL_TEXT, "which share of the balances that have a class"},
    {"value", PLIM_CELL_NUMBER, "its mean over paths"},
    {"stderr", PLIM_CELL_NUMBER, "its standard error"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
};

static const plim_field capital_fields[] = {
    SCENARIO,
    {"year", PLIM_CELL_INT,
     "at its end; the year before the first: as reported; empty: the horizon"},
    {"bank", PLIM_CELL_TEXT, "id of the bank; all: those with a balance sheet together"},
    {"measure", PLIM_CELL_TEXT, "what is measured: a ratio, or an amount of money"},
    {"value", PLIM_CELL_NUMBER, "mean over paths; of car_q...: that quantile"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
    {"p05", PLIM_CELL_NUMBER, "5 % quantile over paths"},
    {"p50", PLIM_CELL_NUMBER, "median over paths"},
    {"p95", PLIM_CELL_NUMBER, "95 % quantile over paths"},
    {"balance_sheet", PLIM_CELL_TEXT, "static, runoff or rebalanced; reported: the book's"},
};

static const plim_field breaches_fields[] = {
    SCENARIO,
    {"year", PLIM_CELL_INT, "at its end; empty: in any year of the horizon"},
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"requirement", PLIM_CELL_TEXT, "what the bank falls below"},
    {"threshold", PLIM_CELL_NUMBER, "the required ratio"},
    {"probability", PLIM_CELL_NUMBER, "share of paths below it"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
    {"balance_sheet", PLIM_CELL_TEXT, "static, runoff or rebalanced"},
};

static const plim_field joint_fields[] = {
    SCENARIO,
    {"kind", PLIM_CELL_TEXT, "banks: how many breach on a path; borrower: who defaults then"},
    {"key", PLIM_CELL_TEXT, "id of the borrower; all"},
    {"banks", PLIM_CELL_INT,
     "banks that miss a minimum of capital in some year; of borrowers: at least"},
    {"probability", PLIM_CELL_NUMBER,
     "share of paths; of borrowers: default, given that many breach"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
    {"at_least", PLIM_CELL_NUMBER, "share of paths on which that many or more breach"},
    {"exposure", PLIM_CELL_FEN, "exposure of the borrower at the book's date"},
    {"loss", PLIM_CELL_AMOUNT, "loss on the borrower, on average over those paths"},
};

static const plim_field warnings_fields[] = {
    SCENARIO,
    {"subject", PLIM_CELL_TEXT, "borrower, sector, region, cell, bank or district"},
    {"key", PLIM_CELL_TEXT, "id or code of the subject"},
    {"indicator", PLIM_CELL_TEXT, "what is watched"},
    {"unit", PLIM_CELL_TEXT, "unit of the value"},
    {"year", PLIM_CELL_INT, "scenario year; empty for the horizon"},
    {"value", PLIM_CELL_NUMBER, "value of the indicator"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
    {"level", PLIM_CELL_TEXT, "none, blue, yellow, orange or red"},
    {"previous", PLIM_CELL_TEXT, "level before this run; empty where no run before it was given"},
    {"status", PLIM_CELL_TEXT, "new, raised, kept, uncertain, lowered, or empty"},
    {"reason", PLIM_CELL_TEXT, "why, as the rules say it"},
};

static const plim_field warning_state_fields[] = {
    SCENARIO,
    {"subject", PLIM_CELL_TEXT, "borrower, sector, region, cell, bank or district"},
    {"key", PLIM_CELL_TEXT, "id or code of the subject"},
    {"indicator", PLIM_CELL_TEXT, "what is watched"},
    {"level", PLIM_CELL_TEXT, "blue, yellow, orange or red"},
    {"since", PLIM_CELL_TEXT, "date of the book in which it came to that level"},
    {"calm_runs", PLIM_CELL_INT, "runs in a row that were clear of the level"},
};

static const plim_field playbook_fields[] = {
    {"subject", PLIM_CELL_TEXT, "borrower, sector, region, cell, bank or district"},
    {"level", PLIM_CELL_TEXT, "blue, yellow, orange or red"},
    {"action_en", PLIM_CELL_TEXT, "what is proposed, in English"},
    {"action_zh", PLIM_CELL_TEXT, "the same in Chinese"},
    {"owner_en", PLIM_CELL_TEXT, "who is to do it, in English"},
    {"owner_zh", PLIM_CELL_TEXT, "the same in Chinese"},
    {"due_days", PLIM_CELL_INT, "days from the warning on"},
};

static const plim_field reason_codes_fields[] = {
    {"reason_code", PLIM_CELL_TEXT, "code in the columns reason and reasons"},
    {"sentence_en", PLIM_CELL_TEXT, "what it says; {value} is what follows the code"},
    {"sentence_zh", PLIM_CELL_TEXT, "the same in Chinese"},
};

static const plim_field contributors_fields[] = {
    SCENARIO,
    {"kind", PLIM_CELL_TEXT, "bank, borrower, region or sector"},
    {"key", PLIM_CELL_TEXT, "id or code"},
    {"exposure", PLIM_CELL_FEN, "exposure at the book's date"},
    {"el", PLIM_CELL_AMOUNT, "expected loss over the horizon"},
    {"es_99_share", PLIM_CELL_NUMBER, "share of the expected shortfall at 99 % of all banks"},
    {"stderr", PLIM_CELL_NUMBER, "its standard error"},
    {"es_999_share", PLIM_CELL_NUMBER, "share of the expected shortfall at 99.9 %"},
    {"es_999_stderr", PLIM_CELL_NUMBER, "its standard error"},
};

static const plim_field tail_fields[] = {
    SCENARIO,
    {"measure", PLIM_CELL_TEXT, "measure of the loss over the horizon, all banks"},
    {"value", PLIM_CELL_AMOUNT, "estimate from the plain and the further paths"},
    {"stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"lo95", PLIM_CELL_AMOUNT, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_AMOUNT, "upper end of its 95 % interval"},
    {"effective_paths", PLIM_CELL_NUMBER, "effective sample size beyond the quantile"},
    {"plain", PLIM_CELL_AMOUNT, "estimate from the plain paths alone"},
    {"plain_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"z", PLIM_CELL_NUMBER, "value minus plain over plain_stderr"},
    {"note", PLIM_CELL_TEXT, "few_tail_paths: fewer than 100 effective paths"},
};

static const plim_field exceedance_fields[] = {
    SCENARIO,
    {"subject", PLIM_CELL_TEXT,
     "credit loss, or a damage by its name; aggregate: of a year, occurrence: of its worst event"},
    {"return_period", PLIM_CELL_INT, "years"},
    {"loss", PLIM_CELL_AMOUNT, "amount that is exceeded once in so many years on average"},
    {"lo95", PLIM_CELL_AMOUNT, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_AMOUNT, "upper end of its 95 % interval"},
};

static const plim_field damage_fields[] = {
    SCENARIO,
    {"damage", PLIM_CELL_TEXT, "name of the damage, as the script says"},
    {"hazard", PLIM_CELL_TEXT, "driver that it hangs on"},
    {"aal", PLIM_CELL_AMOUNT, "average annual damage to assets over the horizon"},
    {"aal_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"aal_exact", PLIM_CELL_AMOUNT, "the same by rates: sum of rate x damage"},
    {"payout", PLIM_CELL_AMOUNT, "what insurance pays of it in an average year"},
    {"payout_stderr", PLIM_CELL_AMOUNT, "its standard error"},
    {"gap", PLIM_CELL_NUMBER, "protection gap: share of the damage that is not paid"},
    {"gap_stderr", PLIM_CELL_NUMBER, "its standard error"},
};

static const plim_field events_fields[] = {
    SCENARIO,
    {"hazard", PLIM_CELL_TEXT, "driver that the event belongs to"},
    {"event", PLIM_CELL_TEXT, "its name"},
    {"rate", PLIM_CELL_NUMBER, "expected number a year, on average over the horizon"},
    {"path_years", PLIM_CELL_INT, "years of paths in which it happened"},
    {"damage", PLIM_CELL_AMOUNT, "damage to assets, on average over the years of the horizon"},
    {"rise", PLIM_CELL_AMOUNT,
     "credit loss of such a year minus baseline's, on average (other events of the year included)"},
    {"rise_stderr", PLIM_CELL_AMOUNT, "its standard error"},
};

static const plim_field compound_fields[] = {
    SCENARIO,
    {"first", PLIM_CELL_TEXT, "scenario of the first shock alone"},
    {"second", PLIM_CELL_TEXT, "scenario of the second shock alone"},
    {"rise", PLIM_CELL_AMOUNT, "rise of the expected loss under both shocks"},
    {"rise_first", PLIM_CELL_AMOUNT, "under the first alone"},
    {"rise_second", PLIM_CELL_AMOUNT, "under the second alone"},
    {"multiplier", PLIM_CELL_NUMBER, "rise over the sum of the two"},
    {"multiplier_stderr", PLIM_CELL_NUMBER, "its standard error, on the same paths"},
    {"lo95", PLIM_CELL_NUMBER, "lower end of its 95 % interval"},
    {"hi95", PLIM_CELL_NUMBER, "upper end of its 95 % interval"},
};

static const plim_field ledger_fields[] = {
    {"bank", PLIM_CELL_TEXT, "id of the bank"},
    {"status", PLIM_CELL_TEXT, "modelled, proxied, excluded or defaulted"},
    {"reason", PLIM_CELL_TEXT, "why rows have that status"},
    {"rows", PLIM_CELL_INT, "loans"},
    {"balance", PLIM_CELL_FEN, "their balance"},
    {"control_total", PLIM_CELL_FEN, "total that the bank states; the same on each of its rows"},
    {"difference", PLIM_CELL_FEN, "all balances of the bank minus its control total"},
};

static const plim_field run_fields[] = {
    {"key", PLIM_CELL_TEXT, "what is recorded"},
    {"value", PLIM_CELL_TEXT, "its value"},
};

#define SPEC(name, doc)                                                                            \
    {                                                                                              \
#name, doc, name##_fields, sizeof name##_fields / sizeof name##_fields[0]                  \
    }

const plim_table_spec plim_table_specs[] = {
    SPEC(summary,
         "loss over the horizon, all banks: mean, spread, quantiles and tails, with errors"),
    SPEC(years, "default rate, expected loss and NPL ratio by year"),
    SPEC(banks, "expected loss and tail of each bank alone"),
    SPEC(sectors, "expected loss by sector"),
    SPEC(regions, "expected loss by region"),
    SPEC(paths, "loss and defaulted exposure of each path and bank"),
    SPEC(borrowers, "PD before and under stress, expected loss, grade and level of each borrower"),
    SPEC(grades, "borrowers, exposure and expected loss by stress grade"),
    SPEC(grade_banks, "borrowers, balance and expected loss by bank and stress grade"),
    SPEC(grade_cells, "the same by sector and region"),
    SPEC(grade_migration, "from the baseline's grade to the scenario's"),
    SPEC(grade_bounds, "upper bounds of the PDs of grades in which few have defaulted"),
    SPEC(contributors, "who makes the tail: shares of expected shortfall, adding up to one a kind"),
    SPEC(tail,
         "quantiles and tails from further paths beyond a cut, beside plain sampling (--tail)"),
    SPEC(exceedance, "losses and damages by return period, where there are hazards"),
    SPEC(damage, "average annual damage by hazard, what insurance pays of it, and the gap"),
    SPEC(events, "events of the hazards, those that cost most first"),
    SPEC(compound, "how much worse two shocks are together than apart"),
    SPEC(classes, "movement between the five loan classes"),
    SPEC(class_paths, "special mention and bad loans by year, over paths"),
    SPEC(capital, "capital, provisions and bad loans of banks by year, over paths"),
    SPEC(breaches, "how likely a bank falls below each requirement, by year and ever"),
    SPEC(joint, "how many banks breach on the same path, and who defaults then"),
    SPEC(warnings, "warnings by subject, with value, interval, level and reason"),
    SPEC(warning_state, "warnings that stand, for the run after this one (run --previous)"),
    SPEC(playbook, "what is proposed to be done about a warning, by subject and level"),
    SPEC(reason_codes, "what the codes of reasons say"),
    SPEC(ledger, "every loan of every bank by status, tied to the control total"),
    SPEC(run, "what was run: version, seed, paths, machine, inputs and their SHA-256"),
};

const size_t plim_table_spec_count = sizeof plim_table_specs / sizeof plim_table_specs[0];

bool plim_measure_is_amount(const char *table, const char *measure)
{
    static const char *const of_capital[] = {
        "total_capital", "capital_buffer",     "rwa",        "rwa_irb",    "allowance",
        "allowance_12m", "allowance_lifetime", "impairment", "net_income", "dividend"};
    if (strcmp(table, "summary") == 0 || strcmp(table, "tail") == 0)
        return true;
    for (size_t i = 0; i < sizeof of_capital / sizeof *of_capital; i++)
        if (strcmp(table, "capital") == 0 && strcmp(measure, of_capital[i]) == 0)
            return true;
    return false;
}

#include "measure/tables_capital.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measure/proportion.h"
#include "measure/ranks.h"
#include "measure/row.h"
#include "measure/tables.h"

static const char *const all_banks = "all";

/* Where a row of the table of capital belongs. */
typedef struct place {
    plim_table *table;
    const char *scenario, *bank, *measure, *sheet;
    int64_t year;
    bool is_ratio;
} place;

static double scaled(const place *at, double value)
{
    return value / (at->is_ratio ? PLIM_RATIO_UNIT : PLIM_FEN_PER_UNIT);
}

static plim_status stat_row(const place *at, const plim_capital_stat *stat, plim_error *err)
{
    const double numbers[] = {stat->value, stat->low, stat->high, stat->p05, stat->p50, stat->p95};
    plim_row row = plim_row_begin(at->table, err);
    plim_row_text(&row, at->scenario);
    plim_row_int(&row, at->year);
    plim_row_text(&row, at->bank);
    plim_row_text(&row, at->measure);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        plim_row_number(&row, scaled(at, numbers[i]));
    plim_row_text(&row, at->sheet);
    return plim_row_end(&row);
}

/* A number that has no sampling error. */
static plim_status fixed_row(place *at, const char *measure, double value, plim_error *err)
{
    double none = (double)NAN;
    plim_capital_stat stat = {value, value, value, none, none, none};
    at->measure = measure;
    return isnan(value) ? PLIM_OK : stat_row(at, &stat, err);
}

static const char *bank_id(const plim_capital_tables *from, uint32_t bank, char buffer[32])
{
    return plim_measure_cell(plim_frame_find(&from->of->plan->book->banks, "id"), bank, buffer);
}

/* ---- at the date of the book ---- */

static plim_status reported_rows(const plim_capital_tables *from, place *at, plim_error *err)
{
    char id[32];
    at->scenario = plim_measure_scenario(from->of->plan, 0);
    at->year = from->of->plan->first_year - 1;
    at->sheet = "reported";
    at->is_ratio = true;
    double capital = 0, assets = 0;
    for (uint32_t slot = 0; slot < from->sums->n_slots; slot++) {
        const plim_bank_sheet *bank = &from->book->sheet[from->sums->bank[slot]];
        const plim_sheet_sum *sum = plim_sheet_sums_of(from->sums, 0, slot, 0);
        double npl = (double)from->sums->npl_exposure[slot], loans = (double)sum->volume + npl;
        double unit = PLIM_RATIO_UNIT;
        at->bank = bank_id(from, from->sums->bank[slot], id);
        capital += bank->total_capital;
        assets += bank->rwa;
        PLIM_TRY(fixed_row(at, "car", bank->total_capital / bank->rwa * unit, err));
        PLIM_TRY(fixed_row(at, "tier1_ratio", bank->tier1 / bank->rwa * unit, err));
        PLIM_TRY(fixed_row(at, "cet1_ratio", bank->cet1 / bank->rwa * unit, err));
        PLIM_TRY(fixed_row(at, "leverage_ratio", bank->tier1 / bank->total_assets * unit, err));
        PLIM_TRY(fixed_row(at, "npl_ratio", loans > 0 ? npl / loans * unit : (double)NAN, err));
        PLIM_TRY(fixed_row(at, "coverage_ratio",
                           npl > 0 ? bank->provisions / npl * unit : (double)NAN, err));
        PLIM_TRY(fixed_row(at, "provision_ratio",
                           loans > 0 ? bank->provisions / loans * unit : (double)NAN, err));
        const plim_capital_terms *terms = &from->book->terms[from->sums->bank[slot]];
        at->is_ratio = false;
        PLIM_TRY(fixed_row(at, "capital_buffer",
                           bank->total_capital - (terms->total_minimum + terms->buffer) * bank->rwa,
                           err));
        at->is_ratio = true;
    }
    at->bank = all_banks;
    return fixed_row(at, "car", capital / assets * PLIM_RATIO_UNIT, err);
}

/* ---- years ---- */

/* What the sheet would hold if nobody defaulted, at the end of the year. */
static plim_status stage_rows(place *at, const plim_sheet_sum *sum, plim_error *err)
{
    at->is_ratio = true;
    if (sum->volume > 0)
        PLIM_TRY(fixed_row(at, "stage2_share",
                           (double)sum->stage2_volume / (double)sum->volume * PLIM_RATIO_UNIT,
                           err));
    at->is_ratio = false;
    PLIM_TRY(fixed_row(at, "allowance_12m", (double)(sum->allowance - sum->stage2_allowance), err));
    PLIM_TRY(fixed_row(at, "allowance_lifetime", (double)sum->stage2_allowance, err));
    return fixed_row(at, "rwa_irb", (double)sum->irb_assets, err);
}

static plim_status bank_rows(const plim_capital_tables *from, place *at, const uint32_t cell[4],
                             plim_error *err)
{
    static const char *const quantile_names[PLIM_CAR_QUANTILES] = {"car_q050", "car_q010",
                                                                   "car_q001"};
    const plim_capital_paths *paths = from->paths;
    uint32_t s = cell[0], t = cell[1], m = cell[2], slot = cell[3];
    size_t c =
        ((size_t)s * paths->n_years + t) * paths->n_sheets + (size_t)m * paths->n_slots + slot;
    for (uint32_t i = 0; i < PLIM_CAPITAL_MEASURES; i++) {
        at->measure = plim_capital_measure_name((plim_capital_measure)i);
        at->is_ratio = plim_capital_measure_is_ratio((plim_capital_measure)i);
        PLIM_TRY(stat_row(at, &paths->stat[c * PLIM_CAPITAL_MEASURES + i], err));
        for (uint32_t q = 0; i == PLIM_CAR && q < PLIM_CAR_QUANTILES; q++) {
            at->measure = quantile_names[q];
            PLIM_TRY(stat_row(at, &paths->quantile[c * PLIM_CAR_QUANTILES + q], err));
        }
    }
    return stage_rows(at, plim_sheet_sums_of(from->sums, m, slot, s) + t + 1, err);
}

static plim_status year_rows(const plim_capital_tables *from, place *at, uint32_t s, uint32_t t,
                             plim_error *err)
{
    const plim_sheet_policy *policy = &from->sums->policy;
    char id[32];
    at->year = from->of->plan->first_year + (int64_t)t;
    for (uint32_t slot = 0; slot < from->sums->n_slots; slot++) {
        at->bank = bank_id(from, from->sums->bank[slot], id);
        for (uint32_t m = 0; m < policy->n; m++) {
            at->sheet = plim_sheet_name(policy->kind[m]);
            PLIM_TRY(bank_rows(from, at, (uint32_t[]){s, t, m, slot}, err));
        }
    }
    at->bank = all_banks;
    at->is_ratio = true;
    for (uint32_t m = 0; m < policy->n; m++) {
        const plim_capital_stat *all =
            from->paths->all + (((size_t)s * from->paths->n_years + t) * policy->n + m) * 2;
        at->sheet = plim_sheet_name(policy->kind[m]);
        at->measure = plim_capital_measure_name(PLIM_CAR);
        PLIM_TRY(stat_row(at, &all[0], err));
        at->measure = plim_capital_measure_name(PLIM_CAR_HELD);
        PLIM_TRY(stat_row(at, &all[1], err));
    }
    return PLIM_OK;
}

/* ---- branches ---- */

static double allocated_capital(const plim_capital_tables *from, uint32_t bank)
{
    const plim_capital_terms *terms = &from->book->terms[bank];
    double assets = from->book->sheet[bank].rwa;
    if (isnan(assets))
        assets = terms->performing_weight * (double)from->of->holdings->bank_exposure[bank];
    return terms->allocated * assets;
}

static plim_status branch_stat(const plim_capital_tables *from, uint32_t s, uint32_t bank,
                               plim_capital_stat *out, plim_error *err)
{
    const plim_tallies *tallies = from->of->tallies;
    uint32_t n = tallies->n_paths;
    const int64_t *loss = tallies->loss + ((size_t)s * tallies->n_banks + bank) * n;
    const uint32_t rank[3] = {plim_tail_rank(n, 50), plim_tail_rank(n, 500),
                              plim_tail_rank(n, 950)};
    double scale = PLIM_RATIO_UNIT / allocated_capital(from, bank);
    int64_t at[3];
    plim_sample sample = {.loss = loss, .n = n};
    plim_ranks room = {0};
    plim_status status = plim_ranks_find(&room, loss, n, &(plim_ranks_ask){rank, 3, at}, err);
    plim_ranks_free(&room);
    PLIM_TRY(status);
    plim_estimate mean = plim_measure_estimate(&sample, PLIM_EL);
    *out = (plim_capital_stat){mean.value * PLIM_FEN_PER_UNIT * scale,
                               mean.low * PLIM_FEN_PER_UNIT * scale,
                               mean.high * PLIM_FEN_PER_UNIT * scale,
                               (double)at[0] * scale,
                               (double)at[1] * scale,
                               (double)at[2] * scale};
    return PLIM_OK;
}

static plim_status branch_rows(const plim_capital_tables *from, place *at, uint32_t s,
                               plim_error *err)
{
    char id[32];
    at->year = PLIM_INT_EMPTY;
    at->measure = "capital_consumption";
    at->sheet = plim_sheet_name(PLIM_SHEET_STATIC);
    at->is_ratio = true;
    for (uint32_t b = 0; b < from->book->n_banks; b++) {
        plim_capital_stat stat;
        if (!from->book->is_branch[b] || !(allocated_capital(from, b) > 0))
            continue;
        at->bank = bank_id(from, b, id);
        PLIM_TRY(branch_stat(from, s, b, &stat, err));
        PLIM_TRY(stat_row(at, &stat, err));
    }
    return PLIM_OK;
}

static plim_status give_reason(plim_table *table, const char *reason, plim_error *err)
{
    if (table->n_rows > 0 || reason == NULL)
        return PLIM_OK;
    plim_free(table->reason);
    table->reason = plim_strdup(reason);
    return table->reason != NULL ? PLIM_OK : plim_fail_memory(err, "a table of capital");
}

plim_status plim_measure_capital(plim_table *table, const plim_capital_tables *from,
                                 plim_error *err)
{
    const plim_plan *plan = from->of->plan;
    place at = {.table = table};
    if (from->paths != NULL)
        PLIM_TRY(reported_rows(from, &at, err));
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        at.scenario = plim_measure_scenario(plan, s);
        for (uint32_t t = 0; from->paths != NULL && t < plan->n_years; t++)
            PLIM_TRY(year_rows(from, &at, s, t, err));
        PLIM_TRY(branch_rows(from, &at, s, err));
    }
    return give_reason(table, from->reason, err);
}

/* ---- breaches ---- */

static plim_status breach_row(plim_table *table, const plim_capital_tables *from,
                              const uint32_t cell[5], plim_error *err)
{
    const plim_capital_paths *paths = from->paths;
    uint32_t s = cell[0], t = cell[1], m = cell[2], slot = cell[3], r = cell[4];
    size_t c = ((size_t)s * (paths->n_years + 1) + t) * paths->n_sheets +
               (size_t)m * paths->n_slots + slot;
    uint32_t bank = from->sums->bank[slot];
    char id[32];
    plim_estimate share = plim_proportion(paths->missed[c * PLIM_REQUIREMENTS + r], paths->n_paths);
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(from->of->plan, s));
    plim_row_int(&row,
                 t == paths->n_years ? PLIM_INT_EMPTY : from->of->plan->first_year + (int64_t)t);
    plim_row_text(&row, bank_id(from, bank, id));
    plim_row_text(&row, plim_requirement_name((plim_requirement)r));
    plim_row_number(&row, plim_requirement_of(&from->book->terms[bank], (plim_requirement)r));
    plim_row_number(&row, share.value);
    plim_row_number(&row, share.low);
    plim_row_number(&row, share.high);
    plim_row_text(&row, plim_sheet_name(from->sums->policy.kind[m]));
    return plim_row_end(&row);
}

static bool is_known(const plim_capital_tables *from, uint32_t slot, uint32_t r)
{
    const plim_bank_sheet *bank = &from->book->sheet[from->sums->bank[slot]];
    return r != PLIM_LEVERAGE_MINIMUM || bank->total_assets > 0;
}

plim_status plim_measure_breaches(plim_table *table, const plim_capital_tables *from,
                                  plim_error *err)
{
    const plim_capital_paths *paths = from->paths;
    for (uint32_t s = 0; paths != NULL && s < paths->n_scenarios; s++)
        for (uint32_t t = 0; t <= paths->n_years; t++)
            for (uint32_t slot = 0; slot < paths->n_slots; slot++)
                for (uint32_t m = 0; m < from->sums->policy.n; m++)
                    for (uint32_t r = 0; r < PLIM_REQUIREMENTS; r++)
                        if (is_known(from, slot, r))
                            PLIM_TRY(breach_row(table, from, (uint32_t[]){s, t, m, slot, r}, err));
    return give_reason(table, from->reason, err);
}

/* ---- joint ---- */

typedef struct joint_row {
    const char *scenario, *kind, *key;
    int64_t banks;
    plim_estimate share;
    double at_least, loss;
    int64_t exposure_fen;
} joint_row;

static plim_status write_joint(plim_table *table, const joint_row *of, plim_error *err)
{
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, of->scenario);
    plim_row_text(&row, of->kind);
    plim_row_text(&row, of->key);
    plim_row_int(&row, of->banks);
    plim_row_number(&row, of->share.value);
    plim_row_number(&row, of->share.low);
    plim_row_number(&row, of->share.high);
    plim_row_number(&row, of->at_least);
    plim_row_fen(&row, of->exposure_fen);
    plim_row_number(&row, of->loss);
    return plim_row_end(&row);
}

static plim_status count_rows(plim_table *table, const plim_capital_tables *from, uint32_t s,
                              plim_error *err)
{
    const plim_capital_paths *paths = from->paths;
    uint32_t most = paths->n_slots < UINT8_MAX ? paths->n_slots : UINT8_MAX;
    uint64_t count[UINT8_MAX + 1] = {0}, at_least = paths->n_paths;
    for (uint32_t p = 0; p < paths->n_paths; p++)
        count[paths->breaching[(size_t)s * paths->n_paths + p]]++;
    for (uint32_t k = 0; k <= most; k++) {
        joint_row row = {.scenario = plim_measure_scenario(from->of->plan, s),
                         .kind = "banks",
                         .key = all_banks,
                         .banks = k,
                         .share = plim_proportion(count[k], paths->n_paths),
                         .at_least = (double)at_least / paths->n_paths,
                         .exposure_fen = PLIM_FEN_EMPTY,
                         .loss = (double)NAN};
        PLIM_TRY(write_joint(table, &row, err));
        at_least -= count[k];
    }
    return PLIM_OK;
}

static plim_status partner_rows(plim_table *table, const plim_capital_tables *from,
                                const plim_joint *joint, uint32_t s, plim_error *err)
{
    for (uint32_t i = 0; i < joint->n_partners[s]; i++) {
        const plim_partner *partner = &joint->partner[s * PLIM_JOINT_LISTED + i];
        uint64_t n = joint->n_paths[s];
        joint_row row = {.scenario = plim_measure_scenario(from->of->plan, s),
                         .kind = "borrower",
                         .key = partner->id,
                         .banks = joint->least[s],
                         .share = plim_proportion(partner->n_defaults, n),
                         .at_least = (double)NAN,
                         .exposure_fen = partner->exposure_fen,
                         .loss = (double)partner->loss / (double)n / PLIM_FEN_PER_UNIT};
        PLIM_TRY(write_joint(table, &row, err));
    }
    return PLIM_OK;
}

plim_status plim_measure_joint(plim_table *table, const plim_capital_tables *from,
                               const plim_joint *joint, plim_error *err)
{
    for (uint32_t s = 0; from->paths != NULL && s < from->paths->n_scenarios; s++) {
        PLIM_TRY(count_rows(table, from, s, err));
        PLIM_TRY(partner_rows(table, from, joint, s, err));
    }
    return give_reason(table, from->reason, err);
}

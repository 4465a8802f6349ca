/* Tables classes and class_paths: how balances move between the five classes, and what share of
 * them is special mention or bad at the end of each year. The rules: plan/asset_classes.h. */
#include "measure/tables.h"

#include <string.h>

#include "base/memory.h"
#include "measure/batch.h"
#include "measure/row.h"

/* Amounts at the end of a year: what would be there anyhow, in fen, and what paths add, by batch.
 */
typedef struct sums {
    plim_int128 kept;
    plim_int128 moved[PLIM_BATCHES];
} sums;

/* A scenario and year; of a bank, or of all (n_banks). */
typedef struct place {
    const plim_measured *of;
    uint32_t scenario, year, bank;
} place;

static void add(sums *to, const place *at, uint32_t bank, uint32_t pair)
{
    const plim_plan *plan = at->of->plan;
    size_t cell = (size_t)at->scenario * plan->n_years + at->year;
    size_t i = (cell * plan->n_banks + bank) * PLIM_CLASS_PAIRS + pair;
    const plim_int128 *moved = at->of->tallies->class_moves + i * PLIM_BATCHES;
    to->kept += at->of->holdings->class_kept[i];
    for (int batch = 0; batch < PLIM_BATCHES; batch++)
        to->moved[batch] += moved[batch];
}

static plim_estimate amount_of(const sums *from, const place *at)
{
    const plim_tallies *tallies = at->of->tallies;
    uint32_t n =
        tallies->n_paths < tallies->most_class_paths ? tallies->n_paths : tallies->most_class_paths;
    plim_estimate amount = plim_batch_mean(from->moved, NULL, n);
    double kept = (double)from->kept / PLIM_FEN_PER_UNIT;
    amount.value += kept;
    amount.low += kept;
    amount.high += kept;
    return amount;
}

/* Balance of a class at as_of, in fen. */
static plim_int128 balance_of(const plim_measured *of, uint32_t bank, uint32_t class)
{
    return of->holdings->class_balance[(size_t)bank * PLIM_ASSET_CLASSES + class - 1];
}

/* Why a table has no rows, if it has none. */
static plim_status say_why_empty(plim_table *table, const plim_measured *of, plim_error *err)
{
    if (table->n_rows > 0)
        return PLIM_OK;
    plim_free(table->reason);
    table->reason = plim_strdup(of->holdings->class_kept != NULL && of->holdings->any_class
                                    ? "no loan with a five-class grade has a balance"
                                    : "the book states no five-class grades (loans.class)");
    return table->reason != NULL ? PLIM_OK : plim_fail_memory(err, "the table of classes");
}

static const char *bank_id(const place *at, char buffer[32])
{
    const plim_plan *plan = at->of->plan;
    return at->bank == plan->n_banks
               ? "all"
               : plim_measure_cell(plim_frame_find(&plan->book->banks, "id"), at->bank, buffer);
}

/* ---- classes ---- */

static plim_status matrix_row(plim_table *table, const place *at, uint32_t from, uint32_t to,
                              plim_error *err)
{
    sums sum = {0};
    char id[32];
    add(&sum, at, at->bank, plim_class_pair(from, to));
    plim_estimate amount = amount_of(&sum, at);
    double whole = (double)balance_of(at->of, at->bank, from) / PLIM_FEN_PER_UNIT;
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(at->of->plan, at->scenario));
    plim_row_int(&row, at->of->plan->first_year + (int64_t)at->year);
    plim_row_text(&row, bank_id(at, id));
    plim_row_int(&row, from);
    plim_row_int(&row, to);
    plim_row_number(&row, amount.value);
    plim_row_number(&row, amount.value / whole);
    plim_row_number(&row, amount.stderr_ / whole);
    return plim_row_end(&row);
}

/* All five classes of each class that the bank has anything in. */
static plim_status matrix_rows(plim_table *table, const place *at, plim_error *err)
{
    for (uint32_t from = 1; from <= PLIM_ASSET_CLASSES; from++)
        for (uint32_t to = 1; to <= PLIM_ASSET_CLASSES; to++)
            if (balance_of(at->of, at->bank, from) > 0)
                PLIM_TRY(matrix_row(table, at, from, to, err));
    return PLIM_OK;
}

plim_status plim_measure_classes(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_plan *plan = of->plan;
    place at = {.of = of};
    if (of->holdings->class_kept == NULL)
        return say_why_empty(table, of, err);
    for (at.scenario = 0; at.scenario < plan->n_scenarios; at.scenario++)
        for (at.year = 0; at.year < plan->n_years; at.year++)
            for (at.bank = 0; at.bank < plan->n_banks; at.bank++)
                PLIM_TRY(matrix_rows(table, &at, err));
    return say_why_empty(table, of, err);
}

/* ---- class_paths ---- */

/* Shares of all balances that have a class. */
static const struct {
    const char *name;
    uint32_t first, last; /* classes */
} measures[] = {
    {"special_mention_ratio", PLIM_CLASS_SPECIAL_MENTION, PLIM_CLASS_SPECIAL_MENTION},
    {"npl_ratio", PLIM_CLASS_SUBSTANDARD, PLIM_CLASS_LOSS},
    {"substandard_ratio", PLIM_CLASS_SUBSTANDARD, PLIM_CLASS_SUBSTANDARD},
    {"doubtful_ratio", PLIM_CLASS_DOUBTFUL, PLIM_CLASS_DOUBTFUL},
    {"loss_ratio", PLIM_CLASS_LOSS, PLIM_CLASS_LOSS},
};
enum { MEASURES = sizeof measures / sizeof *measures };

static plim_status path_row(plim_table *table, const place *at, const char *measure,
                            const plim_estimate *share, plim_error *err)
{
    bool reported = at->year == at->of->plan->n_years; /* stands for the date of the book */
    char id[32];
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(at->of->plan, at->scenario));
    plim_row_int(&row, at->of->plan->first_year + (reported ? -1 : (int64_t)at->year));
    plim_row_text(&row, bank_id(at, id));
    plim_row_text(&row, measure);
    plim_row_number(&row, share->value);
    plim_row_number(&row, share->stderr_);
    plim_row_number(&row, share->low);
    plim_row_number(&row, share->high);
    return plim_row_end(&row);
}

/* The banks that a place takes. */
static uint32_t first_bank(const place *at)
{
    return at->bank == at->of->plan->n_banks ? 0 : at->bank;
}

static uint32_t end_bank(const place *at)
{
    return at->bank == at->of->plan->n_banks ? at->bank : at->bank + 1;
}

static plim_int128 whole_of(const place *at, uint32_t first, uint32_t last)
{
    plim_int128 whole = 0;
    for (uint32_t b = first_bank(at); b < end_bank(at); b++)
        for (uint32_t class = first; class <= last; class ++)
            whole += balance_of(at->of, b, class);
    return whole;
}

static plim_estimate share_of(const place *at, size_t measure, double whole)
{
    sums sum = {0};
    for (uint32_t b = first_bank(at); b < end_bank(at); b++)
        for (uint32_t from = 1; from <= PLIM_ASSET_CLASSES; from++)
            for (uint32_t to = measures[measure].first; to <= measures[measure].last; to++)
                add(&sum, at, b, plim_class_pair(from, to));
    plim_estimate share = amount_of(&sum, at);
    double units = whole / PLIM_FEN_PER_UNIT;
    return (plim_estimate){share.value / units, share.stderr_ / units, share.low / units,
                           share.high / units};
}

static plim_status path_rows(plim_table *table, const place *at, plim_error *err)
{
    double whole = (double)whole_of(at, 1, PLIM_ASSET_CLASSES);
    for (size_t m = 0; m < MEASURES && whole > 0; m++) {
        plim_estimate share;
        if (at->year == at->of->plan->n_years) {
            double now = (double)whole_of(at, measures[m].first, measures[m].last) / whole;
            share = (plim_estimate){now, 0, now, now};
        } else {
            share = share_of(at, m, whole);
        }
        PLIM_TRY(path_row(table, at, measures[m].name, &share, err));
    }
    return PLIM_OK;
}

/* The date of the book once, with the baseline. */
plim_status plim_measure_class_paths(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_plan *plan = of->plan;
    place at = {.of = of, .year = plan->n_years};
    if (of->holdings->class_kept == NULL)
        return say_why_empty(table, of, err);
    for (at.bank = 0; at.bank <= plan->n_banks; at.bank++)
        PLIM_TRY(path_rows(table, &at, err));
    for (at.scenario = 0; at.scenario < plan->n_scenarios; at.scenario++)
        for (at.year = 0; at.year < plan->n_years; at.year++)
            for (at.bank = 0; at.bank <= plan->n_banks; at.bank++)
                PLIM_TRY(path_rows(table, &at, err));
    return say_why_empty(table, of, err);
}

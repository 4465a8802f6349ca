/* Warnings of sectors, regions, cells, banks and the district. */
#include "warn/stage.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measure/tables.h"

/* The district has no code of its own in a book. */
static const char *const whole_book = "all";

/* Expected loss a year over exposure; NaN where there is no exposure. */
static plim_status watch_loss(plim_warn *stage, plim_observed seen, double el, double error,
                              double exposure, plim_error *err)
{
    double scale = exposure > 0 ? 1 / (exposure * stage->plan->n_years) : (double)NAN;
    seen.indicator = "el_rate_annual";
    seen.year = PLIM_INT_EMPTY;
    plim_warn_interval(&seen, el * scale, error * scale);
    return plim_warn_watch(stage, &seen, seen.subject != PLIM_SUBJECT_CELL, err);
}

/* Rows of `table` that belong to the scenario, each a subject of its own. */
static plim_status list_table(plim_warn *stage, const char *name, const char *key,
                              plim_observed seen, plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, name);
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_table_field(table, "scenario"), of = plim_table_field(table, key);
    const double *el = table->columns[plim_table_field(table, "el")].number;
    const double *error = table->columns[plim_table_field(table, "el_stderr")].number;
    const int64_t *fen = table->columns[plim_table_field(table, "exposure")].integer;
    for (size_t row = 0; row < table->n_rows; row++) {
        if (strcmp(plim_table_text(table, row, at), scenario) != 0)
            continue;
        seen.key = plim_table_text(table, row, of);
        PLIM_TRY(watch_loss(stage, seen, el[row], error[row], (double)fen[row] / PLIM_FEN_PER_UNIT,
                            err));
    }
    return PLIM_OK;
}

static plim_status list_cells(plim_warn *stage, plim_observed seen, plim_error *err)
{
    const plim_grade_book *grades = &stage->grades;
    char name[160];
    for (uint32_t c = 0; c < grades->cells.count; c++) {
        const plim_cell_sum *sum =
            &grades->cell_sums[(size_t)c * grades->n_scenarios + seen.scenario];
        plim_grades_cell_name(grades, c, ' ', name, sizeof name);
        seen.key = name;
        PLIM_TRY(watch_loss(stage, seen, sum->el, sum->error, sum->exposure, err));
    }
    return PLIM_OK;
}

static plim_status list_district_loss(plim_warn *stage, plim_observed seen, plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, "summary");
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_table_field(table, "scenario"), measure = plim_table_field(table, "measure");
    const double *value = table->columns[plim_table_field(table, "value")].number;
    const double *error = table->columns[plim_table_field(table, "stderr")].number;
    for (size_t row = 0; row < table->n_rows; row++)
        if (strcmp(plim_table_text(table, row, at), scenario) == 0 &&
            strcmp(plim_table_text(table, row, measure), "el") == 0)
            PLIM_TRY(watch_loss(stage, seen, value[row], error[row],
                                (double)stage->exposure_all_fen / PLIM_FEN_PER_UNIT, err));
    return PLIM_OK;
}

static int64_t last_year(const plim_warn *stage)
{
    return (int64_t)stage->plan->first_year + stage->plan->n_years - 1;
}

/* The NPL ratio at the end of the horizon. */
static plim_status list_district_npl(plim_warn *stage, plim_observed seen, plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, "years");
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_table_field(table, "scenario");
    const int64_t *year = table->columns[plim_table_field(table, "year")].integer;
    for (size_t row = 0; row < table->n_rows; row++) {
        if (strcmp(plim_table_text(table, row, at), scenario) != 0 || year[row] != last_year(stage))
            continue;
        seen.indicator = "npl_ratio";
        seen.year = last_year(stage);
        plim_warn_interval(&seen, table->columns[plim_table_field(table, "npl_ratio")].number[row],
                           table->columns[plim_table_field(table, "npl_ratio_stderr")].number[row]);
        PLIM_TRY(plim_warn_watch(stage, &seen, true, err));
    }
    return PLIM_OK;
}

plim_status plim_warn_subjects(plim_warn *stage, plim_error *err)
{
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++) {
        plim_observed seen = {.scenario = s, .subject = PLIM_SUBJECT_SECTOR};
        PLIM_TRY(list_table(stage, "sectors", "key", seen, err));
        seen.subject = PLIM_SUBJECT_REGION;
        PLIM_TRY(list_table(stage, "regions", "key", seen, err));
        seen.subject = PLIM_SUBJECT_CELL;
        PLIM_TRY(list_cells(stage, seen, err));
        seen.subject = PLIM_SUBJECT_BANK;
        PLIM_TRY(list_table(stage, "banks", "bank", seen, err));
        seen.subject = PLIM_SUBJECT_DISTRICT;
        seen.key = whole_book;
        PLIM_TRY(list_district_loss(stage, seen, err));
        PLIM_TRY(list_district_npl(stage, seen, err));
    }
    return plim_warn_bank_npl(stage, err);
}

/* ---- NPL of banks ---- */

/* Exposure that defaulted at a bank, over the paths. */
typedef struct defaulted {
    plim_int128 sum;
    double squares; /* of fen, in the order of paths */
} defaulted;

static plim_status watch_npl(plim_warn *stage, uint32_t scenario, uint32_t bank, const char *id,
                             const defaulted *d, plim_error *err)
{
    double n = stage->n_paths, exposure = (double)stage->bank_exposure_fen[bank];
    double mean = (double)d->sum / n, scale = exposure > 0 ? 1 / exposure : (double)NAN;
    double spread = d->squares - n * mean * mean; /* rounding may leave it below zero */
    double error = n >= 2 ? sqrt((spread > 0 ? spread : 0) / (n - 1) / n) : (double)NAN;
    plim_observed seen = {.scenario = scenario,
                          .subject = PLIM_SUBJECT_BANK,
                          .key = id,
                          .indicator = "npl_ratio",
                          .year = last_year(stage)};
    plim_warn_interval(&seen, ((double)stage->bank_npl_fen[bank] + mean) * scale, error * scale);
    return plim_warn_watch(stage, &seen, true, err);
}

/* Rows of the table of paths come scenario by scenario, as in the plan. */
static void add_paths(const plim_warn *stage, const plim_names *banks, defaulted *sums)
{
    const plim_table *table = plim_warn_table(stage, "paths");
    size_t at = plim_table_field(table, "scenario"), of = plim_table_field(table, "bank");
    const int64_t *fen = table->columns[plim_table_field(table, "defaulted_exposure")].integer;
    uint32_t n = stage->plan->n_scenarios, s = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        const char *scenario = plim_table_text(table, row, at);
        for (uint32_t tried = 0;
             tried < n && strcmp(plim_measure_scenario(stage->plan, s), scenario) != 0; tried++)
            s = (s + 1) % n;
        uint32_t bank = plim_names_find(banks, plim_table_text(table, row, of));
        if (bank == PLIM_NO_NAME)
            continue;
        defaulted *d = &sums[(size_t)bank * n + s];
        d->sum += fen[row];
        d->squares += (double)fen[row] * (double)fen[row];
    }
}

static plim_status list_npl(plim_warn *stage, const plim_names *banks, defaulted *sums,
                            plim_error *err)
{
    add_paths(stage, banks, sums);
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++)
        for (uint32_t bank = 0; bank < banks->count; bank++)
            PLIM_TRY(watch_npl(stage, s, bank, banks->text[bank],
                               &sums[(size_t)bank * stage->plan->n_scenarios + s], err));
    return PLIM_OK;
}

plim_status plim_warn_bank_npl(plim_warn *stage, plim_error *err)
{
    const plim_column *ids = plim_frame_find(&stage->plan->book->banks, "id");
    plim_names banks = {0};
    char id[32];
    size_t n = (size_t)stage->plan->n_banks * stage->plan->n_scenarios;
    defaulted *sums = plim_alloc(n, sizeof *sums);
    plim_status status = sums == NULL ? plim_fail_memory(err, "NPL of banks") : PLIM_OK;
    for (uint32_t b = 0; b < stage->plan->n_banks && status == PLIM_OK; b++)
        status = plim_names_add(&banks, plim_measure_cell(ids, b, id), NULL, err);
    if (status == PLIM_OK)
        status = list_npl(stage, &banks, sums, err);
    plim_names_free(&banks);
    plim_free(sums);
    return status;
}

/* Warnings of sectors, regions, banks and the district, and the table of all warnings. */
#include "warn/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/row.h"
#include "measure/tables.h"

static const char *const subject_names[] = {
    [PLIM_SUBJECT_BORROWER] = "borrower", [PLIM_SUBJECT_SECTOR] = "sector",
    [PLIM_SUBJECT_REGION] = "region",     [PLIM_SUBJECT_BANK] = "bank",
    [PLIM_SUBJECT_DISTRICT] = "district",
};

/* The district has no code of its own in a book. */
static const char *const whole_book = "all";

plim_status plim_warn_add(plim_warn *stage, const plim_warning *warning, plim_error *err)
{
    void *list = stage->list;
    if (plim_grow(&list, &stage->capacity, stage->count + 1, sizeof *stage->list) != 0)
        return plim_fail_memory(err, "the table of warnings");
    stage->list = list;
    stage->list[stage->count++] = *warning;
    return PLIM_OK;
}

/* An indicator of a subject with its standard error (NaN: not known). */
typedef struct observed {
    uint32_t scenario;
    plim_subject subject;
    const char *key, *indicator;
    int64_t year;
    double value, error;
} observed;

static plim_status judge(plim_warn *stage, const observed *seen, plim_error *err)
{
    double low = seen->value - PLIM_Z95 * seen->error, high = seen->value + PLIM_Z95 * seen->error;
    const plim_rule_value in[] = {
        {"subject", subject_names[seen->subject], 0},
        {"key", seen->key, 0},
        {"indicator", seen->indicator, 0},
        {"value", NULL, seen->value},
        {"lo95", NULL, low},
        {"hi95", NULL, high},
    };
    plim_rule_value answer[] = {{.key = "level"}, {.key = "reasons"}, {.key = "unit"}};
    PLIM_TRY(plim_rules_call(stage->rules, "subject", in, sizeof in / sizeof *in, answer,
                             sizeof answer / sizeof *answer, err));
    PLIM_TRY(plim_warn_level(stage, "subject", answer[0].text, err));
    plim_warning warning = {.scenario = seen->scenario,
                            .subject = seen->subject,
                            .indicator = seen->indicator,
                            .year = seen->year,
                            .value = seen->value,
                            .low = low,
                            .high = high};
    PLIM_TRY(plim_warn_keep(stage, seen->key, &warning.key, err));
    PLIM_TRY(plim_warn_keep(stage, answer[0].text, &warning.level, err));
    PLIM_TRY(
        plim_warn_keep(stage, answer[1].text != NULL ? answer[1].text : "", &warning.reason, err));
    PLIM_TRY(plim_warn_keep(stage, answer[2].text != NULL ? answer[2].text : "ratio", &warning.unit,
                            err));
    return plim_warn_add(stage, &warning, err);
}

/* Expected loss a year over exposure; NaN where there is no exposure. */
static plim_status judge_loss(plim_warn *stage, observed seen, double el, double error,
                              double exposure, plim_error *err)
{
    double scale = exposure > 0 ? 1 / (exposure * stage->plan->n_years) : (double)NAN;
    seen.indicator = "el_rate_annual";
    seen.year = PLIM_INT_EMPTY;
    seen.value = el * scale;
    seen.error = error * scale;
    return judge(stage, &seen, err);
}

/* Rows of `table` that belong to the scenario, each a subject of its own. */
static plim_status list_table(plim_warn *stage, const char *name, const char *key, observed seen,
                              plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, name);
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_warn_field(table, "scenario"), of = plim_warn_field(table, key);
    const double *el = table->columns[plim_warn_field(table, "el")].number;
    const double *error = table->columns[plim_warn_field(table, "el_stderr")].number;
    const int64_t *fen = table->columns[plim_warn_field(table, "exposure")].integer;
    for (size_t row = 0; row < table->n_rows; row++) {
        if (strcmp(plim_table_text(table, row, at), scenario) != 0)
            continue;
        seen.key = plim_table_text(table, row, of);
        PLIM_TRY(judge_loss(stage, seen, el[row], error[row], (double)fen[row] / PLIM_FEN_PER_UNIT,
                            err));
    }
    return PLIM_OK;
}

static plim_status list_district_loss(plim_warn *stage, observed seen, plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, "summary");
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_warn_field(table, "scenario"), measure = plim_warn_field(table, "measure");
    const double *value = table->columns[plim_warn_field(table, "value")].number;
    const double *error = table->columns[plim_warn_field(table, "stderr")].number;
    for (size_t row = 0; row < table->n_rows; row++)
        if (strcmp(plim_table_text(table, row, at), scenario) == 0 &&
            strcmp(plim_table_text(table, row, measure), "el") == 0)
            PLIM_TRY(judge_loss(stage, seen, value[row], error[row],
                                (double)stage->exposure_all_fen / PLIM_FEN_PER_UNIT, err));
    return PLIM_OK;
}

/* The NPL ratio at the end of the horizon. */
static plim_status list_district_npl(plim_warn *stage, observed seen, plim_error *err)
{
    const plim_table *table = plim_warn_table(stage, "years");
    const char *scenario = plim_measure_scenario(stage->plan, seen.scenario);
    size_t at = plim_warn_field(table, "scenario");
    const int64_t *year = table->columns[plim_warn_field(table, "year")].integer;
    int64_t last = (int64_t)stage->plan->first_year + stage->plan->n_years - 1;
    for (size_t row = 0; row < table->n_rows; row++) {
        if (strcmp(plim_table_text(table, row, at), scenario) != 0 || year[row] != last)
            continue;
        seen.indicator = "npl_ratio";
        seen.year = last;
        seen.value = table->columns[plim_warn_field(table, "npl_ratio")].number[row];
        seen.error = table->columns[plim_warn_field(table, "npl_ratio_stderr")].number[row];
        PLIM_TRY(judge(stage, &seen, err));
    }
    return PLIM_OK;
}

plim_status plim_warn_subjects(plim_warn *stage, plim_error *err)
{
    for (uint32_t s = 0; s < stage->plan->n_scenarios; s++) {
        observed seen = {.scenario = s, .subject = PLIM_SUBJECT_SECTOR};
        PLIM_TRY(list_table(stage, "sectors", "key", seen, err));
        seen.subject = PLIM_SUBJECT_REGION;
        PLIM_TRY(list_table(stage, "regions", "key", seen, err));
        seen.subject = PLIM_SUBJECT_BANK;
        PLIM_TRY(list_table(stage, "banks", "bank", seen, err));
        seen.subject = PLIM_SUBJECT_DISTRICT;
        seen.key = whole_book;
        PLIM_TRY(list_district_loss(stage, seen, err));
        PLIM_TRY(list_district_npl(stage, seen, err));
    }
    return PLIM_OK;
}

/* ---- the table ---- */

static int by_place(const void *a, const void *b)
{
    const plim_warning *x = a, *y = b;
    if (x->scenario != y->scenario)
        return x->scenario < y->scenario ? -1 : 1;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : strcmp(x->indicator, y->indicator);
}

static plim_status write_warning(const plim_warn *stage, plim_table *table, const plim_warning *w,
                                 plim_error *err)
{
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(stage->plan, w->scenario));
    plim_row_text(&row, subject_names[w->subject]);
    plim_row_text(&row, w->key);
    plim_row_text(&row, w->indicator);
    plim_row_text(&row, w->unit);
    plim_row_int(&row, w->year);
    plim_row_number(&row, w->value);
    plim_row_number(&row, w->low);
    plim_row_number(&row, w->high);
    plim_row_text(&row, w->level);
    plim_row_text(&row, ""); /* no run before this one is known */
    plim_row_text(&row, strcmp(w->level, "none") == 0 ? "" : "new");
    plim_row_text(&row, w->reason);
    return plim_row_end(&row);
}

plim_status plim_warn_write(plim_warn *stage, plim_table *table, size_t *first_row, plim_error *err)
{
    uint32_t n_scenarios = stage->plan->n_scenarios, s = 0;
    if (stage->count > 0)
        qsort(stage->list, stage->count, sizeof *stage->list, by_place);
    for (size_t i = 0; i < stage->count; i++) {
        for (; first_row != NULL && s <= stage->list[i].scenario; s++)
            first_row[s] = table->n_rows;
        PLIM_TRY(write_warning(stage, table, &stage->list[i], err));
    }
    for (; first_row != NULL && s <= n_scenarios; s++)
        first_row[s] = table->n_rows;
    stage->count = 0;
    return PLIM_OK;
}

/* Indicators and what becomes of their warnings; the tables of warnings and of their states. */
#include "warn/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "measure/row.h"
#include "measure/tables.h"

const char *plim_subject_name(plim_subject subject)
{
    static const char *const names[] = {
        [PLIM_SUBJECT_BORROWER] = "borrower", [PLIM_SUBJECT_SECTOR] = "sector",
        [PLIM_SUBJECT_REGION] = "region",     [PLIM_SUBJECT_CELL] = "cell",
        [PLIM_SUBJECT_BANK] = "bank",         [PLIM_SUBJECT_DISTRICT] = "district",
    };
    return names[subject];
}

/* ---- what the rules say of an indicator ---- */

static plim_status check_rule(const plim_warn *stage, const char *name, const plim_alert_rule *rule,
                              plim_error *err)
{
    bool good = rule->margin >= 0 && rule->margin < 1;
    for (size_t i = 0; i < PLIM_ALERT_STEPS; i++) {
        double step = i == 0 ? 0 : rule->bound[i] - rule->bound[i - 1];
        good = good && isfinite(rule->bound[i]) && (rule->low_is_bad ? step <= 0 : step >= 0);
    }
    return good ? PLIM_OK
                : plim_fail(err, PLIM_INPUT,
                            "%s: function indicator, indicator '%s': accepted: four numbers blue, "
                            "yellow, orange, red in rising order (falling with low_is_bad), and a "
                            "margin from 0 to below 1",
                            plim_rules_input(stage->rules)->path, name);
}

/* A number of runs or months; `otherwise` where the rules say none. */
static plim_status take_whole(const plim_warn *stage, const plim_rule_value *value,
                              uint32_t otherwise, uint32_t *out, plim_error *err)
{
    const int most = 1200; /* a hundred years of months */
    *out = otherwise;
    if (isnan(value->number))
        return PLIM_OK;
    if (!(value->number >= 0 && value->number <= most) || value->number != floor(value->number))
        return plim_fail(err, PLIM_INPUT,
                         "%s: function indicator returned %g as %s; accepted: a whole number, "
                         "0 to %d",
                         plim_rules_input(stage->rules)->path, value->number, value->key, most);
    *out = (uint32_t)value->number;
    return PLIM_OK;
}

static plim_status ask_rule(plim_warn *stage, plim_indicator *out, plim_error *err)
{
    enum { BLUE, MARGIN = PLIM_ALERT_STEPS, CALM, LOW, UNIT, STAY, N = STAY + PLIM_ALERT_STEPS };
    const plim_rule_value in = {"indicator", out->name, 0};
    plim_rule_value answer[N] = {
        {.key = "blue"},          {.key = "yellow"},        {.key = "orange"},
        {.key = "red"},           {.key = "margin"},        {.key = "calm_runs"},
        {.key = "low_is_bad"},    {.key = "unit"},          {.key = "blue_months"},
        {.key = "yellow_months"}, {.key = "orange_months"}, {.key = "red_months"}};
    PLIM_TRY(plim_rules_call(stage->rules, "indicator", &in, 1, answer, N, err));
    out->rule =
        (plim_alert_rule){.margin = answer[MARGIN].number, .low_is_bad = answer[LOW].number == 1};
    PLIM_TRY(take_whole(stage, &answer[CALM], 1, &out->rule.calm_runs, err));
    for (size_t i = 0; i < PLIM_ALERT_STEPS; i++) {
        out->rule.bound[i] = answer[BLUE + i].number;
        PLIM_TRY(take_whole(stage, &answer[STAY + i], 0, &out->rule.stay[i], err));
    }
    out->unit = plim_strdup(answer[UNIT].text != NULL ? answer[UNIT].text : "ratio");
    if (out->unit == NULL)
        return plim_fail_memory(err, "indicators");
    return check_rule(stage, out->name, &out->rule, err);
}

plim_status plim_warn_indicator(plim_warn *stage, const char *name, const plim_indicator **out,
                                plim_error *err)
{
    uint32_t at = plim_names_find(&stage->indicator_names, name);
    if (at == PLIM_NO_NAME) {
        void *list = stage->indicators;
        if (plim_grow(&list, &stage->indicator_room, stage->indicator_names.count + 1,
                      sizeof *stage->indicators) != 0)
            return plim_fail_memory(err, "indicators");
        stage->indicators = list;
        PLIM_TRY(plim_names_add(&stage->indicator_names, name, &at, err));
        stage->indicators[at] = (plim_indicator){.name = stage->indicator_names.text[at]};
        PLIM_TRY(ask_rule(stage, &stage->indicators[at], err));
    }
    *out = &stage->indicators[at];
    return PLIM_OK;
}

/* ---- weighing ---- */

void plim_warn_interval(plim_observed *seen, double value, double error)
{
    seen->value = value;
    seen->low = value - PLIM_Z95 * error;
    seen->high = value + PLIM_Z95 * error;
}

plim_status plim_warn_weigh(plim_warn *stage, const plim_observed *seen, plim_alert_outcome *out,
                            plim_alert *before, plim_error *err)
{
    const plim_indicator *indicator = NULL;
    plim_alert_state state;
    plim_alert_key key = {.scenario = plim_measure_scenario(stage->plan, seen->scenario),
                          .subject = plim_subject_name(seen->subject),
                          .key = seen->key,
                          .indicator = seen->indicator};
    PLIM_TRY(plim_warn_indicator(stage, seen->indicator, &indicator, err));
    PLIM_TRY(plim_previous_find(stage->previous, &key, &state, err));
    int64_t day = stage->plan->book->as_of_days;
    plim_alert_reading now = {.value = seen->value,
                              .low = seen->low,
                              .high = seen->high,
                              .day = day,
                              .later = stage->previous != NULL && day > stage->previous->day};
    *out = plim_alert_next(&indicator->rule, &state, &now);
    if (before != NULL)
        *before = state.level;
    return PLIM_OK;
}

/* ---- listing ---- */

static plim_status add(plim_warn *stage, const plim_warning *warning, plim_error *err)
{
    void *list = stage->list;
    if (plim_grow(&list, &stage->capacity, stage->count + 1, sizeof *stage->list) != 0)
        return plim_fail_memory(err, "the table of warnings");
    stage->list = list;
    stage->list[stage->count++] = *warning;
    return PLIM_OK;
}

plim_status plim_warn_list(plim_warn *stage, const plim_observed *seen,
                           const plim_alert_outcome *outcome, plim_alert before, plim_error *err)
{
    const plim_indicator *indicator = NULL;
    plim_warning warning = {
        .seen = *seen, .before = before, .state = outcome->state, .change = outcome->change};
    PLIM_TRY(plim_warn_indicator(stage, seen->indicator, &indicator, err));
    /* The key may be a text of the rules' last answer: kept before they are called again. */
    PLIM_TRY(plim_warn_keep(stage, seen->key, &warning.seen.key, err));
    warning.seen.indicator = indicator->name;
    warning.unit = indicator->unit;
    const plim_rule_value in[] = {
        {"subject", plim_subject_name(seen->subject), 0},
        {"key", warning.seen.key, 0},
        {"indicator", indicator->name, 0},
        {"value", NULL, seen->value},
        {"lo95", NULL, seen->low},
        {"hi95", NULL, seen->high},
        {"level", plim_alert_name(outcome->state.level), 0},
        {"status", plim_alert_change_name(outcome->change), 0},
        {"uncertain", NULL, outcome->uncertain ? 1 : (double)NAN},
        {"held", NULL, outcome->held ? 1 : (double)NAN},
    };
    plim_rule_value answer = {.key = "reasons"};
    PLIM_TRY(plim_rules_call(stage->rules, "reason", in, sizeof in / sizeof *in, &answer, 1, err));
    PLIM_TRY(plim_warn_keep(stage, answer.text != NULL ? answer.text : "", &warning.reason, err));
    return add(stage, &warning, err);
}

plim_status plim_warn_watch(plim_warn *stage, const plim_observed *seen, bool always,
                            plim_error *err)
{
    plim_alert_outcome outcome;
    plim_alert before;
    PLIM_TRY(plim_warn_weigh(stage, seen, &outcome, &before, err));
    if (!always && outcome.change == PLIM_ALERT_SAME)
        return PLIM_OK;
    return plim_warn_list(stage, seen, &outcome, before, err);
}

/* ---- the tables ---- */

static int by_place(const void *a, const void *b)
{
    const plim_observed *x = &((const plim_warning *)a)->seen;
    const plim_observed *y = &((const plim_warning *)b)->seen;
    if (x->scenario != y->scenario)
        return x->scenario < y->scenario ? -1 : 1;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : strcmp(x->indicator, y->indicator);
}

/* An end that has no bound is left empty: CSV and JSON know no infinity. */
static double finite(double value)
{
    return isfinite(value) ? value : (double)NAN;
}

static plim_status write_warning(const plim_warn *stage, plim_table *table, const plim_warning *w,
                                 plim_error *err)
{
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(stage->plan, w->seen.scenario));
    plim_row_text(&row, plim_subject_name(w->seen.subject));
    plim_row_text(&row, w->seen.key);
    plim_row_text(&row, w->seen.indicator);
    plim_row_text(&row, w->unit);
    plim_row_int(&row, w->seen.year);
    plim_row_number(&row, finite(w->seen.value));
    plim_row_number(&row, finite(w->seen.low));
    plim_row_number(&row, finite(w->seen.high));
    plim_row_text(&row, plim_alert_name(w->state.level));
    plim_row_text(&row, stage->previous != NULL ? plim_alert_name(w->before) : "");
    plim_row_text(&row, plim_alert_change_name(w->change));
    plim_row_text(&row, w->reason);
    return plim_row_end(&row);
}

static plim_status write_state(const plim_warn *stage, plim_table *table, const plim_warning *w,
                               plim_error *err)
{
    char since[16];
    if (w->state.level == PLIM_ALERT_NONE)
        return PLIM_OK;
    plim_format_date(w->state.since, since);
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(stage->plan, w->seen.scenario));
    plim_row_text(&row, plim_subject_name(w->seen.subject));
    plim_row_text(&row, w->seen.key);
    plim_row_text(&row, w->seen.indicator);
    plim_row_text(&row, plim_alert_name(w->state.level));
    plim_row_text(&row, since);
    plim_row_int(&row, w->state.calm_runs);
    return plim_row_end(&row);
}

static void mark(const plim_warn_rows *rows, uint32_t scenario)
{
    if (rows->first_row != NULL)
        rows->first_row[scenario] = rows->warnings->n_rows;
    if (rows->first_state != NULL)
        rows->first_state[scenario] = rows->states->n_rows;
}

plim_status plim_warn_write(plim_warn *stage, const plim_warn_rows *rows, plim_error *err)
{
    uint32_t n_scenarios = stage->plan->n_scenarios, s = 0;
    if (stage->count > 0)
        qsort(stage->list, stage->count, sizeof *stage->list, by_place);
    for (size_t i = 0; i < stage->count; i++) {
        for (; s <= stage->list[i].seen.scenario; s++)
            mark(rows, s);
        PLIM_TRY(write_warning(stage, rows->warnings, &stage->list[i], err));
        PLIM_TRY(write_state(stage, rows->states, &stage->list[i], err));
    }
    for (; s <= n_scenarios; s++)
        mark(rows, s);
    stage->count = 0;
    return PLIM_OK;
}

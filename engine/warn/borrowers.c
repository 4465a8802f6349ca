/* Rules by borrower: grade, reasons, and the indicators that are watched. */
#include "warn/stage.h"

#include <math.h>
#include <string.h>

#include "measure/tables.h"

/* Fields of the table of borrowers. */
typedef struct fields {
    size_t scenario, borrower, pd_base, pd_stressed, year, el, el_stderr, stress_grade, level,
        reasons, env_class, env_credit;
} fields;

static fields fields_of(const plim_table *table)
{
    return (fields){.scenario = plim_table_field(table, "scenario"),
                    .borrower = plim_table_field(table, "borrower"),
                    .pd_base = plim_table_field(table, "pd_base"),
                    .pd_stressed = plim_table_field(table, "pd_stressed"),
                    .year = plim_table_field(table, "year"),
                    .el = plim_table_field(table, "el"),
                    .el_stderr = plim_table_field(table, "el_stderr"),
                    .stress_grade = plim_table_field(table, "stress_grade"),
                    .level = plim_table_field(table, "level"),
                    .reasons = plim_table_field(table, "reasons"),
                    .env_class = plim_table_field(table, "env_class"),
                    .env_credit = plim_table_field(table, "env_credit")};
}

/* Row of the scenario in the plan, and of the borrower in the book, for a row of the table. */
static plim_status place(const plim_warn *stage, const plim_table *table, const fields *f,
                         size_t row, uint32_t *scenario, uint32_t *borrower, plim_error *err)
{
    const char *name = plim_table_text(table, row, f->scenario);
    /* Rows come scenario by scenario: nearly always it is the one of the row before. */
    uint32_t n = stage->plan->n_scenarios, tried = 0;
    while (tried < n && strcmp(plim_measure_scenario(stage->plan, *scenario), name) != 0) {
        *scenario = (*scenario + 1) % n;
        tried++;
    }
    if (tried == n)
        return plim_fail(err, PLIM_BUG, "table borrowers: no scenario %s in the plan", name);
    const char *id = plim_table_text(table, row, f->borrower);
    *borrower = plim_names_find(&stage->ids, id);
    if (*borrower == PLIM_NO_NAME)
        return plim_fail(err, PLIM_BUG, "table borrowers: no borrower %s in the book", id);
    return PLIM_OK;
}

/* A borrower none of whose loans can default anew. */
static bool in_default(const plim_plan *plan, uint32_t borrower)
{
    return plan->alive[borrower] == 0 &&
           plan->book->first_loan[borrower] < plan->book->first_loan[borrower + 1];
}

static double number_of(const plim_column *column, uint32_t row)
{
    return column != NULL && column->kind == PLIM_COLUMN_NUMBER ? column->number[row] : (double)NAN;
}

/* Income before interest over interest: the least that the scenario tells of a year, else last
   year's by the book; NaN where neither says. */
static double cover_of(const plim_warn *stage, uint32_t b, uint32_t scenario)
{
    const plim_plan *plan = stage->plan;
    double told =
        plan->cover != NULL ? plan->cover[(size_t)b * plan->n_scenarios + scenario] : (double)NAN;
    if (!isnan(told))
        return told;
    double interest = number_of(stage->interest, b);
    double income = number_of(stage->revenue, b) - number_of(stage->operating_cost, b) -
                    number_of(stage->depreciation, b);
    return interest > 0 ? income / interest : (double)NAN;
}

/* A row of the table with what the rules say of it. Texts live until the next call. */
typedef struct verdict {
    plim_graded graded;
    int64_t year;
    double base, stressed;
    const char *reasons;
    double indicator[PLIM_BORROWER_INDICATORS];
    plim_alert_outcome outcome[PLIM_BORROWER_INDICATORS];
    plim_alert before[PLIM_BORROWER_INDICATORS];
} verdict;

static plim_status find_grade(const plim_warn *stage, const plim_rule_value *answer, uint32_t *out,
                              plim_error *err)
{
    *out = answer->text != NULL ? plim_names_find(&stage->setup.scale.names, answer->text)
                                : PLIM_NO_NAME;
    if (*out != PLIM_NO_NAME)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "%s: function borrower returned %s%s%s as `%s`; accepted: one of the grades "
                     "that function setup names",
                     plim_rules_input(stage->rules)->path, answer->text == NULL ? "nil" : "\"",
                     answer->text == NULL ? "" : answer->text, answer->text == NULL ? "" : "\"",
                     answer->key);
}

enum { GRADE, PD_GRADE, REASONS, FIRST_INDICATOR };

static plim_status ask(plim_warn *stage, verdict *v, const plim_rule_value *in, size_t n_in,
                       plim_error *err)
{
    plim_rule_value answer[FIRST_INDICATOR + PLIM_BORROWER_INDICATORS] = {
        {.key = "grade"}, {.key = "pd_grade"}, {.key = "reasons"}};
    size_t n = stage->setup.n_of_borrower;
    for (size_t i = 0; i < n; i++)
        answer[FIRST_INDICATOR + i].key = stage->setup.of_borrower[i];
    PLIM_TRY(plim_rules_call(stage->rules, "borrower", in, n_in, answer, FIRST_INDICATOR + n, err));
    PLIM_TRY(find_grade(stage, &answer[GRADE], &v->graded.grade, err));
    PLIM_TRY(find_grade(stage, &answer[PD_GRADE], &v->graded.pd_grade, err));
    v->reasons = answer[REASONS].text != NULL ? answer[REASONS].text : "";
    for (size_t i = 0; i < n; i++)
        v->indicator[i] = answer[FIRST_INDICATOR + i].number;
    return PLIM_OK;
}

static plim_status judge(plim_warn *stage, verdict *v, plim_error *err)
{
    uint32_t b = v->graded.borrower;
    double exposure = (double)v->graded.exposure_fen / PLIM_FEN_PER_UNIT;
    double scale = exposure > 0 ? 1 / exposure : (double)NAN;
    plim_observed el = {0};
    char sector[32], region[32], env_class[32], env_credit[32];
    plim_warn_interval(&el, v->graded.el * scale, v->graded.el_error * scale);
    const char *credit = plim_measure_cell(stage->env_credit, b, env_credit);
    const char *class = plim_measure_cell(stage->env_class, b, env_class);
    const plim_rule_value in[] = {
        {"pd_base", NULL, v->base},
        {"pd_stressed", NULL, v->stressed},
        {"ratio", NULL, v->base > 0 ? v->stressed / v->base : (double)NAN},
        {"rise", NULL, v->stressed - v->base},
        {"el_rate", NULL, el.value},
        {"el_lo95", NULL, el.low},
        {"el_hi95", NULL, el.high},
        {"years", NULL, stage->plan->n_years},
        {"cover", NULL, cover_of(stage, b, v->graded.scenario)},
        {"in_default", NULL, v->graded.in_default ? 1 : (double)NAN},
        {"household", NULL, number_of(stage->household, b)},
        {"sector", plim_measure_cell(stage->sector, b, sector), 0},
        {"region", plim_measure_cell(stage->region, b, region), 0},
        {"env_class", class[0] != '\0' ? class : NULL, (double)NAN},
        {"env_credit", credit[0] != '\0' ? credit : NULL, (double)NAN},
    };
    return ask(stage, v, in, sizeof in / sizeof *in, err);
}

/* A PD has no sampling error, nor has what is made from PDs. */
static plim_observed observe(const plim_warn *stage, const verdict *v, size_t i)
{
    const char *indicator = stage->setup.of_borrower[i];
    bool of_pd = strncmp(indicator, "pd_", 3) == 0; /* of the year in which the PD peaks */
    return (plim_observed){.scenario = v->graded.scenario,
                           .subject = PLIM_SUBJECT_BORROWER,
                           .key = stage->ids.text[v->graded.borrower],
                           .indicator = indicator,
                           .year = of_pd ? v->year : PLIM_INT_EMPTY,
                           .value = v->indicator[i],
                           .low = v->indicator[i],
                           .high = v->indicator[i]};
}

static plim_status set_text(plim_table *table, size_t row, size_t field, const char *text,
                            plim_error *err)
{
    plim_table_column *column = &table->columns[field];
    return plim_names_add(&column->labels, text, &column->code[row], err);
}

/* What the rules said, and "kept" where the level is one that only the run before explains. */
static plim_status set_reasons(plim_table *table, size_t row, size_t field, const char *reasons,
                               bool held, plim_error *err)
{
    plim_text text = {0};
    if (!held)
        return set_text(table, row, field, reasons, err);
    plim_text_format(&text, "%s%skept", reasons, reasons[0] != '\0' ? ";" : "");
    plim_status status = text.failed ? plim_fail_memory(err, "reasons")
                                     : set_text(table, row, field, plim_text_get(&text), err);
    plim_text_free(&text);
    return status;
}

/* The borrower's level is the highest of its indicators'. */
static plim_status weigh(plim_warn *stage, verdict *v, plim_alert *level, bool *held,
                         plim_error *err)
{
    *level = PLIM_ALERT_NONE;
    *held = false;
    for (size_t i = 0; i < stage->setup.n_of_borrower; i++) {
        plim_observed seen = observe(stage, v, i);
        PLIM_TRY(plim_warn_weigh(stage, &seen, &v->outcome[i], &v->before[i], err));
        plim_alert here = v->outcome[i].state.level;
        if (here > *level)
            *held = v->outcome[i].held;
        else if (here == *level)
            *held = *held && v->outcome[i].held;
        *level = here > *level ? here : *level;
    }
    return PLIM_OK;
}

static plim_status fill(plim_warn *stage, plim_table *table, const fields *f, size_t row,
                        verdict *v, plim_error *err)
{
    char env_class[32], env_credit[32];
    uint32_t b = v->graded.borrower;
    plim_alert level;
    bool held;
    PLIM_TRY(weigh(stage, v, &level, &held, err));
    PLIM_TRY(
        set_text(table, row, f->stress_grade, stage->setup.scale.names.text[v->graded.grade], err));
    PLIM_TRY(set_text(table, row, f->level, plim_alert_name(level), err));
    PLIM_TRY(set_reasons(table, row, f->reasons, v->reasons, held, err));
    PLIM_TRY(
        set_text(table, row, f->env_class, plim_measure_cell(stage->env_class, b, env_class), err));
    PLIM_TRY(set_text(table, row, f->env_credit,
                      plim_measure_cell(stage->env_credit, b, env_credit), err));
    for (size_t i = 0; i < stage->setup.n_of_borrower; i++) {
        plim_observed seen = observe(stage, v, i);
        if (v->outcome[i].change != PLIM_ALERT_SAME)
            PLIM_TRY(plim_warn_list(stage, &seen, &v->outcome[i], v->before[i], err));
    }
    return plim_grades_add(&stage->grades, stage->plan, &v->graded, err);
}

plim_status plim_warn_borrowers(plim_warn *stage, plim_table *table, plim_error *err)
{
    fields f = fields_of(table);
    uint32_t scenario = 0, borrower = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        PLIM_TRY(place(stage, table, &f, row, &scenario, &borrower, err));
        verdict v = {.year = table->columns[f.year].integer[row],
                     .base = table->columns[f.pd_base].number[row],
                     .stressed = table->columns[f.pd_stressed].number[row]};
        v.graded = (plim_graded){.scenario = scenario,
                                 .borrower = borrower,
                                 .in_default = in_default(stage->plan, borrower),
                                 .pd = v.base,
                                 .el = table->columns[f.el].number[row],
                                 .el_error = table->columns[f.el_stderr].number[row],
                                 .exposure_fen = stage->exposure_fen[borrower],
                                 .balance_fen = stage->balance_fen[borrower]};
        PLIM_TRY(judge(stage, &v, err));
        PLIM_TRY(fill(stage, table, &f, row, &v, err));
    }
    return PLIM_OK;
}

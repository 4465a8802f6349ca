/* Rules by borrower, and the table of grades made from them. */
#include "warn/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/row.h"
#include "measure/tables.h"

/* Fields of the table of borrowers. */
typedef struct fields {
    size_t scenario, borrower, pd_base, pd_stressed, year, el, stress_grade, level, reasons;
} fields;

static fields fields_of(const plim_table *table)
{
    return (fields){.scenario = plim_warn_field(table, "scenario"),
                    .borrower = plim_warn_field(table, "borrower"),
                    .pd_base = plim_warn_field(table, "pd_base"),
                    .pd_stressed = plim_warn_field(table, "pd_stressed"),
                    .year = plim_warn_field(table, "year"),
                    .el = plim_warn_field(table, "el"),
                    .stress_grade = plim_warn_field(table, "stress_grade"),
                    .level = plim_warn_field(table, "level"),
                    .reasons = plim_warn_field(table, "reasons")};
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

/* What a rule says of a borrower. Texts live until the next call. */
typedef struct verdict {
    const char *grade, *level, *reasons, *indicator, *unit;
    double value;
} verdict;

static plim_status judge(const plim_warn *stage, uint32_t borrower, double base, double stressed,
                         verdict *out, plim_error *err)
{
    const plim_column *household = stage->household;
    bool known = household != NULL && household->kind == PLIM_COLUMN_NUMBER;
    char sector[32], region[32];
    const plim_rule_value in[] = {
        {"pd_base", NULL, base},
        {"pd_stressed", NULL, stressed},
        {"ratio", NULL, base > 0 ? stressed / base : (double)NAN},
        {"rise", NULL, stressed - base},
        {"in_default", NULL, in_default(stage->plan, borrower) ? 1 : (double)NAN},
        {"household", NULL, known ? household->number[borrower] : (double)NAN},
        {"sector", plim_measure_cell(stage->sector, borrower, sector), 0},
        {"region", plim_measure_cell(stage->region, borrower, region), 0},
    };
    plim_rule_value answer[] = {{.key = "grade"}, {.key = "level"},     {.key = "reasons"},
                                {.key = "value"}, {.key = "indicator"}, {.key = "unit"}};
    PLIM_TRY(plim_rules_call(stage->rules, "borrower", in, sizeof in / sizeof *in, answer,
                             sizeof answer / sizeof *answer, err));
    *out = (verdict){.grade = answer[0].text,
                     .level = answer[1].text,
                     .reasons = answer[2].text != NULL ? answer[2].text : "",
                     .value = answer[3].number,
                     .indicator = answer[4].text != NULL ? answer[4].text : "pd_stressed",
                     .unit = answer[5].text != NULL ? answer[5].text : "ratio"};
    if (out->grade == NULL || out->grade[0] == '\0')
        return plim_fail(err, PLIM_INPUT, "%s: function borrower returned no grade",
                         plim_rules_input(stage->rules)->path);
    return plim_warn_level(stage, "borrower", out->level, err);
}

static plim_status set_text(plim_table *table, size_t row, size_t field, const char *text,
                            plim_error *err)
{
    plim_table_column *column = &table->columns[field];
    return plim_names_add(&column->labels, text, &column->code[row], err);
}

static plim_status list_borrower(plim_warn *stage, uint32_t scenario, uint32_t borrower,
                                 int64_t year, const verdict *said, plim_error *err)
{
    plim_warning warning = {.scenario = scenario,
                            .subject = PLIM_SUBJECT_BORROWER,
                            .key = stage->ids.text[borrower],
                            .year = year,
                            .value = said->value,
                            .low = said->value, /* no sampling error in a PD */
                            .high = said->value};
    PLIM_TRY(plim_warn_keep(stage, said->indicator, &warning.indicator, err));
    PLIM_TRY(plim_warn_keep(stage, said->unit, &warning.unit, err));
    PLIM_TRY(plim_warn_keep(stage, said->level, &warning.level, err));
    PLIM_TRY(plim_warn_keep(stage, said->reasons, &warning.reason, err));
    return plim_warn_add(stage, &warning, err);
}

/* `place`: scenario and borrower. */
static plim_status add_to_grade(plim_warn *stage, const char *name, const uint32_t place[2],
                                double el, plim_error *err)
{
    size_t n_scenarios = stage->plan->n_scenarios, before = stage->n_sums;
    uint32_t grade;
    void *sums = stage->sums;
    PLIM_TRY(plim_names_add(&stage->grades, name, &grade, err));
    if (plim_grow(&sums, &stage->n_sums, stage->grades.count * n_scenarios, sizeof *stage->sums) !=
        0)
        return plim_fail_memory(err, "grades");
    stage->sums = sums;
    for (size_t i = before; i < stage->n_sums; i++)
        stage->sums[i] = (plim_grade_sum){0};
    plim_grade_sum *sum = &stage->sums[grade * n_scenarios + place[0]];
    sum->borrowers++;
    sum->exposure_fen += stage->exposure_fen[place[1]];
    sum->el += el;
    return PLIM_OK;
}

plim_status plim_warn_borrowers(plim_warn *stage, plim_table *table, plim_error *err)
{
    fields f = fields_of(table);
    uint32_t scenario = 0, borrower = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        verdict said;
        PLIM_TRY(place(stage, table, &f, row, &scenario, &borrower, err));
        PLIM_TRY(judge(stage, borrower, table->columns[f.pd_base].number[row],
                       table->columns[f.pd_stressed].number[row], &said, err));
        PLIM_TRY(set_text(table, row, f.stress_grade, said.grade, err));
        PLIM_TRY(set_text(table, row, f.level, said.level, err));
        PLIM_TRY(set_text(table, row, f.reasons, said.reasons, err));
        PLIM_TRY(add_to_grade(stage, said.grade, (uint32_t[]){scenario, borrower},
                              table->columns[f.el].number[row], err));
        if (strcmp(said.level, "none") != 0)
            PLIM_TRY(list_borrower(stage, scenario, borrower, table->columns[f.year].integer[row],
                                   &said, err));
    }
    return PLIM_OK;
}

/* ---- grades ---- */

/* A grade with its sums in one scenario, for sorting. */
typedef struct grade {
    const char *name;
    const plim_grade_sum *sum;
} grade;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const grade *)a)->name, ((const grade *)b)->name);
}

static plim_status write_grades(plim_table *out, const char *scenario, const grade *grades,
                                size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const plim_grade_sum *sum = grades[i].sum;
        if (sum->borrowers == 0)
            continue;
        plim_row row = plim_row_begin(out, err);
        plim_row_text(&row, scenario);
        plim_row_text(&row, grades[i].name);
        plim_row_int(&row, sum->borrowers);
        plim_row_fen(&row, sum->exposure_fen);
        plim_row_number(&row, sum->el);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

plim_status plim_warn_grades(plim_warn *stage, plim_error *err)
{
    size_t n = stage->grades.count;
    uint32_t n_scenarios = stage->plan->n_scenarios;
    grade *grades = plim_alloc(n, sizeof *grades);
    if (grades == NULL)
        return plim_fail_memory(err, "the table of grades");
    plim_status status = PLIM_OK;
    for (uint32_t s = 0; status == PLIM_OK && s < n_scenarios; s++) {
        for (size_t g = 0; g < n; g++)
            grades[g] = (grade){stage->grades.text[g], &stage->sums[g * n_scenarios + s]};
        qsort(grades, n, sizeof *grades, by_name);
        status = write_grades(plim_warn_table(stage, "grades"),
                              plim_measure_scenario(stage->plan, s), grades, n, err);
    }
    plim_free(grades);
    return status;
}

#include "warn/verdict.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measure/tables.h"
#include "parallel/team.h"

enum {
    GROUP = 8192,        /* rows of a task, some 20 ms: opening the rules takes 3 % of that */
    GROUPS_A_THREAD = 2, /* at once: less memory than a worker of the simulation had */
};

/* Fields of the table of borrowers that are read. */
typedef struct fields {
    size_t scenario, borrower, pd_base, pd_stressed, year, el, el_stderr;
} fields;

static fields fields_of(const plim_table *table)
{
    return (fields){.scenario = plim_table_field(table, "scenario"),
                    .borrower = plim_table_field(table, "borrower"),
                    .pd_base = plim_table_field(table, "pd_base"),
                    .pd_stressed = plim_table_field(table, "pd_stressed"),
                    .year = plim_table_field(table, "year"),
                    .el = plim_table_field(table, "el"),
                    .el_stderr = plim_table_field(table, "el_stderr")};
}

/* Who asks: a thread with its own copy of the rules. */
typedef struct asker {
    const plim_warn *stage;
    plim_rules *rules;
    uint32_t scenario; /* of the row before */
} asker;

/* Row of the scenario in the plan, into `who`, and of the borrower in the book, for a row of the
   table. */
static plim_status place(asker *who, const plim_table *table, const fields *f, size_t row,
                         uint32_t *borrower, plim_error *err)
{
    const plim_warn *stage = who->stage;
    const char *name = plim_table_text(table, row, f->scenario);
    /* Rows come scenario by scenario: nearly always it is the one of the row before. */
    uint32_t n = stage->plan->n_scenarios, tried = 0;
    while (tried < n && strcmp(plim_measure_scenario(stage->plan, who->scenario), name) != 0) {
        who->scenario = (who->scenario + 1) % n;
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

static plim_status ask(const asker *who, plim_verdict *v, const plim_rule_value *in, size_t n_in,
                       plim_error *err)
{
    plim_rule_value answer[FIRST_INDICATOR + PLIM_BORROWER_INDICATORS] = {
        {.key = "grade"}, {.key = "pd_grade"}, {.key = "reasons"}};
    const plim_warn *stage = who->stage;
    size_t n = stage->setup.n_of_borrower;
    for (size_t i = 0; i < n; i++)
        answer[FIRST_INDICATOR + i].key = stage->setup.of_borrower[i];
    PLIM_TRY(plim_rules_call(who->rules, "borrower", in, n_in, answer, FIRST_INDICATOR + n, err));
    PLIM_TRY(find_grade(stage, &answer[GRADE], &v->graded.grade, err));
    PLIM_TRY(find_grade(stage, &answer[PD_GRADE], &v->graded.pd_grade, err));
    v->reasons = answer[REASONS].text != NULL ? answer[REASONS].text : "";
    for (size_t i = 0; i < n; i++)
        v->indicator[i] = answer[FIRST_INDICATOR + i].number;
    return PLIM_OK;
}

static plim_status judge(const asker *who, plim_verdict *v, plim_error *err)
{
    const plim_warn *stage = who->stage;
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
    return ask(who, v, in, sizeof in / sizeof *in, err);
}

/* ---- a group ---- */

typedef struct job {
    plim_verdicts *to;
    const plim_warn *stage;
    const plim_table *table;
    fields fields;
    size_t first;
} job;

/* The texts of a group grow while it is worked through: until its end a verdict's `reasons` are to
   be found that far from the beginning. */
static plim_status find_row(const job *j, asker *who, size_t i, plim_text *reasons, plim_verdict *v,
                            plim_error *err)
{
    const plim_warn *stage = j->stage;
    const plim_table_column *columns = j->table->columns;
    size_t row = j->first + i;
    uint32_t borrower;
    PLIM_TRY(place(who, j->table, &j->fields, row, &borrower, err));
    *v = (plim_verdict){.year = columns[j->fields.year].integer[row],
                        .base = columns[j->fields.pd_base].number[row],
                        .stressed = columns[j->fields.pd_stressed].number[row]};
    v->graded = (plim_graded){.scenario = who->scenario,
                              .borrower = borrower,
                              .in_default = in_default(stage->plan, borrower),
                              .pd = v->base,
                              .el = columns[j->fields.el].number[row],
                              .el_error = columns[j->fields.el_stderr].number[row],
                              .exposure_fen = stage->exposure_fen[borrower],
                              .balance_fen = stage->balance_fen[borrower]};
    PLIM_TRY(judge(who, v, err));
    plim_text_add_bytes(reasons, v->reasons, strlen(v->reasons) + 1);
    return reasons->failed ? plim_fail_memory(err, "reasons") : PLIM_OK;
}

static plim_status find_rows(const job *j, asker *who, size_t group, plim_error *err)
{
    size_t begin = group * GROUP, end = begin + GROUP;
    plim_text *reasons = &j->to->reasons[group];
    end = end < j->to->count ? end : j->to->count;
    reasons->length = 0;
    for (size_t i = begin; i < end; i++)
        PLIM_TRY(find_row(j, who, i, reasons, &j->to->verdict[i], err));
    const char *text = plim_text_get(reasons);
    for (size_t i = begin; i < end; i++) {
        j->to->verdict[i].reasons = text;
        text += strlen(text) + 1;
    }
    return PLIM_OK;
}

static plim_status run_task(void *of, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    const job *j = of;
    asker who = {.stage = j->stage};
    PLIM_TRY(plim_rules_copy(&who.rules, j->stage->rules, err));
    plim_status status = find_rows(j, &who, (size_t)task, err);
    plim_rules_close(who.rules);
    return status;
}

/* ---- all ---- */

plim_status plim_verdicts_create(plim_verdicts *out, const plim_warn *stage, plim_error *err)
{
    *out = (plim_verdicts){.n_groups = (size_t)stage->threads * GROUPS_A_THREAD};
    out->capacity = out->n_groups * GROUP;
    out->verdict = plim_alloc(out->capacity, sizeof *out->verdict);
    out->reasons = plim_alloc(out->n_groups, sizeof *out->reasons);
    if (out->verdict != NULL && out->reasons != NULL)
        return PLIM_OK;
    plim_verdicts_free(out);
    return plim_fail_memory(err, "what the rules say");
}

void plim_verdicts_free(plim_verdicts *verdicts)
{
    for (size_t i = 0; verdicts->reasons != NULL && i < verdicts->n_groups; i++)
        plim_text_free(&verdicts->reasons[i]);
    plim_free(verdicts->reasons);
    plim_free(verdicts->verdict);
    *verdicts = (plim_verdicts){0};
}

plim_status plim_verdicts_find(plim_verdicts *verdicts, const plim_warn *stage,
                               const plim_table *table, size_t first, plim_error *err)
{
    size_t left = table->n_rows - first;
    verdicts->count = left < verdicts->capacity ? left : verdicts->capacity;
    job j = {verdicts, stage, table, fields_of(table), first};
    plim_team team = {.threads = stage->threads};
    return plim_team_run(&team, run_task, &j, (verdicts->count + GROUP - 1) / GROUP, err);
}

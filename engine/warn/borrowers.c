/* Rules by borrower: grade, reasons, and the indicators that are watched. */
#include "warn/verdict.h"

#include <string.h>

#include "measure/tables.h"

/* Fields of the table of borrowers that are written. */
typedef struct fields {
    size_t stress_grade, level, reasons, env_class, env_credit;
} fields;

static fields fields_of(const plim_table *table)
{
    return (fields){.stress_grade = plim_table_field(table, "stress_grade"),
                    .level = plim_table_field(table, "level"),
                    .reasons = plim_table_field(table, "reasons"),
                    .env_class = plim_table_field(table, "env_class"),
                    .env_credit = plim_table_field(table, "env_credit")};
}

/* What becomes of the warnings of a row, by indicator of borrowers. */
typedef struct outcomes {
    plim_alert_outcome outcome[PLIM_BORROWER_INDICATORS];
    plim_alert before[PLIM_BORROWER_INDICATORS];
} outcomes;

/* A PD has no sampling error, nor has what is made from PDs. */
static plim_observed observe(const plim_warn *stage, const plim_verdict *v, size_t i)
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

/* The borrower's level: the highest of its indicators'; `held`: only the run before explains it. */
typedef struct highest {
    plim_alert level;
    bool held;
} highest;

static plim_status weigh(plim_warn *stage, const plim_verdict *v, outcomes *out, highest *top,
                         plim_error *err)
{
    for (size_t i = 0; i < stage->setup.n_of_borrower; i++) {
        plim_observed seen = observe(stage, v, i);
        PLIM_TRY(plim_warn_weigh(stage, &seen, &out->outcome[i], &out->before[i], err));
        plim_alert here = out->outcome[i].state.level;
        if (here > top->level)
            *top = (highest){here, out->outcome[i].held};
        else if (here == top->level)
            top->held = top->held && out->outcome[i].held;
    }
    return PLIM_OK;
}

static plim_status fill(plim_warn *stage, plim_table *table, const fields *f, size_t row,
                        const plim_verdict *v, plim_error *err)
{
    char env_class[32], env_credit[32];
    uint32_t b = v->graded.borrower;
    outcomes out;
    highest top = {PLIM_ALERT_NONE, false};
    PLIM_TRY(weigh(stage, v, &out, &top, err));
    PLIM_TRY(
        set_text(table, row, f->stress_grade, stage->setup.scale.names.text[v->graded.grade], err));
    PLIM_TRY(set_text(table, row, f->level, plim_alert_name(top.level), err));
    PLIM_TRY(set_reasons(table, row, f->reasons, v->reasons, top.held, err));
    PLIM_TRY(
        set_text(table, row, f->env_class, plim_measure_cell(stage->env_class, b, env_class), err));
    PLIM_TRY(set_text(table, row, f->env_credit,
                      plim_measure_cell(stage->env_credit, b, env_credit), err));
    for (size_t i = 0; i < stage->setup.n_of_borrower; i++) {
        plim_observed seen = observe(stage, v, i);
        if (out.outcome[i].change != PLIM_ALERT_SAME)
            PLIM_TRY(plim_warn_list(stage, &seen, &out.outcome[i], out.before[i], err));
    }
    return plim_grades_add(&stage->grades, stage->plan, &v->graded, err);
}

static plim_status fill_all(plim_warn *stage, plim_table *table, plim_verdicts *verdicts,
                            plim_error *err)
{
    fields f = fields_of(table);
    for (size_t first = 0; first < table->n_rows; first += verdicts->count) {
        PLIM_TRY(plim_verdicts_find(verdicts, stage, table, first, err));
        for (size_t i = 0; i < verdicts->count; i++)
            PLIM_TRY(fill(stage, table, &f, first + i, &verdicts->verdict[i], err));
    }
    return PLIM_OK;
}

plim_status plim_warn_borrowers(plim_warn *stage, plim_table *table, plim_error *err)
{
    plim_verdicts verdicts;
    PLIM_TRY(plim_verdicts_create(&verdicts, stage, err));
    plim_status status = fill_all(stage, table, &verdicts, err);
    plim_verdicts_free(&verdicts);
    return status;
}

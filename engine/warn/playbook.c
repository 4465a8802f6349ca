/* What the rules propose to do about warnings, and what the codes of reasons say: tables that the
 * result keeps once. */
#include "warn/stage.h"

#include <math.h>

#include "measure/row.h"

/* Lists of the rules end where their first text is missing; this many lines are taken at most. */
#define LINES_MOST 1000

static plim_status refuse_length(const plim_warn *stage, const char *rule, plim_error *err)
{
    return plim_fail(err, PLIM_INPUT, "%s: function %s: more than %d lines",
                     plim_rules_input(stage->rules)->path, rule, LINES_MOST);
}

/* Writes the answers, texts and then perhaps a whole number, as a row. */
static plim_status write_line(const plim_warn *stage, const char *rule, plim_table *table,
                              const plim_rule_value *answer, plim_error *err)
{
    plim_row row = plim_row_begin(table, err);
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        bool is_text = table->spec->fields[f].kind == PLIM_CELL_TEXT;
        if (is_text ? answer[f].text == NULL : !(answer[f].number >= 0 && answer[f].number < 1e6))
            return plim_fail(err, PLIM_INPUT, "%s: function %s returned no `%s`; accepted: a %s",
                             plim_rules_input(stage->rules)->path, rule, answer[f].key,
                             is_text ? "text" : "number of days");
        if (is_text)
            plim_row_text(&row, answer[f].text);
        else
            plim_row_int(&row, (int64_t)answer[f].number);
    }
    return plim_row_end(&row);
}

static plim_status write_lines(plim_warn *stage, const char *rule, plim_table *table,
                               plim_rule_value *answer, plim_error *err)
{
    for (int index = 1; index <= LINES_MOST; index++) {
        const plim_rule_value in = {"index", NULL, index};
        PLIM_TRY(plim_rules_call(stage->rules, rule, &in, 1, answer, table->spec->n_fields, err));
        if (answer[0].text == NULL)
            return PLIM_OK;
        PLIM_TRY(write_line(stage, rule, table, answer, err));
    }
    return refuse_length(stage, rule, err);
}

plim_status plim_warn_playbook(plim_warn *stage, plim_error *err)
{
    plim_rule_value play[] = {{.key = "subject"},   {.key = "level"},    {.key = "action_en"},
                              {.key = "action_zh"}, {.key = "owner_en"}, {.key = "owner_zh"},
                              {.key = "due_days"}};
    plim_rule_value sentence[] = {{.key = "code"}, {.key = "en"}, {.key = "zh"}};
    PLIM_TRY(write_lines(stage, "play", plim_warn_table(stage, "playbook"), play, err));
    return write_lines(stage, "sentence", plim_warn_table(stage, "reason_codes"), sentence, err);
}

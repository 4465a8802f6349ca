#include "warn/warn.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "measure/tables.h"
#include "warn/stage.h"

plim_table *plim_warn_table(const plim_warn *stage, const char *name)
{
    return &stage->tables[plim_table_spec_find(name) - plim_table_specs];
}

size_t plim_warn_field(const plim_table *table, const char *key)
{
    return plim_table_spec_field(table->spec, key);
}

/* Tables and fields that the stage asks for by name. Checked once, so that look-ups cannot miss. */
static plim_status check_tables(plim_error *err)
{
    static const struct {
        const char *table, *fields;
    } wanted[] = {
        {"summary", "scenario measure value stderr "},
        {"years", "scenario year npl_ratio npl_ratio_stderr "},
        {"banks", "scenario bank exposure el el_stderr "},
        {"sectors", "scenario key exposure el el_stderr "},
        {"regions", "scenario key exposure el el_stderr "},
        {"borrowers", "scenario borrower pd_base pd_stressed year el stress_grade level reasons "},
        {"grades", "scenario stress_grade borrowers exposure el "},
        {"warnings",
         "scenario subject key indicator unit year value lo95 hi95 level status reason "},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const plim_table_spec *spec = plim_table_spec_find(wanted[i].table);
        if (spec == NULL)
            return plim_fail(err, PLIM_BUG, "no result table %s", wanted[i].table);
        const char *at = wanted[i].fields;
        for (const char *end; (end = strchr(at, ' ')) != NULL; at = end + 1) {
            size_t f = 0, length = (size_t)(end - at);
            while (f < spec->n_fields && (strlen(spec->fields[f].key) != length ||
                                          strncmp(spec->fields[f].key, at, length) != 0))
                f++;
            if (f == spec->n_fields)
                return plim_fail(err, PLIM_BUG, "table %s has no field %.*s", spec->name,
                                 (int)length, at);
        }
    }
    return PLIM_OK;
}

/* Turns to the borrowers of a plan, in the place of those before. */
static plim_status turn_to(plim_warn *stage, const plim_plan *plan, plim_error *err)
{
    const plim_book *book = plan->book;
    const plim_frame *borrowers = &book->borrowers;
    const plim_column *ids = plim_frame_find(borrowers, "id");
    stage->plan = plan;
    stage->sector = plim_frame_find(borrowers, "sector");
    stage->region = plim_frame_find(borrowers, "region");
    stage->household = plim_frame_find(borrowers, "household");
    plim_names_free(&stage->ids);
    plim_names_free(&stage->texts);
    plim_free(stage->exposure_fen);
    stage->exposure_fen = plim_alloc(plan->n_borrowers, sizeof *stage->exposure_fen);
    if (stage->exposure_fen == NULL)
        return plim_fail_memory(err, "exposures of borrowers");
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        char id[32];
        PLIM_TRY(plim_names_add(&stage->ids, plim_measure_cell(ids, b, id), NULL, err));
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
            stage->exposure_fen[b] += book->exposure_fen[l];
        stage->exposure_all_fen += stage->exposure_fen[b];
    }
    return PLIM_OK;
}

plim_status plim_warn_keep(plim_warn *stage, const char *text, const char **out, plim_error *err)
{
    uint32_t index;
    PLIM_TRY(plim_names_add(&stage->texts, text, &index, err));
    *out = stage->texts.text[index];
    return PLIM_OK;
}

/* The rule's text `value`, one of the five levels. */
plim_status plim_warn_level(const plim_warn *stage, const char *rule, const char *value,
                            plim_error *err)
{
    static const char *const levels[] = {"none", "blue", "yellow", "orange", "red"};
    for (size_t i = 0; value != NULL && i < sizeof levels / sizeof *levels; i++)
        if (strcmp(value, levels[i]) == 0)
            return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "%s: function %s returned the level %s%s%s; accepted: none, blue, yellow, "
                     "orange, red",
                     plim_rules_input(stage->rules)->path, rule, value == NULL ? "nil" : "\"",
                     value == NULL ? "" : value, value == NULL ? "" : "\"");
}

plim_status plim_warn_begin(plim_warn **out, plim_rules *rules, plim_error *err)
{
    *out = NULL;
    PLIM_TRY(check_tables(err));
    plim_warn *stage = plim_alloc(1, sizeof *stage);
    if (stage == NULL)
        return plim_fail_memory(err, "warnings");
    stage->rules = rules;
    *out = stage;
    return PLIM_OK;
}

plim_status plim_warn_slab(plim_warn *warn, const plim_plan *plan, const plim_warn_rows *rows,
                           plim_error *err)
{
    PLIM_TRY(turn_to(warn, plan, err));
    PLIM_TRY(plim_warn_borrowers(warn, rows->borrowers, err));
    return plim_warn_write(warn, rows->warnings, rows->first_row, err);
}

plim_status plim_warn_totals(plim_warn *warn, const plim_plan *plan, plim_table *tables,
                             size_t *first_row, plim_error *err)
{
    warn->plan = plan;
    warn->tables = tables;
    PLIM_TRY(plim_warn_grades(warn, err));
    PLIM_TRY(plim_warn_subjects(warn, err));
    return plim_warn_write(warn, plim_warn_table(warn, "warnings"), first_row, err);
}

void plim_warn_end(plim_warn *warn)
{
    if (warn == NULL)
        return;
    plim_names_free(&warn->ids);
    plim_names_free(&warn->texts);
    plim_free(warn->exposure_fen);
    plim_free(warn->list);
    plim_names_free(&warn->grades);
    plim_free(warn->sums);
    plim_free(warn);
}

static plim_status warn_of_all(plim_warn *warn, plim_table *tables, const plim_plan *plan,
                               plim_error *err)
{
    warn->tables = tables;
    PLIM_TRY(turn_to(warn, plan, err));
    PLIM_TRY(plim_warn_borrowers(warn, plim_warn_table(warn, "borrowers"), err));
    /* Borrowers are still on the list: the table is sorted as a whole. */
    return plim_warn_totals(warn, plan, tables, NULL, err);
}

plim_status plim_warn_tables(plim_table *tables, const plim_plan *plan, plim_rules *rules,
                             plim_error *err)
{
    plim_warn *warn;
    PLIM_TRY(plim_warn_begin(&warn, rules, err));
    plim_status status = warn_of_all(warn, tables, plan, err);
    plim_warn_end(warn);
    return status;
}

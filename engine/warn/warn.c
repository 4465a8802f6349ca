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

/* Tables and fields that the stage asks for by name. Checked once, so that look-ups cannot miss. */
static plim_status check_tables(plim_error *err)
{
    static const struct {
        const char *table, *fields;
    } wanted[] = {
        {"summary", "scenario measure value stderr "},
        {"years", "scenario year npl_ratio npl_ratio_stderr "},
        {"banks", "scenario bank exposure el el_stderr es_999 es_999_stderr "},
        {"sectors", "scenario key exposure el el_stderr "},
        {"regions", "scenario key exposure el el_stderr "},
        {"paths", "scenario bank defaulted_exposure "},
        {"borrowers", "scenario borrower pd_base pd_stressed year el el_stderr stress_grade level "
                      "reasons env_class env_credit "},
        {"grades", "scenario stress_grade borrowers exposure el "},
        {"grade_banks", "scenario bank stress_grade borrowers balance el "},
        {"grade_cells", "scenario sector region stress_grade borrowers balance el "},
        {"grade_migration", "scenario from to borrowers balance share "},
        {"grade_bounds", "bank stress_grade borrowers mean_pd defaults_observed pd_upper "},
        {"warnings",
         "scenario subject key indicator unit year value lo95 hi95 level previous status reason "},
        {"playbook", "subject level action_en action_zh owner_en owner_zh due_days "},
        {"reason_codes", "reason_code sentence_en sentence_zh "},
        {"warning_state", "scenario subject key indicator level since calm_runs "},
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

/* ---- turning to borrowers ---- */

static void find_columns(plim_warn *stage, const plim_frame *borrowers)
{
    stage->sector = plim_frame_find(borrowers, "sector");
    stage->region = plim_frame_find(borrowers, "region");
    stage->household = plim_frame_find(borrowers, "household");
    stage->env_class = plim_frame_find(borrowers, "env_class");
    stage->env_credit = plim_frame_find(borrowers, "env_credit");
    stage->revenue = plim_frame_find(borrowers, "revenue");
    stage->operating_cost = plim_frame_find(borrowers, "operating_cost");
    stage->depreciation = plim_frame_find(borrowers, "depreciation");
    stage->interest = plim_frame_find(borrowers, "interest");
}

static plim_status make_room(plim_warn *stage, const plim_plan *plan, plim_error *err)
{
    plim_names_free(&stage->ids);
    plim_names_free(&stage->texts);
    plim_free(stage->exposure_fen);
    plim_free(stage->balance_fen);
    stage->exposure_fen = plim_alloc(plan->n_borrowers, sizeof *stage->exposure_fen);
    stage->balance_fen = plim_alloc(plan->n_borrowers, sizeof *stage->balance_fen);
    if (stage->bank_exposure_fen == NULL) {
        stage->bank_exposure_fen = plim_alloc(plan->n_banks, sizeof *stage->bank_exposure_fen);
        stage->bank_npl_fen = plim_alloc(plan->n_banks, sizeof *stage->bank_npl_fen);
    }
    return stage->exposure_fen == NULL || stage->balance_fen == NULL ||
                   stage->bank_exposure_fen == NULL || stage->bank_npl_fen == NULL
               ? plim_fail_memory(err, "exposures of borrowers")
               : PLIM_OK;
}

static void add_loans(plim_warn *stage, const plim_book *book, uint32_t b)
{
    for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++) {
        int64_t fen = book->exposure_fen[l];
        stage->exposure_fen[b] += fen;
        stage->balance_fen[b] += book->balance_fen[l];
        stage->bank_exposure_fen[book->loan_bank[l]] += fen;
        if (book->loan_defaulted[l])
            stage->bank_npl_fen[book->loan_bank[l]] += fen;
    }
    stage->exposure_all_fen += stage->exposure_fen[b];
}

/* Turns to the borrowers of a plan, in the place of those before. */
static plim_status turn_to(plim_warn *stage, const plim_plan *plan, plim_error *err)
{
    const plim_frame *borrowers = &plan->book->borrowers;
    const plim_column *ids = plim_frame_find(borrowers, "id");
    stage->plan = plan;
    find_columns(stage, borrowers);
    PLIM_TRY(make_room(stage, plan, err));
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        char id[32];
        PLIM_TRY(plim_names_add(&stage->ids, plim_measure_cell(ids, b, id), NULL, err));
        add_loans(stage, plan->book, b);
    }
    plim_cell_rule cells = {stage->sector, stage->region, stage->setup.sector_digits,
                            stage->setup.region_digits};
    return plim_grades_turn(&stage->grades, plan, &stage->setup.scale, &cells, err);
}

plim_status plim_warn_keep(plim_warn *stage, const char *text, const char **out, plim_error *err)
{
    uint32_t index;
    PLIM_TRY(plim_names_add(&stage->texts, text, &index, err));
    *out = stage->texts.text[index];
    return PLIM_OK;
}

/* ---- the stage ---- */

plim_status plim_warn_begin(plim_warn **out, const plim_warn_config *config, plim_error *err)
{
    *out = NULL;
    PLIM_TRY(check_tables(err));
    if (config->threads < 1)
        return plim_fail(err, PLIM_BUG, "warnings need a thread");
    plim_warn *stage = plim_alloc(1, sizeof *stage);
    if (stage == NULL)
        return plim_fail_memory(err, "warnings");
    stage->rules = config->rules;
    stage->previous = config->previous;
    stage->n_paths = config->n_paths;
    stage->threads = config->threads;
    plim_status status = plim_warn_set_up(stage, err);
    if (status == PLIM_OK)
        *out = stage;
    else
        plim_warn_end(stage);
    return status;
}

plim_status plim_warn_slab(plim_warn *warn, const plim_plan *plan, const plim_warn_rows *rows,
                           plim_error *err)
{
    PLIM_TRY(turn_to(warn, plan, err));
    PLIM_TRY(plim_warn_borrowers(warn, rows->borrowers, err));
    return plim_warn_write(warn, rows, err);
}

plim_status plim_warn_totals(plim_warn *warn, const plim_plan *plan, plim_table *tables,
                             const plim_warn_rows *first, plim_error *err)
{
    warn->plan = plan;
    warn->tables = tables;
    PLIM_TRY(plim_grades_write(&warn->grades, plan, &warn->setup.scale, tables, err));
    PLIM_TRY(plim_warn_subjects(warn, err));
    PLIM_TRY(plim_warn_capital(warn, err));
    PLIM_TRY(plim_warn_playbook(warn, err));
    plim_warn_rows rows = {.warnings = plim_warn_table(warn, "warnings"),
                           .states = plim_warn_table(warn, "warning_state"),
                           .first_row = first != NULL ? first->first_row : NULL,
                           .first_state = first != NULL ? first->first_state : NULL};
    return plim_warn_write(warn, &rows, err);
}

static void free_setup(plim_warn *warn)
{
    for (size_t i = 0; i < warn->indicator_names.count; i++)
        plim_free(warn->indicators[i].unit);
    plim_free(warn->indicators);
    plim_names_free(&warn->indicator_names);
    plim_names_free(&warn->setup.scale.names);
    plim_free(warn->setup.requirement);
}

void plim_warn_end(plim_warn *warn)
{
    if (warn == NULL)
        return;
    free_setup(warn);
    plim_names_free(&warn->ids);
    plim_names_free(&warn->texts);
    plim_free(warn->exposure_fen);
    plim_free(warn->balance_fen);
    plim_free(warn->list);
    plim_grades_free(&warn->grades);
    plim_free(warn->bank_exposure_fen);
    plim_free(warn->bank_npl_fen);
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

plim_status plim_warn_tables(plim_table *tables, const plim_plan *plan,
                             const plim_warn_config *config, plim_error *err)
{
    plim_warn *warn;
    PLIM_TRY(plim_warn_begin(&warn, config, err));
    plim_status status = warn_of_all(warn, tables, plan, err);
    plim_warn_end(warn);
    return status;
}

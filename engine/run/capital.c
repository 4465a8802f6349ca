#include "run/capital.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "measure/tables.h"
#include "run/record.h"
#include "run/terms.h"

/* ---- terms from Lua ---- */

static plim_status read_policy(plim_run_capital *capital, plim_error *err)
{
    plim_sheet_policy *p = &capital->policy;
    const plim_term list[] = {
        {"discount_rate", &p->discount_rate, 0, 1, false},
        {"stage2_ratio", &capital->stage2.ratio, 1, 1000, false},
        {"stage2_rise", &capital->stage2.rise, 0, 1, false},
        {"stage2_days", &capital->stage2.days, 1, 1000, false},
        {"life_years", &p->life_years, 1, 40, false},
        {"exit_share", &p->exit_share, 0, 0.99, false},
    };
    const plim_terms terms = {"policy", NULL, 0, list, sizeof list / sizeof *list};
    return plim_terms_ask(capital->rules, &terms, err);
}

plim_status plim_run_capital_open(plim_run_capital *capital, const plim_script_loader *loader,
                                  unsigned kinds, plim_error *err)
{
    PLIM_TRY(plim_rules_open(&capital->rules, "capital", loader, err));
    PLIM_TRY(read_policy(capital, err));
    for (int kind = 0; kind < PLIM_SHEET_KINDS; kind++)
        if ((kinds >> kind & 1) != 0)
            capital->policy.kind[capital->policy.n++] = (plim_sheet_kind)kind;
    if (capital->policy.n == 0)
        capital->policy.n = 1; /* kind[0] is static */
    return PLIM_OK;
}

static plim_status read_terms(const plim_run_capital *capital, const plim_book *book, uint32_t bank,
                              plim_error *err)
{
    char id[32], type[32];
    plim_capital_terms *t = &capital->book.terms[bank];
    const plim_rule_value in[3] = {
        {"id", plim_measure_cell(plim_frame_find(&book->banks, "id"), bank, id), 0},
        {"type", plim_measure_cell(plim_frame_find(&book->banks, "type"), bank, type), 0},
        {"day", NULL, plim_terms_day(book->as_of)}};
    const plim_term list[] = {
        {"cet1_minimum", &t->cet1_minimum, 0, 1, false},
        {"tier1_minimum", &t->tier1_minimum, 0, 1, false},
        {"total_minimum", &t->total_minimum, 0, 1, false},
        {"buffer", &t->buffer, 0, 1, false},
        {"leverage_minimum", &t->leverage_minimum, 0, 1, false},
        {"coverage_minimum", &t->coverage_minimum, 0, 10, false},
        {"provision_minimum", &t->provision_minimum, 0, 1, false},
        {"tax_rate", &t->tax_rate, 0, 1, false},
        {"payout", &t->payout, 0, 1, false},
        {"lending_rate", &t->lending_rate, 0, 1, false},
        {"performing_weight", &t->performing_weight, 0, 12.5, false},
        {"npl_weight", &t->npl_weight, 0, 12.5, false},
        {"excess_share", &t->excess_share, 0, 1, false},
        {"write_off_years", &t->write_off_years, 0, 60, true},
        {"allocated", &t->allocated, 0.001, 1, false},
    };
    const plim_terms terms = {"bank", in, 3, list, sizeof list / sizeof *list};
    return plim_terms_ask(capital->rules, &terms, err);
}

/* ---- what banks state ---- */

/* Without these, capital can't be followed. */
static const char *const needed[] = {"cet1", "tier1", "total_capital", "rwa", "ppnr"};

static double amount_fen(const plim_book *book, const char *name, uint32_t bank)
{
    const plim_column *column = plim_frame_find(&book->banks, name);
    return column != NULL && column->kind == PLIM_COLUMN_NUMBER
               ? column->number[bank] * PLIM_FEN_PER_UNIT
               : (double)NAN;
}

static bool is_complete(const plim_book *book, uint32_t bank)
{
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (isnan(amount_fen(book, needed[i], bank)))
            return false;
    return amount_fen(book, "rwa", bank) > 0;
}

static plim_status read_banks(plim_run_capital *capital, const plim_book *book, plim_error *err)
{
    plim_capital_book *b = &capital->book;
    const plim_column *type = plim_frame_find(&book->banks, "type");
    uint32_t n = (uint32_t)book->banks.n_rows, followed = 0;
    b->sheet = plim_alloc(n, sizeof *b->sheet);
    b->terms = plim_alloc(n, sizeof *b->terms);
    b->has_sheet = plim_alloc(n, 1);
    b->is_branch = plim_alloc(n, 1);
    if (b->sheet == NULL || b->terms == NULL || b->has_sheet == NULL || b->is_branch == NULL)
        return plim_fail_memory(err, "balance sheets of banks");
    b->n_banks = n;
    for (uint32_t i = 0; i < n; i++) {
        char text[32];
        b->sheet[i] = (plim_bank_sheet){.cet1 = amount_fen(book, "cet1", i),
                                        .tier1 = amount_fen(book, "tier1", i),
                                        .total_capital = amount_fen(book, "total_capital", i),
                                        .rwa = amount_fen(book, "rwa", i),
                                        .ppnr = amount_fen(book, "ppnr", i),
                                        .provisions = amount_fen(book, "provisions", i),
                                        .total_assets = amount_fen(book, "total_assets", i)};
        b->is_branch[i] = strcmp(plim_measure_cell(type, i, text), "branch") == 0;
        b->has_sheet[i] = !b->is_branch[i] && is_complete(book, i);
        followed += b->has_sheet[i];
        PLIM_TRY(read_terms(capital, book, i, err));
    }
    if (followed == 0)
        snprintf(capital->reason, sizeof capital->reason,
                 "no legal person among the banks states cet1, tier1, total_capital, rwa and ppnr");
    return PLIM_OK;
}

plim_status plim_run_capital_most(const plim_run_capital *capital, const plim_session *session,
                                  uint64_t n_banks, uint32_t *out, plim_error *err)
{
    *out = 0;
    for (size_t i = 0; i < session->n_sources; i++) {
        const plim_source *source = &session->sources[i];
        plim_frame frame = {0};
        PLIM_TRY(source->read_outline(source, "banks", &frame, err));
        bool stated = true;
        for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
            stated = stated && plim_frame_find(&frame, needed[k]) != NULL;
        plim_frame_free(&frame);
        if (stated)
            *out = (uint32_t)n_banks * capital->policy.n;
    }
    return PLIM_OK;
}

/* ---- the steps ---- */

plim_status plim_run_capital_bind(plim_run_capital *capital, plim_session *session, plim_error *err)
{
    plim_plan *plan = &session->plan;
    if (capital->book.n_banks == 0)
        PLIM_TRY(read_banks(capital, &session->book, err));
    plim_sheets_free(&capital->sheets);
    plim_stages_free(&capital->stages);
    PLIM_TRY(plim_stages_make(&capital->stages, plan, &capital->stage2, err));
    if (capital->reason[0] != '\0')
        return PLIM_OK;
    PLIM_TRY(plim_sheets_make(&capital->sheets, &capital->stages, &capital->policy,
                              capital->book.has_sheet, err));
    plan->sheets = &capital->sheets;
    plan->n_sheets = capital->policy.n * capital->sheets.n_slots;
    return PLIM_OK;
}

plim_status plim_run_capital_add(plim_run_capital *capital, plim_error *err)
{
    return capital->sheets.plan == NULL
               ? PLIM_OK
               : plim_sheet_sums_add(&capital->sums, &capital->sheets, err);
}

plim_status plim_run_capital_measure(plim_run_capital *capital, const plim_tallies *tallies,
                                     int threads, plim_error *err)
{
    if (capital->sums.bank == NULL)
        return PLIM_OK;
    plim_capital_work work = {&capital->book, &capital->sums, tallies, threads};
    PLIM_TRY(plim_capital_paths_make(&capital->paths, &work, err));
    return plim_joint_begin(&capital->joint, capital->paths.breaching, tallies->n_scenarios,
                            tallies->n_paths, err);
}

plim_status plim_run_capital_replay(plim_run_capital *capital, const plim_simulation *simulation,
                                    plim_error *err)
{
    return plim_joint_slab(&capital->joint, simulation, err);
}

plim_status plim_run_capital_tables(const plim_run_capital *capital, const plim_measured *of,
                                    plim_result *result, plim_error *err)
{
    bool any = capital->sums.bank != NULL;
    plim_capital_tables from = {.of = of,
                                .book = &capital->book,
                                .sums = any ? &capital->sums : NULL,
                                .paths = any ? &capital->paths : NULL,
                                .reason = any ? NULL : capital->reason};
    PLIM_TRY(plim_measure_capital(plim_record_table(result, "capital"), &from, err));
    PLIM_TRY(plim_measure_breaches(plim_record_table(result, "breaches"), &from, err));
    return plim_measure_joint(plim_record_table(result, "joint"), &from, &capital->joint, err);
}

void plim_run_capital_free(plim_run_capital *capital)
{
    plim_rules_close(capital->rules);
    plim_capital_book_free(&capital->book);
    plim_sheets_free(&capital->sheets);
    plim_stages_free(&capital->stages);
    plim_sheet_sums_free(&capital->sums);
    plim_capital_paths_free(&capital->paths);
    plim_joint_free(&capital->joint);
    *capital = (plim_run_capital){0};
}

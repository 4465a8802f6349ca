#include "run/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plimsoll/version.h>
#include "base/memory.h"
#include "base/text.h"
#include "parallel/team.h"
#include "plan/sheets.h"
#include "measure/tables.h"

/* ---- settings: what it takes to run the same again ---- */

static plim_status set_whole(plim_result *result, const char *key, uint64_t value, plim_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return plim_result_set(result, key, text, err);
}

/* Where a file lies, whatever folder a replay is called from. */
static plim_status set_path(plim_result *result, const char *key, const char *file, plim_error *err)
{
    char *path = realpath(file, NULL);
    plim_status status = plim_result_set(result, key, path ? path : file, err);
    free(path);
    return status;
}

static plim_status set_books(plim_result *result, const plim_run_config *config, plim_error *err)
{
    for (size_t i = 0; i < config->n_books; i++) {
        char key[32];
        snprintf(key, sizeof key, "book:%zu", i);
        PLIM_TRY(set_path(result, key, config->books[i], err));
    }
    return PLIM_OK;
}

/* "static runoff": how banks are taken to run theirs. */
static plim_status set_balance_sheets(plim_result *result, unsigned kinds, plim_error *err)
{
    plim_text names = {0};
    for (int kind = 0; kind < PLIM_SHEET_KINDS; kind++)
        if ((kinds >> kind & 1) != 0)
            plim_text_format(&names, "%s%s", names.length > 0 ? " " : "",
                             plim_sheet_name((plim_sheet_kind)kind));
    const char *text = kinds == 0 ? plim_sheet_name(PLIM_SHEET_STATIC) : plim_text_get(&names);
    plim_status status = names.failed ? plim_fail_memory(err, "the record of a run")
                                      : plim_result_set(result, "balance_sheets", text, err);
    plim_text_free(&names);
    return status;
}

static plim_status set_settings(plim_result *result, const plim_run_facts *facts, plim_error *err)
{
    const plim_run_config *config = facts->config;
    const plim_book *book = &facts->session->book;
    char tile[32];
    snprintf(tile, sizeof tile, "%" PRIu32 "x%" PRIu32, config->slab, config->block);
    PLIM_TRY(set_whole(result, "stream_version", PLIMSOLL_STREAM_VERSION, err));
    PLIM_TRY(set_whole(result, "paths", facts->tallies->n_paths, err));
    PLIM_TRY(set_whole(result, "seed", config->seed, err));
    if (config->tail > 0)
        PLIM_TRY(set_whole(result, "tail", config->tail, err));
    PLIM_TRY(set_whole(result, "baseline_years", (uint64_t)config->baseline_years, err));
    PLIM_TRY(set_whole(result, "memory", facts->memory, err));
    PLIM_TRY(set_balance_sheets(result, config->balance_sheets, err));
    PLIM_TRY(plim_result_set(result, "tile", config->slab ? tile : "default", err));
    PLIM_TRY(plim_result_set(result, "on_conflict",
                             config->conflict_weighted ? "weighted" : "refuse", err));
    PLIM_TRY(plim_result_set(result, "model", config->model ? config->model : "", err));
    PLIM_TRY(plim_result_set(result, "lib", config->lib_dir, err));
    if (config->previous)
        PLIM_TRY(set_path(result, "previous", config->previous, err));
    PLIM_TRY(plim_result_set(result, "as_of", book->as_of, err));
    PLIM_TRY(plim_result_set(result, "currency", book->currency, err));
    return set_books(result, config, err);
}

/* ---- inputs ---- */

static plim_status keep(plim_result *result, const plim_script_input *input, plim_error *err)
{
    for (size_t i = 0; i < result->n_inputs; i++) /* a module that scenarios and rules share */
        if (strcmp(result->inputs[i].kind, input->kind) == 0 &&
            strcmp(result->inputs[i].path, input->path) == 0)
            return PLIM_OK;
    plim_kept_input kept = {
        .kind = input->kind, .path = input->path, .text = input->text, .length = input->length};
    memcpy(kept.sha256, input->sha256, sizeof kept.sha256);
    return plim_result_keep(result, &kept, err);
}

/* A file of which the SHA-256 is kept, not the text. */
static plim_status keep_file(plim_result *result, const char *kind, const char *path,
                             const char *sha256, plim_error *err)
{
    plim_kept_input kept = {.kind = plim_strdup(kind), .path = plim_strdup(path)};
    (void)snprintf(kept.sha256, sizeof kept.sha256, "%s", sha256);
    plim_status status = kept.kind != NULL && kept.path != NULL
                             ? plim_result_keep(result, &kept, err)
                             : plim_fail_memory(err, "the record of inputs");
    plim_free(kept.kind);
    plim_free(kept.path);
    return status;
}

static plim_status keep_inputs(plim_result *result, const plim_run_facts *facts, plim_error *err)
{
    const plim_session *session = facts->session;
    for (size_t i = 0; i < session->program.n_inputs; i++)
        PLIM_TRY(keep(result, &session->program.inputs[i], err));
    for (size_t k = 0; k < PLIM_RUN_RULES; k++) {
        size_t n = 0;
        const plim_script_input *rules = plim_rules_inputs(facts->rules[k], &n);
        for (size_t i = 0; i < n; i++)
            PLIM_TRY(keep(result, &rules[i], err));
    }
    for (size_t i = 0; i < session->n_sources; i++)
        PLIM_TRY(
            keep_file(result, "book", facts->config->books[i], session->sources[i].sha256, err));
    if (facts->previous != NULL)
        PLIM_TRY(
            keep_file(result, "previous", facts->config->previous, facts->previous_sha256, err));
    return PLIM_OK;
}

/* ---- table `run` ---- */

typedef struct entry {
    char *key, *value;
} entry;

typedef struct entries {
    entry *entry;
    size_t count, capacity;
    bool failed;
} entries;

static void add(entries *list, const char *key, const char *value)
{
    void *array = list->entry;
    if (list->failed || plim_grow(&array, &list->capacity, list->count + 1, sizeof(entry)) != 0) {
        list->failed = true;
        return;
    }
    list->entry = array;
    entry *e = &list->entry[list->count];
    e->key = plim_strdup(key);
    e->value = plim_strdup(value);
    list->count++;
    list->failed = !e->key || !e->value;
}

static void add_whole(entries *list, const char *key, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    add(list, key, text);
}

static void add_seconds(entries *list, const char *key, double seconds)
{
    char text[32];
    snprintf(text, sizeof text, "%.3f", seconds);
    add(list, key, text);
}

/* KEY:NAME */
static void add_text_of(entries *list, const char *key, const char *name, const char *value)
{
    plim_text full = {0};
    plim_text_format(&full, "%s:%s", key, name);
    list->failed = list->failed || full.failed;
    add(list, plim_text_get(&full), value);
    plim_text_free(&full);
}

static void add_number_of(entries *list, const char *key, const char *name, double value)
{
    char text[40];
    plim_format_shortest(value, text, sizeof text);
    add_text_of(list, key, name, text);
}

static void add_whole_of(entries *list, const char *key, const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    add_text_of(list, key, name, text);
}

plim_table *plim_record_table(const plim_result *result, const char *name)
{
    for (size_t i = 0; i < plim_table_spec_count; i++)
        if (strcmp(plim_table_specs[i].name, name) == 0)
            return &result->tables[i];
    return NULL;
}

/* Simulated expected loss of a scenario and its error, from table `summary`. */
static void simulated_el(const plim_result *result, const char *scenario, double *el, double *error)
{
    const plim_table *summary = plim_record_table(result, "summary");
    *el = *error = (double)NAN;
    for (size_t row = 0; row < summary->n_rows; row++)
        if (strcmp(plim_table_text(summary, row, 0), scenario) == 0 &&
            strcmp(plim_table_text(summary, row, 1), "el") == 0) {
            *el = summary->columns[2].number[row];
            *error = summary->columns[3].number[row];
        }
}

/* Of borrowers that can default, if there are any. */
static double a_borrower(double sum, const plim_holdings *holdings)
{
    return holdings->n_alive > 0 ? sum / (double)holdings->n_alive : (double)NAN;
}

/* With independent years the expected loss has a closed form. With persistence it has not, and the
   cumulative PD is lower than independent years would make it: the run says by how much. Where PDs
   differ from path to path, factors that move with the drivers make another difference. */
static void add_checks(entries *list, const plim_result *result, const plim_run_facts *facts)
{
    const plim_plan *plan = &facts->session->plan;
    const plim_holdings *holdings = facts->holdings;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        const char *name = plim_measure_scenario(plan, s);
        if (!plim_plan_el_is_exact(plan, s)) {
            plim_path_pd_mean paths = plim_path_pd_of(facts->path_pd, s);
            double formula = plim_sum_value(&holdings->cumulative_pd[s]) + paths.rise;
            double simulated = (double)holdings->n_defaults[s] / facts->tallies->n_paths;
            add_number_of(list, "cumulative_pd_formula", name, a_borrower(formula, holdings));
            if (plan->pd_varies[s])
                add_number_of(list, "cumulative_pd_formula_stderr", name,
                              a_borrower(paths.error, holdings));
            add_number_of(list, "cumulative_pd_simulated", name, a_borrower(simulated, holdings));
            continue;
        }
        double el, error;
        double analytic = plim_sum_value(&holdings->analytic_el[s]) / PLIM_FEN_PER_UNIT;
        simulated_el(result, name, &el, &error);
        add_number_of(list, "analytic_el", name, analytic);
        add_number_of(list, "analytic_z", name, error > 0 ? (el - analytic) / error : (double)NAN);
    }
}

/* What a scenario says of itself; an absent text has no row. */
static void add_scenario_texts(entries *list, const plim_scenario *scenario)
{
    const struct {
        const char *key, *text;
    } texts[] = {
        {"title_en", scenario->title_en},   {"title_zh", scenario->title_zh},
        {"source_en", scenario->source_en}, {"source_zh", scenario->source_zh},
        {"note_en", scenario->note_en},     {"note_zh", scenario->note_zh},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text[0])
            add_text_of(list, texts[i].key, scenario->name, texts[i].text);
}

static void add_scenarios(entries *list, const plim_run_facts *facts)
{
    const plim_plan *plan = &facts->session->plan;
    const plim_holdings *holdings = facts->holdings;
    plim_text names = {0};
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        const plim_scenario *scenario = &plan->program->scenarios[s - 1];
        plim_text_format(&names, "%s%s", s > 1 ? " " : "", scenario->name);
        add_scenario_texts(list, scenario);
        add_whole_of(list, "borrowers_in_scope", scenario->name, holdings->n_applies[s]);
        add_whole_of(list, "insolvent_at_reference", scenario->name,
                     holdings->n_fails_at_reference[s]);
    }
    add(list, "scenarios", plim_text_get(&names));
    list->failed = list->failed || names.failed;
    plim_text_free(&names);
    char years[32];
    snprintf(years, sizeof years, "%d-%d", plan->first_year,
             plan->first_year + (int)plan->n_years - 1);
    add(list, "years", years);
}

static void add_book(entries *list, const plim_run_facts *facts)
{
    const plim_book *book = &facts->session->book;
    uint64_t unstated = 0;
    for (size_t b = 0; b < book->banks.n_rows; b++)
        unstated += book->control_total_fen[b] == PLIM_FEN_EMPTY;
    add(list, "as_of", book->as_of);
    add(list, "currency", book->currency);
    add_whole(list, "banks", book->banks.n_rows);
    add_whole(list, "borrowers", facts->holdings->n_borrowers);
    add_whole(list, "loans", facts->holdings->n_loans);
    add_whole(list, "banks_without_control_total", unstated);
    add_whole(list, "conflicts", facts->holdings->n_conflicts);
}

static void add_machine(entries *list, const plim_run_facts *facts)
{
    const plim_run_config *config = facts->config;
    add(list, "version", PLIMSOLL_VERSION);
    add_whole(list, "stream_version", PLIMSOLL_STREAM_VERSION);
    add_whole(list, "paths", facts->tallies->n_paths);
    add_whole(list, "seed", config->seed);
    if (config->tail > 0)
        add_whole(list, "tail", config->tail);
    if (facts->previous != NULL) {
        add(list, "previous", config->previous);
        add_whole(list, "previous_warnings", facts->previous->keys.count);
        add_whole(list, "previous_warnings_dropped", plim_previous_gone(facts->previous));
    }
    add_whole(list, "threads", (uint64_t)facts->threads);
    add(list, "isa", plim_isa_name(facts->isa));
    add_whole(list, "memory_limit_bytes", facts->memory);
    add_whole(list, "peak_rss_bytes", plim_team_peak_rss_bytes());
    if (!isnan(facts->precision.half_width)) {
        const plim_plan *plan = &facts->session->plan;
        add_number_of(list, "es_999_half_width",
                      plim_measure_scenario(plan, facts->precision.scenario),
                      facts->precision.half_width);
    }
    add_seconds(list, "simulate_seconds", facts->simulate_seconds);
    add_seconds(list, "wall_seconds", facts->wall_seconds);
    add(list, "model", facts->session->program.model.name);
    add_number_of(list, "persistence", facts->session->program.model.name,
                  facts->session->program.model.persistence);
}

static void add_digests(entries *list, const plim_result *result)
{
    for (size_t i = 0; i < result->n_inputs; i++) {
        const plim_kept_input *input = &result->inputs[i];
        add_text_of(list, "sha256", input->path, input->sha256);
    }
}

static int by_key(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : strcmp(x->value, y->value);
}

static plim_status fill_table(plim_table *table, entries *list, plim_error *err)
{
    if (list->failed)
        return plim_fail_memory(err, "table run");
    qsort(list->entry, list->count, sizeof *list->entry, by_key);
    for (size_t i = 0; i < list->count; i++) {
        /* A library that several scripts require is one input. */
        if (i > 0 && by_key(&list->entry[i - 1], &list->entry[i]) == 0)
            continue;
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, 0, list->entry[i].key, err));
        PLIM_TRY(plim_table_set_text(table, 1, list->entry[i].value, err));
    }
    return PLIM_OK;
}

plim_status plim_record(plim_result *result, const plim_run_facts *facts, plim_error *err)
{
    PLIM_TRY(set_settings(result, facts, err));
    PLIM_TRY(keep_inputs(result, facts, err));
    entries list = {0};
    add_machine(&list, facts);
    add_book(&list, facts);
    add_scenarios(&list, facts);
    add_checks(&list, result, facts);
    add_digests(&list, result);
    plim_status status = fill_table(plim_record_table(result, "run"), &list, err);
    for (size_t i = 0; i < list.count; i++) {
        plim_free(list.entry[i].key);
        plim_free(list.entry[i].value);
    }
    plim_free(list.entry);
    return status;
}

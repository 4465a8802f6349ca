#include "run/split.h"

#include <string.h>

#include "run/split_replay.h"

static const plim_field split_fields[] = {
    {"scenario", PLIM_CELL_TEXT, "name of the scenario"},
    {"bank", PLIM_CELL_TEXT, "id; *: all banks"},
    {"measure", PLIM_CELL_TEXT, "el or es_99 over the horizon"},
    {"a", PLIM_CELL_FEN, "in the first result"},
    {"new_loans", PLIM_CELL_FEN, "what loans do that only the second run's books have"},
    {"repaid_loans", PLIM_CELL_FEN, "what the loss of those does that only the first's have"},
    {"changed_data", PLIM_CELL_FEN, "other values of loans and borrowers that both have"},
    {"changed_scenario", PLIM_CELL_FEN, "other scripts, parameters, model or library"},
    {"changed_version", PLIM_CELL_FEN, "another program"},
    {"noise", PLIM_CELL_FEN, "another seed or number of paths"},
    {"b", PLIM_CELL_FEN, "in the second result"},
    {"note", PLIM_CELL_TEXT, "new_bank or gone_bank, where one result alone has the bank"},
};
const plim_table_spec plim_split_spec = {.name = "compare_split",
                                         .doc = "What made the difference",
                                         .fields = split_fields,
                                         .n_fields = sizeof split_fields / sizeof *split_fields};
enum { SCENARIO, BANK, MEASURE, A, NEW, REPAID, DATA, SCRIPTS, VERSION, NOISE, B, NOTE };

/* What stands on the way from A to B. */
typedef enum station {
    AS_RECORDED, /* A */
    AGAIN,       /* A's inputs by this program */
    WITHOUT_REPAID,
    WITHOUT_NEW, /* B's books */
    WITH_NEW,
    WITH_SCRIPTS,  /* B's inputs on A's draws */
    WITH_DRAWS,    /* B's inputs and draws by this program */
    AS_RECORDED_B, /* B */
    STATIONS
} station;

typedef struct work {
    const plim_split_config *config;
    plim_recorded runs[2];
    plim_loan_ids ids[2];
    size_t n_new, n_repaid;
    plim_split_values values[STATIONS];
    const plim_split_values *at[STATIONS]; /* of a step that changes nothing the one before */
} work;

/* ---- what changed ---- */

/* Does B have an input of A's kind and bytes, for each of A's of the kind? */
static bool has_inputs(const plim_result *of, const plim_result *in, const char *kind)
{
    for (size_t i = 0; i < of->n_inputs; i++) {
        bool found = strcmp(of->inputs[i].kind, kind) != 0;
        for (size_t j = 0; j < in->n_inputs && !found; j++)
            found = strcmp(in->inputs[j].kind, kind) == 0 &&
                    strcmp(in->inputs[j].sha256, of->inputs[i].sha256) == 0;
        if (!found)
            return false;
    }
    return true;
}

static bool same_inputs(const work *w, const char *kind)
{
    const plim_result *a = &w->runs[0].result, *b = &w->runs[1].result;
    return has_inputs(a, b, kind) && has_inputs(b, a, kind);
}

static bool same_setting(const work *w, const char *key)
{
    const char *a = plim_result_setting(&w->runs[0].result, key);
    const char *b = plim_result_setting(&w->runs[1].result, key);
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool same_scripts(const work *w)
{
    static const char *const kinds[] = {"scenario", "model", "library", "data"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!same_inputs(w, kinds[k]))
            return false;
    return same_setting(w, "baseline_years");
}

static bool same_draws(const work *w)
{
    return same_setting(w, "seed") && same_setting(w, "paths");
}

static bool same_books(const work *w)
{
    return same_inputs(w, "book") && same_setting(w, "on_conflict");
}

static plim_status read_loans(work *w, int run, plim_error *err)
{
    plim_session session = {.trusted = w->config->trusted};
    plim_status status = plim_recorded_open(&w->runs[run], &w->config->books[run], &session, err);
    if (status == PLIM_OK)
        status = plim_loan_ids_read(&w->ids[run], session.list, session.n_sources, err);
    plim_session_free(&session);
    return status;
}

/* ---- the way ---- */

/* Runs with the scripts, books and draws of these runs; of the books only loans that both have. */
static plim_status play(work *w, station at, const int of[3], bool common, plim_error *err)
{
    plim_split_step step = {.config = w->config,
                            .scripts = &w->runs[of[0]],
                            .books = &w->runs[of[1]],
                            .draws = &w->runs[of[2]],
                            .where = &w->config->books[of[1]],
                            .ids = &w->ids[of[1]],
                            .other = common ? &w->ids[1 - of[1]] : NULL};
    w->at[at] = &w->values[at];
    return plim_split_replay(&w->values[at], &step, err);
}

static void stay(work *w, station at)
{
    w->at[at] = w->at[at - 1];
}

static plim_status change_books(work *w, plim_error *err)
{
    for (station at = WITHOUT_REPAID; at <= WITH_NEW; at++)
        w->at[at] = w->at[AGAIN];
    if (same_books(w))
        return PLIM_OK;
    PLIM_TRY(read_loans(w, 0, err));
    PLIM_TRY(read_loans(w, 1, err));
    w->n_repaid = plim_loan_ids_beyond(&w->ids[0], &w->ids[1]);
    w->n_new = plim_loan_ids_beyond(&w->ids[1], &w->ids[0]);
    if (w->n_repaid > 0)
        PLIM_TRY(play(w, WITHOUT_REPAID, (const int[]){0, 0, 0}, true, err));
    PLIM_TRY(play(w, WITHOUT_NEW, (const int[]){0, 1, 0}, w->n_new > 0, err));
    stay(w, WITH_NEW);
    return w->n_new > 0 ? play(w, WITH_NEW, (const int[]){0, 1, 0}, false, err) : PLIM_OK;
}

static plim_status go(work *w, plim_error *err)
{
    PLIM_TRY(play(w, AGAIN, (const int[]){0, 0, 0}, false, err));
    PLIM_TRY(change_books(w, err));
    stay(w, WITH_SCRIPTS);
    if (!same_scripts(w))
        PLIM_TRY(play(w, WITH_SCRIPTS, (const int[]){1, 1, 0}, false, err));
    stay(w, WITH_DRAWS);
    if (!same_draws(w))
        PLIM_TRY(play(w, WITH_DRAWS, (const int[]){1, 1, 1}, false, err));
    return PLIM_OK;
}

static plim_status read_run(work *w, int run, station at, plim_error *err)
{
    static const char *const tables[] = {"run", PLIM_PATH_LOSSES_TABLES, NULL};
    plim_path_losses losses = {0};
    plim_recorded *recorded = &w->runs[run];
    recorded->path = w->config->result[run];
    PLIM_TRY(plim_store_read_tables(&recorded->result, recorded->path, tables, err));
    plim_status status = plim_path_losses_read(&losses, recorded, err);
    if (status == PLIM_OK)
        status = plim_split_values_make(&w->values[at], &losses, err);
    w->at[at] = &w->values[at];
    plim_path_losses_free(&losses);
    return status;
}

/* ---- the parts ---- */

static plim_status add_row(plim_table *out, const work *w, const char *scenario, const char *bank,
                           plim_error *err)
{
    static const char *const names[PLIM_SPLIT_MEASURES] = {"el", "es_99"};
    bool in_a = plim_names_find(&w->at[AS_RECORDED]->banks, bank) != PLIM_NO_NAME;
    bool in_b = plim_names_find(&w->at[AS_RECORDED_B]->banks, bank) != PLIM_NO_NAME;
    for (int m = 0; m < PLIM_SPLIT_MEASURES; m++) {
        int64_t fen[STATIONS];
        for (station at = AS_RECORDED; at < STATIONS; at++)
            fen[at] = plim_split_value(w->at[at], scenario, bank, m);
        PLIM_TRY(plim_table_add_row(out, err));
        PLIM_TRY(plim_table_set_text(out, SCENARIO, scenario, err));
        PLIM_TRY(plim_table_set_text(out, BANK, bank, err));
        PLIM_TRY(plim_table_set_text(out, MEASURE, names[m], err));
        PLIM_TRY(plim_table_set_text(out, NOTE,
                                     !in_a   ? "new_bank"
                                     : !in_b ? "gone_bank"
                                             : "",
                                     err));
        plim_table_set_fen(out, A, fen[AS_RECORDED]);
        plim_table_set_fen(out, REPAID, fen[WITHOUT_REPAID] - fen[AGAIN]);
        plim_table_set_fen(out, DATA, fen[WITHOUT_NEW] - fen[WITHOUT_REPAID]);
        plim_table_set_fen(out, NEW, fen[WITH_NEW] - fen[WITHOUT_NEW]);
        plim_table_set_fen(out, SCRIPTS, fen[WITH_SCRIPTS] - fen[WITH_NEW]);
        plim_table_set_fen(out, NOISE, fen[WITH_DRAWS] - fen[WITH_SCRIPTS]);
        plim_table_set_fen(out, VERSION,
                           fen[AGAIN] - fen[AS_RECORDED] + fen[AS_RECORDED_B] - fen[WITH_DRAWS]);
        plim_table_set_fen(out, B, fen[AS_RECORDED_B]);
    }
    return PLIM_OK;
}

/* Banks of both, all of them together last. */
static plim_status add_rows(plim_table *out, const work *w, plim_error *err)
{
    const plim_split_values *a = w->at[AS_RECORDED], *b = w->at[AS_RECORDED_B];
    for (size_t s = 0; s < a->scenarios.count; s++) {
        const char *scenario = a->scenarios.text[s];
        if (plim_names_find(&b->scenarios, scenario) == PLIM_NO_NAME)
            continue;
        for (size_t k = 0; k + 1 < a->banks.count; k++)
            PLIM_TRY(add_row(out, w, scenario, a->banks.text[k], err));
        for (size_t k = 0; k + 1 < b->banks.count; k++)
            if (plim_names_find(&a->banks, b->banks.text[k]) == PLIM_NO_NAME)
                PLIM_TRY(add_row(out, w, scenario, b->banks.text[k], err));
        PLIM_TRY(add_row(out, w, scenario, PLIM_SPLIT_ALL, err));
    }
    return PLIM_OK;
}

plim_status plim_split(plim_splitting *out, const plim_split_config *config, plim_error *err)
{
    work w = {.config = config};
    plim_status status = read_run(&w, 0, AS_RECORDED, err);
    if (status == PLIM_OK)
        status = read_run(&w, 1, AS_RECORDED_B, err);
    if (status == PLIM_OK)
        status = plim_recorded_currency(w.runs, out->currency, sizeof out->currency, err);
    if (status == PLIM_OK)
        status = go(&w, err);
    if (status == PLIM_OK)
        status = plim_table_init(&out->parts, &plim_split_spec, err);
    if (status == PLIM_OK)
        status = add_rows(&out->parts, &w, err);
    out->n_new = w.n_new;
    out->n_repaid = w.n_repaid;
    for (station at = AS_RECORDED; at < STATIONS; at++)
        plim_split_values_free(&w.values[at]);
    for (int run = 0; run < 2; run++) {
        plim_loan_ids_free(&w.ids[run]);
        plim_result_free(&w.runs[run].result);
    }
    return status;
}

void plim_splitting_free(plim_splitting *splitting)
{
    plim_table_free(&splitting->parts);
}

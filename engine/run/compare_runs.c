/* What two runs read and were set to. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/compare.h"
#include "run/compare_parts.h"
#include "run/record.h"

enum { RUN_KEY, RUN_VALUE };

/* ---- settings ---- */

/* Value of a setting, or of a row of table `run`; "" where there is none. */
static const char *value_of(const plim_recorded *run, const char *key)
{
    const char *setting = plim_result_setting(&run->result, key);
    const plim_table *table = plim_record_table(&run->result, "run");
    for (size_t row = 0; setting == NULL && row < table->n_rows; row++)
        if (strcmp(plim_table_text(table, row, RUN_KEY), key) == 0)
            setting = plim_table_text(table, row, RUN_VALUE);
    return setting != NULL ? setting : "";
}

plim_status plim_compare_paired(const plim_recorded *runs, bool *out, plim_error *err)
{
    static const char *const keys[] = {"seed", "paths", "stream_version"};
    *out = true;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        uint64_t value[2];
        for (int k = 0; k < 2; k++)
            PLIM_TRY(plim_recorded_whole(&runs[k], keys[i], &value[k], err));
        *out = *out && value[0] == value[1];
    }
    return PLIM_OK;
}

static plim_status add_setting(plim_table *out, const plim_recorded *runs, const char *key,
                               plim_error *err)
{
    const char *a = value_of(&runs[0], key), *b = value_of(&runs[1], key);
    const char *verdict = strcmp(a, b) == 0 ? "same"
                          : *a == '\0'      ? "only_b"
                          : *b == '\0'      ? "only_a"
                                            : "differs";
    if (*a == '\0' && *b == '\0')
        return PLIM_OK;
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_WHAT, "setting", err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_NAME, key, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_A, a, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_B, b, err));
    return plim_table_set_text(out, PLIM_RUNS_VERDICT, verdict, err);
}

/* ---- inputs ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The ways in which an input of one run is found again in the other, the surest first. */
typedef enum way { SAME_BYTES, SAME_PATH, SAME_NAME, SAME_KIND, WAYS } way;

static bool corresponds(const plim_kept_input *a, const plim_kept_input *b, way by)
{
    if (strcmp(a->kind, b->kind) != 0)
        return false;
    switch (by) {
    case SAME_BYTES:
        return strcmp(a->sha256, b->sha256) == 0;
    case SAME_PATH:
        return strcmp(a->path, b->path) == 0;
    case SAME_NAME:
        return strcmp(base_name(a->path), base_name(b->path)) == 0;
    case SAME_KIND: /* tonight's book has another name than last night's; of a script that says
                       nothing */
        return strcmp(a->kind, "book") == 0 || strcmp(a->kind, "model") == 0;
    case WAYS:
        break;
    }
    return false;
}

/* Inputs of two runs, put together. */
typedef struct matched {
    const plim_result *a, *b;
    uint32_t *partner; /* of each input of A: B's, PLIM_NO_NAME where there is none */
    bool *taken;       /* each input of B: has it a partner? */
} matched;

static void match(matched *m)
{
    const plim_result *a = m->a, *b = m->b;
    uint32_t *partner = m->partner;
    bool *taken = m->taken;
    for (size_t i = 0; i < a->n_inputs; i++)
        partner[i] = PLIM_NO_NAME;
    for (way by = SAME_BYTES; by < WAYS; by++)
        for (size_t i = 0; i < a->n_inputs; i++)
            for (size_t j = 0; j < b->n_inputs && partner[i] == PLIM_NO_NAME; j++)
                if (!taken[j] && corresponds(&a->inputs[i], &b->inputs[j], by)) {
                    partner[i] = (uint32_t)j;
                    taken[j] = true;
                }
}

/* The first line on which two texts differ. */
static int64_t first_line(const plim_kept_input *a, const plim_kept_input *b)
{
    int64_t line = 1;
    size_t i = 0;
    if (a->text == NULL || b->text == NULL)
        return PLIM_INT_EMPTY;
    for (; i < a->length && i < b->length && a->text[i] == b->text[i]; i++)
        line += a->text[i] == '\n';
    return line;
}

/* NULL: the run has no such input. */
static plim_status add_input(plim_table *out, const plim_kept_input *a, const plim_kept_input *b,
                             plim_error *err)
{
    const plim_kept_input *any = a != NULL ? a : b;
    bool same = a != NULL && b != NULL && strcmp(a->sha256, b->sha256) == 0;
    const char *verdict = same ? "same" : a == NULL ? "only_b" : b == NULL ? "only_a" : "differs";
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_WHAT, any->kind, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_NAME, base_name(any->path), err));
    if (a != NULL)
        PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_A, a->path, err));
    if (a != NULL)
        PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_SHA256_A, a->sha256, err));
    if (b != NULL)
        PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_B, b->path, err));
    if (b != NULL)
        PLIM_TRY(plim_table_set_text(out, PLIM_RUNS_SHA256_B, b->sha256, err));
    if (a != NULL && b != NULL && !same)
        plim_table_set_int(out, PLIM_RUNS_LINE, first_line(a, b));
    return plim_table_set_text(out, PLIM_RUNS_VERDICT, verdict, err);
}

static plim_status add_kind(plim_table *out, const matched *m, const char *kind, plim_error *err)
{
    for (size_t i = 0; i < m->a->n_inputs; i++) {
        uint32_t j = m->partner[i];
        if (strcmp(m->a->inputs[i].kind, kind) == 0)
            PLIM_TRY(
                add_input(out, &m->a->inputs[i], j != PLIM_NO_NAME ? &m->b->inputs[j] : NULL, err));
    }
    for (size_t j = 0; j < m->b->n_inputs; j++)
        if (!m->taken[j] && strcmp(m->b->inputs[j].kind, kind) == 0)
            PLIM_TRY(add_input(out, NULL, &m->b->inputs[j], err));
    return PLIM_OK;
}

static plim_status add_inputs(plim_table *out, const plim_recorded *runs, plim_error *err)
{
    static const char *const kinds[] = {"book", "scenario", "model", "library", "data", "rules"};
    matched m = {.a = &runs[0].result, .b = &runs[1].result};
    m.partner = plim_alloc(m.a->n_inputs, sizeof *m.partner);
    m.taken = plim_alloc(m.b->n_inputs, sizeof *m.taken);
    plim_status status =
        m.partner != NULL && m.taken != NULL ? PLIM_OK : plim_fail_memory(err, "inputs");
    if (status == PLIM_OK)
        match(&m);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == PLIM_OK; k++)
        status = add_kind(out, &m, kinds[k], err);
    plim_free(m.partner);
    plim_free(m.taken);
    return status;
}

plim_status plim_compare_runs(plim_table *out, const plim_recorded *runs, plim_error *err)
{
    static const char *const settings[] = {
        "seed",      "paths", "tail",      "version", "stream_version", "years",          "as_of",
        "scenarios", "banks", "borrowers", "loans",   "on_conflict",    "balance_sheets",
    };
    PLIM_TRY(add_inputs(out, runs, err));
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        PLIM_TRY(add_setting(out, runs, settings[i], err));
    return PLIM_OK;
}

#include "run/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

plim_status plim_recorded_setting(const plim_recorded *recorded, const char *key, const char **out,
                                  plim_error *err)
{
    *out = plim_result_setting(&recorded->result, key);
    if (*out)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT, "%s: the result does not record its %s; it can't be replayed",
                     recorded->path, key);
}

plim_status plim_recorded_whole(const plim_recorded *recorded, const char *key, uint64_t *out,
                                plim_error *err)
{
    const char *text = NULL;
    PLIM_TRY(plim_recorded_setting(recorded, key, &text, err));
    char *end = NULL;
    *out = strtoull(text, &end, 10);
    if (end == text || *end)
        return plim_fail(err, PLIM_INPUT, "%s: the recorded %s '%s' is not a whole number",
                         recorded->path, key, text);
    return PLIM_OK;
}

plim_status plim_recorded_conflict(const plim_recorded *recorded, plim_conflict *out,
                                   plim_error *err)
{
    const char *text = NULL;
    PLIM_TRY(plim_recorded_setting(recorded, "on_conflict", &text, err));
    *out = strcmp(text, "weighted") == 0 ? PLIM_CONFLICT_WEIGHTED : PLIM_CONFLICT_REFUSE;
    return PLIM_OK;
}

plim_status plim_recorded_currency(const plim_recorded runs[2], char *out, size_t size,
                                   plim_error *err)
{
    const char *currency[2];
    for (int k = 0; k < 2; k++)
        PLIM_TRY(plim_recorded_setting(&runs[k], "currency", &currency[k], err));
    if (strcmp(currency[0], currency[1]) != 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: its amounts are in %s, those of %s in %s; they can't be compared",
                         runs[1].path, currency[1], runs[0].path, currency[0]);
    (void)snprintf(out, size, "%s", currency[0]);
    return PLIM_OK;
}

static size_t count_kind(const plim_recorded *recorded, const char *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < recorded->result.n_inputs; i++)
        count += strcmp(recorded->result.inputs[i].kind, kind) == 0;
    return count;
}

/* The n-th input of a kind, or NULL. */
static const plim_kept_input *input_of(const plim_recorded *recorded, const char *kind, size_t n)
{
    for (size_t i = 0; i < recorded->result.n_inputs; i++)
        if (strcmp(recorded->result.inputs[i].kind, kind) == 0 && n-- == 0)
            return &recorded->result.inputs[i];
    return NULL;
}

/* ---- books ---- */

/* A book has to be, byte for byte, one that the run read. Which one does not matter: books are
   pooled in an order of their own. */
static plim_status check_digest(const plim_recorded *recorded, const plim_source *source,
                                size_t position, plim_error *err)
{
    const plim_kept_input *nearest = input_of(recorded, "book", position);
    for (size_t i = 0; i < recorded->result.n_inputs; i++) {
        const plim_kept_input *input = &recorded->result.inputs[i];
        if (strcmp(input->kind, "book") == 0 && strcmp(input->sha256, source->sha256) == 0)
            return PLIM_OK;
    }
    return plim_fail(err, PLIM_INPUT,
                     "%s: is not the book that the run read: its SHA-256 is %s, that of the run's "
                     "%s was %s",
                     source->path, source->sha256, nearest ? nearest->path : "book",
                     nearest ? nearest->sha256 : "not recorded");
}

plim_status plim_recorded_open(const plim_recorded *recorded, const plim_recorded_books *books,
                               plim_session *session, plim_error *err)
{
    size_t count = count_kind(recorded, "book");
    if (books->n > 0 && books->n != count)
        return plim_fail(err, PLIM_USAGE, "the run read %zu books; %s gives %zu", count,
                         books->option, books->n);
    const char **paths = plim_alloc(count, sizeof *paths);
    if (!paths)
        return plim_fail_memory(err, "the loan books");
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < count && status == PLIM_OK; i++) {
        char key[32];
        snprintf(key, sizeof key, "book:%zu", i);
        if (books->n > 0)
            paths[i] = books->paths[i];
        else
            status = plim_recorded_setting(recorded, key, &paths[i], err);
    }
    if (status == PLIM_OK)
        status = plim_session_open(session, paths, count, err);
    if (status == PLIM_OK)
        status = plim_session_digests(session, err);
    for (size_t i = 0; i < session->n_sources && status == PLIM_OK; i++)
        status = check_digest(recorded, &session->sources[i], i, err);
    plim_free(paths);
    return status;
}

/* ---- scripts ---- */

static bool fetch(void *user, const char *path, const char **text, size_t *length)
{
    const plim_recorded *recorded = user;
    for (size_t i = 0; i < recorded->result.n_inputs; i++) {
        const plim_kept_input *input = &recorded->result.inputs[i];
        if (input->text && strcmp(input->path, path) == 0) {
            *text = input->text;
            *length = input->length;
            return true;
        }
    }
    return false;
}

plim_status plim_recorded_trace(const plim_recorded *recorded, plim_session *session,
                                plim_error *err)
{
    size_t count = count_kind(recorded, "scenario");
    const char *model = NULL, *lib = NULL;
    PLIM_TRY(plim_recorded_setting(recorded, "model", &model, err));
    PLIM_TRY(plim_recorded_setting(recorded, "lib", &lib, err));
    const char **paths = plim_alloc(count, sizeof *paths);
    if (!paths)
        return plim_fail_memory(err, "the scenarios");
    for (size_t i = 0; i < count; i++)
        paths[i] = input_of(recorded, "scenario", i)->path;
    plim_session_scripts scripts = {
        .scenarios = paths,
        .n_scenarios = count,
        .model = *model ? model : NULL,
        .loader = {.lib_dir = lib, .fetch = fetch, .user = (void *)recorded}};
    plim_status status = plim_session_trace(session, &scripts, err);
    plim_free(paths);
    PLIM_TRY(status);
    const char *alone = plim_result_setting(&recorded->result, "baseline_years");
    session->program.baseline_years = alone == NULL ? 0 : (int)strtol(alone, NULL, 10);
    return PLIM_OK;
}

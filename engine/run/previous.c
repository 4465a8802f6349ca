/* The result of the run before, of which only the warnings that stand are of use. */
#include "run/stages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numeral.h"

/* A result that this run replaces could not be given to it again. */
static plim_status check_apart(const run *r, plim_error *err)
{
    char *before = realpath(r->config->previous, NULL), *out = realpath(r->out, NULL);
    bool same = before != NULL && out != NULL && strcmp(before, out) == 0;
    free(before);
    free(out);
    return same ? plim_fail(err, PLIM_USAGE,
                            "%s: is the previous result and would be replaced by this one, which "
                            "could then not be repeated; choose another name with --out",
                            r->out)
                : PLIM_OK;
}

static plim_status check_currency(const run *r, const plim_result *result, plim_error *err)
{
    const char *then = plim_result_setting(result, "currency");
    for (size_t i = 0; i < r->session.n_sources; i++) {
        const plim_source *source = &r->session.sources[i];
        const char *now = source->attribute(source, "currency");
        if (now != NULL && (then == NULL || strcmp(now, then) != 0))
            return plim_fail(err, PLIM_INPUT,
                             "%s: the previous result is in '%s', but %s in '%s'; accepted: a "
                             "result of the same currency",
                             r->config->previous, then != NULL ? then : "", source->path, now);
    }
    return PLIM_OK;
}

/* Time does not run backwards: a level's months are counted between the dates of the books. */
static plim_status check_date(run *r, const plim_result *result, plim_error *err)
{
    const char *then = plim_result_setting(result, "as_of");
    if (then == NULL || !plim_parse_date(then, &r->previous.day))
        return plim_fail(err, PLIM_INPUT, "%s: setting as_of: '%s'; accepted: a date",
                         r->config->previous, then != NULL ? then : "");
    for (size_t i = 0; i < r->session.n_sources; i++) {
        const plim_source *source = &r->session.sources[i];
        const char *now = source->attribute(source, "as_of");
        int64_t day;
        if (now != NULL && plim_parse_date(now, &day) && day < r->previous.day)
            return plim_fail(err, PLIM_INPUT,
                             "%s: the previous result is of %s, but %s of %s; accepted: a result "
                             "of the same date or before",
                             r->config->previous, then, source->path, now);
    }
    return PLIM_OK;
}

static plim_status take(run *r, const plim_result *result, plim_error *err)
{
    PLIM_TRY(check_currency(r, result, err));
    PLIM_TRY(check_date(r, result, err));
    return plim_previous_make(&r->previous, plim_record_table(result, "warning_state"),
                              r->config->previous, err);
}

plim_status plim_run_read_previous(run *r, plim_error *err)
{
    static const char *const tables[] = {"warning_state", NULL};
    plim_result result = {0};
    if (r->config->previous == NULL)
        return PLIM_OK;
    PLIM_TRY(check_apart(r, err));
    PLIM_TRY(plim_digest_file(r->config->previous, r->previous_sha256, err));
    PLIM_TRY(plim_store_read_tables(&result, r->config->previous, tables, err));
    plim_status status = take(r, &result, err);
    plim_result_free(&result);
    return status;
}

plim_warn_config plim_run_warning(run *r)
{
    return (plim_warn_config){.rules = r->rules,
                              .previous = r->config->previous != NULL ? &r->previous : NULL,
                              .n_paths = r->tallies.n_paths > 0 ? r->tallies.n_paths : r->paths,
                              .threads = r->threads};
}

void plim_run_say_gone(const run *r)
{
    uint64_t gone = r->config->previous != NULL ? plim_previous_gone(&r->previous) : 0;
    if (gone > 0)
        plim_run_say(r, 0,
                     "%llu warnings of the previous result are of subjects or scenarios that are "
                     "not in this run: dropped",
                     (unsigned long long)gone);
}

#include "warn/previous.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/numeral.h"

/* Parts end in a byte that no text holds. */
static plim_status write_key(plim_text *out, const plim_alert_key *key, plim_error *err)
{
    out->length = 0;
    plim_text_format(out, "%s\x1f%s\x1f%s\x1f%s", key->scenario, key->subject, key->indicator,
                     key->key);
    return out->failed ? plim_fail_memory(err, "warnings of the run before") : PLIM_OK;
}

static plim_status read_state(plim_alert_state *out, const plim_table *states, size_t row,
                              const char *path, plim_error *err)
{
    const plim_table_spec *spec = states->spec;
    const char *level = plim_table_text(states, row, plim_table_spec_field(spec, "level"));
    const char *since = plim_table_text(states, row, plim_table_spec_field(spec, "since"));
    int64_t runs = states->columns[plim_table_spec_field(spec, "calm_runs")].integer[row];
    if (!plim_alert_of_name(level, &out->level) || out->level == PLIM_ALERT_NONE)
        return plim_fail(err, PLIM_INPUT,
                         "%s: warning_state.level, row %zu: '%s'; accepted: blue, yellow, orange, "
                         "red",
                         path, row, level);
    if (!plim_parse_date(since, &out->since))
        return plim_fail(err, PLIM_INPUT,
                         "%s: warning_state.since, row %zu: '%s'; accepted: a date such as "
                         "2025-12-31",
                         path, row, since);
    if (runs < 0 || runs > INT32_MAX)
        return plim_fail(err, PLIM_INPUT,
                         "%s: warning_state.calm_runs, row %zu: %lld; accepted: 0 or more", path,
                         row, (long long)runs);
    out->calm_runs = (uint32_t)runs;
    return PLIM_OK;
}

static plim_status add_row(plim_previous *out, const plim_table *states, size_t row,
                           const char *path, plim_error *err)
{
    const plim_table_spec *spec = states->spec;
    plim_alert_key key = {
        .scenario = plim_table_text(states, row, plim_table_spec_field(spec, "scenario")),
        .subject = plim_table_text(states, row, plim_table_spec_field(spec, "subject")),
        .key = plim_table_text(states, row, plim_table_spec_field(spec, "key")),
        .indicator = plim_table_text(states, row, plim_table_spec_field(spec, "indicator"))};
    uint32_t index;
    PLIM_TRY(write_key(&out->wanted, &key, err));
    PLIM_TRY(plim_names_add(&out->keys, plim_text_get(&out->wanted), &index, err));
    if (index != row)
        return plim_fail(err, PLIM_INPUT, "%s: warning_state, row %zu: stands there twice", path,
                         row);
    return read_state(&out->states[row], states, row, path, err);
}

plim_status plim_previous_make(plim_previous *out, const plim_table *states, const char *path,
                               plim_error *err)
{
    out->states = plim_alloc(states->n_rows, sizeof *out->states);
    out->met = plim_alloc(states->n_rows, sizeof *out->met);
    if (out->states == NULL || out->met == NULL)
        return plim_fail_memory(err, "warnings of the run before");
    for (size_t row = 0; row < states->n_rows; row++)
        PLIM_TRY(add_row(out, states, row, path, err));
    return PLIM_OK;
}

plim_status plim_previous_find(plim_previous *known, const plim_alert_key *key,
                               plim_alert_state *out, plim_error *err)
{
    *out = (plim_alert_state){0};
    if (known == NULL)
        return PLIM_OK;
    PLIM_TRY(write_key(&known->wanted, key, err));
    uint32_t index = plim_names_find(&known->keys, plim_text_get(&known->wanted));
    if (index == PLIM_NO_NAME)
        return PLIM_OK;
    known->met[index] = 1;
    *out = known->states[index];
    return PLIM_OK;
}

uint64_t plim_previous_gone(const plim_previous *known)
{
    uint64_t gone = 0;
    for (size_t i = 0; i < known->keys.count; i++)
        gone += !known->met[i];
    return gone;
}

void plim_previous_free(plim_previous *known)
{
    plim_names_free(&known->keys);
    plim_free(known->states);
    plim_free(known->met);
    plim_text_free(&known->wanted);
    *known = (plim_previous){0};
}

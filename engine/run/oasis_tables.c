#include "run/oasis_tables.h"

#include <float.h>
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "run/hazard_csv.h"

/* ---- a number an id ---- */

plim_status plim_oasis_value(plim_oasis_values *values, const char *id, uint32_t *out,
                             plim_error *err)
{
    size_t known = values->id.count;
    PLIM_TRY(plim_names_add(&values->id, id, out, err));
    if (*out < known)
        return PLIM_OK;
    void *value = values->value, *line = values->line;
    int failed = plim_grow(&value, &values->value_capacity, known + 1, sizeof *values->value);
    values->value = value;
    if (failed == 0)
        failed = plim_grow(&line, &values->line_capacity, known + 1, sizeof *values->line);
    values->line = line;
    if (failed != 0)
        return plim_fail_memory(err, values->path);
    values->value[*out] = 0;
    values->line[*out] = 0;
    return PLIM_OK;
}

void plim_oasis_values_free(plim_oasis_values *values)
{
    plim_names_free(&values->id);
    plim_free(values->value);
    plim_free(values->line);
    *values = (plim_oasis_values){0};
}

/* A table with an id, a number and, of damage bins, perhaps a type in a row. */
typedef struct table {
    plim_oasis_values *out;
    plim_sheet_range range;
    bool is_damage; /* of damage bins, or else of events or intensities */
} table;

enum { ID, VALUE, DAMAGE_TYPE };

/* Oasis: 0 not said, 1 relative, 2 absolute, 3 duration. */
static plim_status check_damage_type(const table *t, const plim_sheet_row *row, plim_error *err)
{
    const char *type = row->cell[DAMAGE_TYPE];
    if (!t->is_damage || !type || strcmp(type, "0") == 0 || strcmp(type, "1") == 0)
        return PLIM_OK;
    return plim_sheet_refuse(row, DAMAGE_TYPE,
                             "0 or 1, damage relative to the value; amounts and durations are no "
                             "ratios",
                             err);
}

static plim_status take_value(void *user, const plim_sheet_row *row, plim_error *err)
{
    const table *t = user;
    const char *id = NULL;
    uint32_t at = 0;
    double value = 0;
    PLIM_TRY(plim_sheet_text(row, ID, &id, err));
    PLIM_TRY(plim_sheet_number(row, VALUE, &t->range, &value, err));
    PLIM_TRY(check_damage_type(t, row, err));
    PLIM_TRY(plim_oasis_value(t->out, id, &at, err));
    if (t->out->line[at] != 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: lines %u and %u: both are about %s `%s`; one of "
                         "them has to go",
                         row->sheet->path, t->out->line[at], row->line, row->sheet->column[ID], id);
    t->out->value[at] = value;
    t->out->line[at] = row->line;
    return PLIM_OK;
}

static plim_status read_values(table *t, const char *path, const char *const columns[3],
                               plim_error *err)
{
    char sha256[PLIM_DIGEST_HEX];
    plim_sheet sheet = {
        .path = path,
        .column = {[ID] = columns[0], [VALUE] = columns[1], [DAMAGE_TYPE] = columns[2]},
        .n_columns = columns[2] ? 3 : 2,
        .n_needed = 2,
        .take = take_value,
        .user = t};
    t->out->path = path;
    return plim_hazard_sheet(&sheet, sha256, err);
}

plim_status plim_oasis_read_dictionary(plim_oasis_values *out, const char *path, bool is_damage,
                                       plim_error *err)
{
    static const char *const columns[] = {"bin_index", "interpolation", "damage_type"};
    static const plim_sheet_range intensities = {0, DBL_MAX, "a number of 0 or more"};
    static const plim_sheet_range ratios = {0, 1, "a ratio from 0 to 1"};
    table t = {.out = out, .range = is_damage ? ratios : intensities, .is_damage = is_damage};
    return read_values(&t, path, columns, err);
}

/* ---- rates ---- */

typedef struct occurrences {
    plim_oasis_values *out;
    int periods;
} occurrences;

static plim_status take_occurrence(void *user, const plim_sheet_row *row, plim_error *err)
{
    enum { EVENT, PERIOD };
    const occurrences *o = user;
    const char *id = NULL;
    int64_t period = 0;
    uint32_t at = 0;
    PLIM_TRY(plim_sheet_text(row, EVENT, &id, err));
    if (!plim_parse_int64(row->cell[PERIOD], &period) || period < 1 || period > o->periods)
        return plim_sheet_refuse(row, PERIOD, "a whole number from 1 to that of --periods", err);
    PLIM_TRY(plim_oasis_value(o->out, id, &at, err));
    o->out->value[at] += 1; /* exact: there are fewer than 2^53 rows */
    return PLIM_OK;
}

static plim_status count_occurrences(const plim_oasis_config *config, plim_oasis_values *out,
                                     plim_error *err)
{
    char sha256[PLIM_DIGEST_HEX];
    occurrences o = {.out = out, .periods = config->periods};
    plim_sheet sheet = {.path = config->occurrence,
                        .column = {"event_id", "period_no"},
                        .n_columns = 2,
                        .n_needed = 2,
                        .take = take_occurrence,
                        .user = &o};
    out->path = config->occurrence;
    PLIM_TRY(plim_hazard_sheet(&sheet, sha256, err));
    for (size_t i = 0; i < out->id.count; i++)
        out->value[i] /= config->periods;
    return PLIM_OK;
}

plim_status plim_oasis_read_rates(const plim_oasis_config *config, plim_oasis_values *out,
                                  plim_error *err)
{
    static const char *const columns[] = {"event_id", "rate", NULL};
    table t = {.out = out,
               .range = {0, DBL_MAX, "a number of 0 or more: how often a year the event happens"}};
    return config->events ? read_values(&t, config->events, columns, err)
                          : count_occurrences(config, out, err);
}

/* ---- keys ---- */

static plim_status take_key(void *user, const plim_sheet_row *row, plim_error *err)
{
    enum { AREAPERIL, PLACE };
    plim_oasis_keys *keys = user;
    const char *areaperil = NULL, *place = NULL;
    size_t known = keys->place.count;
    uint32_t of = 0, at = 0;
    PLIM_TRY(plim_sheet_text(row, AREAPERIL, &areaperil, err));
    PLIM_TRY(plim_sheet_text(row, PLACE, &place, err));
    PLIM_TRY(plim_names_add(&keys->areaperil, areaperil, &of, err));
    PLIM_TRY(plim_names_add(&keys->place, place, &at, err));
    if (at < known && keys->of_place[at] == of) /* a row a kind of cover: the same again */
        return PLIM_OK;
    if (at < known)
        return plim_fail(err, PLIM_INPUT,
                         "%s: lines %u and %u: `%s` has the areaperils `%s` and `%s`; accepted: "
                         "one areaperil a place",
                         row->sheet->path, keys->line[at], row->line, place,
                         keys->areaperil.text[keys->of_place[at]], areaperil);
    void *all = keys->of_place, *lines = keys->line;
    int failed = plim_grow(&all, &keys->of_capacity, known + 1, sizeof *keys->of_place);
    keys->of_place = all;
    if (failed == 0)
        failed = plim_grow(&lines, &keys->line_capacity, known + 1, sizeof *keys->line);
    keys->line = lines;
    if (failed != 0)
        return plim_fail_memory(err, row->sheet->path);
    keys->of_place[at] = of;
    keys->line[at] = row->line;
    return PLIM_OK;
}

/* Turns "whose is a place" into "which places has an areaperil". */
static plim_status list_places(plim_oasis_keys *keys, const char *path, plim_error *err)
{
    keys->first = plim_alloc(keys->areaperil.count + 2, sizeof *keys->first);
    keys->at = plim_alloc(keys->place.count, sizeof *keys->at);
    if (!keys->first || !keys->at)
        return plim_fail_memory(err, path);
    for (size_t i = 0; i < keys->place.count; i++)
        keys->first[keys->of_place[i] + 2]++;
    for (size_t a = 0; a < keys->areaperil.count; a++)
        keys->first[a + 2] += keys->first[a + 1];
    for (size_t i = 0; i < keys->place.count;
         i++) /* moves the beginnings on to where they belong */
        keys->at[keys->first[keys->of_place[i] + 1]++] = (uint32_t)i;
    return PLIM_OK;
}

plim_status plim_oasis_read_keys(const plim_oasis_config *config, plim_oasis_keys *out,
                                 plim_error *err)
{
    char sha256[PLIM_DIGEST_HEX];
    plim_sheet sheet = {
        .path = config->keys,
        .column = {"areaperil_id", config->place_column ? config->place_column : "place"},
        .n_columns = 2,
        .n_needed = 2,
        .take = take_key,
        .user = out};
    PLIM_TRY(plim_hazard_sheet(&sheet, sha256, err));
    return list_places(out, config->keys, err);
}

void plim_oasis_keys_free(plim_oasis_keys *keys)
{
    plim_names_free(&keys->areaperil);
    plim_names_free(&keys->place);
    plim_free(keys->of_place);
    plim_free(keys->line);
    plim_free(keys->first);
    plim_free(keys->at);
    *keys = (plim_oasis_keys){0};
}

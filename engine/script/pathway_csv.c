#include "script/pathway_csv.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "scenario/series.h"
#include "script/keys.h"

const char *const plim_pathway_csv_keys[] = {"csv",   "factor", "reference", "unit",
                                             "value", "where",  "year",      NULL};

enum { MAX_WHERE = 16 };

/* What the table asks for. The texts are Lua's, kept alive by its stack. */
typedef struct request {
    const char *csv;
    plim_series_form form;
    const char *column[MAX_WHERE], *name[MAX_WHERE];
    size_t n_where;
    bool has_factor;
    double factor;
} request;

/* ---- what the table says ---- */

/* A text at a key, left on the stack; NULL if there is none. */
static const char *text_at(lua_State *L, const char *key, bool *good)
{
    int type = lua_getfield(L, 1, key);
    if (type == LUA_TSTRING && lua_rawlen(L, -1) > 0 &&
        strlen(lua_tostring(L, -1)) == lua_rawlen(L, -1))
        return lua_tostring(L, -1);
    if (type != LUA_TNIL) {
        plim_sandbox_fault(L, "pathway: `%s` must be a text, not a %s", key,
                           type == LUA_TSTRING ? "text without letters" : plim_type_name(L, -1));
        *good = false;
    }
    return NULL;
}

/* The pairs of the table at the top of the stack; what they say stays on the stack. */
static bool read_where(lua_State *L, request *r)
{
    int where = lua_gettop(L);
    lua_Integer n = plim_keys_push(L, where, 1);
    int keys = lua_gettop(L);
    luaL_checkstack(L, 2 * MAX_WHERE + 8, NULL);
    if (n > MAX_WHERE) {
        plim_sandbox_fault(L, "pathway: `where` has more than %d columns", MAX_WHERE);
        return false;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, keys, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, where);
        if (lua_type(L, -2) != LUA_TSTRING ||
            (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)) {
            plim_sandbox_fault(L, "pathway: `where` takes columns and names, such as where = { "
                                  "scenario = \"Net Zero 2050\", region = \"China\" }");
            return false;
        }
        r->column[r->n_where] = lua_tostring(L, -2);
        r->name[r->n_where++] = lua_tostring(L, -1);
    }
    return true;
}

static bool read_factor(lua_State *L, request *r)
{
    bool good = true;
    r->has_factor = lua_getfield(L, 1, "factor") != LUA_TNIL;
    if (r->has_factor) {
        r->factor = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
        good = isfinite(r->factor) && r->factor != 0.0;
        if (!good)
            plim_sandbox_fault(L, "pathway: `factor` must be a finite number other than 0");
    }
    lua_pop(L, 1);
    return good;
}

static bool read_request(lua_State *L, request *r)
{
    bool good = true;
    r->csv = text_at(L, "csv", &good);
    r->form.year = text_at(L, "year", &good);
    r->form.value = text_at(L, "value", &good);
    good = read_factor(L, r) && good;
    int type = lua_getfield(L, 1, "where");
    if (type == LUA_TTABLE)
        return read_where(L, r) && good;
    if (type != LUA_TNIL)
        plim_sandbox_fault(L,
                           "pathway: `where` must be a table such as { region = \"China\" }, not a "
                           "%s",
                           plim_type_name(L, -1));
    return good && type == LUA_TNIL;
}

/* Points beside `csv`, and keys that it doesn't take, are faults. */
static bool check_keys(lua_State *L, lua_Integer n_keys)
{
    bool good = true;
    for (lua_Integer i = 1; i <= n_keys; i++) {
        lua_rawgeti(L, 3, i);
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        if (!key)
            plim_sandbox_fault(L,
                               "pathway: a point beside `csv`: years and values stand in the file");
        good = key && plim_pathway_check_key(L, key, plim_pathway_csv_keys) && good;
        lua_pop(L, 1);
    }
    return good;
}

/* ---- what the file says: no Lua from here on, so that nothing is left behind ---- */

/* The cell that all rows of the series have in a column, "" without that column. */
static plim_status common_cell(const plim_series_file *file, const plim_series *series,
                               size_t column, const char **out, plim_error *err)
{
    *out = column == PLIM_NO_COLUMN ? "" : plim_series_cell(file, series->row[0], column);
    for (size_t i = 1; i < series->count && column != PLIM_NO_COLUMN; i++) {
        const char *cell = plim_series_cell(file, series->row[i], column);
        if (strcmp(cell, *out) != 0)
            return plim_fail(err, PLIM_INPUT,
                             "%s: column `%s` changes from `%s` in line %zu to `%s` in line %zu "
                             "within one pathway",
                             file->path, file->csv.header[column], *out,
                             file->csv.line[series->row[0]], cell, file->csv.line[series->row[i]]);
    }
    return PLIM_OK;
}

static size_t unit_column(const plim_series_file *file)
{
    size_t column = plim_series_column(file, "unit");
    return column == PLIM_NO_COLUMN ? plim_series_column(file, "units") : column;
}

/* The unit of the file: it must be one of ours and fit; the pathway takes it if it has none. */
static plim_status take_unit(const plim_series_file *file, const char *text,
                             plim_pathway_value *value, double *factor, plim_error *err)
{
    plim_unit unit = {0};
    double file_factor = 1.0;
    char message[200], own[60], its[60];
    if (strlen(text) >= sizeof value->unit_text ||
        !plim_unit_parse(text, &unit, &file_factor, message))
        return plim_fail(err, PLIM_INPUT,
                         "%s: the values are in `%s`, which is no unit of scenarios; convert them "
                         "with `plimsoll scenario import`, or say factor = NUMBER, by which every "
                         "value is multiplied",
                         file->path, text);
    if (value->unit_text[0] && !plim_unit_equal(&unit, &value->unit)) {
        plim_unit_format(&value->unit, own, sizeof own);
        plim_unit_format(&unit, its, sizeof its);
        return plim_fail(err, PLIM_INPUT, "%s: the values are in %s, the pathway in %s", file->path,
                         its, own);
    }
    if (!value->unit_text[0]) {
        memcpy(value->unit_text, text, strlen(text) + 1);
        value->unit = unit;
        *factor = file_factor;
    }
    value->file_factor = file_factor;
    return PLIM_OK;
}

static plim_status find_factor(const plim_series_file *file, const plim_series *series,
                               const request *r, plim_pathway_value *value, double *unit_factor,
                               plim_error *err)
{
    const char *unit = "";
    value->file_factor = *unit_factor * (r->has_factor ? r->factor : 1.0);
    if (r->has_factor)
        return PLIM_OK;
    PLIM_TRY(common_cell(file, series, unit_column(file), &unit, err));
    return *unit ? take_unit(file, unit, value, unit_factor, err) : PLIM_OK;
}

/* Whoever reads a script has to see which variable it takes, all the more where its publisher warns
   of it: a file with a column `variable` is read by name only. */
static plim_status check_variable(const plim_series_file *file, const plim_series_rows *all,
                                  const request *r, plim_error *err)
{
    size_t variable = plim_series_column(file, "variable");
    plim_names names = {0};
    plim_text list = {0};
    if (variable == PLIM_NO_COLUMN)
        return PLIM_OK;
    for (size_t i = 0; i < r->n_where; i++)
        if (plim_series_column(file, r->column[i]) == variable)
            return PLIM_OK;
    plim_status status = plim_series_values(file, all, variable, &names, err);
    plim_series_list(&list, &names);
    if (status == PLIM_OK)
        status = plim_fail(err, PLIM_INPUT,
                           "%s: the variable has to be named: where = { variable = \"NAME\" }; "
                           "there are %s",
                           file->path, plim_text_get(&list));
    plim_text_free(&list);
    plim_names_free(&names);
    return status;
}

static plim_status take_points(const plim_series_file *file, const plim_series *series,
                               plim_pathway_value *value, plim_error *err)
{
    plim_pathway *path = &value->path;
    path->year = plim_alloc(series->count, sizeof *path->year);
    path->value = plim_alloc(series->count, sizeof *path->value);
    if (!path->year || !path->value)
        return plim_fail_memory(err, "a pathway");
    path->count = series->count;
    for (size_t i = 0; i < series->count; i++) {
        path->year[i] = series->year[i];
        path->value[i] = series->value[i] * value->file_factor;
        if (!isfinite(path->value[i]))
            return plim_fail(
                err, PLIM_INPUT, "%s: line %zu: `%s` times %g is beyond what a number can hold",
                file->path, file->csv.line[series->row[i]], series->text[i], value->file_factor);
    }
    return PLIM_OK;
}

static plim_status read_rows(const plim_series_file *file, plim_series_rows *rows, const request *r,
                             plim_series *out, plim_error *err)
{
    PLIM_TRY(check_variable(file, rows, r, err));
    for (size_t i = 0; i < r->n_where; i++) {
        size_t column = 0;
        PLIM_TRY(plim_series_need_column(file, r->column[i], &column, err));
        PLIM_TRY(plim_series_where(file, rows, column, r->name[i], err));
    }
    return plim_series_read(file, rows, PLIM_TWINS_EQUAL, out, err);
}

static plim_status load(const plim_script_input *input, const request *r, plim_pathway_value *value,
                        double *unit_factor, plim_error *err)
{
    plim_series_file file = {0};
    plim_series_rows rows = {0};
    plim_series series = {0};
    PLIM_TRY(plim_series_open(&file, r->csv, input->text, input->length, &r->form, err));
    plim_status status = plim_series_all(&file, &rows, err);
    if (status == PLIM_OK)
        status = read_rows(&file, &rows, r, &series, err);
    if (status == PLIM_OK)
        status = find_factor(&file, &series, r, value, unit_factor, err);
    if (status == PLIM_OK)
        status = take_points(&file, &series, value, err);
    plim_series_free(&series);
    plim_series_rows_free(&rows);
    plim_series_close(&file);
    return status;
}

/* ---- both ---- */

void plim_pathway_read_csv(lua_State *L, plim_pathway_value *value, double *unit_factor,
                           lua_Integer n_keys)
{
    request r = {0};
    plim_error err = {0};
    bool known = check_keys(L, n_keys);
    bool good = read_request(L, &r) && known;
    const plim_script_input *input =
        good && r.csv ? plim_sandbox_read_data(L, r.csv, plim_sandbox_of(L)->limits.data_bytes)
                      : NULL;
    plim_status status = input ? load(input, &r, value, unit_factor, &err) : PLIM_OK;
    lua_settop(L, 3);
    if (status == PLIM_INPUT) {
        plim_sandbox_fault(L, "%s", err.message);
    } else if (status != PLIM_OK) {
        *plim_sandbox_of(L)->failure = err;
        plim_sandbox_abort(L);
    }
}

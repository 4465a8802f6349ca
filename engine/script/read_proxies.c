/* proxies = { ... } -> plim_proxy_rules. */
#include "script/read_proxies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "math/low_default.h"
#include "script/keys.h"
#include "script/read.h"
#include "script/reader.h"

static const double no_value[2] = {NAN, NAN};

static plim_proxy_rules *rules_of(const plim_reader *r)
{
    return r->user;
}

static void add(const plim_reader *r, plim_proxy_list *list, const char *key, const char *unit,
                const double value[2])
{
    if (plim_proxy_list_add(list, key, unit, value, plim_sandbox_of(r->L)->failure) != PLIM_OK)
        plim_sandbox_abort(r->L);
}

/* ---- lists ------------------------------------------------------------------------------ */

/* prefix = number */
typedef struct number_list {
    plim_proxy_list *list;
    double high;
} number_list;

static void read_number_entry(plim_reader *r, const char *key, void *user)
{
    const number_list *to = user;
    double value[2] = {plim_reader_take_number(r, 0, to->high), (double)NAN};
    if (!isnan(value[0]))
        add(r, to->list, key, NULL, value);
}

static void read_numbers(plim_reader *r, const char *key, plim_proxy_list *list, double high)
{
    number_list to = {list, high};
    if (!plim_reader_open(r, key))
        return;
    plim_reader_each(r, false, read_number_entry, &to);
    plim_reader_close(r);
}

/* key = { unit = "t", first = 1, second = 2 } */
typedef struct pair_list {
    plim_proxy_list *list;
    const char *first, *second;
    double high;
    bool unit; /* is one needed? */
    bool both; /* must both numbers be there? else one at least */
} pair_list;

static void read_pair_entry(plim_reader *r, const char *key, void *user)
{
    const pair_list *to = user;
    const char *known[] = {to->first, to->second, to->unit ? "unit" : NULL, NULL};
    if (lua_type(r->L, -1) != LUA_TTABLE) {
        plim_reader_fault(r, "must be a table { %s = ..., %s = ... }, not a %s", to->first,
                          to->second, plim_type_name(r->L, -1));
        lua_pop(r->L, 1);
        return;
    }
    plim_reader_check_keys(r, known);
    double value[2] = {plim_reader_number(r, to->first, 0, to->high, (double)NAN),
                       plim_reader_number(r, to->second, 0, to->high, (double)NAN)};
    bool first = plim_reader_has(r, to->first), second = plim_reader_has(r, to->second);
    bool lacks = to->both ? !first || !second : !first && !second;
    char *unit = to->unit ? plim_reader_text(r, "unit") : NULL;
    if (lacks)
        plim_reader_fault(r, to->both ? "needs %s and %s" : "needs %s or %s", to->first,
                          to->second);
    if (to->unit && !plim_reader_has(r, "unit"))
        plim_reader_fault(r, "needs a unit");
    plim_status status = PLIM_OK;
    if (!lacks && (unit || !to->unit))
        status = plim_proxy_list_add(to->list, key, unit, value, plim_sandbox_of(r->L)->failure);
    plim_free(unit);
    if (status != PLIM_OK)
        plim_sandbox_abort(r->L);
    lua_pop(r->L, 1);
}

static void read_pairs(plim_reader *r, const char *key, const pair_list *to)
{
    pair_list copy = *to;
    if (!plim_reader_open(r, key))
        return;
    plim_reader_each(r, false, read_pair_entry, &copy);
    plim_reader_close(r);
}

/* ---- PD --------------------------------------------------------------------------------- */

enum { MOST_DAYS = 100000 };

static void add_pd_row(plim_reader *r, plim_proxy_pd_row *row)
{
    plim_proxy_rules *rules = rules_of(r);
    for (size_t i = 0; i < rules->n_pd; i++)
        if (rules->pd[i].class == row->class && rules->pd[i].overdue == row->overdue)
            plim_reader_fault(r, "this class and number of days stand in row %zu already", i + 1);
    void *rows = rules->pd;
    if (plim_grow(&rows, &rules->pd_capacity, rules->n_pd + 1, sizeof *rules->pd) != 0)
        plim_sandbox_no_memory(r->L, "the rules of proxies");
    rules->pd = rows;
    rules->pd[rules->n_pd++] = *row;
}

static void read_pd_row(plim_reader *r)
{
    static const char *const known[] = {"class", "overdue", "pd", "sectors", NULL};
    plim_reader_check_keys(r, known);
    plim_proxy_pd_row row = {.pd = plim_reader_number(r, "pd", 0, 1, (double)NAN)};
    double class = plim_reader_whole(r, "class", 1, 5, 0),
           overdue = plim_reader_number(r, "overdue", 0, MOST_DAYS, 0);
    row.class = isnan(class) ? 0 : (int)class;
    row.overdue = isnan(overdue) ? 0 : overdue;
    add_pd_row(r, &row);
    plim_proxy_pd_row *kept = &rules_of(r)->pd[rules_of(r)->n_pd - 1];
    read_numbers(r, "sectors", &kept->sectors, 1);
    if (!plim_reader_has(r, "pd") && !plim_reader_has(r, "sectors"))
        plim_reader_fault(r, "needs pd, a number from 0 to 1, or sectors");
}

static void read_pd(plim_reader *r)
{
    lua_State *L = r->L;
    if (!plim_reader_open(r, "pd"))
        return;
    lua_Integer n = luaL_len(L, -1), keys = plim_keys_push(L, -1, 1);
    lua_pop(L, 1);
    if (keys != n)
        plim_reader_fault(r, "must be a sequence of rows { class = 1, overdue = 0, pd = 0.01 }");
    for (lua_Integer i = 1; i <= n; i++) {
        plim_reader_enter_row(r, i);
        if (lua_rawgeti(L, -1, i) == LUA_TTABLE)
            read_pd_row(r);
        else
            plim_reader_fault(r, "must be a row { class = 1, overdue = 0, pd = 0.01 }, not a %s",
                              plim_type_name(L, -1));
        lua_pop(L, 1);
        plim_reader_leave(r);
    }
    plim_reader_close(r);
}

static plim_proxy_pool read_pool(plim_reader *r)
{
    static const char *const pools[] = {
        [PLIM_POOL_SECTOR] = "sector", [PLIM_POOL_CLASS] = "class", [PLIM_POOL_ALL] = "all"};
    char *by = plim_reader_text(r, "by");
    int found = by ? -1 : PLIM_POOL_SECTOR;
    for (int i = 0; by && i < 3; i++)
        if (strcmp(by, pools[i]) == 0)
            found = i;
    plim_free(by);
    if (found < 0) {
        plim_reader_enter(r, "by");
        plim_reader_fault(r, "must be \"sector\", \"class\" or \"all\"");
        plim_reader_leave(r);
    }
    return found < 0 ? PLIM_POOL_SECTOR : (plim_proxy_pool)found;
}

static void read_low_default(plim_reader *r)
{
    static const char *const known[] = {"confidence", "correlation", "by", "digits",
                                        "obligors",   "defaults",    NULL};
    const double just_below_one = 1 - 1e-9, just_above_zero = 1e-9;
    plim_proxy_low_default *out = &rules_of(r)->low_default;
    if (!plim_reader_open(r, "pluto_tasche"))
        return;
    plim_reader_check_keys(r, known);
    out->on = true;
    out->confidence =
        plim_reader_number(r, "confidence", just_above_zero, just_below_one, (double)NAN);
    out->correlation = plim_reader_number(r, "correlation", 0, just_below_one, 0);
    out->by = read_pool(r);
    double digits = plim_reader_whole(r, "digits", 1, 8, 1);
    double obligors = plim_reader_whole(r, "obligors", 1, PLIM_LOW_DEFAULT_MOST, 1);
    double defaults = plim_reader_whole(r, "defaults", 0, 1e6, 1e6);
    if (!plim_reader_has(r, "confidence"))
        plim_reader_fault(r, "needs `confidence`, a number between 0 and 1");
    out->digits = isnan(digits) ? 1 : (uint32_t)digits;
    out->least_obligors = isnan(obligors) ? 1 : (uint32_t)obligors;
    out->most_defaults = isnan(defaults) ? 0 : (uint32_t)defaults;
    plim_reader_close(r);
}

/* ---- LGD -------------------------------------------------------------------------------- */

#define MOST_LGD 1.5 /* as in the book */

static void read_lgd(plim_reader *r)
{
    static const char *const known[] = {"collateral", "unsecured", "household", "least", NULL};
    plim_proxy_rules *rules = rules_of(r);
    if (!plim_reader_open(r, "lgd"))
        return;
    plim_reader_check_keys(r, known);
    read_pairs(r, "collateral",
               &(pair_list){&rules->collateral, "haircut", "lgd", MOST_LGD, false, true});
    for (size_t i = 0; i < rules->collateral.count; i++)
        if (rules->collateral.entries[i].value[0] > 1)
            plim_reader_fault(r, "the haircut of `%s` must be a number from 0 to 1",
                              rules->collateral.entries[i].key);
    read_numbers(r, "unsecured", &rules->unsecured, MOST_LGD);
    rules->unsecured_household = plim_reader_number(r, "household", 0, MOST_LGD, (double)NAN);
    double least = plim_reader_number(r, "least", 0, MOST_LGD, 0);
    rules->least_lgd = isnan(least) ? 0 : least;
    plim_reader_close(r);
}

/* ---- emissions -------------------------------------------------------------------------- */

#define MOST_FACTOR 1e6 /* tCO2e per anything: beyond is a slip of units */
#define MOST_GRID   5.0 /* kgCO2 per kWh */

static void read_grid_year(plim_reader *r, const char *key, void *user)
{
    lua_State *L = r->L;
    plim_proxy_rules *rules = user;
    char *end = NULL;
    long year = strtol(key, &end, 10);
    if (*end != '\0' || year < 1990 || year > 2200 || lua_type(L, -1) != LUA_TTABLE) {
        plim_reader_fault(
            r, "must be a year from 1990 to 2200 with a table { [\"50\"] = 0.5 } of kgCO2/kWh");
        lua_pop(L, 1);
        return;
    }
    void *grid = rules->grid;
    if (plim_grow(&grid, &rules->grid_capacity, rules->n_grid + 1, sizeof *rules->grid) != 0)
        plim_sandbox_no_memory(L, "the rules of proxies");
    rules->grid = grid;
    rules->grid[rules->n_grid] = (plim_proxy_grid_year){.year = (int)year};
    number_list to = {&rules->grid[rules->n_grid++].regions, MOST_GRID};
    plim_reader_each(r, false, read_number_entry, &to);
    lua_pop(L, 1);
}

static void read_power(plim_reader *r)
{
    static const char *const known[] = {"column", "grid", NULL};
    if (!plim_reader_open(r, "power"))
        return;
    plim_reader_check_keys(r, known);
    rules_of(r)->power_column = plim_reader_text(r, "column");
    if (!plim_reader_has(r, "column"))
        plim_reader_fault(r, "needs `column`, the column of borrowers that holds kWh a year");
    if (plim_reader_open(r, "grid")) {
        plim_reader_each(r, true, read_grid_year, rules_of(r));
        plim_reader_close(r);
    }
    plim_reader_close(r);
}

static void read_output(plim_reader *r)
{
    static const char *const known[] = {"column", "unit_column", "sectors", NULL};
    plim_proxy_rules *rules = rules_of(r);
    if (!plim_reader_open(r, "output"))
        return;
    plim_reader_check_keys(r, known);
    rules->output_column = plim_reader_text(r, "column");
    rules->output_unit_column = plim_reader_text(r, "unit_column");
    if (!plim_reader_has(r, "column") || !plim_reader_has(r, "unit_column"))
        plim_reader_fault(r, "needs `column` and `unit_column`, columns of borrowers");
    read_pairs(r, "sectors",
               &(pair_list){&rules->output, "scope1", "scope2", MOST_FACTOR, true, false});
    plim_reader_close(r);
}

static void read_quality(plim_reader *r)
{
    static const char *const rungs[PLIM_RUNGS + 1] = {"reported", "energy", "output", "revenue",
                                                      NULL};
    if (!plim_reader_open(r, "quality"))
        return;
    plim_reader_check_keys(r, rungs);
    for (int i = 0; i < PLIM_RUNGS; i++)
        rules_of(r)->quality[i] = plim_reader_number(r, rungs[i], 1, 5, (double)NAN);
    plim_reader_close(r);
}

static void read_emissions(plim_reader *r)
{
    static const char *const known[] = {"fuels", "power", "output", "revenue", "quality", NULL};
    plim_proxy_rules *rules = rules_of(r);
    if (!plim_reader_open(r, "emissions"))
        return;
    plim_reader_check_keys(r, known);
    read_pairs(r, "fuels",
               &(pair_list){&rules->fuels, "scope1", "scope2", MOST_FACTOR, true, false});
    read_power(r);
    read_output(r);
    read_pairs(r, "revenue",
               &(pair_list){&rules->revenue, "scope1", "scope2", MOST_FACTOR, false, false});
    read_quality(r);
    plim_reader_close(r);
}

/* ---- environmental credit --------------------------------------------------------------- */

static bool is_colour(const plim_reader *r, const char *colour)
{
    static const char *const colours[] = {"green", "blue", "yellow", "red", "black"};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (strcmp(colour, colours[i]) == 0)
            return true;
    plim_reader_fault(r, "the colours are green, blue, yellow, red, black; not `%s`", colour);
    return false;
}

static void read_score(plim_reader *r, const char *key, void *user)
{
    double value[2] = {plim_reader_take_number(r, 0, 1e6), (double)NAN};
    plim_proxy_list *scores = user;
    if (!is_colour(r, key) || isnan(value[0]))
        return;
    add(r, scores, key, NULL, no_value);
    size_t at = scores->count - 1; /* the highest score first */
    plim_proxy_entry entry = scores->entries[at];
    entry.value[0] = value[0];
    for (; at > 0 && scores->entries[at - 1].value[0] < value[0]; at--)
        scores->entries[at] = scores->entries[at - 1];
    scores->entries[at] = entry;
}

static void read_word(plim_reader *r, const char *key, void *user)
{
    plim_proxy_list *words = user;
    if (plim_reader_is_word(r) && is_colour(r, lua_tostring(r->L, -1)))
        add(r, words, key, lua_tostring(r->L, -1), no_value);
    lua_pop(r->L, 1);
}

static void read_env_credit(plim_reader *r)
{
    static const char *const known[] = {"score", "scores", "words", NULL};
    plim_proxy_rules *rules = rules_of(r);
    if (!plim_reader_open(r, "env_credit"))
        return;
    plim_reader_check_keys(r, known);
    rules->score_column = plim_reader_text(r, "score");
    if (plim_reader_open(r, "scores")) {
        plim_reader_each(r, false, read_score, &rules->scores);
        plim_reader_close(r);
    }
    if (plim_reader_open(r, "words")) {
        plim_reader_each(r, false, read_word, &rules->words);
        plim_reader_close(r);
    }
    plim_reader_close(r);
}

/* ---- all -------------------------------------------------------------------------------- */

void plim_read_proxies(lua_State *L, int index, plim_proxy_rules *out)
{
    static const char *const known[] = {
        "pd", "pd_otherwise", "pluto_tasche", "lgd", "emissions", "env_credit", NULL};
    plim_reader r = {.L = L, .root = "proxies", .user = out};
    plim_proxy_rules_init(out);
    luaL_checkstack(L, 40, "reading the rules of proxies");
    lua_pushvalue(L, index);
    if (lua_type(L, -1) != LUA_TTABLE) {
        plim_reader_fault(
            &r, "must be a table, such as proxies.rules {} of the library `proxies`, not a %s",
            plim_type_name(L, -1));
        lua_pop(L, 1);
        return;
    }
    plim_reader_check_keys(&r, known);
    read_pd(&r);
    out->pd_otherwise = plim_reader_number(&r, "pd_otherwise", 0, 1, (double)NAN);
    read_low_default(&r);
    read_lgd(&r);
    read_emissions(&r);
    read_env_credit(&r);
    lua_pop(L, 1);
}

/* ---- a file of its own ------------------------------------------------------------------ */

typedef struct rules_file {
    plim_proxy_rules *out;
    const char *path;
} rules_file;

static int read_file(lua_State *L)
{
    const rules_file *file = lua_touserdata(L, 1);
    plim_sandbox_run(L, "proxies", file->path, file->path);
    plim_read_proxies(L, -1, file->out);
    return 0;
}

plim_status plim_script_read_proxies(plim_proxy_rules *out, const char *path,
                                     const plim_script_loader *loader, plim_error *err)
{
    plim_error failure = {0};
    plim_script_faults faults = {0};
    rules_file file = {out, path};
    plim_sandbox sandbox = {.faults = &faults, .loader = loader, .failure = &failure};
    plim_proxy_rules_init(out);
    sandbox.folder = plim_script_folder(path);
    if (!sandbox.folder)
        return plim_fail_memory(err, "a script");
    if (plim_sandbox_open(&sandbox))
        (void)plim_sandbox_protect(&sandbox, read_file, &file); /* its faults are recorded */
    plim_status status = failure.status;
    if (status != PLIM_OK && err)
        *err = failure;
    else if (status == PLIM_OK)
        status = plim_script_faults_report(&faults, err);
    plim_sandbox_close(&sandbox);
    plim_script_faults_free(&faults);
    return status;
}

/* map { loans = { from = ..., columns = { ... } } }: a table of the book and its columns. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "script/keys.h"
#include "script/map_parts.h"

/* ---- codes ---- */

/* Takes over `to`. */
static void add_code(const plim_at *at, plim_map_codes *codes, const char *from, char *to)
{
    plim_error err = {0};
    void *array = codes->to;
    size_t before = codes->from.count;
    if (plim_grow(&array, &codes->capacity, before + 1, sizeof *codes->to) != 0) {
        plim_free(to);
        plim_sandbox_no_memory(at->L, "the codes of a map");
    }
    codes->to = array;
    if (plim_names_add(&codes->from, from, NULL, &err) != PLIM_OK) {
        plim_free(to);
        plim_sandbox_no_memory(at->L, "the codes of a map");
    }
    if (codes->from.count == before) { /* saying the same twice is no fault */
        if (strcmp(codes->to[plim_names_find(&codes->from, from)], to) != 0)
            plim_at_fault(at, NULL, "map: code `%s` is there twice, with different values", from);
        plim_free(to);
        return;
    }
    codes->to[before] = to;
}

static void list_codes(const plim_at *at, plim_map_codes *codes)
{
    lua_State *L = at->L;
    lua_Integer n = plim_keys_push(L, at->table, 1);
    int keys = lua_gettop(L);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, keys, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, at->table);
        lua_pushvalue(L, -2);
        const char *from = lua_tostring(L, -1); /* the copy of a number becomes a text */
        lua_pushvalue(L, -2);
        char *to = plim_at_take_text(at, from);
        if (to != NULL)
            add_code(at, codes, from, to);
        lua_settop(L, keys);
    }
    lua_settop(L, at->table);
}

/* Columns `from` and `to` of a CSV file beside the map. */
static void read_crosswalk(const plim_at *at, plim_map_codes *codes, const char *file)
{
    plim_error err = {0};
    plim_csv csv = {0};
    plim_sandbox *sandbox = plim_sandbox_of(at->L);
    char *name[] = {plim_at_text(at, "from"), plim_at_text(at, "to")};
    size_t column[2];
    const plim_script_input *input =
        plim_sandbox_read_data(at->L, file, sandbox->limits.data_bytes);
    if (input == NULL || name[0] == NULL || name[1] == NULL) {
        if (input != NULL)
            plim_at_fault(at, "csv", "map: a file of codes needs `from` and `to`, its columns");
    } else if (plim_csv_parse(file, input->text, input->length, &csv, &err) != PLIM_OK) {
        plim_at_fault(at, "csv", "%s", err.message);
    } else {
        for (int i = 0; i < 2; i++) {
            for (column[i] = 0; column[i] < csv.n_columns; column[i]++)
                if (strcmp(csv.header[column[i]], name[i]) == 0)
                    break;
            if (column[i] == csv.n_columns)
                plim_at_fault(at, i == 0 ? "from" : "to", "map: %s has no column `%s`", file,
                              name[i]);
        }
        for (size_t r = 0; r < csv.n_rows; r++)
            if (column[0] < csv.n_columns && column[1] < csv.n_columns)
                add_code(at, codes, csv.cell[r * csv.n_columns + column[0]],
                         plim_copy(at->L, csv.cell[r * csv.n_columns + column[1]]));
    }
    plim_csv_free(&csv);
    plim_free(name[0]);
    plim_free(name[1]);
}

static void read_codes(const plim_at *column, const char *key, plim_map_codes *codes)
{
    static const char *const of_file[] = {"csv", "from", "to", NULL};
    if (!plim_at_table(column, key))
        return;
    plim_at at = plim_at_inner(column, key);
    char *csv = plim_at_text(&at, "csv");
    if (csv != NULL && plim_at_check_keys(&at, of_file))
        read_crosswalk(&at, codes, csv);
    else if (csv == NULL)
        list_codes(&at, codes);
    plim_free(csv);
    lua_settop(column->L, at.table - 1);
}

/* ---- one column ---- */

static void read_scale(const plim_at *at, plim_map_column *column)
{
    column->scale = 1;
    char *scale = plim_at_text(at, "scale");
    if (scale == NULL)
        return;
    if (!plim_map_scale(scale, &column->form.shift) &&
        !(plim_parse_double(scale, &column->scale) && isfinite(column->scale) &&
          column->scale != 0))
        plim_at_fault(at, "scale", "map: scale `%s` is not known; accepted: a number, or %s", scale,
                      PLIM_MAP_SCALES);
    else if (!column->is_number)
        plim_at_fault(at, "scale", "map: `%s` is a column of texts and has no scale", column->name);
    plim_free(scale);
}

static void read_form(const plim_at *at, plim_map_column *column)
{
    char *dates = plim_at_text(at, "dates");
    column->form.decimal = '.';
    if (column->file != PLIM_NO_FILE)
        column->form.decimal = at->map->files[column->file].decimal;
    if (dates != NULL && (strlen(dates) >= sizeof column->form.date || !plim_cell_date_form(dates)))
        plim_at_fault(at, "dates",
                      "map: dates `%s` are not known; accepted: excel, excel1904, d/m/y, m/d/y, "
                      "\"days since 1960-01-01\"; years first need nothing",
                      dates);
    else if (dates != NULL)
        (void)snprintf(column->form.date, sizeof column->form.date, "%s", dates);
    plim_free(dates);
}

static void read_check(const plim_at *at, plim_map_column *column)
{
    static const char *const words[] = {"none", "credit_code", "resident", "either"};
    char *check = plim_at_text(at, "check");
    for (int i = 0; check != NULL && i < 4; i++)
        if (strcmp(check, words[i]) == 0) {
            column->check = (plim_map_check)i;
            plim_free(check);
            return;
        }
    if (check != NULL)
        plim_at_fault(at, "check",
                      "map: check `%s` is not known; accepted: credit_code, resident, either",
                      check);
    plim_free(check);
}

/* What a column of the book is, from the schema or, where that does not know it, from `kind`. */
static void read_kind(const plim_at *at, plim_map_column *column)
{
    char *kind = plim_at_text(at, "kind");
    column->unit = plim_at_text(at, "unit");
    if (column->field != NULL) {
        column->is_number =
            column->field->kind == PLIM_FIELD_NUMBER || column->field->kind == PLIM_FIELD_FLAG;
        if (kind != NULL || column->unit != NULL)
            plim_at_fault(at, kind != NULL ? "kind" : "unit",
                          "map: `%s` is a column whose kind and unit are fixed", column->name);
    } else if (kind == NULL || strcmp(kind, "text") == 0 || strcmp(kind, "number") == 0) {
        column->is_number = kind != NULL && strcmp(kind, "number") == 0;
    } else {
        plim_at_fault(at, "kind", "map: kind `%s` is not known; accepted: text, number", kind);
    }
    plim_free(kind);
}

/* The description at the top of the stack, a table. */
static void read_description(const plim_at *columns, uint32_t file, plim_map_column *column)
{
    static const char *const known[] = {"column", "row",   "minus", "file",     "value",
                                        "empty",  "scale", "codes", "prefixes", "otherwise",
                                        "dates",  "check", "kind",  "unit",     NULL};
    plim_at at = plim_at_inner(columns, column->name);
    (void)plim_at_check_keys(&at, known);
    char *other = plim_at_text(&at, "file");
    column->file = other != NULL ? plim_at_file(&at, "file", other) : file;
    plim_free(other);
    column->source = plim_at_text(&at, "column");
    column->value = plim_at_text(&at, "value");
    column->row = plim_at_text(&at, "row");
    column->empty = plim_at_text(&at, "empty");
    if ((column->source != NULL) + (column->value != NULL) + (column->row != NULL) != 1)
        plim_at_fault(&at, NULL,
                      "map: column `%s` needs one of `column`, where it comes from, `value`, the "
                      "same in all rows, and `row`, to which the number of the line is added",
                      column->name);
    column->minus = plim_at_text(&at, "minus");
    column->of_words = at.map->has_proxies && strcmp(column->name, "env_credit") == 0;
    read_kind(&at, column);
    if (column->minus != NULL && !column->is_number)
        plim_at_fault(&at, "minus", "map: `%s` is a column of texts, of which nothing is taken off",
                      column->name);
    read_scale(&at, column);
    read_form(&at, column);
    read_check(&at, column);
    read_codes(&at, "codes", &column->codes);
    if (column->codes.from.count == 0) {
        read_codes(&at, "prefixes", &column->codes);
        column->codes.by_prefix = column->codes.from.count > 0;
    }
    column->codes.otherwise = plim_at_text(&at, "otherwise");
}

/* "客户号" is short for { column = "客户号" }. */
static void read_column(const plim_at *columns, plim_map_table *table, plim_book_table_index t)
{
    lua_State *L = columns->L;
    const char *name = lua_tostring(L, -1);
    plim_map_column *more = plim_resize(table->columns, table->n_columns + 1, sizeof *more);
    if (more == NULL)
        plim_sandbox_no_memory(L, "the columns of a map");
    table->columns = more;
    plim_map_column *column = &table->columns[table->n_columns++];
    *column = (plim_map_column){.file = table->file,
                                .field = plim_book_field_find(plim_book_tables[t].name, name)};
    column->name = plim_copy(L, name);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, columns->table) != LUA_TTABLE) {
        lua_newtable(L);
        lua_insert(L, -2);
        lua_setfield(L, -2, "column");
    }
    read_description(columns, table->file, column);
    lua_pop(L, 1);
}

/* ---- the table ---- */

static void read_columns(const plim_at *of, plim_map_table *table, plim_book_table_index t)
{
    lua_State *L = of->L;
    if (!plim_at_table(of, "columns")) {
        plim_at_fault(of, "columns", "map: `%s` needs `columns`", plim_book_tables[t].name);
        return;
    }
    plim_at at = plim_at_inner(of, "columns");
    if (plim_at_check_keys(&at, NULL)) {
        lua_Integer n = plim_keys_push(L, at.table, 1);
        int keys = lua_gettop(L);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, keys, i);
            read_column(&at, table, t);
            lua_settop(L, keys);
        }
    }
    lua_settop(L, at.table - 1);
}

/* Calls `read` with each table of the sequence `key`, at the top of the stack. */
static void read_sequence(const plim_at *of, const char *key, plim_map_table *table,
                          void (*read)(const plim_at *at, plim_map_table *table))
{
    lua_State *L = of->L;
    if (!plim_at_table(of, key))
        return;
    int list = lua_gettop(L);
    lua_Integer n = luaL_len(L, list);
    if (n == 0)
        plim_at_fault(of, key, "map: `%s` is a list of tables: { { ... }, { ... } }", key);
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, list, i) == LUA_TTABLE) {
            plim_at at = plim_at_inner(of, key);
            read(&at, table);
        } else {
            plim_at_fault(of, key, "map: `%s` is a list of tables: { { ... }, { ... } }", key);
        }
        lua_settop(L, list);
    }
    lua_settop(L, list - 1);
}

static void read_join(const plim_at *at, plim_map_table *table)
{
    static const char *const known[] = {"file", "from", "to", NULL};
    (void)plim_at_check_keys(at, known);
    plim_map_join *more = plim_resize(table->joins, table->n_joins + 1, sizeof *more);
    if (more == NULL)
        plim_sandbox_no_memory(at->L, "a map");
    table->joins = more;
    plim_map_join *join = &table->joins[table->n_joins++];
    *join = (plim_map_join){.file = PLIM_NO_FILE};
    join->from = plim_at_text(at, "from");
    join->to = plim_at_text(at, "to");
    char *file = plim_at_text(at, "file");
    if (join->from == NULL || join->to == NULL || file == NULL)
        plim_at_fault(at, NULL,
                      "map: a join needs `file`, `from` (the key's column in the table's "
                      "own file) and `to` (that in the other)");
    else
        join->file = plim_at_file(at, "file", file);
    plim_free(file);
}

typedef struct value_list {
    const plim_at *at;
    plim_names *names;
} value_list;

static void take_value(void *user, char *text)
{
    const value_list *list = user;
    plim_error err = {0};
    plim_status status = plim_names_add(list->names, text, NULL, &err);
    plim_free(text);
    if (status != PLIM_OK)
        plim_sandbox_no_memory(list->at->L, "a map");
}

static void read_exclusion(const plim_at *at, plim_map_table *table)
{
    static const char *const known[] = {"column", "is", "reason", NULL};
    (void)plim_at_check_keys(at, known);
    plim_map_exclusion *more =
        plim_resize(table->exclusions, table->n_exclusions + 1, sizeof *more);
    if (more == NULL)
        plim_sandbox_no_memory(at->L, "a map");
    table->exclusions = more;
    plim_map_exclusion *exclusion = &table->exclusions[table->n_exclusions++];
    *exclusion = (plim_map_exclusion){.source = NULL};
    exclusion->source = plim_at_text(at, "column");
    exclusion->reason = plim_at_text(at, "reason");
    value_list list = {at, &exclusion->is};
    plim_at_texts(at, "is", take_value, &list);
    if (exclusion->source == NULL || exclusion->reason == NULL || exclusion->is.count == 0)
        plim_at_fault(at, NULL, "map: an exclusion needs `column`, `is` (its values) and `reason`");
}

/* Columns that a book must have; pd and lgd may come from proxies. */
static void check_required(const plim_at *of, const plim_map_table *table, plim_book_table_index t)
{
    const plim_book_table *schema = &plim_book_tables[t];
    for (size_t f = 0; f < schema->n_fields; f++) {
        const char *name = schema->fields[f].name;
        bool there =
            !schema->fields[f].required || strcmp(name, "pd") == 0 || strcmp(name, "lgd") == 0;
        for (size_t c = 0; c < table->n_columns && !there; c++)
            there = strcmp(table->columns[c].name, name) == 0;
        if (!there)
            plim_at_fault(of, "columns", "map: `%s` needs the column `%s`", schema->name, name);
    }
}

/* Every column from another file needs a way to find its row there. */
static void check_joins(const plim_at *of, const plim_map_table *table)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        uint32_t file = table->columns[c].file;
        bool found =
            file == table->file || file == PLIM_NO_FILE || table->columns[c].source == NULL;
        for (size_t j = 0; j < table->n_joins && !found; j++)
            found = table->joins[j].file == file;
        if (!found)
            plim_at_fault(of, "columns",
                          "map: column `%s` comes from file `%s`, which no `join` leads to",
                          table->columns[c].name, of->map->files[file].name);
    }
}

void plim_map_read_table(const plim_at *map, plim_book_table_index t)
{
    static const char *const known[] = {"from", "columns", "join", "exclude", NULL};
    plim_map_table *table = &map->map->tables[t];
    const char *name = plim_book_tables[t].name;
    if (!plim_at_table(map, name)) {
        if (plim_book_tables[t].required)
            plim_at_fault(map, name, "map: the table `%s` is missing", name);
        return;
    }
    plim_at at = plim_at_inner(map, name);
    table->used = true;
    (void)plim_at_check_keys(&at, known);
    char *from = plim_at_text(&at, "from");
    table->file = PLIM_NO_FILE;
    if (from == NULL)
        plim_at_fault(&at, "from", "map: `%s` needs `from`, the file that has a row for each",
                      name);
    else
        table->file = plim_at_file(&at, "from", from);
    plim_free(from);
    read_sequence(&at, "join", table, read_join);
    read_sequence(&at, "exclude", table, read_exclusion);
    read_columns(&at, table, t);
    check_required(&at, table, t);
    check_joins(&at, table);
    lua_settop(map->L, at.table - 1);
}

/* Scripts written as texts to a folder of their own, read, and evaluated by a tiny interpreter. */
#ifndef PLIM_TESTS_SCRIPT_FIXTURE_H
#define PLIM_TESTS_SCRIPT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "script/script.h"

#define BORROWER PLIM_LEVEL_BORROWER
#define LOAN     PLIM_LEVEL_LOAN

static const plim_schema_column fixture_columns[] = {
    {"id", BORROWER, "", true},
    {"sector", BORROWER, "", true},
    {"region", BORROWER, "", true},
    {"env_credit", BORROWER, "", true},
    {"pd", BORROWER, "", false},
    {"rho", BORROWER, "", false},
    {"revenue", BORROWER, "CNY", false},
    {"operating_cost", BORROWER, "CNY", false},
    {"depreciation", BORROWER, "CNY", false},
    {"interest", BORROWER, "CNY", false},
    {"debt", BORROWER, "CNY", false},
    {"equity", BORROWER, "CNY", false},
    {"cash", BORROWER, "万元", false},
    {"scope1", BORROWER, "tCO2e", false},
    {"household", BORROWER, "", false},
    {"资产负债率", BORROWER, "", false},
    {"balance", LOAN, "CNY", false},
    {"lgd", LOAN, "", false},
    {"undrawn", LOAN, "CNY", false},
    {"ccf", LOAN, "", false},
    {"purpose", LOAN, "", true},
};

static const plim_schema fixture_schema = {fixture_columns,
                                           sizeof fixture_columns / sizeof *fixture_columns};

static const char fixture_model[] =
    "return model { name = \"one\", factors = { \"macro\" },\n"
    "  loading = function (b) return { macro = sqrt(0.15) } end }\n";

/* The folder that scripts are written to; below it `lib`. */
static char fixture_folder[200];

__attribute__((unused)) static void fixture_path(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/%s", fixture_folder, name);
}

__attribute__((unused)) static void fixture_write_bytes(const char *name, const char *bytes,
                                                        size_t length)
{
    char path[400];
    plim_error err = {0};
    fixture_path(path, sizeof path, name);
    assert_int_equal(plim_file_write(path, bytes, length, &err), PLIM_OK);
}

__attribute__((unused)) static void fixture_write(const char *name, const char *text)
{
    fixture_write_bytes(name, text, strlen(text));
}

__attribute__((unused)) static int fixture_open(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    snprintf(fixture_folder, sizeof fixture_folder, "%s/plimsoll-script-XXXXXX",
             temporary ? temporary : "/tmp");
    if (!mkdtemp(fixture_folder))
        return -1;
    fixture_write("lib/model.lua", fixture_model);
    return 0;
}

__attribute__((unused)) static int fixture_close(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture_folder);
    return system(command);
}

/* Reads scenarios a.lua, ... of the folder (n names) and the model (NULL: the default one). */
__attribute__((unused)) static plim_status fixture_read(plim_program *program,
                                                        const char *const *names, size_t n,
                                                        const char *model, plim_error *err)
{
    char lib[300], paths[4][300], model_path[300];
    const char *list[4];
    fixture_path(lib, sizeof lib, "lib");
    for (size_t i = 0; i < n; i++) {
        fixture_path(paths[i], sizeof paths[i], names[i]);
        list[i] = paths[i];
    }
    if (model)
        fixture_path(model_path, sizeof model_path, model);
    plim_script_loader loader = {.lib_dir = lib};
    return plim_script_read(program, list, n, model ? model_path : NULL, &fixture_schema, &loader,
                            err);
}

/* The text of a scenario with the given functions and other fields. */
__attribute__((unused)) static const char *fixture_scenario(const char *fields)
{
    static char text[20000];
    snprintf(
        text, sizeof text,
        "return scenario { name = \"s\", title = { en = \"s\", zh = \"s\" }, years = { 2026, 2028 "
        "},\n"
        "drivers = { price = pathway { unit = \"CNY/tCO2e\", reference = 70, [2026] = 70, [2028] = "
        "170 "
        "}, share = 0.5 },\n%s\n}\n",
        fields);
    return text;
}

/* Reads one script text as s.lua. */
__attribute__((unused)) static plim_status fixture_try(plim_program *program, const char *text,
                                                       plim_error *err)
{
    fixture_write("s.lua", text);
    return fixture_read(program, (const char *const[]){"s.lua"}, 1, NULL, err);
}

/* Has the message a line that begins with FILE:LINE: (line 0: FILE: ) and holds all `words`, which
   are separated by |? "=name" is a library, recorded under its name. */
__attribute__((unused)) static bool fixture_found(const plim_error *err, const char *file, int line,
                                                  const char *words)
{
    char prefix[440], path[400];
    fixture_path(path, sizeof path, file);
    if (line > 0)
        snprintf(prefix, sizeof prefix, "%s:%d: ", file[0] == '=' ? file + 1 : path, line);
    else
        snprintf(prefix, sizeof prefix, "%s: ", file[0] == '=' ? file + 1 : path);
    for (const char *at = err->message; at; at = strchr(at, '\n')) {
        char text[2000], copy[400], *save = NULL;
        at += *at == '\n';
        if (strncmp(at, prefix, strlen(prefix)) != 0)
            continue;
        snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\n"), at);
        snprintf(copy, sizeof copy, "%s", words);
        char *word = strtok_r(copy, "|", &save);
        while (word && strstr(text, word))
            word = strtok_r(NULL, "|", &save);
        if (!word)
            return true;
    }
    print_error("no line %s... with %s in:\n%s\n", prefix, words, err->message);
    return false;
}

__attribute__((unused)) static void fixture_expect(const plim_error *err, const char *file,
                                                   int line, const char *words)
{
    if (!fixture_found(err, file, line, words))
        fail();
}

#define fixture_near(value, wanted, tolerance) assert_true(fabs((value) - (wanted)) <= (tolerance))

/* ---- a tiny interpreter ---- */

typedef struct fixture_value {
    const char *name; /* column */
    const char *text; /* of a text column, else NULL */
    double number;
} fixture_value;

static const fixture_value *fixture_find(const fixture_value *values, const char *name)
{
    for (; values->name; values++)
        if (strcmp(values->name, name) == 0)
            return values;
    fail_msg("the formula reads %s, which the test has not set", name);
    return NULL;
}

static bool fixture_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static double fixture_leaf(const plim_program *program, const plim_expr *e,
                           const fixture_value *values)
{
    const plim_graph *graph = &program->graph;
    const char *symbol = e->symbol < graph->symbols.count ? graph->symbols.text[e->symbol] : "";
    const plim_list *list = e->list < graph->n_lists ? &graph->lists[e->list] : NULL;
    size_t longest = 0;
    double found = list ? list->fallback : 0.0;
    switch (e->op) {
    case PLIM_OP_CONSTANT:
        return e->value;
    case PLIM_OP_PD:
        return fixture_find(values, "pd")->number;
    case PLIM_OP_COLUMN:
        return fixture_find(values, symbol)->number * e->value;
    case PLIM_OP_PREFIX:
        for (size_t i = 0; i < list->count; i++)
            if (fixture_starts(fixture_find(values, symbol)->text, list->key[i]))
                return 1.0;
        return 0.0;
    case PLIM_OP_TEXT_EQ:
        return strcmp(fixture_find(values, symbol)->text, list->key[0]) == 0;
    case PLIM_OP_TABLE_BY:
        for (size_t i = 0; i < list->count; i++)
            if (strlen(list->key[i]) > longest &&
                fixture_starts(fixture_find(values, symbol)->text, list->key[i])) {
                longest = strlen(list->key[i]);
                found = list->y[i];
            }
        return found;
    default:
        break;
    }
    const plim_scenario *scenario = &program->scenarios[e->scenario];
    for (size_t i = 0; i < scenario->n_drivers; i++)
        if (strcmp(scenario->drivers[i].name, symbol) == 0)
            return plim_pathway_at(e->op == PLIM_OP_DRIVER ? &scenario->drivers[i].path
                                                           : &scenario->drivers[i].reference,
                                   scenario->first_year + e->year);
    fail_msg("no driver %s", symbol);
    return (double)NAN;
}

__attribute__((unused)) static double fixture_value_of(const plim_program *program, plim_node node,
                                                       const fixture_value *values)
{
    assert_true(node != PLIM_NO_NODE);
    double *known = calloc((size_t)node + 1, sizeof *known);
    const plim_graph *graph = &program->graph;
    char *needed = calloc((size_t)node + 1, 1);
    needed[node] = 1;
    for (size_t i = (size_t)node + 1; i-- > 0;)
        for (int k = 0; needed[i] && k < plim_primitive_arity(graph->nodes[i].op); k++)
            needed[graph->nodes[i].arg[k]] = 1;
    for (size_t i = 0; i <= node; i++) {
        const plim_expr *e = &graph->nodes[i];
        double args[3] = {0.0, 0.0, 0.0};
        if (!needed[i])
            continue;
        for (int k = 0; k < plim_primitive_arity(e->op); k++)
            args[k] = known[e->arg[k]];
        known[i] = e->op == PLIM_OP_INTERP ? plim_list_interp(&graph->lists[e->list], args[0])
                   : plim_primitive_arity(e->op) > 0 ? plim_primitive_apply(e->op, args)
                                                     : fixture_leaf(program, e, values);
    }
    double value = known[node];
    free(known);
    free(needed);
    return value;
}

#endif

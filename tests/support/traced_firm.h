/* What tests of Lua libraries share: a firm, scripts read from files, and the value of every node
 * of the graph for that firm. Included by one test program each. */
#ifndef PLIM_TESTS_SUPPORT_TRACED_FIRM_H
#define PLIM_TESTS_SUPPORT_TRACED_FIRM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <unistd.h>

#include "book/columns.h"
#include "script/script.h"

#define LIBRARY PLIM_SOURCE_DIR "/scenarios/lib"
#define MISSING ((double)NAN)

/* ---- a firm, and the values of all nodes for it ---- */

typedef struct firm {
    const char *sector;
    double pd, revenue, operating_cost, depreciation, interest, debt, equity, scope1, scope2,
        scope3, household, rho, lgd;
    const char *env_credit; /* NULL: not known */
    double balance, undrawn, ccf, cash;
} firm;

/* EBIT 8 million, interest cover 2. */
static const firm example = {.sector = "C3071",
                             .pd = 0.01,
                             .revenue = 100e6,
                             .operating_cost = 87e6,
                             .depreciation = 5e6,
                             .interest = 4e6,
                             .debt = 80e6,
                             .equity = 60e6,
                             .scope1 = 20000,
                             .scope2 = 7000,
                             .scope3 = MISSING,
                             .household = 0,
                             .rho = MISSING,
                             .lgd = 0.45,
                             .env_credit = "blue",
                             .balance = 1e6,
                             .undrawn = 0,
                             .ccf = MISSING,
                             .cash = 16e6};

static double column_of(const firm *f, const char *name)
{
    const struct {
        const char *name;
        double value;
    } columns[] = {
        {"revenue", f->revenue},   {"operating_cost", f->operating_cost},
        {"interest", f->interest}, {"depreciation", f->depreciation},
        {"debt", f->debt},         {"equity", f->equity},
        {"scope1", f->scope1},     {"scope2", f->scope2},
        {"scope3", f->scope3},     {"household", f->household},
        {"rho", f->rho},           {"lgd", f->lgd},
        {"balance", f->balance},   {"undrawn", f->undrawn},
        {"ccf", f->ccf},           {"cash", f->cash},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (strcmp(columns[i].name, name) == 0)
            return columns[i].value;
    fail_msg("the test knows no column %s", name);
    return 0;
}

static const char *text_of(const firm *f, const char *name)
{
    if (strcmp(name, "env_credit") == 0)
        return f->env_credit ? f->env_credit : "";
    assert_string_equal(name, "sector");
    return f->sector;
}

static double driver_of(const plim_program *program, const plim_expr *expr)
{
    const plim_scenario *scenario = &program->scenarios[expr->scenario];
    const char *name = program->graph.symbols.text[expr->symbol];
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        if (strcmp(driver->name, name) == 0)
            return plim_pathway_at(expr->op == PLIM_OP_DRIVER ? &driver->path : &driver->reference,
                                   scenario->first_year + expr->year);
    }
    fail_msg("scenario %s has no driver %s", scenario->name, name);
    return 0;
}

static double by_prefix(const plim_list *list, const char *text, bool table)
{
    double value = table ? list->fallback : 0;
    size_t longest = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->key[i]);
        if (strncmp(text, list->key[i], length) == 0 && length >= longest) {
            longest = length;
            value = table ? list->y[i] : 1;
        }
    }
    return value;
}

static double leaf(const plim_program *program, const plim_expr *expr, const firm *f)
{
    const plim_graph *graph = &program->graph;
    switch (expr->op) {
    case PLIM_OP_CONSTANT:
        return expr->value;
    case PLIM_OP_COLUMN:
        return column_of(f, graph->symbols.text[expr->symbol]) * expr->value;
    case PLIM_OP_PD:
        return f->pd;
    case PLIM_OP_DRIVER:
    case PLIM_OP_REFERENCE:
        return driver_of(program, expr);
    case PLIM_OP_PREFIX:
    case PLIM_OP_TABLE_BY:
        return by_prefix(&graph->lists[expr->list], text_of(f, graph->symbols.text[expr->symbol]),
                         expr->op == PLIM_OP_TABLE_BY);
    case PLIM_OP_TEXT_EQ:
        return strcmp(graph->lists[expr->list].key[0],
                      text_of(f, graph->symbols.text[expr->symbol])) == 0;
    default:
        fail_msg("the test knows no leaf of kind %d", (int)expr->op);
        return 0;
    }
}

/* Values of all nodes for this firm; free() them. */
static double *evaluate(const plim_program *program, const firm *f)
{
    const plim_graph *graph = &program->graph;
    double *value = calloc(graph->count, sizeof *value);
    assert_non_null(value);
    for (size_t i = 0; i < graph->count; i++) {
        const plim_expr *expr = &graph->nodes[i];
        int arity = plim_primitive_arity(expr->op);
        double args[3] = {0, 0, 0};
        for (int a = 0; a < arity; a++)
            args[a] = value[expr->arg[a]];
        value[i] = arity == 0 ? leaf(program, expr, f)
                   : expr->op == PLIM_OP_INTERP
                       ? plim_list_interp(&graph->lists[expr->list], args[0])
                       : plim_primitive_apply(expr->op, args);
    }
    return value;
}

/* ---- reading scripts ---- */

/* With the model of that file; NULL: the default one. */
static void read_program_with(plim_program *out, const char *const *paths, size_t n,
                              const char *model)
{
    static plim_schema_column columns[200];
    plim_schema schema = {.columns = columns};
    static const char *const tables[] = {"borrowers", "loans"};
    for (size_t t = 0; t < 2; t++) {
        const plim_book_table *table = plim_book_table_find(tables[t]);
        for (size_t i = 0; i < table->n_fields; i++) {
            const plim_book_field *field = &table->fields[i];
            bool text = field->kind != PLIM_FIELD_NUMBER && field->kind != PLIM_FIELD_FLAG;
            assert_true(schema.n_columns < sizeof columns / sizeof *columns);
            columns[schema.n_columns++] =
                (plim_schema_column){.name = field->name,
                                     .table = t == 0 ? PLIM_LEVEL_BORROWER : PLIM_LEVEL_LOAN,
                                     .unit = text ? "" : field->unit,
                                     .text = text};
        }
    }
    plim_script_loader loader = {.lib_dir = LIBRARY};
    plim_error err = {0};
    *out = (plim_program){0};
    if (plim_script_read(out, paths, n, model, &schema, &loader, &err) != PLIM_OK)
        fail_msg("%s", err.message);
}

static inline void read_program(plim_program *out, const char *const *paths, size_t n)
{
    read_program_with(out, paths, n, NULL);
}

/* Scripts written for a test, in a temporary folder. */
static inline void read_texts(plim_program *out, const char *const *texts, size_t n)
{
    char dir[] = "/tmp/plimsoll-firm-XXXXXX", path[8][64];
    const char *paths[8];
    assert_true(n <= sizeof path / sizeof *path);
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < n; i++) {
        snprintf(path[i], sizeof path[i], "%s/s%zu.lua", dir, i);
        FILE *file = fopen(path[i], "w");
        assert_non_null(file);
        assert_true(fputs(texts[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        paths[i] = path[i];
    }
    read_program(out, paths, n);
    for (size_t i = 0; i < n; i++)
        unlink(path[i]);
    rmdir(dir);
}

static inline void near(double is, double expected, double tolerance)
{
    if (!(fabs(is - expected) <= tolerance))
        fail_msg("is %.17g, not %.17g", is, expected);
}

#endif

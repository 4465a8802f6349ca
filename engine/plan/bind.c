#include "plan/bind.h"

#include "base/excerpt.h"
#include "base/memory.h"
#include "base/numeral.h"
#include "base/text.h"
#include "book/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const plim_frame *frame_of(const plim_book *book, const plim_expr *expr)
{
    switch ((plim_level)expr->table) {
    case PLIM_LEVEL_LOAN:
        return &book->loans;
    case PLIM_LEVEL_COLLATERAL:
        return &book->collateral;
    case PLIM_LEVEL_SITE:
        return &book->sites;
    case PLIM_LEVEL_POLICY:
        return &book->insurance;
    default:
        return &book->borrowers;
    }
}

static const char *table_name(const plim_expr *expr)
{
    static const char *const names[PLIM_LEVEL_COUNT] = {
        [PLIM_LEVEL_LOAN] = "loans",
        [PLIM_LEVEL_COLLATERAL] = "collateral",
        [PLIM_LEVEL_SITE] = "sites",
        [PLIM_LEVEL_POLICY] = "insurance",
    };
    const char *name = names[expr->table];
    return name != NULL ? name : "borrowers";
}

const char *plim_bind_place(const plim_graph *graph, plim_node node, char *out, size_t size)
{
    out[0] = '\0';
    if (node == PLIM_NO_NODE)
        return out;
    const plim_expr *expr = &graph->nodes[node];
    if (expr->line > 0 && expr->file < graph->symbols.count)
        (void)snprintf(out, size, "%s:%u: ", graph->symbols.text[expr->file], expr->line);
    return out;
}

void plim_bind_excerpt(const plim_program *program, plim_node node, plim_text *out)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of byte order; places are counted after it */
    if (node == PLIM_NO_NODE)
        return;
    const plim_expr *expr = &program->graph.nodes[node];
    const char *path =
        expr->file < program->graph.symbols.count ? program->graph.symbols.text[expr->file] : "";
    for (size_t i = 0; i < program->n_inputs; i++) {
        const plim_script_input *input = &program->inputs[i];
        if (strcmp(input->path, path) != 0)
            continue;
        size_t skip = strncmp(input->text, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
        plim_excerpt_add(out, input->text + skip, input->length - skip,
                         (plim_place){(int)expr->line, expr->at, expr->marked});
        return;
    }
}

static plim_status refuse_kind(const plim_program *program, plim_node node, const char *has,
                               const char *wants, plim_error *err)
{
    const plim_expr *expr = &program->graph.nodes[node];
    char place[300];
    plim_text excerpt = {0};
    plim_bind_excerpt(program, node, &excerpt);
    plim_status status =
        plim_fail(err, PLIM_INPUT, "%scolumn %s of %s holds %s where the script wants %s%s",
                  plim_bind_place(&program->graph, node, place, sizeof place),
                  program->graph.symbols.text[expr->symbol], table_name(expr), has, wants,
                  plim_text_get(&excerpt));
    plim_text_free(&excerpt);
    return status;
}

/* ---- tests on texts: decided once for each label ---- */

static double starts_with_any(const plim_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(text, list->key[i], strlen(list->key[i])) == 0)
            return 1;
    return 0;
}

static double longest_prefix(const plim_list *list, const char *text)
{
    double value = list->fallback;
    size_t longest = 0;
    bool found = false;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->key[i]);
        if (strncmp(text, list->key[i], length) == 0 && (!found || length > longest)) {
            found = true;
            longest = length;
            value = list->y[i];
        }
    }
    return value;
}

/* An ISO date in years: the year, and the part of its days that has passed; NaN of what is none. */
static double date_in_years(const char *text)
{
    char first[32];
    int64_t days, begins, ends;
    if (!plim_parse_date(text, &days))
        return (double)NAN;
    int year = (int)strtol(text, NULL, 10);
    (void)snprintf(first, sizeof first, "%04d-01-01", year);
    bool known = plim_parse_date(first, &begins);
    (void)snprintf(first, sizeof first, "%04d-01-01", year + 1);
    known = known && plim_parse_date(first, &ends);
    return known ? year + (double)(days - begins) / (double)(ends - begins) : (double)NAN;
}

/* A missing text answers no question: tests on it are NaN, as with numbers. The exceptions say
   themselves what a missing text means: equality with "", the fallback of table_by, and columns in
   which an empty cell is a value. */
static double label_value(const plim_expr *expr, const plim_graph *graph, const char *text)
{
    if (expr->op == PLIM_OP_DATE)
        return date_in_years(text);
    const plim_list *list = &graph->lists[expr->list];
    const plim_book_field *field =
        plim_book_field_find(table_name(expr), graph->symbols.text[expr->symbol]);
    bool missing = text[0] == '\0' && !(field != NULL && field->blank_is_value);
    switch (expr->op) {
    case PLIM_OP_TEXT_EQ:
        if (list->key[0][0] == '\0')
            return text[0] == '\0' ? 1 : 0;
        return missing ? (double)NAN : (strcmp(text, list->key[0]) == 0 ? 1 : 0);
    case PLIM_OP_TABLE_BY:
        return longest_prefix(list, text);
    default:
        return missing ? (double)NAN : starts_with_any(list, text);
    }
}

static plim_status bind_text(plim_bound *out, const plim_column *column,
                             const plim_program *program, plim_node node, plim_error *err)
{
    const plim_graph *graph = &program->graph;
    const plim_expr *expr = &graph->nodes[node];
    if (column->kind != PLIM_COLUMN_TEXT)
        return refuse_kind(program, node, "numbers", "texts", err);
    out->by_label = plim_alloc(column->labels.count, sizeof *out->by_label);
    if (out->by_label == NULL)
        return plim_fail_memory(err, "a test on a text column");
    for (size_t i = 0; i < column->labels.count; i++)
        out->by_label[i] = label_value(expr, graph, column->labels.text[i]);
    out->code = column->code;
    return PLIM_OK;
}

static plim_status bind_number(plim_bound *out, const plim_column *column,
                               const plim_program *program, plim_node node, plim_error *err)
{
    if (column->kind != PLIM_COLUMN_NUMBER)
        return refuse_kind(program, node,
                           column->kind == PLIM_COLUMN_TEXT ? "texts" : "row numbers", "numbers",
                           err);
    out->number = column->number;
    out->value = program->graph.nodes[node].value;
    return PLIM_OK;
}

static plim_status bind_driver(plim_bound *out, const plim_program *program, const plim_expr *expr,
                               plim_error *err)
{
    const plim_scenario *scenario = plim_program_scenario(program, expr->scenario);
    const char *name = program->graph.symbols.text[expr->symbol];
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        if (strcmp(driver->name, name) != 0)
            continue;
        const plim_pathway *pathway =
            expr->op == PLIM_OP_REFERENCE ? &driver->reference : &driver->path;
        out->value = plim_pathway_at(pathway, scenario->first_year + expr->year);
        return PLIM_OK;
    }
    return plim_fail(err, PLIM_BUG, "scenario %s has no driver %s", scenario->name, name);
}

plim_status plim_bind_leaf(plim_bound *out, const plim_book *book, const plim_program *program,
                           plim_node node, plim_error *err)
{
    const plim_graph *graph = &program->graph;
    const plim_expr *expr = &graph->nodes[node];
    *out = (plim_bound){0};
    switch (expr->op) {
    case PLIM_OP_CONSTANT:
        out->value = expr->value;
        return PLIM_OK;
    case PLIM_OP_INTENSITY: /* nothing happens unless a path says so */
        return PLIM_OK;
    case PLIM_OP_DRIVER:
    case PLIM_OP_REFERENCE:
        return bind_driver(out, program, expr, err);
    case PLIM_OP_COLUMN:
    case PLIM_OP_PREFIX:
    case PLIM_OP_TEXT_EQ:
    case PLIM_OP_DATE:
    case PLIM_OP_TABLE_BY: {
        if (strcmp(graph->symbols.text[expr->symbol], PLIM_SHARE_COLUMN) == 0) {
            out->number = book->collateral_share;
            out->value = expr->value;
            return PLIM_OK;
        }
        const plim_column *column =
            plim_frame_find(frame_of(book, expr), graph->symbols.text[expr->symbol]);
        if (column == NULL) {
            out->absent = true; /* as if missing in every row */
            out->value = expr->op == PLIM_OP_COLUMN ? (double)NAN : label_value(expr, graph, "");
            return PLIM_OK;
        }
        return expr->op == PLIM_OP_COLUMN ? bind_number(out, column, program, node, err)
                                          : bind_text(out, column, program, node, err);
    }
    default:
        return PLIM_OK;
    }
}

void plim_bound_free(plim_bound *bound)
{
    plim_free(bound->by_label);
    *bound = (plim_bound){0};
}

#include "plan/evaluate.h"

#include "base/memory.h"
#include "plan/bind.h"
#include "plan/loops.h"

#include <math.h>

#define BLOCK PLIM_EVALUATE_BLOCK

/* What a node's value hangs on: nothing; the row; the row and the path. */
typedef enum node_kind { NODE_CONSTANT, NODE_FIXED, NODE_VARYING } node_kind;

struct plim_evaluator {
    const plim_book *book;
    const plim_program *program;
    plim_level grain;
    uint32_t n_needed;
    plim_node *needed;        /* ascending, so operands come first */
    uint32_t *slot;           /* node -> index into needed */
    plim_bound *bound;        /* one a needed node; empty where it has operands */
    plim_random_leaf *random; /* one a needed node: where a path's value is */
    const plim_lanes *lanes;  /* of the run under way; NULL: all at the mean path */
    double *values;           /* [needed * BLOCK + row] */
    uint8_t *kind;            /* one a needed node: node_kind */
    bool *shown;              /* fixed nodes that varying ones or the caller look at */
    uint32_t n_proxies;
    uint32_t *proxy;          /* indices into needed */
    plim_evaluator **inner;   /* one a needed node: of SUM, over pieces of collateral; else NULL */
    uint32_t row[BLOCK];      /* of the last run: rows of the grain's own table */
    uint32_t loan[BLOCK];     /* and their loans, unless they are borrowers */
    uint32_t borrower[BLOCK]; /* and their borrowers */
};

static double *values_of(const plim_evaluator *e, plim_node node)
{
    return e->values + (size_t)e->slot[node] * BLOCK;
}

/* ---- which nodes, bound to what ---- */

/* From the outputs down: users stand after operands, so one backward pass sees each node after all
   its users. */
static void mark_needed(const plim_graph *graph, const plim_evaluator_config *config, bool *mark)
{
    for (size_t i = 0; i < config->n_outputs; i++)
        if (config->outputs[i] != PLIM_NO_NODE)
            mark[config->outputs[i]] = true;
    for (size_t node = graph->count; node-- > 0;) {
        const plim_expr *expr = &graph->nodes[node];
        int arity = mark[node] && expr->op != PLIM_OP_SUM ? plim_primitive_arity(expr->op) : 0;
        for (int a = 0; a < arity; a++)
            mark[expr->arg[a]] = true;
    }
}

/* What is summed up is evaluated by itself, over the rows of its own table. */
static plim_status create_inner(plim_evaluator *e, uint32_t index, const plim_randoms *randoms,
                                plim_error *err)
{
    const plim_expr *expr = &e->program->graph.nodes[e->needed[index]];
    plim_evaluator_config config = {.book = e->book,
                                    .program = e->program,
                                    .grain = (plim_level)expr->table,
                                    .outputs = &expr->arg[0],
                                    .n_outputs = 1,
                                    .randoms = randoms};
    return plim_evaluator_create(&e->inner[index], &config, err);
}

static plim_status bind_needed(plim_evaluator *e, const plim_randoms *randoms, plim_error *err)
{
    const plim_graph *graph = &e->program->graph;
    for (uint32_t i = 0; i < e->n_needed; i++) {
        const plim_expr *expr = &graph->nodes[e->needed[i]];
        e->random[i] = plim_randoms_leaf(randoms, e->program, expr);
        if (!plim_level_within(expr->level, e->grain))
            return plim_fail(err, PLIM_BUG, "a formula of borrowers reads a column of loans");
        if (expr->op == PLIM_OP_SUM)
            PLIM_TRY(create_inner(e, i, randoms, err));
        if (plim_primitive_arity(expr->op) > 0)
            continue;
        PLIM_TRY(plim_bind_leaf(&e->bound[i], e->book, e->program, e->needed[i], err));
    }
    return PLIM_OK;
}

/* Kinds of the nodes, and which fixed ones are shown. */
static void classify(plim_evaluator *e, const plim_evaluator_config *config)
{
    const plim_graph *graph = &e->program->graph;
    for (uint32_t i = 0; i < e->n_needed; i++) {
        const plim_expr *expr = &graph->nodes[e->needed[i]];
        bool constant = expr->level == PLIM_LEVEL_CONSTANT && !expr->varies;
        e->kind[i] = expr->varies ? NODE_VARYING : constant ? NODE_CONSTANT : NODE_FIXED;
        int arity = expr->varies && expr->op != PLIM_OP_SUM ? plim_primitive_arity(expr->op) : 0;
        for (int a = 0; a < arity; a++)
            e->shown[e->slot[expr->arg[a]]] = true;
    }
    for (size_t i = 0; i < config->n_outputs; i++)
        if (config->outputs[i] != PLIM_NO_NODE)
            e->shown[e->slot[config->outputs[i]]] = true;
}

/* proxy(eq(x, x), 0): whether x is known, as 1 or 0. No value stands in for a missing one. */
static bool asks_whether_known(const plim_graph *graph, size_t node)
{
    const plim_expr *asked = &graph->nodes[graph->nodes[node].arg[0]];
    return asked->op == PLIM_OP_EQ && asked->arg[0] == asked->arg[1];
}

static plim_status build(plim_evaluator *e, const plim_evaluator_config *config, bool *mark,
                         plim_error *err)
{
    const plim_graph *graph = &config->program->graph;
    mark_needed(graph, config, mark);
    for (size_t node = 0; node < graph->count; node++)
        e->n_needed += mark[node];
    e->needed = plim_alloc(e->n_needed, sizeof *e->needed);
    e->slot = plim_alloc(graph->count, sizeof *e->slot);
    e->bound = plim_alloc(e->n_needed, sizeof *e->bound);
    e->random = plim_alloc(e->n_needed, sizeof *e->random);
    e->inner = plim_alloc(e->n_needed, sizeof(plim_evaluator *));
    e->proxy = plim_alloc(e->n_needed, sizeof *e->proxy);
    e->values = plim_alloc((size_t)e->n_needed * BLOCK, sizeof *e->values);
    e->kind = plim_alloc(e->n_needed, sizeof *e->kind);
    e->shown = plim_alloc(e->n_needed, sizeof *e->shown);
    if (e->kind == NULL || e->shown == NULL || e->needed == NULL || e->slot == NULL ||
        e->bound == NULL || e->random == NULL || e->inner == NULL || e->proxy == NULL ||
        e->values == NULL)
        return plim_fail_memory(err, "evaluation of formulas");
    uint32_t next = 0;
    for (size_t node = 0; node < graph->count; node++) {
        if (!mark[node])
            continue;
        if (graph->nodes[node].op == PLIM_OP_PROXY && !asks_whether_known(graph, node))
            e->proxy[e->n_proxies++] = next;
        e->slot[node] = next;
        e->needed[next++] = (plim_node)node;
    }
    classify(e, config);
    return bind_needed(e, config->randoms, err);
}

static void fill_constants(plim_evaluator *e);

plim_status plim_evaluator_create(plim_evaluator **out, const plim_evaluator_config *config,
                                  plim_error *err)
{
    *out = NULL;
    plim_evaluator *e = plim_alloc(1, sizeof *e);
    bool *mark = plim_alloc(config->program->graph.count, sizeof *mark);
    if (e == NULL || mark == NULL) {
        plim_free(e);
        plim_free(mark);
        return plim_fail_memory(err, "evaluation of formulas");
    }
    e->book = config->book;
    e->program = config->program;
    e->grain = config->grain;
    plim_status status = build(e, config, mark, err);
    plim_free(mark);
    if (status != PLIM_OK) {
        plim_evaluator_destroy(e);
        return status;
    }
    fill_constants(e);
    *out = e;
    return PLIM_OK;
}

void plim_evaluator_destroy(plim_evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    for (uint32_t i = 0; evaluator->bound != NULL && i < evaluator->n_needed; i++)
        plim_bound_free(&evaluator->bound[i]);
    plim_free(evaluator->needed);
    plim_free(evaluator->slot);
    plim_free(evaluator->bound);
    plim_free(evaluator->random);
    for (uint32_t i = 0; evaluator->inner != NULL && i < evaluator->n_needed; i++)
        plim_evaluator_destroy(evaluator->inner[i]);
    plim_free(evaluator->inner);
    plim_free(evaluator->proxy);
    plim_free(evaluator->values);
    plim_free(evaluator->kind);
    plim_free(evaluator->shown);
    plim_free(evaluator);
}

/* ---- one node over a block ---- */

static void fill(double *out, uint32_t n, double value)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = value;
}

static void leaf(const plim_evaluator *e, const plim_expr *expr, const plim_bound *bound,
                 double *out, uint32_t n)
{
    const uint32_t *row = expr->table == PLIM_LEVEL_BORROWER ? e->borrower
                          : expr->table == PLIM_LEVEL_LOAN   ? e->loan
                                                             : e->row;
    if (bound->absent) {
        fill(out, n, bound->value);
    } else if (bound->number != NULL) {
        for (uint32_t i = 0; i < n; i++)
            out[i] = bound->number[row[i]] * bound->value;
    } else if (bound->code != NULL) {
        for (uint32_t i = 0; i < n; i++)
            out[i] = bound->by_label[bound->code[row[i]]];
    } else if (expr->op == PLIM_OP_PD) {
        for (uint32_t i = 0; i < n; i++)
            out[i] = plim_book_pd(e->book, e->borrower[i], expr->year);
    } else {
        fill(out, n, bound->value);
    }
}

static void random_leaf(const plim_evaluator *e, const plim_random_leaf *leaf, double *out,
                        uint32_t n)
{
    const plim_lanes *lanes = e->lanes;
    const uint32_t *row = leaf->of_borrower || leaf->place == NULL ? e->borrower : e->row;
    for (uint32_t i = 0; i < n; i++)
        out[i] = plim_random_value(leaf, row[i], lanes->slots + lanes->path[i], lanes->stride);
}

static void apply(const plim_evaluator *e, const plim_expr *expr, double *out, uint32_t n)
{
    const plim_graph *graph = &e->program->graph;
    const plim_list *curve = expr->op == PLIM_OP_INTERP ? &graph->lists[expr->list] : NULL;
    const double *in[3] = {NULL, NULL, NULL};
    for (int a = 0; a < plim_primitive_arity(expr->op); a++)
        in[a] = values_of(e, expr->arg[a]);
    plim_loops_apply(expr->op, curve, in, out, n);
}

/* Parts under collection (collateral, sites, policies): whose they are. */
typedef struct pieces {
    uint32_t n, row[BLOCK], path[BLOCK], lane[BLOCK];
} pieces;

static void add_pieces(const plim_evaluator *e, uint32_t index, pieces *p, double *out)
{
    plim_evaluator *inner = e->inner[index];
    plim_node summed = e->program->graph.nodes[e->needed[index]].arg[0];
    plim_lanes lanes = {.n = p->n, .row = p->row};
    if (e->lanes->path != NULL) {
        lanes.path = p->path;
        lanes.slots = e->lanes->slots;
        lanes.stride = e->lanes->stride;
    }
    plim_evaluator_run_lanes(inner, &lanes);
    const double *value = values_of(inner, summed);
    for (uint32_t i = 0; i < p->n; i++)
        out[p->lane[i]] += value[i];
    p->n = 0;
}

/* Sums over the parts of each lane, in the order of their rows. */
static void sum_pieces(const plim_evaluator *e, uint32_t index, double *out, uint32_t n)
{
    pieces p = {.n = 0};
    plim_level part = (plim_level)e->program->graph.nodes[e->needed[index]].table;
    const uint32_t *owner = plim_level_owner(part) == PLIM_LEVEL_LOAN ? e->loan : e->borrower;
    for (uint32_t i = 0; i < n; i++) {
        plim_rows rows = plim_evaluate_parts(e->book, part, owner[i]);
        out[i] = 0;
        for (uint32_t c = rows.first; c < rows.end; c++) {
            p.row[p.n] = c;
            p.path[p.n] = e->lanes->path != NULL ? e->lanes->path[i] : 0;
            p.lane[p.n++] = i;
            if (p.n == BLOCK)
                add_pieces(e, index, &p, out);
        }
    }
    if (p.n > 0)
        add_pieces(e, index, &p, out);
}

static void compute(plim_evaluator *e, uint32_t index, uint32_t n)
{
    const plim_expr *expr = &e->program->graph.nodes[e->needed[index]];
    double *out = e->values + (size_t)index * BLOCK;
    if (expr->op == PLIM_OP_SUM)
        sum_pieces(e, index, out, n);
    else if (plim_primitive_arity(expr->op) > 0)
        apply(e, expr, out, n);
    else if (e->random[index].slot != PLIM_NO_SLOT && e->lanes != NULL && e->lanes->path != NULL)
        random_leaf(e, &e->random[index], out, n);
    else
        leaf(e, expr, &e->bound[index], out, n);
}

/* Constants and drivers, and what is made of them alone, are the same in every block. */
static void fill_constants(plim_evaluator *e)
{
    const plim_graph *graph = &e->program->graph;
    for (uint32_t i = 0; i < e->n_needed; i++)
        if (graph->nodes[e->needed[i]].level == PLIM_LEVEL_CONSTANT)
            compute(e, i, BLOCK);
}

uint32_t plim_evaluate_borrower(const plim_book *book, plim_level grain, uint32_t row)
{
    switch (grain) {
    case PLIM_LEVEL_LOAN:
        return book->loan_borrower[row];
    case PLIM_LEVEL_COLLATERAL:
        return book->loan_borrower[book->collateral_loan[row]];
    case PLIM_LEVEL_SITE:
        return book->site_borrower[row];
    case PLIM_LEVEL_POLICY:
        return book->policy_borrower[row];
    default:
        return row;
    }
}

plim_rows plim_evaluate_parts(const plim_book *book, plim_level part, uint32_t owner)
{
    const uint32_t *first = part == PLIM_LEVEL_COLLATERAL ? book->first_collateral
                            : part == PLIM_LEVEL_SITE     ? book->first_site
                                                          : book->first_policy;
    if (first == NULL) /* the book has no such table */
        return (plim_rows){0, 0};
    return (plim_rows){first[owner], first[owner + 1]};
}

static void set_rows(plim_evaluator *e, const uint32_t *row, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        e->row[i] = row[i];
        e->loan[i] = e->grain == PLIM_LEVEL_COLLATERAL ? e->book->collateral_loan[row[i]] : row[i];
        e->borrower[i] = plim_evaluate_borrower(e->book, e->grain, row[i]);
    }
}

static void compute_kind(plim_evaluator *e, node_kind kind, const plim_lanes *lanes)
{
    e->lanes = lanes;
    for (uint32_t i = 0; i < e->n_needed; i++)
        if (e->kind[i] == kind)
            compute(e, i, lanes->n);
    e->lanes = NULL;
}

/* Values of rows become those of lanes: lane i has row of[i], and of[i] <= i. */
static void spread(plim_evaluator *e, const uint32_t *of, uint32_t n)
{
    for (uint32_t k = 0; k < e->n_needed; k++) {
        double *value = e->values + (size_t)k * BLOCK;
        if (e->kind[k] != NODE_FIXED || !e->shown[k])
            continue;
        for (uint32_t i = n; i-- > 0;)
            value[i] = value[of[i]];
    }
}

/* What hangs on the row alone is computed once for lanes of a row that follow one another. */
void plim_evaluator_run_lanes(plim_evaluator *evaluator, const plim_lanes *lanes)
{
    uint32_t row[BLOCK], of[BLOCK], n = 0;
    for (uint32_t i = 0; i < lanes->n; i++) {
        if (i == 0 || lanes->row[i] != lanes->row[i - 1])
            row[n++] = lanes->row[i];
        of[i] = n - 1;
    }
    set_rows(evaluator, row, n);
    compute_kind(evaluator, NODE_FIXED, &(plim_lanes){.n = n, .row = row});
    if (n < lanes->n) {
        spread(evaluator, of, lanes->n);
        set_rows(evaluator, lanes->row, lanes->n);
    }
    compute_kind(evaluator, NODE_VARYING, lanes);
}

void plim_evaluator_run(plim_evaluator *evaluator, uint32_t first, uint32_t n)
{
    uint32_t row[BLOCK];
    for (uint32_t i = 0; i < n; i++)
        row[i] = first + i;
    plim_evaluator_run_lanes(evaluator, &(plim_lanes){.n = n, .row = row});
}

const double *plim_evaluator_values(const plim_evaluator *evaluator, plim_node node)
{
    return values_of(evaluator, node);
}

bool plim_evaluator_proxied(const plim_evaluator *evaluator, uint32_t i)
{
    const plim_graph *graph = &evaluator->program->graph;
    for (uint32_t k = 0; k < evaluator->n_proxies; k++) {
        const plim_expr *expr = &graph->nodes[evaluator->needed[evaluator->proxy[k]]];
        if (isnan(values_of(evaluator, expr->arg[0])[i]))
            return true;
    }
    return false;
}

plim_node plim_evaluator_missing(const plim_evaluator *evaluator, plim_node node, uint32_t i)
{
    const plim_graph *graph = &evaluator->program->graph;
    for (;;) {
        const plim_expr *expr = &graph->nodes[node];
        int arity = plim_primitive_arity(expr->op);
        if (expr->op == PLIM_OP_SUM)
            return PLIM_NO_NODE; /* of some piece or other */
        if (arity == 0) {
            bool column = expr->op == PLIM_OP_COLUMN || expr->op == PLIM_OP_PREFIX ||
                          expr->op == PLIM_OP_TEXT_EQ || expr->op == PLIM_OP_TABLE_BY ||
                          expr->op == PLIM_OP_DATE;
            return column ? node : PLIM_NO_NODE;
        }
        plim_node next = PLIM_NO_NODE;
        for (int a = 0; a < arity && next == PLIM_NO_NODE; a++) {
            const double *value = values_of(evaluator, expr->arg[a]);
            bool taken = expr->op != PLIM_OP_WHERE || a == 0 ||
                         (values_of(evaluator, expr->arg[0])[i] != 0) == (a == 1);
            if (taken && isnan(value[i]))
                next = expr->arg[a];
        }
        if (next == PLIM_NO_NODE)
            return PLIM_NO_NODE; /* made here, such as log(-1) or 0 / 0 */
        node = next;
    }
}

bool plim_evaluator_lacks(const plim_evaluator *evaluator, plim_node leaf_node)
{
    return evaluator->bound[evaluator->slot[leaf_node]].absent;
}

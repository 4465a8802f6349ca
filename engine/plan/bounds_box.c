/* Bounds of whole formulas: what varies, over blocks of rows, node by node. */
#include "plan/bounds.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

#define BLOCK PLIM_EVALUATE_BLOCK

/* A node whose value differs from path to path. */
typedef struct varying {
    plim_node node;
    plim_random_leaf leaf; /* of a random driver; else without a slot */
    plim_bounds *inner;    /* of SUM: of what is summed, over its own rows; else NULL */
} varying;

struct plim_bounds {
    const plim_program *program;
    plim_evaluator *exact; /* gives what differs from no path to another */
    uint32_t n_varying;
    varying *varying;   /* ascending, so operands come first */
    uint32_t *place;    /* node -> index into varying */
    double *low, *high; /* [index * BLOCK + row] */
    plim_level grain;
    const plim_book *book;
    uint32_t n, row[BLOCK], borrower[BLOCK];
};

static const double *bound_of(const plim_bounds *b, plim_node node, const double *side)
{
    if (!b->program->graph.nodes[node].varies)
        return plim_evaluator_values(b->exact, node);
    return side + (size_t)b->place[node] * BLOCK;
}

static void mark(const plim_graph *graph, const plim_evaluator_config *config, bool *needed)
{
    for (size_t i = 0; i < config->n_outputs; i++)
        if (config->outputs[i] != PLIM_NO_NODE)
            needed[config->outputs[i]] = true;
    for (size_t node = graph->count; node-- > 0;) {
        const plim_expr *expr = &graph->nodes[node];
        bool whole =
            needed[node] && expr->op != PLIM_OP_SUM; /* what is summed has its own bounds */
        for (int a = 0; whole && a < plim_primitive_arity(expr->op); a++)
            needed[expr->arg[a]] = true;
    }
}

static plim_status create_inner(varying *v, const plim_evaluator_config *config, plim_error *err)
{
    const plim_expr *expr = &config->program->graph.nodes[v->node];
    plim_evaluator_config inner = *config;
    inner.grain = (plim_level)expr->table;
    inner.outputs = &expr->arg[0];
    inner.n_outputs = 1;
    return plim_bounds_create(&v->inner, &inner, err);
}

static plim_status collect(plim_bounds *b, const plim_evaluator_config *config, const bool *needed,
                           plim_error *err)
{
    const plim_graph *graph = &b->program->graph;
    for (size_t node = 0; node < graph->count; node++)
        b->n_varying += needed[node] && graph->nodes[node].varies;
    b->varying = plim_alloc(b->n_varying, sizeof *b->varying);
    b->place = plim_alloc(graph->count, sizeof *b->place);
    b->low = plim_alloc((size_t)b->n_varying * BLOCK, sizeof *b->low);
    b->high = plim_alloc((size_t)b->n_varying * BLOCK, sizeof *b->high);
    if (b->varying == NULL || b->place == NULL || b->low == NULL || b->high == NULL)
        return plim_fail_memory(err, "bounds of formulas");
    uint32_t next = 0;
    for (size_t node = 0; node < graph->count; node++) {
        const plim_expr *expr = &graph->nodes[node];
        if (!needed[node] || !expr->varies)
            continue;
        b->place[node] = next;
        varying *v = &b->varying[next++];
        *v = (varying){.node = (plim_node)node,
                       .leaf = plim_randoms_leaf(config->randoms, b->program, expr)};
        if (expr->op == PLIM_OP_SUM)
            PLIM_TRY(create_inner(v, config, err));
    }
    return PLIM_OK;
}

plim_status plim_bounds_create(plim_bounds **out, const plim_evaluator_config *config,
                               plim_error *err)
{
    *out = NULL;
    plim_bounds *b = plim_alloc(1, sizeof *b);
    bool *needed = plim_alloc(config->program->graph.count, sizeof *needed);
    plim_status status =
        b == NULL || needed == NULL ? plim_fail_memory(err, "bounds of formulas") : PLIM_OK;
    if (status == PLIM_OK) {
        b->program = config->program;
        b->book = config->book;
        b->grain = config->grain;
        mark(&b->program->graph, config, needed);
        status = collect(b, config, needed, err);
    }
    if (status == PLIM_OK)
        status = plim_evaluator_create(&b->exact, config, err);
    plim_free(needed);
    if (status == PLIM_OK)
        *out = b;
    else
        plim_bounds_destroy(b);
    return status;
}

void plim_bounds_destroy(plim_bounds *bounds)
{
    if (bounds == NULL)
        return;
    plim_evaluator_destroy(bounds->exact);
    for (uint32_t k = 0; bounds->varying != NULL && k < bounds->n_varying; k++)
        plim_bounds_destroy(bounds->varying[k].inner);
    plim_free(bounds->varying);
    plim_free(bounds->place);
    plim_free(bounds->low);
    plim_free(bounds->high);
    plim_free(bounds);
}

void plim_bounds_rows(plim_bounds *bounds, const uint32_t *row, uint32_t n)
{
    bounds->n = n;
    for (uint32_t i = 0; i < n; i++) {
        bounds->row[i] = row[i];
        bounds->borrower[i] = plim_evaluate_borrower(bounds->book, bounds->grain, row[i]);
    }
    plim_evaluator_run_lanes(bounds->exact, &(plim_lanes){.n = n, .row = row});
}

/* proxy(a, b) of an `a` that differs from no path to another: missing or not, it is known. */
static void replace_missing(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        int from = isnan(r->low[0][i]) ? 1 : 0;
        bool known = !isnan(r->low[from][i]) && !isnan(r->high[from][i]);
        r->to_low[i] = known ? r->low[from][i] : (double)NAN;
        r->to_high[i] = known ? r->high[from][i] : (double)NAN;
    }
}

static void apply(plim_bounds *b, const plim_expr *expr, double *low, double *high)
{
    const plim_graph *graph = &b->program->graph;
    const plim_list *curve = expr->op == PLIM_OP_INTERP ? &graph->lists[expr->list] : NULL;
    plim_bound_rows rows = {.n = b->n, .to_low = low, .to_high = high};
    for (int a = 0; a < plim_primitive_arity(expr->op); a++) {
        rows.low[a] = bound_of(b, expr->arg[a], b->low);
        rows.high[a] = bound_of(b, expr->arg[a], b->high);
    }
    if (expr->op == PLIM_OP_PROXY && !graph->nodes[expr->arg[0]].varies)
        replace_missing(&rows);
    else
        plim_bounds_rows_apply(expr->op, curve, &rows);
}

/* A box of slots. */
typedef struct box {
    const double *low, *high;
} box;

/* Parts under collection: whose they are. */
typedef struct parts {
    uint32_t n, row[BLOCK], lane[BLOCK];
} parts;

static void add_parts(const plim_bounds *b, uint32_t k, const box *at, parts *p)
{
    plim_bounds *inner = b->varying[k].inner;
    plim_node summed = b->program->graph.nodes[b->varying[k].node].arg[0];
    double *to_low = b->low + (size_t)k * BLOCK, *to_high = b->high + (size_t)k * BLOCK;
    plim_bounds_rows(inner, p->row, p->n);
    plim_bounds_box(inner, at->low, at->high);
    const double *low = bound_of(inner, summed, inner->low);
    const double *high = bound_of(inner, summed, inner->high);
    for (uint32_t i = 0; i < p->n; i++) {
        double from[2] = {to_low[p->lane[i]], low[i]}, to[2] = {to_high[p->lane[i]], high[i]};
        double out[2];
        plim_bounds_apply(PLIM_OP_ADD, NULL, from, to, out);
        to_low[p->lane[i]] = out[0];
        to_high[p->lane[i]] = out[1];
    }
    p->n = 0;
}

/* Sums of bounds, in the order in which the evaluator sums values. */
static void sum_parts(const plim_bounds *b, uint32_t k, const box *at)
{
    parts p = {.n = 0};
    plim_level part = (plim_level)b->program->graph.nodes[b->varying[k].node].table;
    for (uint32_t i = 0; i < b->n; i++) {
        plim_rows rows = plim_evaluate_parts(b->book, part, b->borrower[i]);
        b->low[(size_t)k * BLOCK + i] = b->high[(size_t)k * BLOCK + i] = 0;
        for (uint32_t row = rows.first; row < rows.end; row++) {
            p.row[p.n] = row;
            p.lane[p.n++] = i;
            if (p.n == BLOCK)
                add_parts(b, k, at, &p);
        }
    }
    if (p.n > 0)
        add_parts(b, k, at, &p);
}

void plim_bounds_box(plim_bounds *bounds, const double *low, const double *high)
{
    const plim_graph *graph = &bounds->program->graph;
    for (uint32_t k = 0; k < bounds->n_varying; k++) {
        const varying *v = &bounds->varying[k];
        double *to_low = bounds->low + (size_t)k * BLOCK,
               *to_high = bounds->high + (size_t)k * BLOCK;
        if (v->inner != NULL) {
            sum_parts(bounds, k, &(box){low, high});
            continue;
        }
        if (v->leaf.slot == PLIM_NO_SLOT) {
            apply(bounds, &graph->nodes[v->node], to_low, to_high);
            continue;
        }
        for (uint32_t i = 0; i < bounds->n; i++) {
            uint32_t row = v->leaf.of_borrower ? bounds->borrower[i] : bounds->row[i];
            to_low[i] = plim_random_value(&v->leaf, row, low, 1);
            to_high[i] = plim_random_value(&v->leaf, row, high, 1);
        }
    }
}

const double *plim_bounds_low(const plim_bounds *bounds, plim_node node)
{
    return bound_of(bounds, node, bounds->low);
}

const double *plim_bounds_high(const plim_bounds *bounds, plim_node node)
{
    return bound_of(bounds, node, bounds->high);
}

/* ---- which slots a row hangs on ---- */

/* The row of a level's own table, or a borrower. */
typedef struct marked_row {
    uint32_t row, borrower;
    uint64_t *words;
} marked_row;

static void mark_leaf(const plim_random_leaf *leaf, const marked_row *at)
{
    uint32_t slot = leaf->slot;
    if (leaf->place != NULL) {
        uint32_t place = leaf->place[leaf->of_borrower ? at->borrower : at->row];
        if (place == PLIM_NO_PLACE)
            return;
        slot += place;
    }
    at->words[slot / 64] |= UINT64_C(1) << slot % 64;
}

/* All that the formulas of `b` read for a row, parts of parts included. */
static void mark_whole(const plim_bounds *b, const marked_row *at)
{
    for (uint32_t k = 0; k < b->n_varying; k++) {
        const varying *v = &b->varying[k];
        if (v->leaf.slot != PLIM_NO_SLOT)
            mark_leaf(&v->leaf, at);
        if (v->inner == NULL)
            continue;
        plim_level part = (plim_level)b->program->graph.nodes[v->node].table;
        plim_rows rows = plim_evaluate_parts(b->book, part, at->borrower);
        for (uint32_t row = rows.first; row < rows.end; row++)
            mark_whole(v->inner, &(marked_row){row, at->borrower, at->words});
    }
}

/* Asks for operand a of a node in the rows in which the node is asked for. */
static void ask(const plim_bounds *b, const plim_expr *expr, int a, const bool *asked, bool *all)
{
    plim_node node = expr->arg[a];
    if (!b->program->graph.nodes[node].varies)
        return;
    bool chooses = expr->op == PLIM_OP_WHERE && a > 0;
    const double *low = bound_of(b, node, b->low), *high = bound_of(b, node, b->high);
    const double *if_low = bound_of(b, expr->arg[0], b->low);
    const double *if_high = bound_of(b, expr->arg[0], b->high);
    for (uint32_t i = 0; i < b->n; i++) {
        bool decided = chooses && if_low[i] == if_high[i];
        bool taken = !decided || (if_low[i] != 0) == (a == 1);
        if (asked[i] && taken && !(low[i] == high[i]))
            all[(size_t)b->place[node] * BLOCK + i] = true;
    }
}

/* One varying node, of rows in which it is asked for. */
static void mark_node(const plim_bounds *b, uint32_t k, bool *all, const plim_bound_slots *to)
{
    const varying *v = &b->varying[k];
    const plim_expr *expr = &b->program->graph.nodes[v->node];
    const bool *asked = all + (size_t)k * BLOCK;
    if (v->inner == NULL && v->leaf.slot == PLIM_NO_SLOT) {
        for (int a = 0; a < plim_primitive_arity(expr->op); a++)
            ask(b, expr, a, asked, all);
        return;
    }
    for (uint32_t i = 0; i < b->n; i++) {
        marked_row at = {b->row[i], b->borrower[i], to->words + i * to->n_words};
        if (!asked[i])
            continue;
        if (v->leaf.slot != PLIM_NO_SLOT)
            mark_leaf(&v->leaf, &at);
        plim_rows rows = {0, 0};
        if (v->inner != NULL)
            rows = plim_evaluate_parts(b->book, (plim_level)expr->table, at.borrower);
        for (at.row = rows.first; at.row < rows.end; at.row++)
            mark_whole(v->inner, &at);
    }
}

plim_status plim_bounds_slots(const plim_bounds *bounds, const plim_node *roots, uint32_t n_roots,
                              const plim_bound_slots *to, plim_error *err)
{
    const plim_graph *graph = &bounds->program->graph;
    bool *all = plim_alloc((size_t)bounds->n_varying * BLOCK, sizeof *all);
    if (all == NULL)
        return plim_fail_memory(err, "bounds of formulas");
    for (uint32_t r = 0; r < n_roots; r++) {
        if (roots[r] == PLIM_NO_NODE || !graph->nodes[roots[r]].varies)
            continue;
        const double *low = bound_of(bounds, roots[r], bounds->low);
        const double *high = bound_of(bounds, roots[r], bounds->high);
        for (uint32_t i = 0; i < bounds->n; i++)
            if (!(low[i] == high[i]))
                all[(size_t)bounds->place[roots[r]] * BLOCK + i] = true;
    }
    for (uint32_t k = bounds->n_varying; k-- > 0;)
        mark_node(bounds, k, all, to);
    plim_free(all);
    return PLIM_OK;
}

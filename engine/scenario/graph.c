#include "scenario/graph.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "scenario/fold.h"

#define EMPTY UINT32_MAX

/* ---- hash-consing ---- */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash ^= word + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdu;
    return hash ^ (hash >> 32);
}

static uint64_t hash_expr(const plim_expr *e)
{
    uint64_t hash = mix(e->op, bits_of(e->value));
    for (int i = 0; i < 3; i++)
        hash = mix(hash, e->arg[i]);
    hash = mix(hash, ((uint64_t)e->symbol << 32) | e->list);
    return mix(hash, ((uint64_t)e->scenario << 32) | ((uint64_t)(uint16_t)e->year << 8) | e->table);
}

/* Values by bits: -0.0 is not 0.0, and a NaN equals itself. Unit and place do not tell nodes apart.
 */
static bool same_expr(const plim_expr *a, const plim_expr *b)
{
    return a->op == b->op && a->arg[0] == b->arg[0] && a->arg[1] == b->arg[1] &&
           a->arg[2] == b->arg[2] && a->symbol == b->symbol && a->list == b->list &&
           a->scenario == b->scenario && a->year == b->year && a->table == b->table &&
           bits_of(a->value) == bits_of(b->value);
}

static plim_status grow_slots(plim_graph *graph, plim_error *err)
{
    size_t n = graph->n_slots ? graph->n_slots * 2 : 256;
    uint32_t *slots = plim_alloc(n, sizeof *slots);
    if (!slots)
        return plim_fail_memory(err, "the table of expressions");
    memset(slots, 0xff, n * sizeof *slots);
    for (size_t i = 0; i < graph->count; i++) {
        size_t at = (size_t)hash_expr(&graph->nodes[i]) & (n - 1);
        while (slots[at] != EMPTY)
            at = (at + 1) & (n - 1);
        slots[at] = (uint32_t)i;
    }
    plim_free(graph->slots);
    graph->slots = slots;
    graph->n_slots = n;
    return PLIM_OK;
}

plim_level plim_level_owner(plim_level part)
{
    return part == PLIM_LEVEL_COLLATERAL ? PLIM_LEVEL_LOAN : PLIM_LEVEL_BORROWER;
}

bool plim_level_within(plim_level level, plim_level grain)
{
    return level == PLIM_LEVEL_CONSTANT || level == PLIM_LEVEL_BORROWER || level == grain ||
           (level == PLIM_LEVEL_LOAN && grain == PLIM_LEVEL_COLLATERAL);
}

plim_level plim_level_join(plim_level a, plim_level b)
{
    if (a == PLIM_LEVEL_CONSTANT || b == PLIM_LEVEL_CONSTANT)
        return a == PLIM_LEVEL_CONSTANT ? b : a;
    if (a == PLIM_LEVEL_MIXED || b == PLIM_LEVEL_MIXED)
        return PLIM_LEVEL_MIXED;
    if (plim_level_within(a, b))
        return b;
    return plim_level_within(b, a) ? a : PLIM_LEVEL_MIXED;
}

static plim_level level_of(const plim_graph *graph, const plim_expr *e)
{
    switch (e->op) {
    case PLIM_OP_CONSTANT:
    case PLIM_OP_DRIVER:
    case PLIM_OP_REFERENCE:
        return PLIM_LEVEL_CONSTANT;
    case PLIM_OP_PD:
        return PLIM_LEVEL_BORROWER;
    case PLIM_OP_COLUMN:
    case PLIM_OP_PREFIX:
    case PLIM_OP_TEXT_EQ:
    case PLIM_OP_TABLE_BY:
    case PLIM_OP_DATE:
    case PLIM_OP_INTENSITY:
        return (plim_level)e->table;
    default:
        break;
    }
    if (e->op == PLIM_OP_SUM)
        return plim_level_owner((plim_level)e->table);
    plim_level level = PLIM_LEVEL_CONSTANT;
    for (int i = 0; i < plim_primitive_arity(e->op); i++)
        level = plim_level_join(level, graph->nodes[e->arg[i]].level);
    return level;
}

/* Finds the node or appends it; `e` has its unused operands cleared. */
static plim_status intern(plim_graph *graph, plim_expr *e, plim_node *out, plim_error *err)
{
    if ((graph->count + 1) * 4 > graph->n_slots * 3)
        PLIM_TRY(grow_slots(graph, err));
    size_t at = (size_t)hash_expr(e) & (graph->n_slots - 1);
    for (; graph->slots[at] != EMPTY; at = (at + 1) & (graph->n_slots - 1))
        if (same_expr(&graph->nodes[graph->slots[at]], e)) {
            *out = graph->slots[at];
            return PLIM_OK;
        }
    if (plim_grow((void **)&graph->nodes, &graph->capacity, graph->count + 1,
                  sizeof *graph->nodes) != 0)
        return plim_fail_memory(err, "the expressions of the scripts");
    e->level = level_of(graph, e);
    for (int i = 0; i < plim_primitive_arity(e->op); i++)
        e->varies = e->varies || graph->nodes[e->arg[i]].varies;
    graph->nodes[graph->count] = *e;
    graph->slots[at] = (uint32_t)graph->count;
    *out = (plim_node)graph->count++;
    return PLIM_OK;
}

plim_status plim_graph_add(plim_graph *graph, const plim_expr *expr, plim_node *out,
                           plim_error *err)
{
    plim_expr e = *expr;
    for (int i = plim_primitive_arity(e.op); i < 3; i++)
        e.arg[i] = PLIM_NO_NODE;
    plim_fold fold = plim_fold_expr(graph, &e);
    switch (fold.kind) {
    case PLIM_FOLD_NODE:
        *out = fold.node;
        return PLIM_OK;
    case PLIM_FOLD_VALUE:
        e = (plim_expr){.op = PLIM_OP_CONSTANT,
                        .arg = {PLIM_NO_NODE, PLIM_NO_NODE, PLIM_NO_NODE},
                        .value = fold.value,
                        .unit = e.unit,
                        .line = e.line,
                        .file = e.file};
        break;
    case PLIM_FOLD_NONE:
        break;
    }
    return intern(graph, &e, out, err);
}

plim_status plim_graph_constant(plim_graph *graph, double value, plim_node *out, plim_error *err)
{
    plim_expr e = {.op = PLIM_OP_CONSTANT, .value = value, .unit = {.any = true}};
    return plim_graph_add(graph, &e, out, err);
}

plim_status plim_graph_apply(plim_graph *graph, plim_op op, const plim_node *args, plim_node *out,
                             plim_error *err)
{
    plim_expr e = {.op = op};
    for (int i = 0; i < plim_primitive_arity(op); i++)
        e.arg[i] = args[i];
    return plim_graph_add(graph, &e, out, err);
}

/* ---- lists ---- */

static bool same_numbers(const double *a, const double *b, size_t n)
{
    if (!a || !b)
        return a == b;
    return memcmp(a, b, n * sizeof *a) == 0;
}

static bool same_list(const plim_list *a, const plim_list *b)
{
    if (a->count != b->count || bits_of(a->fallback) != bits_of(b->fallback) ||
        !a->key != !b->key || !same_numbers(a->x, b->x, a->count) ||
        !same_numbers(a->y, b->y, a->count))
        return false;
    for (size_t i = 0; a->key && i < a->count; i++)
        if (strcmp(a->key[i], b->key[i]) != 0)
            return false;
    return true;
}

static void free_list(plim_list *list)
{
    for (size_t i = 0; list->key && i < list->count; i++)
        plim_free(list->key[i]);
    plim_free(list->key);
    plim_free(list->x);
    plim_free(list->y);
    *list = (plim_list){0};
}

plim_status plim_graph_add_list(plim_graph *graph, plim_list *list, uint32_t *out, plim_error *err)
{
    for (size_t i = 0; i < graph->n_lists; i++)
        if (same_list(&graph->lists[i], list)) {
            free_list(list);
            *out = (uint32_t)i;
            return PLIM_OK;
        }
    if (plim_grow((void **)&graph->lists, &graph->lists_capacity, graph->n_lists + 1,
                  sizeof *graph->lists) != 0) {
        free_list(list);
        return plim_fail_memory(err, "the lists of the scripts");
    }
    graph->lists[graph->n_lists] = *list;
    *list = (plim_list){0};
    *out = (uint32_t)graph->n_lists++;
    return PLIM_OK;
}

double plim_list_interp(const plim_list *curve, double x)
{
    size_t last = curve->count - 1;
    if (isnan(x))
        return x;
    if (x <= curve->x[0])
        return curve->y[0];
    if (x >= curve->x[last])
        return curve->y[last];
    size_t i = 1;
    while (x >= curve->x[i])
        i++;
    double share = (x - curve->x[i - 1]) / (curve->x[i] - curve->x[i - 1]);
    return curve->y[i - 1] + share * (curve->y[i] - curve->y[i - 1]);
}

/* ---- at_reference ---- */

static plim_status grow_reference(plim_graph *graph, size_t needed, plim_error *err)
{
    size_t before = graph->reference_capacity;
    if (plim_grow((void **)&graph->reference, &graph->reference_capacity, needed,
                  sizeof *graph->reference) != 0)
        return plim_fail_memory(err, "the expressions at reference");
    for (size_t i = before; i < graph->reference_capacity; i++)
        graph->reference[i] = PLIM_NO_NODE;
    return PLIM_OK;
}

/* A driver becomes its reference, a hazard no event or the one of today; false for others. */
static bool leaf_at_reference(plim_expr *e)
{
    if (e->op == PLIM_OP_DRIVER) {
        e->op = PLIM_OP_REFERENCE;
        e->varies = false;
        return true;
    }
    if (e->op != PLIM_OP_INTENSITY || e->list == PLIM_REFERENCE_IS_TODAY)
        return false;
    if (e->list == PLIM_REFERENCE_TODAY) {
        e->list = PLIM_REFERENCE_IS_TODAY;
        return true;
    }
    *e = (plim_expr){.op = PLIM_OP_CONSTANT, .unit = e->unit, .line = e->line, .file = e->file};
    return true;
}

/* Substitutes one node whose operands have their answers. */
static plim_status substitute(plim_graph *graph, plim_node node, plim_error *err)
{
    plim_expr e = graph->nodes[node];
    plim_node answer = node;
    bool changed = leaf_at_reference(&e);
    if (plim_primitive_arity(e.op) > 0)
        e.varies = false; /* as its operands say */
    for (int i = 0; i < plim_primitive_arity(e.op); i++) {
        changed |= graph->reference[e.arg[i]] != e.arg[i];
        e.arg[i] = graph->reference[e.arg[i]];
    }
    if (changed)
        PLIM_TRY(plim_graph_add(graph, &e, &answer, err));
    if (graph->count > graph->reference_capacity)
        PLIM_TRY(grow_reference(graph, graph->count, err));
    graph->reference[node] = answer;
    graph->reference[answer] = answer; /* has no driver left */
    return PLIM_OK;
}

/* Depth first with a stack of its own: formulas can be deeper than the C stack. */
static plim_status substitute_below(plim_graph *graph, plim_node root, plim_node *stack,
                                    plim_error *err)
{
    size_t depth = 0;
    stack[depth++] = root;
    while (depth > 0) {
        plim_node node = stack[depth - 1];
        plim_node open = PLIM_NO_NODE;
        const plim_expr *e = &graph->nodes[node];
        for (int i = 0; i < plim_primitive_arity(e->op) && open == PLIM_NO_NODE; i++)
            if (graph->reference[e->arg[i]] == PLIM_NO_NODE)
                open = e->arg[i];
        if (open != PLIM_NO_NODE) {
            stack[depth++] = open; /* always a smaller index: the depth stays below `root` */
            continue;
        }
        depth--;
        PLIM_TRY(substitute(graph, node, err));
    }
    return PLIM_OK;
}

plim_status plim_graph_at_reference(plim_graph *graph, plim_node node, plim_node *out,
                                    plim_error *err)
{
    if (graph->count > graph->reference_capacity)
        PLIM_TRY(grow_reference(graph, graph->count, err));
    if (graph->reference[node] == PLIM_NO_NODE) {
        plim_node *stack = plim_alloc((size_t)node + 1, sizeof *stack);
        if (!stack)
            return plim_fail_memory(err, "the expressions at reference");
        plim_status status = substitute_below(graph, node, stack, err);
        plim_free(stack);
        if (status != PLIM_OK)
            return status;
    }
    *out = graph->reference[node];
    return PLIM_OK;
}

void plim_graph_free(plim_graph *graph)
{
    for (size_t i = 0; i < graph->n_lists; i++)
        free_list(&graph->lists[i]);
    plim_free(graph->lists);
    plim_free(graph->nodes);
    plim_free(graph->slots);
    plim_free(graph->reference);
    plim_names_free(&graph->symbols);
    *graph = (plim_graph){0};
}

#include "scenario/fold.h"

#include <math.h>
#include <stdbool.h>

static const plim_fold nothing = {.kind = PLIM_FOLD_NONE};

static plim_fold is_node(plim_node node)
{
    return (plim_fold){.kind = PLIM_FOLD_NODE, .node = node};
}

static plim_fold is_value(double value)
{
    return (plim_fold){.kind = PLIM_FOLD_VALUE, .value = value};
}

static bool is_constant(const plim_graph *graph, plim_node node)
{
    return graph->nodes[node].op == PLIM_OP_CONSTANT;
}

/* Is `node` the constant `value`, sign of zero included? */
static bool equals(const plim_graph *graph, plim_node node, double value)
{
    const plim_expr *e = &graph->nodes[node];
    return e->op == PLIM_OP_CONSTANT && e->value == value && !signbit(e->value) == !signbit(value);
}

static plim_fold fold_constants(const plim_graph *graph, const plim_expr *e, int arity)
{
    double args[3] = {0.0, 0.0, 0.0};
    for (int i = 0; i < arity; i++) {
        if (!is_constant(graph, e->arg[i]))
            return nothing;
        args[i] = graph->nodes[e->arg[i]].value;
    }
    if (e->op == PLIM_OP_INTERP)
        return is_value(plim_list_interp(&graph->lists[e->list], args[0]));
    return is_value(plim_primitive_apply(e->op, args));
}

static plim_fold fold_where(const plim_graph *graph, const plim_expr *e)
{
    if (!is_constant(graph, e->arg[0]))
        return nothing;
    double condition = graph->nodes[e->arg[0]].value;
    if (isnan(condition))
        return is_value(condition);
    return is_node(condition != 0.0 ? e->arg[1] : e->arg[2]);
}

static plim_fold fold_proxy(const plim_graph *graph, const plim_expr *e)
{
    if (e->arg[0] == e->arg[1])
        return is_node(e->arg[0]);
    if (!is_constant(graph, e->arg[0]))
        return nothing;
    return is_node(isnan(graph->nodes[e->arg[0]].value) ? e->arg[1] : e->arg[0]);
}

plim_fold plim_fold_expr(const plim_graph *graph, const plim_expr *e)
{
    int arity = plim_primitive_arity(e->op);
    if (arity == 0 || e->op == PLIM_OP_SUM) /* a sum hangs on how many rows there are */
        return nothing;
    plim_fold constant = fold_constants(graph, e, arity);
    if (constant.kind != PLIM_FOLD_NONE)
        return constant;
    plim_node a = e->arg[0], b = e->arg[1];
    switch (e->op) {
    case PLIM_OP_ADD: /* only -0.0 is neutral: -0.0 + 0.0 is 0.0 */
        return equals(graph, b, -0.0) ? is_node(a) : equals(graph, a, -0.0) ? is_node(b) : nothing;
    case PLIM_OP_SUBTRACT:
        return equals(graph, b, 0.0) ? is_node(a) : nothing;
    case PLIM_OP_MULTIPLY:
        return equals(graph, b, 1.0) ? is_node(a) : equals(graph, a, 1.0) ? is_node(b) : nothing;
    case PLIM_OP_DIVIDE:
    case PLIM_OP_POWER:
        return equals(graph, b, 1.0) ? is_node(a) : nothing;
    case PLIM_OP_MIN:
    case PLIM_OP_MAX:
        return a == b ? is_node(a) : nothing;
    case PLIM_OP_NEGATE:
        return graph->nodes[a].op == PLIM_OP_NEGATE ? is_node(graph->nodes[a].arg[0]) : nothing;
    case PLIM_OP_WHERE:
        return fold_where(graph, e);
    case PLIM_OP_PROXY:
        return fold_proxy(graph, e);
    default:
        return nothing;
    }
}

/* Random formulas over random drivers, hazards, columns and earlier years: tame ones that have a
 * value between -50 and 50 whatever happens, and wild ones. Header only. */
#ifndef PLIM_TESTS_RANDOM_FORMULAS_H
#define PLIM_TESTS_RANDOM_FORMULAS_H

#include "hazard_fixture.h"

/* What formulas of a scenario and year are made of. */
typedef struct formula_in {
    fixture_world *w;
    uint32_t s, t;
    uint32_t n_drivers; /* called x0, x1, ... */
    uint32_t n_hazards; /* called h0, h1, ... */
    plim_level level;
    plim_node column, before; /* of that level; a formula of the year before, or PLIM_NO_NODE */
    uint32_t curve;           /* list for `interp` */
    bool wild;
} formula_in;

static inline plim_node formula_driver(const formula_in *in)
{
    char name[16];
    uint32_t i = fixture_below(in->w, in->n_drivers + in->n_hazards);
    int year = (int)(fixture_below(in->w, 3) > 0 ? in->t : fixture_below(in->w, in->t + 1));
    if (i >= in->n_drivers) {
        (void)snprintf(name, sizeof name, "h%u", i - in->n_drivers);
        return fixture_hazard_node(&in->w->program, in->s, name, year);
    }
    (void)snprintf(name, sizeof name, "x%u", i);
    return fixture_random_node(&in->w->program, in->s, name, year);
}

static inline plim_node formula_leaf(const formula_in *in)
{
    plim_program *program = &in->w->program;
    switch (fixture_below(in->w, 8)) {
    case 0:
        return fixture_constant(program, floor(fixture_between(in->w, -3, 4)));
    case 1:
        return fixture_constant(program, fixture_between(in->w, -2, 2));
    case 2:
        return in->column;
    case 3:
        if (in->before != PLIM_NO_NODE)
            return in->before;
        return formula_driver(in);
    default:
        return formula_driver(in);
    }
}

static inline plim_node formula_clip(plim_program *program, plim_node x, double low, double high)
{
    return fixture_apply3(program, PLIM_OP_CLIP, x, fixture_constant(program, low),
                          fixture_constant(program, high));
}

/* The operands of a primitive, moved to where it has a value. */
static inline void formula_tame(plim_program *program, plim_op op, plim_node arg[3])
{
    if (op == PLIM_OP_DIVIDE)
        arg[1] = fixture_apply2(program, PLIM_OP_ADD, fixture_apply1(program, PLIM_OP_ABS, arg[1]),
                                fixture_constant(program, 0.25));
    if (op == PLIM_OP_EXP)
        arg[0] = formula_clip(program, arg[0], -50, 3);
    if (op == PLIM_OP_LOG || op == PLIM_OP_SQRT)
        arg[0] = fixture_apply2(program, PLIM_OP_ADD, fixture_apply1(program, PLIM_OP_ABS, arg[0]),
                                fixture_constant(program, 0.01));
    if (op == PLIM_OP_NORMAL_INV || op == PLIM_OP_LOGIT)
        arg[0] = formula_clip(program, arg[0], 1e-6, 1 - 1e-6);
    if (op == PLIM_OP_POWER) {
        arg[0] = formula_clip(program, arg[0], 0.05, 20);
        arg[1] = formula_clip(program, arg[1], -2, 2);
    }
}

static inline plim_node formula_any(const formula_in *in, uint32_t depth)
{
    plim_program *program = &in->w->program;
    if (depth == 0)
        return formula_leaf(in);
    if (fixture_below(in->w, 15) == 0)
        return fixture_node(program, &(plim_expr){.op = PLIM_OP_INTERP,
                                                  .arg = {formula_any(in, depth - 1)},
                                                  .list = in->curve});
    plim_op op =
        (plim_op)(PLIM_OP_ADD + fixture_below(in->w, (uint32_t)(PLIM_OP_COUNT - PLIM_OP_ADD)));
    if (fixture_below(in->w, 3) == 0) /* what scripts are mostly made of */
        op = (plim_op)(PLIM_OP_ADD + fixture_below(in->w, 3));
    plim_expr expr = {.op = op};
    for (int a = 0; a < plim_primitive_arity(op); a++)
        expr.arg[a] = formula_any(in, depth - 1);
    if (!in->wild)
        formula_tame(program, op, expr.arg);
    plim_node node = fixture_node(program, &expr);
    bool grows = op == PLIM_OP_MULTIPLY || op == PLIM_OP_DIVIDE || op == PLIM_OP_POWER ||
                 op == PLIM_OP_ADD || op == PLIM_OP_SUBTRACT;
    return grows && !in->wild ? formula_clip(program, node, -50, 50) : node;
}

/* A curve with a hump and a fall, for `interp`. */
static inline uint32_t formula_curve(plim_program *program)
{
    static const double x[] = {-1, 0, 0.5, 1, 2.5}, y[] = {0, 2, 0.25, 0.3, -1};
    plim_list curve = {.count = sizeof x / sizeof *x};
    curve.x = fixture_alloc(curve.count, sizeof(double));
    curve.y = fixture_alloc(curve.count, sizeof(double));
    memcpy(curve.x, x, sizeof x);
    memcpy(curve.y, y, sizeof y);
    uint32_t list = 0;
    MUST(plim_graph_add_list(&program->graph, &curve, &list, &must_err));
    return list;
}

#endif

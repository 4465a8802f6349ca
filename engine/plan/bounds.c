#include "plan/bounds.h"

#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define BLOCK PLIM_EVALUATE_BLOCK
/* Our functions err by less than 10 units of 2^-53 and are therefore out of order by no more. */
#define WIDEN 0x1p-40

/* ---- one primitive ---- */

static void set(double out[2], double low, double high)
{
    bool known = !isnan(low) && !isnan(high);
    out[0] = known ? low : (double)NAN;
    out[1] = known ? high : (double)NAN;
}

static void unknown(double out[2])
{
    out[0] = out[1] = (double)NAN;
}

/* The least and largest of four; NaN if one is. */
static void of_corners(const double v[4], double out[2])
{
    double low = v[0], high = v[0];
    for (int i = 0; i < 4; i++) {
        if (isnan(v[i])) {
            unknown(out);
            return;
        }
        low = v[i] < low ? v[i] : low;
        high = v[i] > high ? v[i] : high;
    }
    set(out, low, high);
}

/* By what values may be out of order. Below the smallest normal number that is no longer relative
   to them, and next to the largest one of two may be infinite. */
static void widen(double out[2])
{
    for (int i = 0; i < 2; i++) {
        double side = i == 0 ? -1 : 1;
        if (!isinf(out[i]))
            out[i] += side * (fabs(out[i]) * WIDEN + DBL_MIN);
        else if (side * out[i] < 0)
            out[i] = copysign(DBL_MAX, out[i]);
    }
}

static void not_negative(double out[2])
{
    out[0] = out[0] < 0 ? 0 : out[0];
}

static void corners(plim_op op, const double *low, const double *high, double out[2])
{
    double v[4];
    for (int i = 0; i < 4; i++) {
        double args[3] = {i & 1 ? high[0] : low[0], i & 2 ? high[1] : low[1], 0};
        v[i] = plim_primitive_apply(op, args);
    }
    of_corners(v, out);
}

/* x^y: by corners where x is not negative; whole powers of x that may be also through 0. Negative
   powers of 0 are known no better than quotients by it: 0 has two signs. */
static void power(const double *low, const double *high, double out[2])
{
    if (low[0] > 0 || (low[0] >= 0 && low[1] >= 0)) {
        corners(PLIM_OP_POWER, low, high, out);
        widen(out);
        not_negative(out);
        return;
    }
    bool whole = low[1] == high[1] && low[1] == floor(low[1]);
    if (!whole || (low[1] < 0 && high[0] >= 0)) {
        unknown(out);
        return;
    }
    double v[4];
    v[0] = plim_primitive_apply(PLIM_OP_POWER, (double[3]){low[0], low[1], 0});
    v[1] = plim_primitive_apply(PLIM_OP_POWER, (double[3]){high[0], low[1], 0});
    v[2] = v[3] =
        high[0] >= 0 ? plim_primitive_apply(PLIM_OP_POWER, (double[3]){0, low[1], 0}) : v[1];
    of_corners(v, out);
    widen(out);
}

/* A function that never falls, over the part of the line where it has values. */
static void rising(plim_op op, const double *low, const double *high, double out[2])
{
    bool of_share = op == PLIM_OP_NORMAL_INV || op == PLIM_OP_LOGIT;
    if ((of_share && !(low[0] >= 0 && high[0] <= 1)) || (op == PLIM_OP_LOG && !(low[0] > 0)) ||
        (op == PLIM_OP_SQRT && !(low[0] >= 0))) {
        unknown(out);
        return;
    }
    set(out, plim_primitive_apply(op, (double[3]){low[0], 0, 0}),
        plim_primitive_apply(op, (double[3]){high[0], 0, 0}));
    if (op == PLIM_OP_FLOOR || op == PLIM_OP_SQRT)
        return; /* rounded exactly: never out of order */
    widen(out);
    if (op == PLIM_OP_LOG || op == PLIM_OP_LOGIT || op == PLIM_OP_NORMAL_INV) {
        out[0] -= WIDEN; /* near their zero */
        out[1] += WIDEN;
        return;
    }
    not_negative(out);
    if (op != PLIM_OP_EXP)
        out[1] = out[1] > 1 ? 1 : out[1]; /* probabilities */
}

static void compare(plim_op op, const double *low, const double *high, double out[2])
{
    bool swap = op == PLIM_OP_GT || op == PLIM_OP_GE;
    bool strict = op == PLIM_OP_LT || op == PLIM_OP_GT;
    int a = swap ? 1 : 0, b = swap ? 0 : 1; /* is a < b, or a <= b? */
    bool surely = strict ? high[a] < low[b] : high[a] <= low[b];
    bool maybe = strict ? low[a] < high[b] : low[a] <= high[b];
    set(out, surely, maybe);
}

static void is_equal(const double *low, const double *high, double out[2])
{
    bool surely = low[0] == high[0] && low[1] == high[1] && low[0] == low[1];
    bool maybe = low[0] <= high[1] && low[1] <= high[0];
    set(out, surely, maybe);
}

/* Is a condition surely true, possibly true? Any number but 0 is true. */
static bool surely_true(double low, double high)
{
    return low > 0 || high < 0;
}

static bool maybe_true(double low, double high)
{
    return low != 0 || high != 0;
}

static void logic(plim_op op, const double *low, const double *high, double out[2])
{
    bool sure_a = surely_true(low[0], high[0]), may_a = maybe_true(low[0], high[0]);
    bool sure_b = op != PLIM_OP_NO && surely_true(low[1], high[1]);
    bool may_b = op != PLIM_OP_NO && maybe_true(low[1], high[1]);
    if (op == PLIM_OP_ALL)
        set(out, sure_a && sure_b, may_a && may_b);
    else if (op == PLIM_OP_ANY)
        set(out, sure_a || sure_b, may_a || may_b);
    else
        set(out, !may_a, !sure_a);
}

static void choose(const double *low, const double *high, double out[2])
{
    if (isnan(low[0]))
        unknown(out);
    else if (surely_true(low[0], high[0]))
        set(out, low[1], high[1]);
    else if (!maybe_true(low[0], high[0]))
        set(out, low[2], high[2]);
    else if (isnan(low[1]) || isnan(low[2]))
        unknown(out);
    else
        set(out, fmin(low[1], low[2]), fmax(high[1], high[2]));
}

static void through_curve(const plim_list *curve, double low, double high, double out[2])
{
    double a = plim_list_interp(curve, low), b = plim_list_interp(curve, high);
    double least = fmin(a, b), most = fmax(a, b), size = fmax(fabs(a), fabs(b));
    for (size_t i = 0; i < curve->count; i++)
        if (curve->x[i] > low && curve->x[i] < high) {
            least = fmin(least, curve->y[i]);
            most = fmax(most, curve->y[i]);
            size = fmax(size, fabs(curve->y[i]));
        }
    /* Between two points the rounded line may pass its ends by a rounding of the larger one, which
       need not lie within the range. */
    for (size_t i = 0; low < high && i < curve->count; i++)
        size = fmax(size, fabs(curve->y[i]));
    set(out, low < high ? least - size * WIDEN : a, low < high ? most + size * WIDEN : b);
}

static void absolute(double low, double high, double out[2])
{
    if (low >= 0)
        set(out, low, high);
    else if (high <= 0)
        set(out, -high, -low);
    else
        set(out, 0, fmax(-low, high));
}

/* Within low and high: where those may change places, one of them is the result, whatever the
   number. */
static void clip(const double *low, const double *high, double out[2])
{
    if (high[1] > low[2])
        set(out, fmin(low[1], low[2]), fmax(high[1], high[2]));
    else
        set(out, plim_primitive_apply(PLIM_OP_CLIP, low), plim_primitive_apply(PLIM_OP_CLIP, high));
}

/* Bounds infinite both ways come of operands that may be infinite, and a sum or product of those
   may be missing: infinity - infinity, 0 x infinity. */
static void unless_boundless(double out[2])
{
    if (out[0] == -HUGE_VAL && out[1] == HUGE_VAL)
        unknown(out);
}

static void arithmetic(plim_op op, const double *low, const double *high, double out[2])
{
    switch (op) {
    case PLIM_OP_ADD:
        set(out, low[0] + low[1], high[0] + high[1]);
        break;
    case PLIM_OP_SUBTRACT:
        set(out, low[0] - high[1], high[0] - low[1]);
        break;
    case PLIM_OP_DIVIDE:
        if (low[1] > 0 || high[1] < 0)
            corners(op, low, high, out);
        else
            unknown(out);
        break;
    case PLIM_OP_POWER:
        power(low, high, out);
        break;
    case PLIM_OP_MIN:
        set(out, fmin(low[0], low[1]), fmin(high[0], high[1]));
        break;
    case PLIM_OP_MAX:
        set(out, fmax(low[0], low[1]), fmax(high[0], high[1]));
        break;
    case PLIM_OP_NEGATE:
        set(out, -high[0], -low[0]);
        break;
    case PLIM_OP_ABS:
        absolute(low[0], high[0], out);
        break;
    case PLIM_OP_CLIP:
        clip(low, high, out);
        break;
    default:
        corners(op, low, high, out);
    }
    if (op == PLIM_OP_ADD || op == PLIM_OP_SUBTRACT || op == PLIM_OP_MULTIPLY)
        unless_boundless(out);
}

void plim_bounds_apply(plim_op op, const plim_list *curve, const double *low, const double *high,
                       double out[2])
{
    int arity = plim_primitive_arity(op);
    if (op == PLIM_OP_WHERE) {
        choose(low, high, out);
        return;
    }
    for (int i = 0; i < arity; i++)
        if (isnan(low[i]) || isnan(high[i])) {
            unknown(out);
            return;
        }
    switch (op) {
    case PLIM_OP_PROXY:
        set(out, low[0], high[0]);
        break;
    case PLIM_OP_INTERP:
        through_curve(curve, low[0], high[0], out);
        break;
    case PLIM_OP_FLOOR:
    case PLIM_OP_EXP:
    case PLIM_OP_LOG:
    case PLIM_OP_SQRT:
    case PLIM_OP_NORMAL_CDF:
    case PLIM_OP_NORMAL_INV:
    case PLIM_OP_LOGIT:
    case PLIM_OP_LOGISTIC:
        rising(op, low, high, out);
        break;
    case PLIM_OP_LT:
    case PLIM_OP_LE:
    case PLIM_OP_GT:
    case PLIM_OP_GE:
        compare(op, low, high, out);
        break;
    case PLIM_OP_EQ:
        is_equal(low, high, out);
        break;
    case PLIM_OP_ALL:
    case PLIM_OP_ANY:
    case PLIM_OP_NO:
        logic(op, low, high, out);
        break;
    default:
        arithmetic(op, low, high, out);
    }
}

/* ---- blocks of rows ---- */

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

static void apply(plim_bounds *b, const plim_expr *expr, double *low, double *high)
{
    int arity = plim_primitive_arity(expr->op);
    const plim_list *curve =
        expr->op == PLIM_OP_INTERP ? &b->program->graph.lists[expr->list] : NULL;
    const double *in_low[3] = {NULL}, *in_high[3] = {NULL};
    for (int a = 0; a < arity; a++) {
        in_low[a] = bound_of(b, expr->arg[a], b->low);
        in_high[a] = bound_of(b, expr->arg[a], b->high);
    }
    bool replaces = expr->op == PLIM_OP_PROXY && !b->program->graph.nodes[expr->arg[0]].varies;
    for (uint32_t i = 0; i < b->n; i++) {
        double from[3] = {0}, to[3] = {0}, out[2];
        for (int a = 0; a < arity; a++) {
            from[a] = in_low[a][i];
            to[a] = in_high[a][i];
        }
        if (replaces && isnan(from[0]))
            set(out, from[1], to[1]); /* known to be missing */
        else if (replaces)
            set(out, from[0], to[0]);
        else
            plim_bounds_apply(expr->op, curve, from, to, out);
        low[i] = out[0];
        high[i] = out[1];
    }
}

/* The usual operations over all rows at once; they say what plim_bounds_apply says. */
static bool apply_fast(const plim_bounds *b, const plim_expr *expr, double *restrict low,
                       double *restrict high)
{
    if (expr->op != PLIM_OP_ADD && expr->op != PLIM_OP_SUBTRACT)
        return false;
    const double *a_low = bound_of(b, expr->arg[0], b->low);
    const double *a_high = bound_of(b, expr->arg[0], b->high);
    const double *b_low = bound_of(b, expr->arg[1], b->low);
    const double *b_high = bound_of(b, expr->arg[1], b->high);
    bool minus = expr->op == PLIM_OP_SUBTRACT;
    for (uint32_t i = 0; i < b->n; i++) {
        double from = minus ? a_low[i] - b_high[i] : a_low[i] + b_low[i];
        double to = minus ? a_high[i] - b_low[i] : a_high[i] + b_high[i];
        /* False if either is NaN, or both are infinite: see unless_boundless. */
        bool known = from <= to && (from > -HUGE_VAL || to < HUGE_VAL);
        low[i] = known ? from : (double)NAN;
        high[i] = known ? to : (double)NAN;
    }
    return true;
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
            if (!apply_fast(bounds, &graph->nodes[v->node], to_low, to_high))
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

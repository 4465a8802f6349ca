#include "plan/bounds.h"

#include "math/functions.h"

#include <float.h>
#include <math.h>

/* Our functions err by less than 10 units of 2^-53 and are therefore out of order by no more. */
#define WIDEN 0x1p-40
#define BLOCK PLIM_EVALUATE_BLOCK

/* The smaller and larger of two; `b` where one is NaN. */
static inline double least(double a, double b)
{
    return a < b ? a : b;
}

static inline double most(double a, double b)
{
    return a > b ? a : b;
}

/* ---- loops over rows: raw bounds, of operands that are known ---- */

static void add(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        r->to_low[i] = r->low[0][i] + r->low[1][i];
        r->to_high[i] = r->high[0][i] + r->high[1][i];
    }
}

static void subtract(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double low = r->low[0][i] - r->high[1][i];
        r->to_high[i] = r->high[0][i] - r->low[1][i];
        r->to_low[i] = low;
    }
}

/* The least and largest of four; NaN if one is. */
static inline void of_corners(const plim_bound_rows *r, uint32_t i, const double v[4])
{
    bool known = v[0] == v[0] && v[1] == v[1] && v[2] == v[2] && v[3] == v[3];
    double low = least(least(v[0], v[1]), least(v[2], v[3]));
    double high = most(most(v[0], v[1]), most(v[2], v[3]));
    r->to_low[i] = known ? low : (double)NAN;
    r->to_high[i] = known ? high : (double)NAN;
}

static void multiply(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double a = r->low[0][i], b = r->high[0][i], c = r->low[1][i], d = r->high[1][i];
        of_corners(r, i, (double[4]){a * c, b * c, a * d, b * d});
    }
}

static void divide(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double a = r->low[0][i], b = r->high[0][i], c = r->low[1][i], d = r->high[1][i];
        of_corners(r, i, (double[4]){a / c, b / c, a / d, b / d});
        if (!(c > 0 || d < 0)) /* a divisor around zero */
            r->to_low[i] = (double)NAN;
    }
}

static void smaller(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        r->to_low[i] = least(r->low[0][i], r->low[1][i]);
        r->to_high[i] = least(r->high[0][i], r->high[1][i]);
    }
}

static void larger(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        r->to_low[i] = most(r->low[0][i], r->low[1][i]);
        r->to_high[i] = most(r->high[0][i], r->high[1][i]);
    }
}

static void negate(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double low = -r->high[0][i];
        r->to_high[i] = -r->low[0][i];
        r->to_low[i] = low;
    }
}

static void absolute(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double low = r->low[0][i], high = r->high[0][i];
        r->to_low[i] = low >= 0 ? low : high <= 0 ? -high : 0;
        r->to_high[i] = low >= 0 ? high : high <= 0 ? -low : most(-low, high);
    }
}

/* Within low and high: where those may change places, one of them is the result, whatever the
   number. */
static void clip(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double low[3] = {r->low[0][i], r->low[1][i], r->low[2][i]};
        double high[3] = {r->high[0][i], r->high[1][i], r->high[2][i]};
        bool crossed = high[1] > low[2];
        r->to_low[i] = crossed ? least(low[1], low[2]) : plim_primitive_apply(PLIM_OP_CLIP, low);
        r->to_high[i] = crossed ? most(high[1], high[2]) : plim_primitive_apply(PLIM_OP_CLIP, high);
    }
}

/* ---- conditions ---- */

static void compare(const plim_bound_rows *r, plim_op op)
{
    bool swap = op == PLIM_OP_GT || op == PLIM_OP_GE;
    bool strict = op == PLIM_OP_LT || op == PLIM_OP_GT;
    int a = swap ? 1 : 0, b = swap ? 0 : 1; /* is a < b, or a <= b? */
    for (uint32_t i = 0; i < r->n; i++) {
        double a_low = r->low[a][i], a_high = r->high[a][i];
        double b_low = r->low[b][i], b_high = r->high[b][i];
        r->to_low[i] = strict ? a_high < b_low : a_high <= b_low;  /* surely */
        r->to_high[i] = strict ? a_low < b_high : a_low <= b_high; /* maybe */
    }
}

static void is_equal(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double a = r->low[0][i], b = r->high[0][i], c = r->low[1][i], d = r->high[1][i];
        r->to_low[i] = a == b && c == d && a == c;
        r->to_high[i] = a <= d && c <= b;
    }
}

/* Is a condition surely true, possibly true? Any number but 0 is true. */
static inline bool surely_true(double low, double high)
{
    return low > 0 || high < 0;
}

static inline bool maybe_true(double low, double high)
{
    return low != 0 || high != 0;
}

static void both_or_either(const plim_bound_rows *r, bool both)
{
    for (uint32_t i = 0; i < r->n; i++) {
        bool sure_a = surely_true(r->low[0][i], r->high[0][i]);
        bool sure_b = surely_true(r->low[1][i], r->high[1][i]);
        bool may_a = maybe_true(r->low[0][i], r->high[0][i]);
        bool may_b = maybe_true(r->low[1][i], r->high[1][i]);
        r->to_low[i] = both ? sure_a && sure_b : sure_a || sure_b;
        r->to_high[i] = both ? may_a && may_b : may_a || may_b;
    }
}

static void is_false(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        bool sure = surely_true(r->low[0][i], r->high[0][i]);
        r->to_low[i] = !maybe_true(r->low[0][i], r->high[0][i]);
        r->to_high[i] = !sure;
    }
}

/* The one primitive that does not ask for all of its operands. */
static void choose(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double if_low = r->low[0][i], if_high = r->high[0][i];
        double a = r->low[1][i], b = r->high[1][i], c = r->low[2][i], d = r->high[2][i];
        bool sure = surely_true(if_low, if_high), maybe = maybe_true(if_low, if_high);
        double low = c < a || c != c ? c : a, high = d > b || d != d ? d : b;
        low = sure ? a : maybe ? low : c;
        high = sure ? b : maybe ? high : d;
        bool known = if_low == if_low && if_high == if_high;
        bool mixed = !sure && maybe && (a != a || c != c);
        r->to_low[i] = known && !mixed ? low : (double)NAN;
        r->to_high[i] = high;
    }
}

/* ---- functions ---- */

/* By what values may be out of order. Below the smallest normal number that is no longer relative
   to them, and next to the largest one of two may be infinite. */
static inline double widened(double x, double side)
{
    if (x - x == 0)
        return x + side * (fabs(x) * WIDEN + DBL_MIN);
    return side * x < 0 ? copysign(DBL_MAX, x) : x;
}

static void widen(double out[2])
{
    out[0] = widened(out[0], -1);
    out[1] = widened(out[1], 1);
}

static void apply_one(plim_op op, const double *in, double *out, uint32_t n)
{
    switch (op) {
    case PLIM_OP_EXP:
        plim_exp_n(out, in, (int)n);
        return;
    case PLIM_OP_LOG:
        plim_log_n(out, in, (int)n);
        return;
    case PLIM_OP_NORMAL_CDF:
        plim_normal_cdf_n(out, in, (int)n);
        return;
    default:
        for (uint32_t i = 0; i < n; i++)
            out[i] = plim_primitive_apply(op, (double[3]){in[i], 0, 0});
    }
}

/* Are the operands where the function has values? */
static inline bool has_values(plim_op op, double low, double high)
{
    if (op == PLIM_OP_NORMAL_INV || op == PLIM_OP_LOGIT)
        return low >= 0 && high <= 1;
    if (op == PLIM_OP_LOG)
        return low > 0;
    return op != PLIM_OP_SQRT || low >= 0;
}

/* A function that never falls, over the part of the line where it has values. */
static void rising(const plim_bound_rows *r, plim_op op)
{
    double low[BLOCK], high[BLOCK];
    bool ordered = op == PLIM_OP_FLOOR || op == PLIM_OP_SQRT; /* rounded exactly */
    bool of_line = op == PLIM_OP_LOG || op == PLIM_OP_LOGIT || op == PLIM_OP_NORMAL_INV;
    double top = op == PLIM_OP_EXP ? HUGE_VAL : 1; /* the others are probabilities */
    apply_one(op, r->low[0], low, r->n);
    apply_one(op, r->high[0], high, r->n);
    for (uint32_t i = 0; i < r->n; i++) {
        double out[2] = {low[i], high[i]};
        bool exact = ordered || r->low[0][i] == r->high[0][i]; /* one operand, one value */
        if (!has_values(op, r->low[0][i], r->high[0][i]))
            out[0] = (double)NAN;
        if (!exact)
            widen(out);
        if (!exact && of_line) { /* near their zero */
            out[0] -= WIDEN;
            out[1] += WIDEN;
        } else if (!exact) {
            out[0] = out[0] < 0 ? 0 : out[0];
            out[1] = out[1] > top ? top : out[1];
        }
        r->to_low[i] = out[0];
        r->to_high[i] = out[1];
    }
}

/* x^y: by corners where x is not negative; whole powers of x that may be also through 0. Negative
   powers of 0 are known no better than quotients by it: 0 has two signs. */
static void power(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double a = r->low[0][i], b = r->high[0][i], c = r->low[1][i], d = r->high[1][i];
        bool positive = a > 0 || (a >= 0 && c >= 0);
        bool whole = c == d && c == floor(c) && !(c < 0 && b >= 0);
        if (!positive && !whole) {
            r->to_low[i] = (double)NAN;
            continue;
        }
        double v[4] = {plim_pow(a, c), plim_pow(b, c), 0, 0};
        v[2] = positive ? plim_pow(a, d) : b >= 0 ? plim_pow(0, c) : v[1];
        v[3] = positive ? plim_pow(b, d) : v[2];
        of_corners(r, i, v);
        double out[2] = {r->to_low[i], r->to_high[i]};
        if (a != b || c != d)
            widen(out);
        r->to_low[i] = positive && out[0] < 0 ? 0 : out[0];
        r->to_high[i] = out[1];
    }
}

/* Between two points the rounded line may pass its ends by a rounding of the larger one, which need
   not lie within the range. */
static void through_curve(const plim_bound_rows *r, const plim_list *curve)
{
    double size = 0;
    for (size_t k = 0; k < curve->count; k++)
        size = most(fabs(curve->y[k]), size);
    for (uint32_t i = 0; i < r->n; i++) {
        double low = r->low[0][i], high = r->high[0][i];
        double a = plim_list_interp(curve, low);
        double b = low == high ? a : plim_list_interp(curve, high);
        double from = least(a, b), to = most(a, b);
        for (size_t k = 0; low < high && k < curve->count && curve->x[k] < high; k++)
            if (curve->x[k] > low) {
                from = least(curve->y[k], from);
                to = most(curve->y[k], to);
            }
        r->to_low[i] = low < high ? from - size * WIDEN : from;
        r->to_high[i] = low < high ? to + size * WIDEN : to;
    }
}

static void first_operand(const plim_bound_rows *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        r->to_low[i] = r->low[0][i];
        r->to_high[i] = r->high[0][i];
    }
}

/* ---- all ---- */

/* Where an operand is unknown the result is. */
static void pass_unknown(const plim_bound_rows *r, int arity)
{
    for (int a = 0; a < arity; a++)
        for (uint32_t i = 0; i < r->n; i++) {
            bool known = r->low[a][i] == r->low[a][i] && r->high[a][i] == r->high[a][i];
            r->to_low[i] = known ? r->to_low[i] : (double)NAN;
        }
}

/* Both bounds or none. Bounds infinite both ways come of operands that may be infinite, and a sum
   or product of those may be missing: infinity - infinity, 0 x infinity. */
static void close_bounds(const plim_bound_rows *r, bool may_be_missing)
{
    for (uint32_t i = 0; i < r->n; i++) {
        double low = r->to_low[i], high = r->to_high[i];
        bool known = low == low && high == high;
        known = known && !(may_be_missing && low == -HUGE_VAL && high == HUGE_VAL);
        r->to_low[i] = known ? low : (double)NAN;
        r->to_high[i] = known ? high : (double)NAN;
    }
}

static void apply(plim_op op, const plim_list *curve, const plim_bound_rows *r)
{
    switch (op) {
    case PLIM_OP_ADD:
        add(r);
        break;
    case PLIM_OP_SUBTRACT:
        subtract(r);
        break;
    case PLIM_OP_MULTIPLY:
        multiply(r);
        break;
    case PLIM_OP_DIVIDE:
        divide(r);
        break;
    case PLIM_OP_POWER:
        power(r);
        break;
    case PLIM_OP_MIN:
        smaller(r);
        break;
    case PLIM_OP_MAX:
        larger(r);
        break;
    case PLIM_OP_NEGATE:
        negate(r);
        break;
    case PLIM_OP_ABS:
        absolute(r);
        break;
    case PLIM_OP_CLIP:
        clip(r);
        break;
    case PLIM_OP_LT:
    case PLIM_OP_LE:
    case PLIM_OP_GT:
    case PLIM_OP_GE:
        compare(r, op);
        break;
    case PLIM_OP_EQ:
        is_equal(r);
        break;
    case PLIM_OP_ALL:
    case PLIM_OP_ANY:
        both_or_either(r, op == PLIM_OP_ALL);
        break;
    case PLIM_OP_NO:
        is_false(r);
        break;
    case PLIM_OP_WHERE:
        choose(r);
        break;
    case PLIM_OP_INTERP:
        through_curve(r, curve);
        break;
    case PLIM_OP_PROXY:
        first_operand(r);
        break;
    default:
        rising(r, op);
    }
}

void plim_bounds_rows_apply(plim_op op, const plim_list *curve, const plim_bound_rows *rows)
{
    apply(op, curve, rows);
    if (op != PLIM_OP_WHERE)
        pass_unknown(rows, plim_primitive_arity(op));
    close_bounds(rows, op == PLIM_OP_ADD || op == PLIM_OP_SUBTRACT || op == PLIM_OP_MULTIPLY);
}

void plim_bounds_apply(plim_op op, const plim_list *curve, const double *low, const double *high,
                       double out[2])
{
    plim_bound_rows rows = {.n = 1,
                            .low = {low, low + 1, low + 2},
                            .high = {high, high + 1, high + 2},
                            .to_low = out,
                            .to_high = out + 1};
    plim_bounds_rows_apply(op, curve, &rows);
}

#include "plan/loops.h"

#include "math/functions.h"

#include <math.h>

/* As plim_primitive_apply: a NaN passes, the first one of two. */
static inline double smaller(double a, double b)
{
    return isnan(a) ? a : isnan(b) ? b : b < a ? b : a;
}

static inline double larger(double a, double b)
{
    return isnan(a) ? a : isnan(b) ? b : b > a ? b : a;
}

/* `value` unless an operand is missing. */
static inline double of_known(double a, double b, double value)
{
    return isnan(a) ? a : isnan(b) ? b : value;
}

/* Conditions; false if it is none. */
static bool apply_condition(plim_op op, const double *a, const double *b, double *out, uint32_t n)
{
    switch (op) {
    case PLIM_OP_LT:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] < b[i]);
        return true;
    case PLIM_OP_LE:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] <= b[i]);
        return true;
    case PLIM_OP_GT:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] > b[i]);
        return true;
    case PLIM_OP_GE:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] >= b[i]);
        return true;
    case PLIM_OP_EQ:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] == b[i]);
        return true;
    case PLIM_OP_ALL:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] != 0 && b[i] != 0);
        return true;
    case PLIM_OP_ANY:
        for (uint32_t i = 0; i < n; i++)
            out[i] = of_known(a[i], b[i], a[i] != 0 || b[i] != 0);
        return true;
    default:
        return false;
    }
}

void plim_loops_apply(plim_op op, const plim_list *curve, const double *const in[3], double *out,
                      uint32_t n)
{
    int arity = plim_primitive_arity(op);
    if (apply_condition(op, in[0], in[1], out, n))
        return;
    switch (op) {
    case PLIM_OP_ADD:
        for (uint32_t i = 0; i < n; i++)
            out[i] = in[0][i] + in[1][i];
        break;
    case PLIM_OP_SUBTRACT:
        for (uint32_t i = 0; i < n; i++)
            out[i] = in[0][i] - in[1][i];
        break;
    case PLIM_OP_MULTIPLY:
        for (uint32_t i = 0; i < n; i++)
            out[i] = in[0][i] * in[1][i];
        break;
    case PLIM_OP_DIVIDE:
        for (uint32_t i = 0; i < n; i++)
            out[i] = in[0][i] / in[1][i];
        break;
    case PLIM_OP_MIN:
        for (uint32_t i = 0; i < n; i++)
            out[i] = smaller(in[0][i], in[1][i]);
        break;
    case PLIM_OP_MAX:
        for (uint32_t i = 0; i < n; i++)
            out[i] = larger(in[0][i], in[1][i]);
        break;
    case PLIM_OP_WHERE:
        for (uint32_t i = 0; i < n; i++)
            out[i] = isnan(in[0][i]) ? in[0][i] : in[0][i] != 0 ? in[1][i] : in[2][i];
        break;
    case PLIM_OP_PROXY:
        for (uint32_t i = 0; i < n; i++)
            out[i] = isnan(in[0][i]) ? in[1][i] : in[0][i];
        break;
    case PLIM_OP_LOGISTIC:
        for (uint32_t i = 0; i < n; i++)
            out[i] = isnan(in[0][i]) ? in[0][i] : plim_logistic(in[0][i]);
        break;
    case PLIM_OP_EXP:
        plim_exp_n(out, in[0], (int)n);
        break;
    case PLIM_OP_LOG:
        plim_log_n(out, in[0], (int)n);
        break;
    case PLIM_OP_NORMAL_CDF:
        plim_normal_cdf_n(out, in[0], (int)n);
        break;
    case PLIM_OP_INTERP:
        for (uint32_t i = 0; i < n; i++)
            out[i] = plim_list_interp(curve, in[0][i]);
        break;
    default:
        for (uint32_t i = 0; i < n; i++) {
            double args[3] = {0, 0, 0};
            for (int a = 0; a < arity; a++)
                args[a] = in[a][i];
            out[i] = plim_primitive_apply(op, args);
        }
    }
}

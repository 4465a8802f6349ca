#include "scenario/graph.h"

#include <math.h>

#include "math/functions.h"

static const struct {
    const char *name;
    int arity;
} primitives[PLIM_OP_COUNT] = {
    [PLIM_OP_CONSTANT] = {"constant", 0},
    [PLIM_OP_COLUMN] = {"column", 0},
    [PLIM_OP_PD] = {"pd", 0},
    [PLIM_OP_DRIVER] = {"driver", 0},
    [PLIM_OP_REFERENCE] = {"reference", 0},
    [PLIM_OP_INTENSITY] = {"intensity", 0},
    [PLIM_OP_PREFIX] = {"prefix", 0},
    [PLIM_OP_TEXT_EQ] = {"text_eq", 0},
    [PLIM_OP_TABLE_BY] = {"table_by", 0},
    [PLIM_OP_DATE] = {"date", 0},
    [PLIM_OP_INTERP] = {"interp", 1},
    [PLIM_OP_SUM] = {"sum", 1},
#define PRIMITIVE(id, name, arity, unit, doc) [PLIM_OP_##id] = {name, arity},
#include "scenario/primitives.def"
#undef PRIMITIVE
};

int plim_primitive_arity(plim_op op)
{
    return primitives[op].arity;
}

const char *plim_primitive_name(plim_op op)
{
    switch (op) { /* those that scripts reach through an operator */
    case PLIM_OP_ADD:
        return "+";
    case PLIM_OP_SUBTRACT:
    case PLIM_OP_NEGATE:
        return "-";
    case PLIM_OP_MULTIPLY:
        return "*";
    case PLIM_OP_DIVIDE:
        return "/";
    case PLIM_OP_POWER:
        return "^";
    default:
        return primitives[op].name;
    }
}

static double arithmetic(plim_op op, double a, double b)
{
    switch (op) {
    case PLIM_OP_ADD:
        return a + b;
    case PLIM_OP_SUBTRACT:
        return a - b;
    case PLIM_OP_MULTIPLY:
        return a * b;
    case PLIM_OP_DIVIDE:
        return a / b;
    case PLIM_OP_POWER:
        return plim_pow(a, b);
    case PLIM_OP_MIN:
        return b < a ? b : a;
    case PLIM_OP_MAX:
        return b > a ? b : a;
    case PLIM_OP_LT:
        return a < b;
    case PLIM_OP_LE:
        return a <= b;
    case PLIM_OP_GT:
        return a > b;
    case PLIM_OP_GE:
        return a >= b;
    case PLIM_OP_EQ:
        return a == b;
    case PLIM_OP_ALL:
        return a != 0.0 && b != 0.0;
    case PLIM_OP_ANY:
        return a != 0.0 || b != 0.0;
    default:
        return (double)NAN;
    }
}

static double function_of_one(plim_op op, double a)
{
    switch (op) {
    case PLIM_OP_NEGATE:
        return -a;
    case PLIM_OP_ABS:
        return fabs(a);
    case PLIM_OP_FLOOR:
        return floor(a);
    case PLIM_OP_EXP:
        return plim_exp(a);
    case PLIM_OP_LOG:
        return plim_log(a);
    case PLIM_OP_SQRT:
        return sqrt(a);
    case PLIM_OP_NORMAL_CDF:
        return plim_normal_cdf(a);
    case PLIM_OP_NORMAL_INV:
        return plim_normal_inv(a);
    case PLIM_OP_LOGIT:
        return plim_logit(a);
    case PLIM_OP_LOGISTIC:
        return plim_logistic(a);
    case PLIM_OP_NO:
        return a == 0.0;
    default:
        return (double)NAN;
    }
}

double plim_primitive_apply(plim_op op, const double *args)
{
    switch (op) { /* those that do not simply pass NaN on */
    case PLIM_OP_WHERE:
        return isnan(args[0]) ? args[0] : args[0] != 0.0 ? args[1] : args[2];
    case PLIM_OP_PROXY:
        return isnan(args[0]) ? args[1] : args[0];
    default:
        break;
    }
    int arity = plim_primitive_arity(op);
    for (int i = 0; i < arity; i++)
        if (isnan(args[i]))
            return args[i];
    if (op == PLIM_OP_CLIP)
        return args[0] < args[1] ? args[1] : args[0] > args[2] ? args[2] : args[0];
    return arity == 1 ? function_of_one(op, args[0]) : arithmetic(op, args[0], args[1]);
}

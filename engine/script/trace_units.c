#include "script/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef enum unit_rule { SAME, COMPARE, RATIO, TIMES, DIVIDE, POWER, ROOT, WHERE, KEEP } unit_rule;

static const unit_rule rules[PLIM_OP_COUNT] = {
#define PRIMITIVE(id, name, arity, unit, doc) [PLIM_OP_##id] = unit,
#include "scenario/primitives.def"
#undef PRIMITIVE
};

enum { MESSAGE = 400, NAME = 100, UNIT = PLIM_UNIT_SAID, LARGEST_POWER = 60 };

typedef struct judge {
    const plim_graph *graph;
    plim_op op;
    const plim_node *args;
    const plim_unit *units;
    char *message;
} judge;

static const plim_unit ratio = {.any = false};

void plim_trace_say_unit(const plim_unit *unit, char out[PLIM_UNIT_SAID])
{
    char text[UNIT - 4];
    plim_unit_format(unit, text, sizeof text);
    if (strcmp(text, "ratio") == 0)
        snprintf(out, UNIT, "a ratio");
    else
        snprintf(out, UNIT, "in %s", text);
}

static bool is_ratio(const plim_unit *unit)
{
    return plim_unit_equal(unit, &ratio);
}

static bool needs_ratio(const judge *j, int i)
{
    char name[NAME], unit[UNIT];
    if (is_ratio(&j->units[i]))
        return true;
    plim_render(j->graph, j->args[i], name, sizeof name);
    plim_trace_say_unit(&j->units[i], unit);
    snprintf(j->message, MESSAGE, "`%s` needs a ratio, and `%s` is %s", plim_primitive_name(j->op),
             name, unit);
    return false;
}

/* All operands from `first` on in one unit, which goes to `out`. */
static bool same_units(const judge *j, int first, plim_unit *out)
{
    int known = first;
    for (int i = first; i < plim_primitive_arity(j->op); i++) {
        if (j->units[known].any)
            known = i;
        if (plim_unit_equal(&j->units[known], &j->units[i]))
            continue;
        char names[2][NAME], units[2][UNIT];
        int both[2] = {known, i};
        for (int k = 0; k < 2; k++) {
            plim_render(j->graph, j->args[both[k]], names[k], NAME);
            plim_trace_say_unit(&j->units[both[k]], units[k]);
        }
        snprintf(j->message, MESSAGE, "unit clash in `%s`: `%s` is %s and `%s` is %s",
                 plim_primitive_name(j->op), names[0], units[0], names[1], units[1]);
        return false;
    }
    *out = j->units[known];
    return true;
}

static bool times(const judge *j, int sign, plim_unit *out)
{
    *out = plim_unit_times(&j->units[0], &j->units[1], sign);
    for (int i = 0; i < PLIM_DIM_COUNT; i++)
        if (out->exponent[i] > LARGEST_POWER || out->exponent[i] < -LARGEST_POWER) {
            snprintf(j->message, MESSAGE, "the unit's powers grow without bound");
            return false;
        }
    return true;
}

/* Every exponent times `power`, which must come out whole. */
static bool scale_unit(const judge *j, double power, plim_unit *out)
{
    *out = j->units[0];
    for (int i = 0; i < PLIM_DIM_COUNT; i++) {
        double exponent = (double)j->units[0].exponent[i] * power;
        if (!(fabs(exponent) <= LARGEST_POWER) || exponent != floor(exponent)) {
            char name[NAME], unit[UNIT];
            plim_render(j->graph, j->args[0], name, sizeof name);
            plim_unit_format(&j->units[0], unit, sizeof unit);
            snprintf(j->message, MESSAGE,
                     "`%s` of `%s`, which is in %s, has no unit; make it a ratio first",
                     plim_primitive_name(j->op), name, unit);
            return false;
        }
        out->exponent[i] = (int8_t)exponent;
    }
    return true;
}

static bool power(const judge *j, plim_unit *out)
{
    if (!needs_ratio(j, 1))
        return false;
    *out = ratio;
    if (is_ratio(&j->units[0])) {
        out->any = j->units[0].any && j->units[1].any;
        return true;
    }
    const plim_expr *exponent = &j->graph->nodes[j->args[1]];
    if (exponent->op == PLIM_OP_CONSTANT)
        return scale_unit(j, exponent->value, out);
    char name[NAME], unit[UNIT];
    plim_render(j->graph, j->args[0], name, sizeof name);
    plim_unit_format(&j->units[0], unit, sizeof unit);
    snprintf(j->message, MESSAGE,
             "`^` with an exponent that is not a plain number needs a ratio, and `%s` is in %s",
             name, unit);
    return false;
}

bool plim_trace_unit(const plim_graph *graph, plim_op op, const plim_node *args,
                     const plim_unit *units, plim_unit *out, char *message)
{
    judge j = {.graph = graph, .op = op, .args = args, .units = units, .message = message};
    *out = ratio;
    switch (rules[op]) {
    case SAME:
        return same_units(&j, 0, out);
    case COMPARE:
        if (!same_units(&j, 0, out))
            return false;
        *out = ratio;
        return true;
    case RATIO:
        for (int i = 0; i < plim_primitive_arity(op); i++)
            if (!needs_ratio(&j, i))
                return false;
        return true;
    case TIMES:
        return times(&j, 1, out);
    case DIVIDE:
        return times(&j, -1, out);
    case POWER:
        return power(&j, out);
    case ROOT:
        return scale_unit(&j, 0.5, out);
    case WHERE:
        return needs_ratio(&j, 0) && same_units(&j, 1, out);
    case KEEP:
        break;
    }
    *out = units[0];
    return true;
}

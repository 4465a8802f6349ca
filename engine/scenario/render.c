#include "scenario/render.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { DEPTH = 3, PIECE = 120, LONG_NUMBER = 10, TEST_LENGTH = 50 };

/* How tightly an operator binds, so that brackets stand only where they are needed. */
static int strength(plim_op op)
{
    switch (op) {
    case PLIM_OP_ADD:
    case PLIM_OP_SUBTRACT:
        return 1;
    case PLIM_OP_MULTIPLY:
    case PLIM_OP_DIVIDE:
        return 2;
    case PLIM_OP_NEGATE:
        return 3;
    case PLIM_OP_POWER:
        return 4;
    default:
        return 5;
    }
}

static void render(const plim_graph *graph, plim_node node, int depth, char *out);

/* `b.sector_is("C30", "D44")`, the list cut where it is long. */
static void render_test(const plim_graph *graph, const plim_expr *e, const char *head, char *out)
{
    const plim_list *list = &graph->lists[e->list];
    int n = snprintf(out, PIECE, "%.60s", head);
    for (size_t i = 0; i < list->count && n < PIECE; i++) {
        if (n > TEST_LENGTH) {
            n += snprintf(out + n, (size_t)(PIECE - n), ", ...");
            break;
        }
        n += snprintf(out + n, (size_t)(PIECE - n), "%s\"%.20s\"", i > 0 ? ", " : "", list->key[i]);
    }
    if (n < PIECE)
        snprintf(out + n, (size_t)(PIECE - n), ")");
}

static void render_operand(const plim_graph *graph, plim_node node, int depth, bool bracket,
                           char *out)
{
    char inner[PIECE];
    render(graph, node, depth - 1, inner);
    snprintf(out, PIECE, bracket && depth > 1 ? "(%.100s)" : "%s", inner);
}

static void render_operator(const plim_graph *graph, const plim_expr *e, int depth, char *out)
{
    char left[PIECE], right[PIECE];
    int own = strength(e->op);
    int first = strength(graph->nodes[e->arg[0]].op);
    render_operand(graph, e->arg[0], depth, first < own, left);
    if (e->op == PLIM_OP_NEGATE) {
        snprintf(out, PIECE, "-%.110s", left);
        return;
    }
    int second = strength(graph->nodes[e->arg[1]].op);
    render_operand(graph, e->arg[1], depth, second <= own && second < 5, right);
    snprintf(out, PIECE, "%.55s %s %.55s", left, plim_primitive_name(e->op), right);
}

static void render_call(const plim_graph *graph, const plim_expr *e, int depth, char *out)
{
    int n = snprintf(out, PIECE, "%s(", plim_primitive_name(e->op));
    for (int i = 0; i < plim_primitive_arity(e->op) && n < PIECE; i++) {
        char piece[PIECE];
        render(graph, e->arg[i], depth - 1, piece);
        n += snprintf(out + n, (size_t)(PIECE - n), "%s%.40s", i ? ", " : "", piece);
    }
    if (n < PIECE)
        snprintf(out + n, (size_t)(PIECE - n), ")");
}

/* `d.flood` where the borrower is, `at(c, d.flood)` where something of its own stands. */
static void render_intensity(const plim_expr *e, const char *owner, const char *name, char *out)
{
    char there[PIECE];
    if (e->table == PLIM_LEVEL_COLLATERAL || e->table == PLIM_LEVEL_SITE)
        snprintf(there, sizeof there, "at(%s, d.%.80s)", owner, name);
    else
        snprintf(there, sizeof there, "d.%.90s", name);
    snprintf(out, PIECE, e->list == PLIM_REFERENCE_IS_TODAY ? "at_reference(%.100s)" : "%s", there);
}

static void render(const plim_graph *graph, plim_node node, int depth, char *out)
{
    const plim_expr *e = &graph->nodes[node];
    const char *name = e->symbol < graph->symbols.count ? graph->symbols.text[e->symbol] : "?";
    name += *name == '\t'; /* PLIM_SHARE_COLUMN */
    static const char *const owners[PLIM_LEVEL_COUNT] = {
        [PLIM_LEVEL_LOAN] = "l",
        [PLIM_LEVEL_COLLATERAL] = "c",
        [PLIM_LEVEL_SITE] = "s",
        [PLIM_LEVEL_POLICY] = "p",
    };
    const char *owner = e->table < PLIM_LEVEL_COUNT && owners[e->table] ? owners[e->table] : "b";
    char head[64];
    switch (e->op) {
    case PLIM_OP_CONSTANT:
        plim_format_shortest(e->value, out, PIECE);
        if (strlen(out) > LONG_NUMBER) /* 1 - 0.8 is 0.19999999999999996 */
            snprintf(out, PIECE, "%.6g", e->value);
        if (out[0] == '\0')
            snprintf(out, PIECE, "nan");
        return;
    case PLIM_OP_PD:
        snprintf(out, PIECE, "b.pd");
        return;
    case PLIM_OP_COLUMN:
        snprintf(out, PIECE, "%s.%.100s", owner, name);
        return;
    case PLIM_OP_DRIVER:
        snprintf(out, PIECE, "d.%.100s", name);
        return;
    case PLIM_OP_REFERENCE:
        snprintf(out, PIECE, "at_reference(d.%.90s)", name);
        return;
    case PLIM_OP_INTENSITY:
        render_intensity(e, owner, name, out);
        return;
    case PLIM_OP_PREFIX:
        snprintf(head, sizeof head, "%s.%.40s_is(", owner, name);
        render_test(graph, e, head, out);
        return;
    case PLIM_OP_TEXT_EQ:
        snprintf(head, sizeof head, "eq(%s.%.40s, ", owner, name);
        render_test(graph, e, head, out);
        return;
    case PLIM_OP_DATE:
        snprintf(out, PIECE, "date(%s.%.90s)", owner, name);
        return;
    case PLIM_OP_TABLE_BY:
        snprintf(out, PIECE, "table_by(%s.%.90s, ...)", owner, name);
        return;
    default:
        break;
    }
    if (depth <= 0)
        snprintf(out, PIECE, "...");
    else if (strength(e->op) < 5)
        render_operator(graph, e, depth, out);
    else
        render_call(graph, e, depth, out);
}

void plim_render(const plim_graph *graph, plim_node node, char *out, size_t size)
{
    char text[PIECE];
    render(graph, node, DEPTH, text);
    size_t length = strlen(text);
    if (length < size)
        memcpy(out, text, length + 1);
    else
        snprintf(out, size, "%.*s...", (int)plim_utf8_cut(text, size - 4), text);
}

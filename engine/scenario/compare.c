#include "scenario/compare.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "scenario/compare_parts.h"
#include "scenario/render.h"

/* The comparison under way. */
typedef struct comparison {
    plim_differences *out;
    const plim_program *left_program, *right_program;
    const plim_scenario *left, *right;
    plim_graph *graph;     /* of the right program, with the left one's formulas added */
    const plim_node *here; /* node of the left graph -> node of `graph` */
    plim_node (*seen)[2];  /* pairs of nodes that have been compared */
    size_t n_seen;
} comparison;

/* Formulas differ in a few places or throughout: beyond so many pairs no one reads on. */
enum { MOST_PAIRS = 4096 };

/* A formula in a year; 0: in none. */
typedef struct formula_year {
    const char *what;
    int year;
} formula_year;

/* ---- one graph into the other ------------------------------------------------------------ */

static bool has_symbol(plim_op op)
{
    return op == PLIM_OP_COLUMN || op == PLIM_OP_DRIVER || op == PLIM_OP_REFERENCE ||
           op == PLIM_OP_INTENSITY || op == PLIM_OP_PREFIX || op == PLIM_OP_TEXT_EQ ||
           op == PLIM_OP_TABLE_BY || op == PLIM_OP_DATE;
}

static bool has_list(plim_op op)
{
    return op == PLIM_OP_PREFIX || op == PLIM_OP_TEXT_EQ || op == PLIM_OP_TABLE_BY ||
           op == PLIM_OP_INTERP;
}

static void free_copy(plim_list *list)
{
    for (size_t i = 0; list->key != NULL && i < list->count; i++)
        plim_free(list->key[i]);
    plim_free(list->key);
    plim_free(list->x);
    plim_free(list->y);
}

static plim_status copy_numbers(double **out, const double *from, size_t n, plim_error *err)
{
    if (from == NULL)
        return PLIM_OK;
    *out = plim_alloc(n, sizeof **out);
    if (*out == NULL)
        return plim_fail_memory(err, "the comparison of two scenarios");
    memcpy(*out, from, n * sizeof **out);
    return PLIM_OK;
}

static plim_status copy_list(plim_list *out, const plim_list *from, plim_error *err)
{
    *out = (plim_list){.count = from->count, .fallback = from->fallback};
    PLIM_TRY(copy_numbers(&out->x, from->x, from->count, err));
    PLIM_TRY(copy_numbers(&out->y, from->y, from->count, err));
    if (from->key == NULL)
        return PLIM_OK;
    out->key = plim_alloc(from->count, sizeof *out->key);
    for (size_t i = 0; out->key != NULL && i < from->count; i++)
        if ((out->key[i] = plim_strdup(from->key[i])) == NULL)
            return plim_fail_memory(err, "the comparison of two scenarios");
    return out->key != NULL ? PLIM_OK : plim_fail_memory(err, "the comparison of two scenarios");
}

static plim_status bring_list(plim_graph *to, const plim_list *from, uint32_t *out, plim_error *err)
{
    plim_list copy;
    plim_status status = copy_list(&copy, from, err);
    if (status != PLIM_OK) {
        free_copy(&copy);
        return status;
    }
    return plim_graph_add_list(to, &copy, out, err);
}

/* All nodes, operands first, so that equal formulas become the same node. */
static plim_status bring(plim_graph *to, const plim_graph *from, uint16_t scenario, plim_node *here,
                         plim_error *err)
{
    for (size_t node = 0; node < from->count; node++) {
        plim_expr e = from->nodes[node];
        for (int a = 0; a < plim_primitive_arity(e.op); a++)
            e.arg[a] = here[e.arg[a]];
        if (has_symbol(e.op))
            PLIM_TRY(plim_names_add(&to->symbols, from->symbols.text[e.symbol], &e.symbol, err));
        if (has_list(e.op))
            PLIM_TRY(bring_list(to, &from->lists[e.list], &e.list, err));
        if (e.op == PLIM_OP_DRIVER || e.op == PLIM_OP_REFERENCE || e.op == PLIM_OP_INTENSITY)
            e.scenario = scenario;
        if (e.file < from->symbols.count)
            PLIM_TRY(plim_names_add(&to->symbols, from->symbols.text[e.file], &e.file, err));
        PLIM_TRY(plim_graph_add(to, &e, &here[node], err));
    }
    return PLIM_OK;
}

/* ---- years ------------------------------------------------------------------- */

static plim_status compare_years(comparison *c, plim_error *err)
{
    const plim_scenario *a = c->left, *b = c->right;
    plim_difference d = {.what = "years"};
    if (a->first_year == b->first_year && a->last_year == b->last_year)
        return PLIM_OK;
    plim_difference_say(d.left, "%d - %d", a->first_year, a->last_year);
    plim_difference_say(d.right, "%d - %d", b->first_year, b->last_year);
    return plim_difference_add(c->out, &d, err);
}

/* ---- formulas ---------------------------------------------------------------------------- */

static plim_node brought(const comparison *c, plim_node left)
{
    return left == PLIM_NO_NODE ? PLIM_NO_NODE : c->here[left];
}

static void describe(const comparison *c, plim_node node, char out[PLIM_DIFFERENCE_TEXT],
                     uint32_t *line)
{
    if (node == PLIM_NO_NODE)
        return;
    plim_render(c->graph, node, out, PLIM_DIFFERENCE_TEXT);
    *line = c->graph->nodes[node].line;
}

enum { ENTRY = 80 };

/* The i-th entry of a curve or table of numbers; "" where there is none. */
static void say_entry(const plim_list *list, size_t i, char out[ENTRY])
{
    char x[32], y[32];
    out[0] = '\0';
    if (i >= list->count || list->y == NULL)
        return;
    plim_format_shortest(list->x != NULL ? list->x[i] : 0, x, sizeof x);
    plim_format_shortest(list->y[i], y, sizeof y);
    (void)snprintf(out, ENTRY, "%.24s: %s", list->key != NULL ? list->key[i] : x, y);
}

/* Curves and tables are shown without their numbers: adds the first ones that differ. */
static void add_entries(const comparison *c, plim_node a, plim_node b, plim_difference *d)
{
    const plim_expr *x = &c->graph->nodes[a], *y = &c->graph->nodes[b];
    bool listed = x->op == PLIM_OP_TABLE_BY || x->op == PLIM_OP_INTERP;
    if (!listed || x->op != y->op || x->list == y->list || strcmp(d->left, d->right) != 0)
        return;
    const plim_list *lists[2] = {&c->graph->lists[x->list], &c->graph->lists[y->list]};
    char entry[2][ENTRY] = {"", ""};
    size_t i = 0, n = lists[0]->count > lists[1]->count ? lists[0]->count : lists[1]->count;
    for (; i < n && strcmp(entry[0], entry[1]) == 0; i++)
        for (int side = 0; side < 2; side++)
            say_entry(lists[side], i, entry[side]);
    bool same = strcmp(entry[0], entry[1]) == 0; /* then it is what stands for all others */
    for (int side = 0; side < 2 && same; side++) {
        char number[32];
        plim_format_shortest(lists[side]->fallback, number, sizeof number);
        (void)snprintf(entry[side], ENTRY, "else: %s", number[0] ? number : "none");
    }
    for (int side = 0; side < 2; side++) {
        char whole[PLIM_DIFFERENCE_TEXT], *out = side == 0 ? d->left : d->right;
        plim_difference_say(whole, "%s, %s", out, entry[side][0] ? entry[side] : "no more");
        memcpy(out, whole, sizeof whole);
    }
}

/* A difference that reads like one of the same year or the year before only makes that longer. */
static plim_status add_formula(comparison *c, const formula_year *at, plim_node a, plim_node b,
                               plim_error *err)
{
    plim_difference d = {.first_year = at->year, .last_year = at->year};
    plim_difference_say(d.what, "%s", at->what);
    describe(c, a, d.left, &d.left_line);
    describe(c, b, d.right, &d.right_line);
    if (a != PLIM_NO_NODE && b != PLIM_NO_NODE)
        add_entries(c, a, b, &d);
    for (size_t i = 0; i < c->out->count; i++) {
        plim_difference *known = &c->out->list[i];
        bool follows = known->last_year == at->year || known->last_year == at->year - 1;
        if (follows && strcmp(known->what, d.what) == 0 && strcmp(known->left, d.left) == 0 &&
            strcmp(known->right, d.right) == 0) {
            known->last_year = at->year;
            return PLIM_OK;
        }
    }
    return plim_difference_add(c->out, &d, err);
}

static bool is_known(comparison *c, plim_node a, plim_node b)
{
    for (size_t i = 0; i < c->n_seen; i++)
        if (c->seen[i][0] == a && c->seen[i][1] == b)
            return true;
    if (c->n_seen == MOST_PAIRS)
        return true;
    c->seen[c->n_seen][0] = a;
    c->seen[c->n_seen++][1] = b;
    return false;
}

/* The smallest parts in which two formulas differ. A number is shown with what it stands in. */
static plim_status find_parts(comparison *c, const formula_year *at, plim_node a, plim_node b,
                              plim_error *err)
{
    if (a == b || is_known(c, a, b))
        return PLIM_OK;
    if (a == PLIM_NO_NODE || b == PLIM_NO_NODE)
        return add_formula(c, at, a, b, err);
    const plim_expr x = c->graph->nodes[a], y = c->graph->nodes[b];
    int arity = plim_primitive_arity(x.op);
    bool alike = x.op == y.op && x.list == y.list && arity > 0;
    for (int i = 0; i < arity && alike; i++)
        alike = x.arg[i] == y.arg[i] || !(c->graph->nodes[x.arg[i]].op == PLIM_OP_CONSTANT ||
                                          c->graph->nodes[y.arg[i]].op == PLIM_OP_CONSTANT);
    if (!alike)
        return add_formula(c, at, a, b, err);
    for (int i = 0; i < arity; i++)
        PLIM_TRY(find_parts(c, at, x.arg[i], y.arg[i], err));
    return PLIM_OK;
}

/* A formula in one year, NO_NODE where there is none. */
static plim_status compare_formula(comparison *c, const formula_year *at, const plim_node pair[2],
                                   plim_error *err)
{
    c->n_seen = 0;
    return find_parts(c, at, brought(c, pair[0]), pair[1], err);
}

/* Formulas of all years that both scenarios have; each list begins with its scenario's first. */
static plim_status compare_years_of(comparison *c, const char *what, const plim_node *left,
                                    const plim_node *right, plim_error *err)
{
    const plim_scenario *a = c->left, *b = c->right;
    for (int year = a->first_year; year <= a->last_year; year++) {
        if (year < b->first_year || year > b->last_year)
            continue;
        plim_node pair[] = {left[year - a->first_year], right[year - b->first_year]};
        PLIM_TRY(compare_formula(c, &(formula_year){what, year}, pair, err));
    }
    return PLIM_OK;
}

static plim_status compare_formulas(comparison *c, plim_error *err)
{
    const plim_scenario *a = c->left, *b = c->right;
    const struct {
        const char *name;
        const plim_node *left, *right;
    } formulas[] = {{"pd", a->pd, b->pd},
                    {"default", a->fails, b->fails},
                    {"cover", a->cover, b->cover},
                    {"lgd", a->lgd, b->lgd},
                    {"ead", a->ead, b->ead}};
    PLIM_TRY(compare_formula(c, &(formula_year){"applies", 0},
                             (plim_node[]){a->applies, b->applies}, err));
    for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++)
        PLIM_TRY(compare_years_of(c, formulas[f].name, formulas[f].left, formulas[f].right, err));
    return PLIM_OK;
}

/* ---- damages and compounds --------------------------------------------------------------- */

static const plim_damage_formula *find_damage(const plim_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->n_damages; i++)
        if (strcmp(scenario->damages[i].name, name) == 0)
            return &scenario->damages[i];
    return NULL;
}

/* Both parts of a damage of that name; one that a scenario lacks has no formula. */
static plim_status compare_damage(comparison *c, const char *name, plim_error *err)
{
    const plim_damage_formula *left = find_damage(c->left, name);
    const plim_damage_formula *right = find_damage(c->right, name);
    plim_node none[PLIM_MAX_YEARS];
    char what[PLIM_DIFFERENCE_TEXT];
    for (int t = 0; t < PLIM_MAX_YEARS; t++)
        none[t] = PLIM_NO_NODE;
    plim_difference_say(what, "damage %s: loss", name);
    PLIM_TRY(compare_years_of(c, what, left ? left->loss : none, right ? right->loss : none, err));
    plim_difference_say(what, "damage %s: payout", name);
    return compare_years_of(c, what, left ? left->payout : none, right ? right->payout : none, err);
}

static plim_status compare_damages(comparison *c, plim_error *err)
{
    for (size_t i = 0; i < c->left->n_damages; i++)
        PLIM_TRY(compare_damage(c, c->left->damages[i].name, err));
    for (size_t i = 0; i < c->right->n_damages; i++)
        if (find_damage(c->left, c->right->damages[i].name) == NULL)
            PLIM_TRY(compare_damage(c, c->right->damages[i].name, err));
    return PLIM_OK;
}

/* The two that a scenario joins, the order of which says nothing. */
static void say_compound(const plim_scenario *scenario, char out[PLIM_DIFFERENCE_TEXT])
{
    char *const *name = scenario->compound;
    if (name[0] == NULL || name[1] == NULL)
        return;
    bool swap = strcmp(name[0], name[1]) > 0;
    plim_difference_say(out, "%s, %s", name[swap], name[!swap]);
}

static plim_status compare_compounds(comparison *c, plim_error *err)
{
    plim_difference d = {.what = "compound"};
    say_compound(c->left, d.left);
    say_compound(c->right, d.right);
    return strcmp(d.left, d.right) != 0 ? plim_difference_add(c->out, &d, err) : PLIM_OK;
}

/* ---- columns ----------------------------------------------------------------------------- */

static plim_status add_columns(comparison *c, const plim_names *mine, const plim_names *theirs,
                               const char *what, bool is_left, plim_error *err)
{
    for (size_t i = 0; i < mine->count; i++) {
        plim_difference d = {.what = ""};
        if (plim_names_find(theirs, mine->text[i]) != PLIM_NO_NAME)
            continue;
        plim_difference_say(d.what, "%s", what);
        plim_difference_say(is_left ? d.left : d.right, "%s", mine->text[i]);
        PLIM_TRY(plim_difference_add(c->out, &d, err));
    }
    return PLIM_OK;
}

static plim_status compare_columns(comparison *c, plim_level table, const char *what,
                                   plim_error *err)
{
    plim_names left = {0}, right = {0};
    plim_status status = plim_program_columns(c->left_program, table, &left, err);
    if (status == PLIM_OK)
        status = plim_program_columns(c->right_program, table, &right, err);
    if (status == PLIM_OK)
        status = add_columns(c, &left, &right, what, true, err);
    if (status == PLIM_OK)
        status = add_columns(c, &right, &left, what, false, err);
    plim_names_free(&left);
    plim_names_free(&right);
    return status;
}

static plim_status compare_all(comparison *c, plim_error *err)
{
    PLIM_TRY(compare_years(c, err));
    PLIM_TRY(plim_compare_drivers(&(plim_compared){c->out, c->left, c->right}, err));
    PLIM_TRY(compare_formulas(c, err));
    PLIM_TRY(compare_damages(c, err));
    PLIM_TRY(compare_compounds(c, err));
    PLIM_TRY(compare_columns(c, PLIM_LEVEL_BORROWER, "column of borrowers", err));
    return compare_columns(c, PLIM_LEVEL_LOAN, "column of loans", err);
}

plim_status plim_compare(plim_differences *out, const plim_program *left, plim_program *right,
                         plim_error *err)
{
    *out = (plim_differences){0};
    plim_node *here = plim_alloc(left->graph.count, sizeof *here);
    comparison c = {.out = out,
                    .left_program = left,
                    .right_program = right,
                    .left = &left->scenarios[0],
                    .right = &right->scenarios[0],
                    .graph = &right->graph,
                    .here = here,
                    .seen = plim_alloc(MOST_PAIRS, sizeof *c.seen)};
    plim_status status =
        here == NULL || c.seen == NULL
            ? plim_fail_memory(err, "the comparison of two scenarios")
            : bring(c.graph, &left->graph, right->scenarios[0].graph_id, here, err);
    if (status == PLIM_OK)
        status = compare_all(&c, err);
    plim_free(c.seen);
    plim_free(here);
    if (status != PLIM_OK)
        plim_differences_free(out);
    return status;
}

void plim_differences_free(plim_differences *differences)
{
    plim_free(differences->list);
    *differences = (plim_differences){0};
}

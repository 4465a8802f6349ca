#include "plan/story.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/evaluate.h"
#include "scenario/render.h"

/* The nodes that are the same value of the script in each year. Where the years are made in
   different ways (a state, before and after the first year) there is no telling the parts. */
typedef struct step {
    plim_node *node, *reference; /* a year */
    bool mixed, shown;
    const char *output; /* "pd", ... or NULL */
} step;

/* A section under way. */
typedef struct telling {
    plim_program *program;
    const plim_book *book;
    uint32_t n_years;
    const bool *is_reference; /* by node: holds a reference value; its counterpart tells it */
    size_t n_marked;
    step *steps;
    size_t count, capacity;
} telling;

/* ---- steps ------------------------------------------------------------------------------ */

static const plim_expr *expr_of(const telling *t, plim_node node)
{
    return &t->program->graph.nodes[node];
}

static bool same_nodes(const telling *t, const plim_node *a, const plim_node *b)
{
    return memcmp(a, b, t->n_years * sizeof *a) == 0;
}

static step *find_step(const telling *t, const plim_node *node)
{
    for (size_t i = 0; i < t->count; i++)
        if (same_nodes(t, t->steps[i].node, node))
            return &t->steps[i];
    return NULL;
}

/* The same operation on the same column, list or driver in all years. */
static bool is_mixed(const telling *t, const plim_node *node)
{
    const plim_expr *first = expr_of(t, node[0]);
    for (uint32_t y = 1; y < t->n_years; y++) {
        const plim_expr *e = expr_of(t, node[y]);
        if (e->op != first->op ||
            (plim_primitive_arity(e->op) == 0 && e->op != PLIM_OP_CONSTANT &&
             e->symbol != first->symbol) ||
            e->list != first->list)
            return true;
    }
    return false;
}

static plim_status add_step(telling *t, const plim_node *node, bool mixed, plim_error *err)
{
    void *steps = t->steps;
    if (plim_grow(&steps, &t->capacity, t->count + 1, sizeof *t->steps) != 0)
        return plim_fail_memory(err, "the story of a borrower");
    t->steps = steps;
    step *s = &t->steps[t->count];
    *s = (step){.mixed = mixed};
    s->node = plim_alloc(t->n_years, sizeof *s->node);
    s->reference = plim_alloc(t->n_years, sizeof *s->reference);
    t->count++;
    if (s->node == NULL || s->reference == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    memcpy(s->node, node, t->n_years * sizeof *node);
    for (uint32_t y = 0; y < t->n_years; y++)
        PLIM_TRY(plim_graph_at_reference(&t->program->graph, node[y], &s->reference[y], err));
    return PLIM_OK;
}

static bool is_leaf(const plim_expr *e)
{
    return plim_primitive_arity(e->op) == 0 && e->op != PLIM_OP_CONSTANT;
}

/* Is a value shown that is used on a line of a script? The last of each line is, and what comes
   from book and drivers. */
static bool is_shown(const telling *t, const plim_node *node, const plim_expr *user)
{
    const plim_expr *e = expr_of(t, node[0]);
    if (e->op == PLIM_OP_CONSTANT)
        return false;
    return user == NULL || is_leaf(e) || e->line != user->line || e->file != user->file;
}

static plim_status visit(telling *t, const plim_node *node, const plim_expr *user, plim_error *err);

/* What a value is made of, in the order of its operands. */
static plim_status visit_operands(telling *t, const plim_node *node, plim_error *err)
{
    plim_node *operand = plim_alloc(t->n_years, sizeof *operand);
    if (operand == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    const plim_expr self = *expr_of(t, node[0]);
    plim_status status = PLIM_OK;
    for (int a = 0; a < plim_primitive_arity(self.op) && status == PLIM_OK; a++) {
        for (uint32_t y = 0; y < t->n_years; y++)
            operand[y] = expr_of(t, node[y])->arg[a];
        status = visit(t, operand, &self, err);
    }
    plim_free(operand);
    return status;
}

/* `user`: the operation that reads the value, NULL for what the scenario returns. */
static plim_status visit(telling *t, const plim_node *node, const plim_expr *user, plim_error *err)
{
    for (uint32_t y = 0; y < t->n_years; y++)
        if (node[y] < t->n_marked && t->is_reference[node[y]])
            return PLIM_OK;
    step *known = find_step(t, node);
    if (known == NULL) {
        bool mixed = is_mixed(t, node);
        if (!mixed && expr_of(t, node[0])->op != PLIM_OP_SUM) /* pieces are another table's rows */
            PLIM_TRY(visit_operands(t, node, err));
        PLIM_TRY(add_step(t, node, mixed, err));
        known = &t->steps[t->count - 1];
    }
    known->shown = known->shown || known->mixed || is_shown(t, node, user);
    return PLIM_OK;
}

/* What the scenario returns, if it says anything about it in any year. */
static plim_status visit_output(telling *t, const char *name, const plim_node *by_year,
                                plim_error *err)
{
    bool any = false;
    for (uint32_t y = 0; y < t->n_years; y++)
        any = any || by_year[y] != PLIM_NO_NODE;
    for (uint32_t y = 0; any && y < t->n_years; y++)
        if (by_year[y] == PLIM_NO_NODE)
            return PLIM_OK; /* only in some years: nothing to set side by side */
    if (!any)
        return PLIM_OK;
    PLIM_TRY(visit(t, by_year, NULL, err));
    step *s = find_step(t, by_year);
    if (s != NULL)
        s->output = name;
    return PLIM_OK;
}

/* ---- in words --------------------------------------------------------------------------- */

static const char *text_of_file(const plim_program *program, const char *file)
{
    size_t length = strlen(file);
    for (size_t i = 0; i < program->n_inputs; i++) {
        size_t n = strlen(program->inputs[i].path);
        if (program->inputs[i].text != NULL && n >= length &&
            strcmp(program->inputs[i].path + n - length, file) == 0)
            return program->inputs[i].text;
    }
    return NULL;
}

/* Does a line close all the brackets that it opens? Else the statement goes on. */
static bool is_whole(const char *line)
{
    int open = 0;
    for (; *line != '\0' && *line != '\n'; line++)
        open += (*line == '(' || *line == '{') - (*line == ')' || *line == '}');
    return open == 0;
}

/* "cost" of `  local cost = d.price * ...`, also of a field of a table; "" for anything else. */
static void find_name(const char *text, uint32_t line, char out[64])
{
    out[0] = '\0';
    for (uint32_t at = 1; at < line && text != NULL; at++) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    if (text == NULL || !is_whole(text))
        return;
    text += strspn(text, " \t");
    if (strncmp(text, "local ", 6) == 0)
        text += 6 + strspn(text + 6, " \t");
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '.')
        n++;
    const char *after = text + n + strspn(text + n, " \t");
    if (n > 0 && n < 64 && after[0] == '=' && after[1] != '=') {
        memcpy(out, text, n);
        out[n] = '\0';
    }
}

/* Of several values of one line the last has the name. */
static void keep_last_names(plim_story_section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        plim_story_line *line = &section->lines[i];
        for (size_t k = i + 1; k < section->count && line->file != NULL && !line->is_output; k++)
            if (section->lines[k].file == line->file && section->lines[k].line == line->line)
                line->name[0] = '\0';
    }
}

static void describe(const telling *t, const step *s, plim_story_line *line)
{
    const plim_graph *graph = &t->program->graph;
    const plim_expr *e = expr_of(t, s->node[0]);
    plim_render(graph, s->node[0], line->text, sizeof line->text);
    line->is_state = s->mixed;
    if (s->mixed) { /* the column in the first year, then what became of it */
        bool column = e->op == PLIM_OP_COLUMN;
        (void)snprintf(line->name, sizeof line->name, "before%s%.50s", column ? "." : "",
                       column ? graph->symbols.text[e->symbol] : "");
    } else if (!is_leaf(e) && e->line > 0 && e->file < graph->symbols.count) {
        line->file = graph->symbols.text[e->file];
        line->line = e->line;
        find_name(text_of_file(t->program, line->file), e->line, line->name);
    }
    if (s->output != NULL) {
        line->is_output = true;
        (void)snprintf(line->name, sizeof line->name, "%s", s->output);
    }
    bool condition = e->op == PLIM_OP_PREFIX || e->op == PLIM_OP_TEXT_EQ;
    if (!condition && !e->unit.any)
        plim_unit_format(&e->unit, line->unit, sizeof line->unit);
}

/* ---- values ----------------------------------------------------------------------------- */

static plim_status make_evaluator(const telling *t, plim_level grain, plim_evaluator **out,
                                  plim_error *err)
{
    size_t n = t->count * t->n_years;
    plim_node *outputs = plim_alloc(2 * n, sizeof *outputs);
    if (outputs == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    for (size_t i = 0; i < t->count; i++)
        for (uint32_t y = 0; y < t->n_years; y++) {
            outputs[i * t->n_years + y] = t->steps[i].node[y];
            outputs[n + i * t->n_years + y] = t->steps[i].reference[y];
        }
    plim_evaluator_config config = {.book = t->book,
                                    .program = t->program,
                                    .grain = grain,
                                    .outputs = outputs,
                                    .n_outputs = 2 * n};
    plim_status status = plim_evaluator_create(out, &config, err);
    plim_free(outputs);
    return status;
}

static plim_status fill_line(const telling *t, const step *s, const plim_evaluator *evaluator,
                             plim_story_line *line, plim_error *err)
{
    line->value = plim_alloc(t->n_years, sizeof *line->value);
    line->reference = plim_alloc(t->n_years, sizeof *line->reference);
    if (line->value == NULL || line->reference == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    for (uint32_t y = 0; y < t->n_years; y++) {
        line->value[y] = plim_evaluator_values(evaluator, s->node[y])[0];
        line->reference[y] = plim_evaluator_values(evaluator, s->reference[y])[0];
    }
    describe(t, s, line);
    return PLIM_OK;
}

/* The section of a row of the grain's table, into the story. */
static plim_status add_section(const telling *t, plim_story *story, plim_level grain, uint32_t row,
                               plim_error *err)
{
    plim_evaluator *evaluator = NULL;
    plim_story_section *section = &story->sections[story->count++];
    *section = (plim_story_section){.loan = grain == PLIM_LEVEL_LOAN ? row : PLIM_NO_NAME};
    section->lines = plim_alloc(t->count, sizeof *section->lines);
    if (section->lines == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    PLIM_TRY(make_evaluator(t, grain, &evaluator, err));
    plim_evaluator_run(evaluator, row, 1);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < t->count && status == PLIM_OK; i++)
        if (t->steps[i].shown)
            status = fill_line(t, &t->steps[i], evaluator, &section->lines[section->count++], err);
    plim_evaluator_destroy(evaluator);
    keep_last_names(section);
    return status;
}

/* ---- all of it -------------------------------------------------------------------------- */

static void clear_steps(telling *t)
{
    for (size_t i = 0; i < t->count; i++) {
        plim_free(t->steps[i].node);
        plim_free(t->steps[i].reference);
    }
    t->count = 0;
}

static plim_status tell_borrower(telling *t, plim_story *story, const plim_scenario *scenario,
                                 uint32_t borrower, plim_error *err)
{
    plim_node applies[PLIM_MAX_YEARS];
    for (uint32_t y = 0; y < t->n_years; y++)
        applies[y] = scenario->applies;
    PLIM_TRY(visit_output(t, "applies", applies, err));
    PLIM_TRY(visit_output(t, "pd", scenario->pd, err));
    PLIM_TRY(visit_output(t, "default", scenario->fails, err));
    PLIM_TRY(visit_output(t, "cover", scenario->cover, err));
    return add_section(t, story, PLIM_LEVEL_BORROWER, borrower, err);
}

static plim_status tell_loans(telling *t, plim_story *story, const plim_scenario *scenario,
                              uint32_t borrower, plim_error *err)
{
    clear_steps(t);
    PLIM_TRY(visit_output(t, "lgd", scenario->lgd, err));
    PLIM_TRY(visit_output(t, "ead", scenario->ead, err));
    const uint32_t *first = t->book->first_loan;
    for (uint32_t l = first[borrower]; t->count > 0 && l < first[borrower + 1]; l++)
        PLIM_TRY(add_section(t, story, PLIM_LEVEL_LOAN, l, err));
    return PLIM_OK;
}

/* Which nodes hold a reference value, made of drivers without the shock alone; what uses both,
   such as `cover - at_reference(cover)`, is the script's own. Users stand after operands. */
static plim_status mark_references(const plim_graph *graph, bool *mark, plim_error *err)
{
    enum { REFERENCE = 1, SHOCKED = 2 };
    uint8_t *holds = plim_alloc(graph->count, sizeof *holds);
    if (holds == NULL)
        return plim_fail_memory(err, "the story of a borrower");
    for (size_t node = 0; node < graph->count; node++) {
        const plim_expr *e = &graph->nodes[node];
        holds[node] = e->op == PLIM_OP_REFERENCE ? REFERENCE
                      : e->op == PLIM_OP_DRIVER  ? SHOCKED
                      : e->op == PLIM_OP_INTENSITY
                          ? (e->list == PLIM_REFERENCE_IS_TODAY ? REFERENCE : SHOCKED)
                          : 0;
        for (int a = 0; a < plim_primitive_arity(e->op); a++)
            holds[node] |= holds[e->arg[a]];
        mark[node] = holds[node] == REFERENCE;
    }
    plim_free(holds);
    return PLIM_OK;
}

plim_status plim_story_make(plim_story *out, plim_program *program, const plim_book *book,
                            uint32_t borrower, size_t s, plim_error *err)
{
    const plim_scenario *scenario = &program->scenarios[s];
    size_t loans = book->first_loan[borrower + 1] - book->first_loan[borrower];
    *out = (plim_story){.n_years = (uint32_t)(scenario->last_year - scenario->first_year + 1),
                        .first_year = scenario->first_year};
    bool *mark = plim_alloc(program->graph.count, sizeof *mark);
    telling t = {.program = program,
                 .book = book,
                 .n_years = out->n_years,
                 .is_reference = mark,
                 .n_marked = program->graph.count};
    out->sections = plim_alloc(1 + loans, sizeof *out->sections);
    plim_status status = PLIM_OK;
    if (mark == NULL || out->sections == NULL)
        status = plim_fail_memory(err, "the story of a borrower");
    else
        status = mark_references(&program->graph, mark, err);
    if (status == PLIM_OK)
        status = tell_borrower(&t, out, scenario, borrower, err);
    if (status == PLIM_OK)
        status = tell_loans(&t, out, scenario, borrower, err);
    clear_steps(&t);
    plim_free(t.steps);
    plim_free(mark);
    if (status != PLIM_OK)
        plim_story_free(out);
    return status;
}

void plim_story_free(plim_story *story)
{
    for (size_t i = 0; i < story->count; i++) {
        for (size_t l = 0; l < story->sections[i].count; l++) {
            plim_free(story->sections[i].lines[l].value);
            plim_free(story->sections[i].lines[l].reference);
        }
        plim_free(story->sections[i].lines);
    }
    plim_free(story->sections);
    *story = (plim_story){0};
}

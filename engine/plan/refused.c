#include "plan/parts.h"

#include "plan/bind.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* "borrower B1", "loan in row 7" */
static void format_whose(const plim_frame *frame, const char *table, uint32_t row, char *out,
                         size_t size)
{
    const plim_column *id = plim_frame_find(frame, "id");
    if (id != NULL && id->kind == PLIM_COLUMN_TEXT)
        (void)snprintf(out, size, "%s %s", table, plim_column_text(id, row));
    else
        (void)snprintf(out, size, "%s in row %" PRIu32, table, row);
}

/* The number, or "not a number, because its column interest is missing" */
static void format_value(const plim_evaluator *evaluator, const plim_graph *graph,
                         const plim_refused *refused, char *out, size_t size)
{
    if (!isnan(refused->value)) {
        plim_format_shortest(refused->value, out, size);
        return;
    }
    plim_node cause = plim_evaluator_missing(evaluator, refused->node, refused->lane);
    if (cause == PLIM_NO_NODE) {
        (void)snprintf(out, size, "not a number");
        return;
    }
    const char *name = graph->symbols.text[graph->nodes[cause].symbol];
    if (plim_evaluator_lacks(evaluator, cause))
        (void)snprintf(
            out, size,
            "not a number, because the book has no column %.80s (proxy(x, value) fills it)", name);
    else
        (void)snprintf(
            out, size,
            "not a number, because its column %.80s is missing (proxy(x, value) fills it)", name);
}

/* "file.lua:12: ", or "file.lua: " for a plain number, which has no line. */
static void format_place(const plim_program *program, const plim_refused *refused, char *out,
                         size_t size)
{
    const char *path = NULL;
    if (plim_bind_place(&program->graph, refused->node, out, size)[0] != '\0')
        return;
    for (size_t i = 0; refused->scenario != NULL && i < program->n_scenarios; i++)
        if (strcmp(program->scenarios[i].name, refused->scenario) == 0)
            path = program->scenarios[i].path;
    for (size_t i = 0; refused->scenario == NULL && i < program->n_inputs; i++)
        if (strcmp(program->inputs[i].kind, "model") == 0)
            path = program->inputs[i].path;
    if (path != NULL)
        (void)snprintf(out, size, "%s: ", path);
}

/* The line of the script, once for all that it gave. */
static void show(plim_plan_faults *faults, const plim_program *program, plim_node node)
{
    plim_text excerpt = {0};
    plim_bind_excerpt(program, node, &excerpt);
    if (strstr(plim_text_get(&faults->text), plim_text_get(&excerpt)) == NULL)
        plim_text_add(&faults->text, plim_text_get(&excerpt));
    plim_text_free(&excerpt);
}

void plim_refused_add(plim_plan_faults *faults, const plim_evaluator *evaluator,
                      const plim_program *program, const plim_refused *refused)
{
    char whose[150], value[240], place[200], who[120] = "model";
    if (faults->count >= PLIM_PLAN_FAULTS_SHOWN) {
        faults->count++;
        return;
    }
    format_whose(refused->frame, refused->table, refused->row, whose, sizeof whose);
    format_value(evaluator, &program->graph, refused, value, sizeof value);
    format_place(program, refused, place, sizeof place);
    if (refused->scenario != NULL)
        (void)snprintf(who, sizeof who, "scenario %s", refused->scenario);
    if (refused->year != 0)
        plim_plan_faults_add(faults, "%s%s: %s of %s in %d is %s; accepted is %s", place, who,
                             refused->what, whose, refused->year, value, refused->accepted);
    else
        plim_plan_faults_add(faults, "%s%s: %s of %s is %s; accepted is %s", place, who,
                             refused->what, whose, value, refused->accepted);
    show(faults, program, refused->node);
}

#include "plan/parts.h"

#include "plan/bind.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void format_id(const plim_frame *frame, uint32_t row, char *out, size_t size)
{
    const plim_column *id = plim_frame_find(frame, "id");
    if (id != NULL && id->kind == PLIM_COLUMN_TEXT)
        (void)snprintf(out, size, "%s", plim_column_text(id, row));
    else
        (void)snprintf(out, size, "in row %" PRIu32, row);
}

/* ", because column interest is missing" */
static void format_cause(const plim_evaluator *evaluator, const plim_graph *graph,
                         const plim_refused *refused, char *out, size_t size)
{
    out[0] = '\0';
    if (!isnan(refused->value))
        return;
    plim_node cause = plim_evaluator_missing(evaluator, refused->node, refused->lane);
    if (cause != PLIM_NO_NODE)
        (void)snprintf(out, size, ", because %s column %.80s%s (proxy(x, value) fills it)",
                       plim_evaluator_lacks(evaluator, cause) ? "the book has no" : "its",
                       graph->symbols.text[graph->nodes[cause].symbol],
                       plim_evaluator_lacks(evaluator, cause) ? "" : " is missing");
}

void plim_refused_add(plim_plan_faults *faults, const plim_evaluator *evaluator,
                      const plim_program *program, const plim_refused *refused)
{
    char id[130], value[40], year[24] = "", cause[200], place[200], who[120] = "model";
    if (faults->count >= PLIM_PLAN_FAULTS_SHOWN) {
        faults->count++;
        return;
    }
    format_id(refused->frame, refused->row, id, sizeof id);
    if (isnan(refused->value))
        (void)snprintf(value, sizeof value, "not a number");
    else
        plim_format_shortest(refused->value, value, sizeof value);
    if (refused->year != 0)
        (void)snprintf(year, sizeof year, " in %d", refused->year);
    if (refused->scenario != NULL)
        (void)snprintf(who, sizeof who, "scenario %s", refused->scenario);
    format_cause(evaluator, &program->graph, refused, cause, sizeof cause);
    plim_plan_faults_add(faults, "%s%s: %s %s%s is %s%s; accepted is %s",
                         plim_bind_place(&program->graph, refused->node, place, sizeof place), who,
                         refused->what, id, year, value, cause, refused->accepted);
    plim_bind_excerpt(program, refused->node, &faults->text);
}

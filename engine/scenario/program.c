#include "scenario/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void free_scenario(plim_scenario *scenario)
{
    plim_free(scenario->name);
    plim_free(scenario->title_en);
    plim_free(scenario->title_zh);
    plim_free(scenario->source_en);
    plim_free(scenario->source_zh);
    plim_free(scenario->note_en);
    plim_free(scenario->note_zh);
    plim_free(scenario->path);
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        plim_free(scenario->drivers[i].name);
        plim_free(scenario->drivers[i].unit_text);
        plim_pathway_free(&scenario->drivers[i].path);
        plim_pathway_free(&scenario->drivers[i].reference);
        plim_process_free(scenario->drivers[i].process);
        plim_free(scenario->drivers[i].process);
        plim_hazard_release(scenario->drivers[i].hazard);
    }
    plim_free(scenario->drivers);
    for (size_t i = 0; i < scenario->n_damages; i++)
        plim_free(scenario->damages[i].name);
    plim_free(scenario->damages);
    plim_free(scenario->compound[0]);
    plim_free(scenario->compound[1]);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const plim_scenario *)a)->name, ((const plim_scenario *)b)->name);
}

void plim_program_sort(plim_program *program)
{
    if (program->n_scenarios > 1)
        qsort(program->scenarios, program->n_scenarios, sizeof *program->scenarios, by_name);
}

const plim_scenario *plim_program_scenario(const plim_program *program, uint16_t graph_id)
{
    size_t i = 0;
    while (i + 1 < program->n_scenarios && program->scenarios[i].graph_id != graph_id)
        i++;
    return &program->scenarios[i];
}

void plim_program_free(plim_program *program)
{
    for (size_t i = 0; i < program->n_scenarios; i++)
        free_scenario(&program->scenarios[i]);
    plim_free(program->scenarios);
    plim_free(program->model.name);
    plim_names_free(&program->model.factors);
    plim_free(program->model.correlation);
    plim_free(program->model.loading);
    for (size_t i = 0; i < program->n_inputs; i++) {
        plim_free(program->inputs[i].kind);
        plim_free(program->inputs[i].path);
        plim_free(program->inputs[i].text);
    }
    plim_free(program->inputs);
    plim_graph_free(&program->graph);
    *program = (plim_program){0};
}

/* ---- the columns that formulas read ---- */

static void mark(unsigned char *used, plim_node node)
{
    if (node != PLIM_NO_NODE)
        used[node] = 1;
}

static void mark_roots(const plim_program *program, unsigned char *used)
{
    for (size_t s = 0; s < program->n_scenarios; s++) {
        const plim_scenario *scenario = &program->scenarios[s];
        mark(used, scenario->applies);
        for (int t = 0; t <= scenario->last_year - scenario->first_year; t++) {
            mark(used, scenario->pd[t]);
            mark(used, scenario->fails[t]);
            mark(used, scenario->pd_reference[t]);
            mark(used, scenario->fails_reference[t]);
            mark(used, scenario->cover[t]);
            mark(used, scenario->lgd[t]);
            mark(used, scenario->ead[t]);
            for (size_t i = 0; i < scenario->n_damages; i++) {
                mark(used, scenario->damages[i].loss[t]);
                mark(used, scenario->damages[i].payout[t]);
            }
        }
    }
    for (size_t f = 0; program->model.loading && f < program->model.factors.count; f++)
        mark(used, program->model.loading[f]);
}

static plim_status add_column(const plim_graph *graph, const plim_expr *e, plim_level table,
                              plim_names *out, plim_error *err)
{
    switch (e->op) {
    case PLIM_OP_PD:
        return table == PLIM_LEVEL_BORROWER ? plim_names_add(out, "pd", NULL, err) : PLIM_OK;
    case PLIM_OP_INTENSITY:
        return table == e->table ? plim_names_add(out, "region", NULL, err) : PLIM_OK;
    case PLIM_OP_COLUMN:
    case PLIM_OP_PREFIX:
    case PLIM_OP_TEXT_EQ:
    case PLIM_OP_TABLE_BY:
    case PLIM_OP_DATE:
        if (e->table != table || strcmp(graph->symbols.text[e->symbol], PLIM_SHARE_COLUMN) == 0)
            return PLIM_OK;
        return plim_names_add(out, graph->symbols.text[e->symbol], NULL, err);
    default:
        return PLIM_OK;
    }
}

static bool has_scenario(const plim_program *program, const char *name)
{
    for (size_t s = 0; s < program->n_scenarios; s++)
        if (strcmp(program->scenarios[s].name, name) == 0)
            return true;
    return false;
}

plim_status plim_program_lacks(const plim_program *program, const plim_scenario *scenario,
                               plim_text *out, plim_error *err)
{
    char *const *name = scenario->compound;
    if (name[0] == NULL || name[1] == NULL)
        return PLIM_OK;
    bool first = has_scenario(program, name[0]), second = has_scenario(program, name[1]);
    if (!first || !second)
        plim_text_format(out, "scenario %s joins %s and %s; not in the run: %s%s%s", scenario->name,
                         name[0], name[1], first ? "" : name[0], first || second ? "" : ", ",
                         second ? "" : name[1]);
    return out->failed ? plim_fail_memory(err, "a scenario that joins others") : PLIM_OK;
}

plim_status plim_program_columns(const plim_program *program, plim_level table, plim_names *out,
                                 plim_error *err)
{
    const plim_graph *graph = &program->graph;
    unsigned char *used = plim_alloc(graph->count, 1);
    if (!used)
        return plim_fail_memory(err, "the list of columns used");
    mark_roots(program, used);
    plim_status status = PLIM_OK;
    for (size_t i = graph->count; i-- > 0;) /* users before operands */
        for (int k = 0; used[i] && k < plim_primitive_arity(graph->nodes[i].op); k++)
            used[graph->nodes[i].arg[k]] = 1;
    for (size_t i = 0; i < graph->count && status == PLIM_OK; i++)
        if (used[i])
            status = add_column(graph, &graph->nodes[i], table, out, err);
    plim_free(used);
    return status;
}

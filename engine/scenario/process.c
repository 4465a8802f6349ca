#include "scenario/process.h"

#include "base/memory.h"
#include "math/functions.h"

void plim_process_free(plim_process *process)
{
    if (process == NULL)
        return;
    plim_free(process->stream);
    plim_pathway_free(&process->mean);
    plim_pathway_free(&process->after);
    plim_pathway_free(&process->spread);
    for (size_t i = 0; i < process->n_links; i++)
        plim_free(process->links[i].name);
    plim_free(process->links);
    *process = (plim_process){0};
}

static bool copy_links(plim_process *out, const plim_process *process)
{
    out->links = plim_alloc(process->n_links, sizeof *out->links);
    if (out->links == NULL)
        return false;
    for (size_t i = 0; i < process->n_links; i++) {
        out->links[i] = process->links[i];
        out->links[i].name = plim_strdup(process->links[i].name);
        out->n_links = i + 1;
        if (out->links[i].name == NULL)
            return false;
    }
    return true;
}

bool plim_process_copy(plim_process *out, const plim_process *process)
{
    *out = *process;
    out->mean = out->after = out->spread = (plim_pathway){0};
    out->links = NULL;
    out->n_links = 0;
    out->stream = plim_strdup(process->stream);
    return out->stream != NULL && plim_pathway_copy(&out->mean, &process->mean) &&
           plim_pathway_copy(&out->after, &process->after) &&
           plim_pathway_copy(&out->spread, &process->spread) && copy_links(out, process);
}

void plim_process_mean(const plim_process *process, int first, int n, double *out)
{
    double waiting = 1; /* probability that the policy has not started */
    for (int i = 0; i < n; i++) {
        double mean = plim_pathway_at(&process->mean, first + i);
        if (process->kind == PLIM_PROCESS_REGIME) {
            waiting *= 1 - plim_pathway_at(&process->spread, first + i);
            double after = plim_pathway_at(&process->after, first + i);
            mean = after + waiting * (mean - after);
        }
        out[i] = mean;
    }
}

double plim_process_jump_gain(const plim_process *process)
{
    double sd = process->jump_sd;
    return plim_exp(process->jump_mean + sd * sd / 2) - 1;
}

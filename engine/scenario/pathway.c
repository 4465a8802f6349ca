#include "scenario/pathway.h"

#include "base/memory.h"

#include <string.h>

double plim_pathway_at(const plim_pathway *pathway, int year)
{
    size_t last = pathway->count - 1;
    if (year <= pathway->year[0])
        return pathway->value[0];
    if (year >= pathway->year[last])
        return pathway->value[last];
    size_t i = 1;
    while (year > pathway->year[i])
        i++;
    if (year == pathway->year[i])
        return pathway->value[i];
    double span = (double)(pathway->year[i] - pathway->year[i - 1]);
    double share = (double)(year - pathway->year[i - 1]) / span;
    return pathway->value[i - 1] + share * (pathway->value[i] - pathway->value[i - 1]);
}

bool plim_pathway_copy(plim_pathway *out, const plim_pathway *pathway)
{
    *out = (plim_pathway){.year = plim_alloc(pathway->count, sizeof *out->year),
                          .value = plim_alloc(pathway->count, sizeof *out->value)};
    if (out->year == NULL || out->value == NULL)
        return false;
    out->count = pathway->count;
    if (out->count > 0) {
        memcpy(out->year, pathway->year, out->count * sizeof *out->year);
        memcpy(out->value, pathway->value, out->count * sizeof *out->value);
    }
    return true;
}

void plim_pathway_free(plim_pathway *pathway)
{
    plim_free(pathway->year);
    plim_free(pathway->value);
    *pathway = (plim_pathway){0};
}

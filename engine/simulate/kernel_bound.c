/* The first stage; see simulate/kernel.h. Compiled once per instruction set. */
#include "simulate/kernel.h"
#include "simulate/single.h"

#include <string.h>

/* The least index of a borrower of the chunk: each factor with that end of its range of loadings
   that hurts most. */
static void least_index(const plim_bound_job *job, uint32_t t, float *restrict index)
{
    int n = (int)job->stride;
    memset(index, 0, job->stride * sizeof *index);
    for (uint32_t k = 0; k < job->n_factors; k++) {
        size_t cell = (size_t)t * job->n_all_factors + job->factor[k];
        const float *restrict z = job->z + cell * job->stride;
        float low = job->low[k], high = job->high[k];
#pragma omp simd
        for (int p = 0; p < n; p++) {
            float a = low * z[p], b = high * z[p];
            index[p] += a < b ? a : b;
        }
    }
}

static void pass_year(const plim_bound_job *job, uint32_t t)
{
    int n = (int)job->stride;
    float *restrict survival = job->survival;
    const float *restrict index = job->index + (size_t)t * job->stride;
    const float *restrict mix = job->mix + (size_t)t * job->stride;
    float most = job->most[t];
    if (job->most_of_path == NULL) {
#pragma omp simd
        for (int p = 0; p < n; p++)
            survival[p] *= plim_above_single(most * mix[p] - index[p]);
        return;
    }
    const float *restrict of_path = job->most_of_path + (size_t)t * job->stride;
#pragma omp simd
    for (int p = 0; p < n; p++) {
        float threshold = of_path[p] > most ? of_path[p] : most;
        survival[p] *= plim_above_single(threshold * mix[p] - index[p]);
    }
}

void PLIM_ISA_NAME(plim_kernel_bound)(const plim_bound_job *job)
{
    int n = (int)job->stride;
    float *restrict survival = job->survival;
    for (int p = 0; p < n; p++)
        survival[p] = 1.0f;
    for (uint32_t t = 0; t < job->n_years; t++) {
        least_index(job, t, job->index + (size_t)t * job->stride);
        pass_year(job, t);
    }
    uint16_t *restrict bound = job->bound;
    float slack = job->slack;
#pragma omp simd
    for (int p = 0; p < n; p++) {
        float cumulative = 1.0f - (survival[p] - slack);
        cumulative = cumulative < 1.0f ? cumulative : 1.0f;
        float scaled = cumulative * 65536.0f;
        scaled = scaled < 65535.0f ? scaled : 65535.0f;
        bound[p] = (uint16_t)(int32_t)scaled;
    }
}

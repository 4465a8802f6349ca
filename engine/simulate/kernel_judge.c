/* The third stage; see simulate/kernel.h. Compiled once per instruction set. */
#include "scenario/program.h"
#include "simulate/kernel.h"
#include "simulate/single.h"

enum { LANES = PLIM_JUDGE_LANES };

/* Rows of a few candidates side by side. All arguments are set before any is used: a vector that is
   read just after its halves were written waits for them. */
typedef struct bench {
    float argument[PLIM_MAX_YEARS][LANES]; /* threshold x mix - index */
    float survival[LANES];                 /* to the end of the year at hand */
    float dead[LANES];                     /* a survival at or below it is a default for sure */
    float alive[LANES];                    /* a survival above it is none for sure */
    int32_t least[LANES], most[LANES];     /* years survived: at least, at most */
} bench;

/* Survival S and uniform U: default where U < 1 - S. Of U the upper 16 bits are known. */
static void sit_down(bench *b, const plim_judge_job *job, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        float upper = (float)job->candidate[first + i].upper;
        float dead = 1.0f - (upper + 1.0f) * 0x1p-16f - job->slack;
        float alive = 1.0f - upper * 0x1p-16f + job->slack;
        for (uint32_t r = 0; r < job->n_rows; r++) {
            b->dead[i * job->n_rows + r] = dead;
            b->alive[i * job->n_rows + r] = alive;
        }
    }
    for (uint32_t l = 0; l < LANES; l++) {
        b->survival[l] = 1.0f;
        b->least[l] = 0;
        b->most[l] = 0;
    }
}

static float index_of(const plim_judge_job *job, const plim_candidate *c, uint32_t t)
{
    if (job->weight == NULL)
        return job->index[(size_t)t * job->stride + c->path];
    const float *weight = job->weight + (size_t)c->position * job->n_factors;
    const float *z = job->z + (size_t)t * job->n_all_factors * job->stride + c->path;
    float sum = 0;
    for (uint32_t k = 0; k < job->n_factors; k++)
        sum += weight[k] * z[(size_t)job->factor[k] * job->stride];
    return sum;
}

static void set_arguments(bench *b, const plim_judge_job *job, uint32_t lane,
                          const plim_candidate *c)
{
    uint32_t rows = job->n_rows;
    const float *cell = job->cell + (size_t)c->position * job->n_years * rows;
    for (uint32_t t = 0; t < job->n_years; t++, cell += rows) {
        float index = index_of(job, c, t), mix = job->mix[(size_t)t * job->stride + c->path];
        float *argument = b->argument[t] + lane;
        if (rows == 8)
            for (uint32_t r = 0; r < 8; r++)
                argument[r] = cell[r] * mix - index;
        else
            for (uint32_t r = 0; r < rows; r++)
                argument[r] = cell[r] * mix - index;
    }
}

static void pass_year(bench *b, uint32_t t)
{
    const float *restrict argument = b->argument[t];
    float *restrict survival = b->survival;
    int32_t *restrict least = b->least, *restrict most = b->most;
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        survival[l] *= plim_above_single(argument[l]);
        most[l] += survival[l] > b->dead[l] ? 1 : 0;
        least[l] += survival[l] > b->alive[l] ? 1 : 0;
    }
}

void PLIM_ISA_NAME(plim_kernel_judge)(const plim_judge_job *job)
{
    bench b;
    uint32_t at_once = LANES / job->n_rows;
    int32_t years = (int32_t)job->n_years;
    for (uint32_t t = 0; t < job->n_years; t++)
        for (uint32_t l = 0; l < LANES; l++)
            b.argument[t][l] = 0.0f;
    for (uint32_t first = 0; first < job->n_candidates; first += at_once) {
        uint32_t left = job->n_candidates - first, n = left < at_once ? left : at_once;
        uint8_t *restrict code = job->code + (size_t)first * job->n_rows;
        sit_down(&b, job, first, n);
        for (uint32_t i = 0; i < n; i++)
            set_arguments(&b, job, i * job->n_rows, &job->candidate[first + i]);
        for (uint32_t t = 0; t < job->n_years; t++)
            pass_year(&b, t);
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            int32_t year = b.least[l] == years ? PLIM_SURVIVES : b.least[l] + 1;
            code[l] = (uint8_t)(b.least[l] == b.most[l] ? year : PLIM_IN_DOUBT);
        }
    }
}

void PLIM_ISA_NAME(plim_kernel_tail)(float *out, const float *x, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_tail_single(x[i]);
}

/* The third stage; see simulate/kernel.h. Compiled once per instruction set. */
#include "scenario/program.h"
#include "simulate/judge_wide.h"
#include "simulate/kernel.h"
#include "simulate/single.h"

#include <string.h>

enum { LANES = PLIM_JUDGE_LANES };

/* Rows of a few candidates side by side. All arguments are set before any is used: a vector that is
   read just after its halves were written waits for them. */
typedef struct bench {
    float argument[PLIM_MAX_YEARS][LANES]; /* threshold x mixing - index */
    float dead[LANES], alive[LANES];       /* plim_levels */
    int32_t least[LANES], most[LANES]; /* years survived: at least, at most; the same if known */
} bench;

static void sit_down(bench *b, const plim_judge_job *job, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        plim_levels level = plim_levels_of(job->candidate[first + i].upper, job->slack);
        for (uint32_t r = 0; r < job->n_rows; r++) {
            b->dead[i * job->n_rows + r] = level.dead;
            b->alive[i * job->n_rows + r] = level.alive;
        }
    }
}

static float index_of(const plim_judge_job *job, const plim_candidate *c, uint32_t t)
{
    if (job->index != NULL)
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

#if defined(__AVX512DQ__)

static void pass_years(bench *b, const plim_judge_job *job)
{
    plim_wide_curve curve = plim_wide_curve_load(job->curve);
    for (int l = 0; l < LANES; l += PLIM_WIDE) {
        plim_wide_bench wide =
            plim_wide_sit_down(_mm512_loadu_ps(b->dead + l), _mm512_loadu_ps(b->alive + l));
        for (uint32_t t = 0; t < job->n_years; t++)
            plim_wide_pass_year(&wide,
                                plim_wide_above(&curve, _mm512_loadu_ps(b->argument[t] + l)));
        _mm512_storeu_si512(b->most + l, wide.most);
        _mm512_storeu_si512(b->least + l, _mm512_mask_sub_epi32(wide.most, wide.open, wide.most,
                                                                _mm512_set1_epi32(1)));
    }
}

void PLIM_ISA_NAME(plim_kernel_above)(float *out, const float *x, int n, const plim_curve *curve)
{
    plim_wide_curve wide = plim_wide_curve_load(curve);
    for (int i = 0; i < n; i += PLIM_WIDE)
        _mm512_storeu_ps(out + i, plim_wide_above(&wide, _mm512_loadu_ps(x + i)));
}

#else

static void pass_years(bench *b, const plim_judge_job *job)
{
    float survival[LANES];
    int32_t *restrict least = b->least, *restrict most = b->most;
    for (int l = 0; l < LANES; l++) {
        survival[l] = 1.0f;
        least[l] = most[l] = 0;
    }
    for (uint32_t t = 0; t < job->n_years; t++) {
        const float *restrict argument = b->argument[t];
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            survival[l] *= plim_above_single(argument[l]);
            most[l] += survival[l] > b->dead[l] ? 1 : 0;
            least[l] += survival[l] > b->alive[l] ? 1 : 0;
        }
    }
}

void PLIM_ISA_NAME(plim_kernel_above)(float *out, const float *x, int n, const plim_curve *curve)
{
    (void)curve;
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_above_single(x[i]);
}

#endif

static uint32_t judge_benches(const plim_judge_job *job)
{
    bench b;
    uint32_t at_once = LANES / job->n_rows, n_open = 0;
    int32_t years = (int32_t)job->n_years;
    for (uint32_t t = 0; t < job->n_years; t++)
        memset(b.argument[t], 0, sizeof b.argument[t]);
    memset(b.dead, 0, sizeof b.dead);
    memset(b.alive, 0, sizeof b.alive);
    for (uint32_t first = 0; first < job->n_candidates; first += at_once) {
        uint32_t left = job->n_candidates - first, n = left < at_once ? left : at_once;
        uint8_t *restrict code = job->code + (size_t)first * job->n_rows;
        sit_down(&b, job, first, n);
        for (uint32_t i = 0; i < n; i++)
            set_arguments(&b, job, i * job->n_rows, &job->candidate[first + i]);
        pass_years(&b, job);
        int32_t doubt = 0;
#pragma omp simd reduction(| : doubt)
        for (int l = 0; l < LANES; l++) {
            int32_t year = b.least[l] == years ? PLIM_SURVIVES : b.least[l] + 1;
            int32_t unknown = b.least[l] ^ b.most[l];
            code[l] = (uint8_t)(unknown == 0 ? year : PLIM_IN_DOUBT);
            doubt |= unknown;
        }
        for (uint32_t i = 0; doubt != 0 && i < n; i++) {
            job->in_doubt[n_open] = first + i;
            n_open += memchr(code + (size_t)i * job->n_rows, PLIM_IN_DOUBT, job->n_rows) != NULL;
        }
    }
    return n_open;
}

uint32_t PLIM_ISA_NAME(plim_kernel_judge)(const plim_judge_job *job)
{
#if defined(__AVX512DQ__)
    if (job->n_rows == PLIM_WIDE_ROWS)
        return job->mixed ? plim_wide_judge(job, true) : plim_wide_judge(job, false);
#endif
    return judge_benches(job);
}

void PLIM_ISA_NAME(plim_kernel_tail)(float *out, const float *x, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_tail_single(x[i]);
}

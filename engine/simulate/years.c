#include "simulate/years.h"

void plim_years_add(plim_year_sums *sums, const plim_year_cell *cell, uint32_t n_scenarios,
                    uint32_t n_years, uint64_t alive)
{
    for (uint32_t s = 0; s < n_scenarios; s++) {
        uint64_t living = alive;
        int64_t defaulted = 0;
        for (uint32_t t = 0; t < n_years; t++) {
            const plim_year_cell *c = &cell[(size_t)s * n_years + t];
            plim_year_sums *to = &sums[(size_t)s * n_years + t];
            plim_int128 d = c->defaults, a = living;
            to->d += d;
            to->a += a;
            to->dd += d * d;
            to->da += d * a;
            to->aa += a * a;
            living -= c->defaults;
            defaulted += c->exposure;
            plim_moments_add(&to->loss, c->loss);
            plim_moments_add(&to->delta, c->loss - cell[t].loss);
            plim_moments_add(&to->defaulted, defaulted);
        }
    }
}

void plim_years_merge(plim_year_sums *sums, const plim_year_sums *other, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sums[i].d += other[i].d;
        sums[i].a += other[i].a;
        sums[i].dd += other[i].dd;
        sums[i].da += other[i].da;
        sums[i].aa += other[i].aa;
        plim_moments_merge(&sums[i].loss, &other[i].loss);
        plim_moments_merge(&sums[i].delta, &other[i].delta);
        plim_moments_merge(&sums[i].defaulted, &other[i].defaulted);
    }
}

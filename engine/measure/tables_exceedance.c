/* Losses and damages by return period. A year of a path is one year of experience: the amount that
 * is exceeded once in R years on average is the quantile 1 - 1/R of all of them. Years of one path
 * are not independent of each other, but paths are; so the interval is that of order statistics of
 * as many draws as there are paths. */
#include "measure/tables.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/sort.h"
#include "measure/hazard_years.h"
#include "measure/row.h"

static const int64_t return_periods[] = {2, 5, 10, 20, 50, 100, 200, 250, 500, 1000};

/* Annual amounts of one subject. */
typedef struct subject {
    const char *scenario;
    char name[240];
    const int64_t *annual; /* [n_years * n_paths] */
    size_t n;
    uint32_t n_paths;
} subject;

static double amount_at(const int64_t *sorted, size_t n, double rank)
{
    size_t at = rank < 1 ? 1 : (size_t)ceil(rank);
    return (double)sorted[(at > n ? n : at) - 1] / 100;
}

/* Rows of a subject; return periods that fewer than ten paths' worth of years lie beyond have no
   interval, those that none lies beyond no row. */
static plim_status add_rows(plim_table *table, const subject *s, const int64_t *sorted,
                            plim_error *err)
{
    for (size_t i = 0; i < sizeof return_periods / sizeof *return_periods; i++) {
        double alpha = 1 - 1 / (double)return_periods[i], beyond = (double)s->n * (1 - alpha);
        if (beyond < 1)
            break;
        double spread = PLIM_Z95 * sqrt(alpha * (1 - alpha) / s->n_paths) * (double)s->n;
        bool enough = (double)s->n_paths * (1 - alpha) >= 10;
        plim_row row = plim_row_begin(table, err);
        plim_row_text(&row, s->scenario);
        plim_row_text(&row, s->name);
        plim_row_int(&row, return_periods[i]);
        plim_row_number(&row, amount_at(sorted, s->n, alpha * (double)s->n));
        plim_row_number(&row, enough ? amount_at(sorted, s->n, alpha * (double)s->n - spread)
                                     : (double)NAN);
        plim_row_number(&row, enough ? amount_at(sorted, s->n, alpha * (double)s->n + spread)
                                     : (double)NAN);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

static plim_status add_subject(plim_table *table, const subject *s, plim_error *err)
{
    int64_t *sorted = plim_alloc(2 * s->n, sizeof *sorted); /* and room to sort in */
    if (sorted == NULL)
        return plim_fail_memory(err, "losses by return period");
    for (size_t i = 0; i < s->n; i++)
        sorted[i] = s->annual[i];
    plim_sort_fen(sorted, sorted + s->n, (uint32_t)s->n);
    plim_status status = add_rows(table, s, sorted, err);
    plim_free(sorted);
    return status;
}

static plim_status add_damage(plim_table *table, const plim_measured *of, const plim_damage *damage,
                              plim_error *err)
{
    plim_damage_years years;
    PLIM_TRY(plim_damage_years_make(&years, of, damage, err));
    subject s = {.scenario = plim_measure_scenario(of->plan, damage->scenario),
                 .annual = years.loss,
                 .n = (size_t)of->tallies->n_years * of->tallies->n_paths,
                 .n_paths = of->tallies->n_paths};
    (void)snprintf(s.name, sizeof s.name, "damage %.200s aggregate", damage->name);
    plim_status status = add_subject(table, &s, err);
    s.annual = years.worst;
    (void)snprintf(s.name, sizeof s.name, "damage %.200s occurrence", damage->name);
    if (status == PLIM_OK)
        status = add_subject(table, &s, err);
    plim_damage_years_free(&years);
    return status;
}

plim_status plim_measure_exceedance(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_tallies *tallies = of->tallies;
    size_t n = (size_t)tallies->n_years * tallies->n_paths;
    if (tallies->annual == NULL)
        return plim_leave_empty(table, "no scenario has a hazard", err);
    if (n > UINT32_MAX)
        return plim_leave_empty(table, "more than 2^32 years of paths", err);
    for (uint32_t s = 0; s < tallies->n_scenarios; s++) {
        subject loss = {.scenario = plim_measure_scenario(of->plan, s),
                        .name = "credit loss aggregate",
                        .annual = tallies->annual + s * n,
                        .n = n,
                        .n_paths = tallies->n_paths};
        PLIM_TRY(add_subject(table, &loss, err));
        for (uint32_t i = 0; i < tallies->damages.count; i++)
            if (tallies->damages.of[i].scenario == s)
                PLIM_TRY(add_damage(table, of, &tallies->damages.of[i], err));
    }
    return PLIM_OK;
}

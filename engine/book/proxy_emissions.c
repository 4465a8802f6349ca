/* Emissions down the ladder: what is reported, energy bills, output, revenue. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "book/proxy_parts.h"

enum { SCOPES = 2 };

/* What the rungs read of borrowers; any may be NULL. */
typedef struct inputs {
    const plim_column **fuel; /* by entry of rules->fuels */
    const plim_column *power, *output, *output_unit, *revenue, *sector, *region, *household;
    const plim_proxy_list *grid; /* of the year that counts; NULL: none */
} inputs;

/* The factors of the year of as_of, else of the last year before it, else of the first after. */
static const plim_proxy_list *grid_of(const plim_proxy_rules *rules, const char *as_of)
{
    const plim_proxy_grid_year *found = NULL;
    int year = (int)strtol(as_of, NULL, 10);
    for (size_t i = 0; i < rules->n_grid; i++) {
        const plim_proxy_grid_year *grid = &rules->grid[i];
        bool past = grid->year <= year;
        bool better = found == NULL || (past && (found->year > year || grid->year > found->year)) ||
                      (!past && found->year > year && grid->year < found->year);
        found = better ? grid : found;
    }
    return found != NULL ? &found->regions : NULL;
}

static plim_status find_inputs(inputs *in, const plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_rules *rules = work->rules;
    const plim_frame *borrowers = &work->tables->borrowers;
    in->power = plim_proxy_number(borrowers, rules->power_column);
    in->output = plim_proxy_number(borrowers, rules->output_column);
    in->output_unit = plim_proxy_text(borrowers, rules->output_unit_column);
    /* Factors are per million CNY: a book in another currency lacks this rung. */
    in->revenue = strcmp(plim_proxy_currency(work), "CNY") == 0
                      ? plim_proxy_number(borrowers, "revenue")
                      : NULL;
    in->sector = plim_proxy_text(borrowers, "sector");
    in->region = plim_proxy_text(borrowers, "region");
    in->household = plim_proxy_number(borrowers, "household");
    in->grid = grid_of(rules, work->tables->as_of);
    PLIM_TRY(plim_proxy_check_unit(borrowers, in->power, "kWh", err));
    PLIM_TRY(plim_proxy_check_unit(borrowers, in->revenue, plim_proxy_currency(work), err));
    in->fuel = plim_alloc(rules->fuels.count, sizeof *in->fuel);
    if (in->fuel == NULL)
        return plim_fail_memory(err, "rules of proxies");
    for (size_t i = 0; i < rules->fuels.count; i++) {
        const plim_proxy_entry *fuel = &rules->fuels.entries[i];
        in->fuel[i] = plim_proxy_number(borrowers, fuel->key);
        PLIM_TRY(plim_proxy_check_unit(borrowers, in->fuel[i], fuel->unit, err));
    }
    return PLIM_OK;
}

/* ---- rungs: tCO2e of a scope, NaN where an input is missing ------------------------------ */

typedef struct question {
    const plim_proxy_work *work;
    const inputs *in;
    size_t borrower;
    int scope; /* 0: scope 1, 1: scope 2 */
} question;

/* Power is scope 2. A fuel that the bills do not name was not burnt, if they name another. */
static plim_status by_energy(double *out, const question *q, plim_error *err)
{
    const plim_frame *borrowers = &q->work->tables->borrowers;
    const plim_proxy_list *fuels = &q->work->rules->fuels, *grid = q->in->grid;
    const double kg_per_ton = 1000;
    double sum = 0, amount = 0;
    bool any = false;
    for (size_t i = 0; i < fuels->count; i++) {
        double factor = fuels->entries[i].value[q->scope];
        PLIM_TRY(plim_proxy_input(&amount, borrowers, q->in->fuel[i], q->borrower, err));
        if (isnan(amount) || isnan(factor))
            continue;
        sum += amount * factor;
        any = true;
    }
    PLIM_TRY(plim_proxy_input(&amount, borrowers, q->in->power, q->borrower, err));
    if (q->scope == 1 && grid != NULL && !isnan(amount)) {
        const plim_proxy_entry *factor =
            plim_proxy_list_find(grid, plim_proxy_text_at(q->in->region, q->borrower));
        sum += factor != NULL ? amount * factor->value[0] / kg_per_ton : 0;
        any = any || factor != NULL;
    }
    *out = any ? sum : (double)NAN;
    return PLIM_OK;
}

static plim_status by_output(double *out, const question *q, plim_error *err)
{
    double amount = 0;
    PLIM_TRY(
        plim_proxy_input(&amount, &q->work->tables->borrowers, q->in->output, q->borrower, err));
    const plim_proxy_entry *entry = plim_proxy_list_find(
        &q->work->rules->output, plim_proxy_text_at(q->in->sector, q->borrower));
    bool fits = entry != NULL && entry->unit != NULL &&
                strcmp(entry->unit, plim_proxy_text_at(q->in->output_unit, q->borrower)) == 0;
    *out = fits ? amount * entry->value[q->scope] : (double)NAN;
    return PLIM_OK;
}

static plim_status by_revenue(double *out, const question *q, plim_error *err)
{
    double revenue = 0;
    const double per = 1e6; /* factors are per million CNY */
    PLIM_TRY(
        plim_proxy_input(&revenue, &q->work->tables->borrowers, q->in->revenue, q->borrower, err));
    const plim_proxy_entry *entry = plim_proxy_list_find(
        &q->work->rules->revenue, plim_proxy_text_at(q->in->sector, q->borrower));
    *out = entry != NULL ? revenue / per * entry->value[q->scope] : (double)NAN;
    return PLIM_OK;
}

static plim_status climb_down(double *out, plim_proxy_rule *rule, const question *q,
                              plim_error *err)
{
    static const struct {
        plim_status (*rung)(double *, const question *, plim_error *);
        plim_proxy_rule rule;
    } ladder[] = {{by_energy, PLIM_RULE_ENERGY},
                  {by_output, PLIM_RULE_OUTPUT},
                  {by_revenue, PLIM_RULE_REVENUE}};
    *rule = PLIM_RULE_MISSING;
    const plim_column *household = q->in->household;
    if (household != NULL && household->number[q->borrower] == 1)
        return PLIM_OK; /* a household has neither revenue nor output */
    for (size_t i = 0; i < sizeof ladder / sizeof *ladder; i++) {
        double found = (double)NAN;
        PLIM_TRY(ladder[i].rung(&found, q, err));
        if (isfinite(found)) {
            *out = found;
            *rule = ladder[i].rule;
            return PLIM_OK;
        }
    }
    return PLIM_OK;
}

/* ---- filling ---------------------------------------------------------------------------- */

typedef struct outputs {
    plim_column *scope[SCOPES], *source[SCOPES];
    plim_column *worse, *quality; /* emission_source, emission_quality */
} outputs;

static const char *const scope_names[SCOPES] = {"scope1", "scope2"};
static const char *const source_names[SCOPES] = {"scope1_source", "scope2_source"};

static plim_column *found_as(const plim_frame *frame, const char *name, plim_column_kind kind)
{
    plim_column *column = plim_frame_find(frame, name);
    return column != NULL && column->kind == kind ? column : NULL;
}

/* All are added before any is taken: adding moves the others. */
static plim_status make_outputs(outputs *out, plim_proxy_work *work, plim_error *err)
{
    plim_frame *frame = &work->tables->borrowers;
    plim_column *ignored = NULL;
    for (int s = 0; s < SCOPES; s++) {
        PLIM_TRY(plim_proxy_column(&ignored, frame, scope_names[s], PLIM_COLUMN_NUMBER, err));
        PLIM_TRY(plim_proxy_column(&ignored, frame, source_names[s], PLIM_COLUMN_TEXT, err));
    }
    PLIM_TRY(plim_proxy_column(&ignored, frame, "emission_source", PLIM_COLUMN_TEXT, err));
    PLIM_TRY(plim_proxy_column(&ignored, frame, "emission_quality", PLIM_COLUMN_NUMBER, err));
    for (int s = 0; s < SCOPES; s++) {
        out->scope[s] = found_as(frame, scope_names[s], PLIM_COLUMN_NUMBER);
        out->source[s] = found_as(frame, source_names[s], PLIM_COLUMN_TEXT);
        uint8_t *rule = plim_alloc(work->n_borrowers, sizeof *rule);
        work->rule[PLIM_TARGET_SCOPE1 + s] = rule;
        if (rule == NULL)
            return plim_fail_memory(err, "rules of proxies");
    }
    out->worse = found_as(frame, "emission_source", PLIM_COLUMN_TEXT);
    out->quality = found_as(frame, "emission_quality", PLIM_COLUMN_NUMBER);
    return PLIM_OK;
}

static int rung_of(plim_proxy_rule rule)
{
    return rule == PLIM_RULE_ENERGY    ? PLIM_RUNG_ENERGY
           : rule == PLIM_RULE_OUTPUT  ? PLIM_RUNG_OUTPUT
           : rule == PLIM_RULE_REVENUE ? PLIM_RUNG_REVENUE
                                       : PLIM_RUNG_REPORTED;
}

/* Source and quality of both scopes together are those of the lowest rung. */
static plim_status mark(outputs *out, const plim_proxy_work *work, size_t b, bool filled,
                        plim_error *err)
{
    plim_origin worst = PLIM_ORIGIN_MISSING;
    int lowest = -1;
    for (int s = 0; s < SCOPES; s++) {
        plim_proxy_rule rule = (plim_proxy_rule)work->rule[PLIM_TARGET_SCOPE1 + s][b];
        plim_origin origin = plim_proxy_rule_origin(rule);
        worst = origin > worst ? origin : worst;
        if (rule != PLIM_RULE_MISSING && rung_of(rule) > lowest)
            lowest = rung_of(rule);
    }
    if (out->quality != NULL && lowest >= 0 && isnan(out->quality->number[b]))
        out->quality->number[b] = work->rules->quality[lowest];
    return plim_proxy_mark(out->worse, b, worst, filled, err);
}

static plim_status fill_borrower(outputs *out, const inputs *in, plim_proxy_work *work, size_t b,
                                 plim_error *err)
{
    bool filled = false;
    for (int s = 0; s < SCOPES; s++) {
        const question q = {work, in, b, s};
        plim_proxy_rule rule = PLIM_RULE_REPORTED;
        if (out->scope[s] == NULL)
            continue;
        bool stated = !isnan(out->scope[s]->number[b]);
        if (!stated)
            PLIM_TRY(climb_down(&out->scope[s]->number[b], &rule, &q, err));
        work->rule[PLIM_TARGET_SCOPE1 + s][b] = (uint8_t)rule;
        PLIM_TRY(plim_proxy_mark(out->source[s], b, plim_proxy_rule_origin(rule), !stated, err));
        filled = filled || (!stated && rule != PLIM_RULE_MISSING);
    }
    return mark(out, work, b, filled, err);
}

static bool wanted(const plim_proxy_rules *rules)
{
    return rules->fuels.count > 0 || rules->n_grid > 0 || rules->output.count > 0 ||
           rules->revenue.count > 0;
}

plim_status plim_proxy_fill_emissions(plim_proxy_work *work, plim_error *err)
{
    outputs out = {0};
    inputs in = {0};
    if (!wanted(work->rules))
        return PLIM_OK;
    plim_status status = make_outputs(&out, work, err);
    if (status == PLIM_OK)
        status = find_inputs(&in, work, err);
    for (size_t b = 0; b < work->n_borrowers && status == PLIM_OK; b++)
        status = fill_borrower(&out, &in, work, b, err);
    plim_free(in.fuel);
    return status;
}

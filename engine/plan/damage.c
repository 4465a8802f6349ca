#include "plan/damage.h"

#include "base/memory.h"
#include "plan/bind.h"
#include "plan/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK     PLIM_EVALUATE_BLOCK
#define NO_HAZARD UINT32_MAX

/* The damage under work. */
typedef struct damage_build {
    const plim_plan *plan;
    const plim_scenario *scenario;
    const plim_damage_formula *formula;
    plim_damage *damage;
    plim_evaluator *evaluator;
    plim_plan_faults faults;
    uint32_t *first, *borrower; /* of each place; n_places + 1 */
    double *slots;              /* of the one path of an event */
    uint32_t *met, meeting;     /* [borrower]: the last meeting of event and year that it was in */
    const plim_damage_listener *listener; /* hears each borrower's; NULL: they are summed up */
    uint32_t n, row[BLOCK], path[BLOCK];
} damage_build;

/* ---- which hazard ---- */

static const char *name_of(const plim_plan *plan, const plim_expr *expr)
{
    return plan->program->graph.symbols.text[expr->symbol];
}

/* The hazard of a leaf, checked. */
static plim_status take_leaf(damage_build *b, plim_node node, uint32_t t, plim_error *err)
{
    const plim_plan *plan = b->plan;
    const plim_expr *expr = &plan->program->graph.nodes[node];
    char place[300];
    plim_bind_place(&plan->program->graph, node, place, sizeof place);
    bool fits = expr->op == PLIM_OP_INTENSITY && expr->list != PLIM_REFERENCE_IS_TODAY &&
                expr->year == (int16_t)t;
    uint32_t found = NO_HAZARD;
    for (uint32_t i = 0; fits && i < plan->randoms.count; i++)
        if (plan->randoms.of[i].scenario == b->damage->scenario &&
            strcmp(plan->randoms.of[i].driver->name, name_of(plan, expr)) == 0)
            found = i;
    if (found == NO_HAZARD || (b->damage->random != NO_HAZARD && b->damage->random != found))
        return plim_fail(
            err, PLIM_INPUT,
            "%sscenario %s: damage %s may hang on one hazard in the year itself and on "
            "pathways, and hangs on %s too",
            place, b->scenario->name, b->formula->name, name_of(plan, expr));
    if (plan->randoms.of[found].driver->hazard->kind != PLIM_HAZARD_EVENTS)
        return plim_fail(err, PLIM_INPUT,
                         "%sscenario %s: damage %s hangs on %s, a hazard by return period; damages "
                         "are listed by event: hazard.events",
                         place, b->scenario->name, b->formula->name, name_of(plan, expr));
    b->damage->random = found;
    return PLIM_OK;
}

/* Looks at all leaves of a year's formulas that differ from path to path. */
static plim_status take_leaves(damage_build *b, uint32_t t, bool *needed, plim_error *err)
{
    const plim_graph *graph = &b->plan->program->graph;
    const plim_node root[] = {b->formula->loss[t], b->formula->payout[t]};
    memset(needed, 0, graph->count * sizeof *needed);
    for (int i = 0; i < 2; i++)
        if (root[i] != PLIM_NO_NODE)
            needed[root[i]] = true;
    for (size_t node = graph->count; node-- > 0;) {
        const plim_expr *expr = &graph->nodes[node];
        if (!needed[node] || !expr->varies)
            continue;
        if (plim_primitive_arity(expr->op) == 0)
            PLIM_TRY(take_leaf(b, (plim_node)node, t, err));
        for (int a = 0; a < plim_primitive_arity(expr->op); a++)
            needed[expr->arg[a]] = true;
    }
    return PLIM_OK;
}

static plim_status find_hazard(damage_build *b, plim_error *err)
{
    bool *needed = plim_alloc(b->plan->program->graph.count, sizeof *needed);
    if (needed == NULL)
        return plim_fail_memory(err, "damages");
    plim_status status = PLIM_OK;
    b->damage->random = NO_HAZARD;
    for (uint32_t t = 0; t < b->plan->n_years && status == PLIM_OK; t++)
        status = take_leaves(b, t, needed, err);
    plim_free(needed);
    if (status == PLIM_OK && b->damage->random == NO_HAZARD)
        return plim_fail(err, PLIM_INPUT, "scenario %s: damage %s hangs on no hazard",
                         b->scenario->name, b->formula->name);
    return status;
}

/* ---- who is where ---- */

/* Visits the places of a borrower in scope: its own and those of its sites. */
typedef struct visit {
    uint32_t *count; /* [place]: how many there are, or where the next one goes */
    uint32_t *list;  /* NULL: counting only */
} visit;

static void visit_place(const visit *v, uint32_t place, uint32_t borrower)
{
    if (place == PLIM_NO_PLACE)
        return;
    if (v->list != NULL)
        v->list[v->count[place]] = borrower;
    v->count[place]++;
}

static void visit_all(const damage_build *b, const visit *v)
{
    const plim_plan *plan = b->plan;
    const plim_random *random = &plan->randoms.of[b->damage->random];
    for (uint32_t i = 0; i < plan->n_borrowers; i++) {
        if (!plan->applies[(size_t)i * plan->n_scenarios + b->damage->scenario])
            continue;
        visit_place(v, random->place[PLIM_LEVEL_BORROWER][i], i);
        plim_rows sites = plim_evaluate_parts(plan->book, PLIM_LEVEL_SITE, i);
        for (uint32_t row = sites.first; row < sites.end; row++)
            visit_place(v, random->place[PLIM_LEVEL_SITE][row], i);
    }
}

/* Borrowers in scope by place; one that has several sites stands at several. */
static plim_status list_borrowers(damage_build *b, plim_error *err)
{
    const plim_plan *plan = b->plan;
    uint32_t n = plan->randoms.of[b->damage->random].n_places;
    size_t most = plan->book->borrowers.n_rows + plan->book->sites.n_rows;
    b->first = plim_alloc((size_t)n + 2, sizeof *b->first);
    b->borrower = plim_alloc(most, sizeof *b->borrower);
    b->slots = plim_alloc(plan->randoms.n_slots, sizeof *b->slots);
    b->met = plim_alloc(plan->n_borrowers, sizeof *b->met);
    if (b->first == NULL || b->borrower == NULL || b->slots == NULL || b->met == NULL)
        return plim_fail_memory(err, "damages");
    visit_all(b, &(visit){b->first + 2, NULL});
    for (uint32_t q = 0; q < n; q++)
        b->first[q + 2] += b->first[q + 1];
    visit_all(b, &(visit){b->first + 1, b->borrower});
    return PLIM_OK;
}

/* ---- what it costs ---- */

/* One value in fen; false after a fault. */
static bool read_value(damage_build *b, plim_refused *refused, double most, int64_t *fen)
{
    *fen = 0;
    if (refused->node == PLIM_NO_NODE)
        return true;
    refused->value = plim_evaluator_values(b->evaluator, refused->node)[refused->lane];
    if (refused->value >= 0 && refused->value <= most && plim_fen_from_amount(refused->value, fen))
        return true;
    refused->scenario = b->scenario->name;
    refused->frame = &b->plan->book->borrowers;
    refused->table = "borrower";
    refused->row = b->row[refused->lane];
    plim_refused_add(&b->faults, b->evaluator, b->plan->program, refused);
    return false;
}

static plim_status add_rows(damage_build *b, uint32_t event, uint32_t t, plim_error *err)
{
    size_t cell = (size_t)event * b->plan->n_years + t;
    plim_lanes lanes = {b->n, b->row, b->path, b->slots, 1};
    plim_evaluator_run_lanes(b->evaluator, &lanes);
    for (uint32_t i = 0; i < b->n; i++) {
        int64_t loss = 0, payout = 0;
        plim_refused refused = {.what = "damage",
                                .year = b->scenario->first_year + (int)t,
                                .accepted = "0 to 4.6e16 currency units",
                                .node = b->formula->loss[t],
                                .lane = i};
        if (!read_value(b, &refused, 4.6e16, &loss))
            continue;
        double most = b->formula->loss[t] == PLIM_NO_NODE ? 0 : refused.value;
        refused.what = "payout";
        refused.accepted = "0 up to the damage";
        refused.node = b->formula->payout[t];
        if (!read_value(b, &refused, most * (1 + 1e-12), &payout))
            continue;
        payout = payout < loss ? payout : loss;
        if (b->listener != NULL) {
            b->listener->hear(b->listener->user, b->row[i], loss, payout);
            continue;
        }
        if (__builtin_add_overflow(b->damage->loss_fen[cell], loss, &b->damage->loss_fen[cell]))
            return plim_fail(err, PLIM_INPUT, "scenario %s: damage %s exceeds what 64 bits hold",
                             b->scenario->name, b->formula->name);
        b->damage->payout_fen[cell] += payout;
    }
    b->n = 0;
    return PLIM_OK;
}

static plim_status add_event(damage_build *b, uint32_t event, uint32_t t, plim_error *err)
{
    const plim_random *random = &b->plan->randoms.of[b->damage->random];
    const plim_placing *set = random->placing;
    double *slots = b->slots + random->slot + (size_t)t * random->n_places;
    for (size_t i = set->first[event]; i < set->first[event + 1]; i++)
        slots[set->at[i]] = set->intensity[i] * random->spread[t];
    b->meeting++;
    for (size_t i = set->first[event]; i < set->first[event + 1]; i++)
        for (uint32_t k = b->first[set->at[i]]; k < b->first[set->at[i] + 1]; k++) {
            if (b->met[b->borrower[k]] == b->meeting)
                continue;
            b->met[b->borrower[k]] = b->meeting;
            b->row[b->n++] = b->borrower[k];
            if (b->n == BLOCK)
                PLIM_TRY(add_rows(b, event, t, err));
        }
    if (b->n > 0)
        PLIM_TRY(add_rows(b, event, t, err));
    for (size_t i = set->first[event]; i < set->first[event + 1]; i++)
        slots[set->at[i]] = 0;
    return PLIM_OK;
}

/* Events first to end - 1 in a period. */
static plim_status add_events(damage_build *b, uint32_t first, uint32_t end, uint32_t t,
                              plim_error *err)
{
    const plim_plan *plan = b->plan;
    plim_node outputs[] = {b->formula->loss[t], b->formula->payout[t]};
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_BORROWER,
                                    .outputs = outputs,
                                    .n_outputs = 2,
                                    .randoms = &plan->randoms};
    PLIM_TRY(plim_evaluator_create(&b->evaluator, &config, err));
    plim_status status = PLIM_OK;
    for (uint32_t e = first; e < end && status == PLIM_OK; e++)
        status = add_event(b, e, t, err);
    plim_status faults = plim_plan_faults_end(&b->faults, status == PLIM_OK ? err : NULL);
    plim_evaluator_destroy(b->evaluator);
    b->evaluator = NULL;
    return status != PLIM_OK ? status : faults;
}

/* ---- the whole ---- */

static plim_status make_one(damage_build *b, plim_error *err)
{
    plim_damage *damage = b->damage;
    PLIM_TRY(find_hazard(b, err));
    const plim_random *random = &b->plan->randoms.of[damage->random];
    damage->n_events = (uint32_t)random->driver->hazard->events.n_events;
    size_t cells = (size_t)damage->n_events * b->plan->n_years;
    damage->loss_fen = plim_alloc(cells, sizeof *damage->loss_fen);
    damage->payout_fen = plim_alloc(cells, sizeof *damage->payout_fen);
    if (damage->loss_fen == NULL || damage->payout_fen == NULL)
        return plim_fail_memory(err, "damages");
    PLIM_TRY(list_borrowers(b, err));
    for (uint32_t t = 0; t < b->plan->n_years; t++)
        PLIM_TRY(add_events(b, 0, damage->n_events, t, err));
    return PLIM_OK;
}

static void free_build(damage_build *b)
{
    plim_free(b->first);
    plim_free(b->borrower);
    plim_free(b->slots);
    plim_free(b->met);
}

static plim_status make(plim_damages *out, const plim_plan *plan, plim_error *err)
{
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        const plim_scenario *scenario = &plan->program->scenarios[s - 1];
        for (size_t i = 0; i < scenario->n_damages; i++) {
            damage_build b = {.plan = plan,
                              .scenario = scenario,
                              .formula = &scenario->damages[i],
                              .damage = &out->of[out->count++]};
            b.damage->name = b.formula->name;
            b.damage->scenario = s;
            plim_status status = make_one(&b, err);
            free_build(&b);
            PLIM_TRY(status);
        }
    }
    return PLIM_OK;
}

plim_status plim_damages_make(plim_damages *out, const plim_plan *plan, plim_error *err)
{
    size_t n = 0;
    *out = (plim_damages){.n_years = plan->n_years};
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        n += plan->program->scenarios[s - 1].n_damages;
    out->of = plim_alloc(n, sizeof *out->of);
    plim_status status = out->of == NULL ? plim_fail_memory(err, "damages") : make(out, plan, err);
    if (status != PLIM_OK)
        plim_damages_free(out);
    return status;
}

plim_status plim_damage_tell(const plim_plan *plan, const plim_damage_at *of,
                             const plim_damage_listener *listener, plim_error *err)
{
    plim_damage damage = plan->damages.of[of->damage];
    const plim_scenario *scenario = &plan->program->scenarios[damage.scenario - 1];
    damage_build b = {.plan = plan, .scenario = scenario, .damage = &damage, .listener = listener};
    for (size_t i = 0; i < scenario->n_damages; i++)
        if (strcmp(scenario->damages[i].name, damage.name) == 0)
            b.formula = &scenario->damages[i];
    plim_status status = list_borrowers(&b, err);
    if (status == PLIM_OK)
        status = add_events(&b, of->event, of->event + 1, of->year, err);
    free_build(&b);
    return status;
}

void plim_damages_free(plim_damages *damages)
{
    for (uint32_t i = 0; i < damages->count; i++) {
        plim_free(damages->of[i].loss_fen);
        plim_free(damages->of[i].payout_fen);
    }
    plim_free(damages->of);
    *damages = (plim_damages){0};
}

/* Takes the shape of a slab's, empty. */
static plim_status take_shape(plim_damages *to, const plim_damages *slab, plim_error *err)
{
    to->n_years = slab->n_years;
    to->of = plim_alloc(slab->count, sizeof *to->of);
    if (to->of == NULL)
        return plim_fail_memory(err, "damages");
    for (uint32_t i = 0; i < slab->count; i++) {
        plim_damage *damage = &to->of[i];
        size_t cells = (size_t)slab->of[i].n_events * slab->n_years;
        *damage = slab->of[i];
        damage->loss_fen = plim_alloc(cells, sizeof *damage->loss_fen);
        damage->payout_fen = plim_alloc(cells, sizeof *damage->payout_fen);
        to->count = i + 1;
        if (damage->loss_fen == NULL || damage->payout_fen == NULL)
            return plim_fail_memory(err, "damages");
    }
    return PLIM_OK;
}

plim_status plim_damages_add(plim_damages *to, const plim_damages *slab, plim_error *err)
{
    if (to->of == NULL)
        PLIM_TRY(take_shape(to, slab, err));
    for (uint32_t i = 0; i < slab->count; i++) {
        plim_damage *sum = &to->of[i];
        const plim_damage *part = &slab->of[i];
        size_t cells = (size_t)part->n_events * slab->n_years;
        for (size_t k = 0; k < cells; k++) {
            if (__builtin_add_overflow(sum->loss_fen[k], part->loss_fen[k], &sum->loss_fen[k]))
                return plim_fail(err, PLIM_INPUT, "damage %s exceeds what 64 bits hold",
                                 part->name);
            sum->payout_fen[k] += part->payout_fen[k];
        }
    }
    return PLIM_OK;
}

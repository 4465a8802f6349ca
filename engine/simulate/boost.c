#include "simulate/boost.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "simulate/loss.h"
#include "simulate/proxy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_OCTETS = 32, SCORE_OCTETS = 64 };
#define VARIES INT64_MIN

typedef struct worker {
    plim_proxy_scratch scratch;
    double *score; /* [s] of a path */
    plim_workspace *workspace;
} worker;

/* What workers share. Octets of further paths count from `first_octet`. */
typedef struct second_phase {
    plim_boost *boost;
    const plim_simulation *simulation;
    const plim_plan *plan;
    double share;
    plim_screen screen;
    plim_severity *severity;
    int64_t *stake; /* [position]: loss at a default, where it is always the same; else VARIES */
    plim_proxy proxy;
    double *plain; /* scores: [s * n_plain + path] */
    double *cut;   /* [s] */
    uint32_t first_octet, n_octets;
    uint8_t *wanted; /* [octet]: further paths above the cut; then only of the octets listed */
    uint32_t *octet; /* that hold one */
    uint32_t *first_row;
    uint32_t n_listed;
    worker *workers;
} second_phase;

/* ---- scores ---- */

static plim_status score_plain(void *job, uint64_t task, int index, plim_error *err)
{
    (void)err;
    const second_phase *p = job;
    const worker *own = &p->workers[index];
    uint32_t n = p->boost->n_plain, size = SCORE_OCTETS * PLIM_OCTET;
    uint32_t first = (uint32_t)task * size, end = n - first < size ? n : first + size;
    for (uint32_t path = first; path < end; path++) {
        plim_proxy_score(&p->proxy, &own->scratch, p->simulation->seed, path, own->score);
        for (uint32_t s = 0; s < p->plan->n_scenarios; s++)
            p->plain[(size_t)s * n + path] = own->score[s];
    }
    return PLIM_OK;
}

static bool is_above(const second_phase *p, const double *score, size_t stride)
{
    for (uint32_t s = 0; s < p->plan->n_scenarios; s++)
        if (score[s * stride] > p->cut[s])
            return true;
    return false;
}

static plim_status score_further(void *job, uint64_t task, int index, plim_error *err)
{
    (void)err;
    const second_phase *p = job;
    const worker *own = &p->workers[index];
    uint32_t first = (uint32_t)task * SCORE_OCTETS;
    for (uint32_t o = first; o < first + SCORE_OCTETS && o < p->n_octets; o++)
        for (uint32_t lane = 0; lane < PLIM_OCTET; lane++) {
            uint64_t path = ((uint64_t)p->first_octet + o) * PLIM_OCTET + lane;
            if (path < p->boost->n_plain || path >= p->boost->n_all)
                continue;
            plim_proxy_score(&p->proxy, &own->scratch, p->simulation->seed, (uint32_t)path,
                             own->score);
            if (is_above(p, own->score, 1))
                p->wanted[o] |= (uint8_t)(1U << lane);
        }
    return PLIM_OK;
}

/* ---- the cut ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* So that m paths at most, ties left out, lie above the cut of each scenario. */
static void set_cuts(second_phase *p, const double *sorted, uint32_t m)
{
    for (uint32_t s = 0; s < p->plan->n_scenarios; s++)
        p->cut[s] = sorted[((size_t)s + 1) * p->boost->n_plain - 1 - m];
}

static uint32_t count_above(const second_phase *p)
{
    uint32_t n = p->boost->n_plain, count = 0;
    for (uint32_t path = 0; path < n; path++)
        count += is_above(p, p->plain + path, n);
    return count;
}

/* The lowest cuts, at the same rank in each scenario, above which lie no more than the share of
   the plain paths. */
static plim_status choose_cuts(second_phase *p, plim_error *err)
{
    uint32_t n = p->boost->n_plain, fits = 0, too_many = n;
    if (p->share >= 1) {
        for (uint32_t s = 0; s < p->plan->n_scenarios; s++)
            p->cut[s] = -(double)INFINITY;
        return PLIM_OK;
    }
    double *sorted = plim_alloc((size_t)n * p->plan->n_scenarios, sizeof *sorted);
    if (sorted == NULL)
        return plim_fail_memory(err, "scores of paths");
    memcpy(sorted, p->plain, (size_t)n * p->plan->n_scenarios * sizeof *sorted);
    for (uint32_t s = 0; s < p->plan->n_scenarios; s++)
        qsort(sorted + (size_t)s * n, n, sizeof *sorted, by_size);
    while (too_many - fits > 1) {
        uint32_t middle = fits + (too_many - fits) / 2;
        set_cuts(p, sorted, middle);
        if (count_above(p) <= p->share * n)
            fits = middle;
        else
            too_many = middle;
    }
    set_cuts(p, sorted, fits);
    plim_free(sorted);
    return PLIM_OK;
}

/* ---- simulating those above ---- */

static void list_octets(second_phase *p)
{
    for (uint32_t o = 0; o < p->n_octets; o++) {
        uint8_t wanted = p->wanted[o];
        if (wanted == 0)
            continue;
        p->octet[p->n_listed] = p->first_octet + o;
        p->wanted[p->n_listed] = wanted;
        p->first_row[p->n_listed++] = p->boost->n_further;
        p->boost->n_further += (uint32_t)__builtin_popcount(wanted);
    }
}

/* All loans together, as most borrowers lose the same in all scenarios and years: then one number
   stands where the events of a chunk find it. */
static int64_t stake_of(const second_phase *p, uint32_t borrower)
{
    const plim_plan *plan = p->plan;
    const plim_book *book = plan->book;
    int64_t stake = 0;
    if (!plim_severity_is_fixed(p->severity))
        return VARIES;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++) {
        int64_t loss = plan->loss_fen[0][l];
        if (book->loan_defaulted[l])
            continue;
        for (size_t i = 1; i < (size_t)plan->n_scenarios * plan->n_years; i++)
            if (plan->loss_fen[i] != plan->loss_fen[0] && plan->loss_fen[i][l] != loss)
                return VARIES;
        stake += loss;
    }
    return stake;
}

static plim_status make_stakes(second_phase *p, plim_error *err)
{
    p->stake = plim_alloc(p->screen.n_positions, sizeof *p->stake);
    if (p->stake == NULL)
        return plim_fail_memory(err, "losses by borrower");
    for (uint32_t i = 0; i < p->screen.n_positions; i++)
        if (p->screen.borrower[i] != PLIM_NO_BORROWER)
            p->stake[i] = stake_of(p, p->screen.borrower[i]);
    return PLIM_OK;
}

/* Adds the events of a chunk on a block whose octets are listed from `first`. */
static void add_events(const second_phase *p, const plim_workspace *w, uint32_t chunk,
                       uint32_t first, const plim_events *events)
{
    const int64_t *stakes = p->stake + p->screen.chunk[chunk].first;
    uint32_t n = p->plan->n_scenarios;
    for (size_t e = 0; e < events->count; e++) {
        const plim_event *event = &events->event[e];
        const uint8_t *year = events->year + e * n;
        uint32_t i = first + event->path / PLIM_OCTET;
        uint32_t before = p->wanted[i] & ((1U << event->path % PLIM_OCTET) - 1U);
        int64_t *loss = p->boost->loss + p->first_row[i] + (uint32_t)__builtin_popcount(before);
        for (uint32_t s = 0; s < n; s++) {
            if (year[s] == 0)
                continue;
            int64_t stake = stakes[event->place];
            plim_loan_fate fate = {.scenario = s, .year = year[s] - 1U};
            if (stake == VARIES)
                stake = plim_loss_of_event(p->plan->book, w, p->severity, event, fate);
            loss[(size_t)s * p->boost->n_further] += stake;
        }
    }
}

static plim_status simulate_block(void *job, uint64_t task, int index, plim_error *err)
{
    const second_phase *p = job;
    plim_workspace *w = p->workers[index].workspace;
    uint32_t first = (uint32_t)task * BLOCK_OCTETS, left = p->n_listed - first;
    plim_workspace_load(w, p->octet + first, left < BLOCK_OCTETS ? left : BLOCK_OCTETS);
    plim_workspace_want(w, p->wanted + first);
    for (uint32_t c = 0; c < p->screen.n_chunks; c++) {
        const plim_events *events;
        PLIM_TRY(plim_workspace_chunk(w, c, &events, err));
        add_events(p, w, c, first, events);
    }
    return PLIM_OK;
}

/* Every path begins with the changes of loss of loans in default. */
static void begin_losses(const second_phase *p)
{
    for (uint32_t s = 0; s < p->plan->n_scenarios; s++) {
        int64_t change = 0;
        for (uint32_t b = 0; b < p->plan->n_borrowers; b++)
            change += plim_loss_of_changes(p->plan, b, s);
        for (uint32_t i = 0; i < p->boost->n_further; i++)
            p->boost->loss[(size_t)s * p->boost->n_further + i] = change;
    }
}

static plim_status make_workspaces(second_phase *p, plim_error *err)
{
    plim_workspace_config config = {.screen = &p->screen,
                                    .seed = p->simulation->seed,
                                    .isa = p->simulation->isa,
                                    .n_octets = BLOCK_OCTETS,
                                    .reference = p->simulation->reference};
    for (int w = 0; w < p->simulation->threads; w++)
        PLIM_TRY(plim_workspace_create(&p->workers[w].workspace, &config, err));
    return PLIM_OK;
}

/* ---- making it ---- */

static uint64_t tasks_of(uint64_t n, uint32_t size)
{
    return (n + size - 1) / size;
}

static plim_status prepare(second_phase *p, plim_error *err)
{
    const plim_plan *plan = p->plan;
    PLIM_TRY(plim_severity_create(&p->severity, plan, err));
    plim_screen_config screen = {.plan = plan, .threads = p->simulation->threads};
    PLIM_TRY(plim_screen_make(&p->screen, &screen, err));
    PLIM_TRY(plim_proxy_make(&p->proxy, &p->screen, err));
    p->workers = plim_alloc((size_t)p->simulation->threads, sizeof *p->workers);
    if (p->workers == NULL)
        return plim_fail_memory(err, "workers");
    for (int w = 0; w < p->simulation->threads; w++) {
        PLIM_TRY(plim_proxy_scratch_make(&p->workers[w].scratch, &p->proxy, err));
        p->workers[w].score = plim_alloc(plan->n_scenarios, sizeof *p->workers[w].score);
        if (p->workers[w].score == NULL)
            return plim_fail_memory(err, "scores of paths");
    }
    p->plain = plim_alloc((size_t)p->boost->n_plain * plan->n_scenarios, sizeof *p->plain);
    p->cut = plim_alloc(plan->n_scenarios, sizeof *p->cut);
    p->wanted = plim_alloc(p->n_octets, 1);
    p->boost->above = plim_alloc(p->boost->n_plain, 1);
    if (p->plain == NULL || p->cut == NULL || p->wanted == NULL || p->boost->above == NULL)
        return plim_fail_memory(err, "scores of paths");
    return PLIM_OK;
}

static plim_status select_paths(second_phase *p, plim_error *err)
{
    plim_boost *boost = p->boost;
    plim_team team = {.threads = p->simulation->threads};
    uint64_t tasks = tasks_of(boost->n_plain, SCORE_OCTETS * PLIM_OCTET);
    PLIM_TRY(plim_team_run(&team, score_plain, p, tasks, err));
    PLIM_TRY(choose_cuts(p, err));
    for (uint32_t path = 0; path < boost->n_plain; path++) {
        boost->above[path] = is_above(p, p->plain + path, boost->n_plain);
        boost->plain_above += boost->above[path];
    }
    plim_free(p->plain);
    p->plain = NULL;
    return plim_team_run(&team, score_further, p, tasks_of(p->n_octets, SCORE_OCTETS), err);
}

static plim_status make(second_phase *p, plim_error *err)
{
    plim_boost *boost = p->boost;
    PLIM_TRY(prepare(p, err));
    PLIM_TRY(select_paths(p, err));
    uint32_t listed = 0;
    for (uint32_t o = 0; o < p->n_octets; o++)
        listed += p->wanted[o] != 0;
    p->octet = plim_alloc(listed, sizeof *p->octet);
    p->first_row = plim_alloc(listed, sizeof *p->first_row);
    if (p->octet == NULL || p->first_row == NULL)
        return plim_fail_memory(err, "further paths");
    list_octets(p);
    boost->all_below = boost->n_all - boost->plain_above - boost->n_further;
    boost->loss = plim_alloc((size_t)boost->n_further * boost->n_scenarios, sizeof *boost->loss);
    if (boost->loss == NULL)
        return plim_fail_memory(err, "losses of further paths");
    PLIM_TRY(make_stakes(p, err));
    begin_losses(p);
    PLIM_TRY(make_workspaces(p, err));
    plim_team team = {.threads = p->simulation->threads,
                      .progress = p->simulation->progress,
                      .progress_user = p->simulation->progress_user};
    return plim_team_run(&team, simulate_block, p, tasks_of(p->n_listed, BLOCK_OCTETS), err);
}

static void free_phase(second_phase *p)
{
    for (int w = 0; p->workers != NULL && w < p->simulation->threads; w++) {
        plim_proxy_scratch_free(&p->workers[w].scratch);
        plim_free(p->workers[w].score);
        plim_workspace_destroy(p->workers[w].workspace);
    }
    plim_free(p->workers);
    plim_free(p->first_row);
    plim_free(p->octet);
    plim_free(p->wanted);
    plim_free(p->cut);
    plim_free(p->plain);
    plim_free(p->stake);
    plim_proxy_free(&p->proxy);
    plim_screen_free(&p->screen);
    plim_severity_destroy(p->severity);
}

plim_status plim_boost_check(const plim_simulation *simulation, plim_error *err)
{
    uint64_t all = ((uint64_t)simulation->tail + 1) * simulation->n_paths;
    if (simulation->tail > 0 && plim_plan_varies(simulation->plan))
        return plim_fail(err, PLIM_USAGE,
                         "--tail knows no paths on which random drivers decide: leave it out, and "
                         "give more --paths, for scenarios with random drivers");
    if (all <= UINT32_MAX)
        return PLIM_OK;
    return plim_fail(err, PLIM_USAGE,
                     "--tail %u with %u paths makes %llu in all; at most %llu have a number",
                     simulation->tail, simulation->n_paths, (unsigned long long)all,
                     (unsigned long long)UINT32_MAX);
}

plim_status plim_boost_make(plim_boost *out, const plim_simulation *simulation,
                            const plim_tallies *tallies, double share, plim_error *err)
{
    plim_simulation plain = *simulation;
    plain.n_paths = tallies->n_paths;
    *out = (plim_boost){.n_scenarios = tallies->n_scenarios, .n_plain = tallies->n_paths};
    PLIM_TRY(plim_boost_check(&plain, err));
    uint64_t all = ((uint64_t)plain.tail + 1) * plain.n_paths;
    out->n_all = (uint32_t)all;
    second_phase p = {.boost = out,
                      .simulation = simulation,
                      .plan = simulation->plan,
                      .share = share,
                      .first_octet = tallies->n_paths / PLIM_OCTET};
    p.n_octets = (uint32_t)tasks_of(all, PLIM_OCTET) - p.first_octet;
    plim_status status = make(&p, err);
    free_phase(&p);
    if (status != PLIM_OK)
        plim_boost_free(out);
    return status;
}

void plim_boost_free(plim_boost *boost)
{
    plim_free(boost->above);
    plim_free(boost->loss);
    *boost = (plim_boost){0};
}

uint64_t plim_boost_bytes(const plim_simulation *simulation)
{
    const plim_plan *plan = simulation->plan;
    plim_screen widest = {
        .plan = plan, .most_rows = plan->n_scenarios, .most_positions = PLIM_CHUNK_MOST};
    double share = PLIM_BOOST_SHARE, s = plan->n_scenarios;
    double plain = simulation->n_paths, further = plain * simulation->tail;
    /* Scores of the plain paths, twice while sorted; a byte an octet; the losses of those above
       with the octets that hold them, copied once for the estimates. */
    double paths = plain * (16 * s + 9) + further / PLIM_OCTET +
                   2 * (share * further + share * plain) * (8 * s + 8);
    return (uint64_t)paths + plim_proxy_bytes(plan, simulation->threads) + plim_screen_bytes(plan) +
           2 * sizeof(int64_t) * (uint64_t)plan->n_borrowers + plim_severity_bytes(plan) +
           plim_workspace_bytes(&widest, BLOCK_OCTETS) * (uint64_t)simulation->threads;
}

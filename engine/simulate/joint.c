#include "simulate/joint.h"

#include "base/memory.h"
#include "parallel/lock.h"
#include "parallel/team.h"
#include "simulate/loss.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_OCTETS = 16 };

/* Paths that count in some scenario. */
typedef struct plim_joint_paths {
    uint32_t *octet; /* that hold one */
    uint8_t *wanted; /* [octet * n_scenarios + s]: a bit each */
    uint8_t *any;    /* [octet]: in any scenario */
    uint32_t n_octets;
} plim_joint_paths;

/* Of one borrower in one scenario. */
typedef struct partner_sum {
    uint64_t n_defaults;
    plim_int128 loss;
} partner_sum;

/* A slab under way. */
typedef struct replay {
    plim_joint *joint;
    const plim_simulation *simulation;
    plim_screen screen;
    plim_severity *severity;
    plim_lock *lock;  /* of each chunk's borrowers */
    partner_sum *sum; /* [borrower * n_scenarios + s] */
    plim_workspace **workspace;
} replay;

/* ---- which paths ---- */

static void find_least(plim_joint *joint, const uint8_t *breaching, uint32_t n)
{
    for (uint32_t s = 0; s < joint->n_scenarios; s++) {
        uint64_t one = 0, two = 0;
        for (uint32_t p = 0; p < n; p++) {
            one += breaching[(size_t)s * n + p] >= 1;
            two += breaching[(size_t)s * n + p] >= 2;
        }
        joint->least[s] = two > 0 ? 2 : 1;
        joint->n_paths[s] = two > 0 ? two : one;
    }
}

static void list_octets(const plim_joint *joint, const uint8_t *breaching, uint32_t n)
{
    plim_joint_paths *r = joint->paths;
    for (uint32_t first = 0; first < n; first += PLIM_OCTET) {
        uint8_t *wanted = r->wanted + (size_t)r->n_octets * joint->n_scenarios, any = 0;
        memset(wanted, 0, joint->n_scenarios);
        for (uint32_t s = 0; s < joint->n_scenarios; s++)
            for (uint32_t lane = 0; lane < PLIM_OCTET && first + lane < n; lane++)
                if (breaching[(size_t)s * n + first + lane] >= joint->least[s])
                    wanted[s] |= (uint8_t)(1U << lane);
        for (uint32_t s = 0; s < joint->n_scenarios; s++)
            any |= wanted[s];
        if (any == 0)
            continue;
        r->any[r->n_octets] = any;
        r->octet[r->n_octets++] = first / PLIM_OCTET;
    }
}

plim_status plim_joint_begin(plim_joint *out, const uint8_t *breaching, uint32_t n_scenarios,
                             uint32_t n_paths, plim_error *err)
{
    size_t octets = n_paths / PLIM_OCTET + 1;
    *out = (plim_joint){.n_scenarios = n_scenarios};
    out->partner = plim_alloc((size_t)n_scenarios * PLIM_JOINT_LISTED, sizeof *out->partner);
    out->paths = plim_alloc(1, sizeof *out->paths);
    if (out->paths != NULL) {
        out->paths->octet = plim_alloc(octets, sizeof *out->paths->octet);
        out->paths->any = plim_alloc(octets, 1);
        out->paths->wanted = plim_alloc(octets * n_scenarios, 1);
    }
    if (out->partner == NULL || out->paths == NULL || out->paths->octet == NULL ||
        out->paths->any == NULL || out->paths->wanted == NULL) {
        plim_joint_free(out);
        return plim_fail_memory(err, "paths of joint breaches");
    }
    find_least(out, breaching, n_paths);
    list_octets(out, breaching, n_paths);
    return PLIM_OK;
}

void plim_joint_free(plim_joint *joint)
{
    for (size_t i = 0; joint->partner != NULL && i < (size_t)joint->n_scenarios * PLIM_JOINT_LISTED;
         i++)
        plim_free(joint->partner[i].id);
    plim_free(joint->partner);
    if (joint->paths != NULL) {
        plim_free(joint->paths->octet);
        plim_free(joint->paths->any);
        plim_free(joint->paths->wanted);
        plim_free(joint->paths);
    }
    *joint = (plim_joint){0};
}

/* ---- replay ---- */

static void add_event(const replay *r, const plim_workspace *w, const plim_event *event,
                      const uint8_t *year, uint32_t first)
{
    const plim_joint *joint = r->joint;
    uint32_t octet = first + event->path / PLIM_OCTET, lane = event->path % PLIM_OCTET;
    const uint8_t *wanted = joint->paths->wanted + (size_t)octet * joint->n_scenarios;
    for (uint32_t s = 0; s < joint->n_scenarios; s++) {
        if (year[s] == 0 || (wanted[s] >> lane & 1) == 0)
            continue;
        plim_loan_fate fate = {.scenario = s, .year = year[s] - 1U};
        partner_sum *to = &r->sum[(size_t)event->borrower * joint->n_scenarios + s];
        to->n_defaults++;
        to->loss += plim_loss_of_event(r->simulation->plan->book, w, r->severity, event, fate);
    }
}

static plim_status replay_block(void *job, uint64_t task, int worker, plim_error *err)
{
    const replay *r = job;
    const plim_joint_paths *paths = r->joint->paths;
    plim_workspace *w = r->workspace[worker];
    uint32_t first = (uint32_t)task * BLOCK_OCTETS, left = paths->n_octets - first;
    plim_workspace_load(w, paths->octet + first, left < BLOCK_OCTETS ? left : BLOCK_OCTETS);
    plim_workspace_want(w, paths->any + first);
    for (uint32_t c = 0; c < r->screen.n_chunks; c++) {
        const plim_events *events;
        PLIM_TRY(plim_workspace_chunk(w, c, &events, err));
        if (events->count == 0)
            continue;
        plim_lock_take(&r->lock[c]);
        for (size_t e = 0; e < events->count; e++)
            add_event(r, w, &events->event[e], events->year + e * r->joint->n_scenarios, first);
        plim_lock_give(&r->lock[c]);
    }
    return PLIM_OK;
}

static plim_status prepare(replay *r, plim_error *err)
{
    const plim_simulation *simulation = r->simulation;
    const plim_plan *plan = simulation->plan;
    const plim_joint_paths *paths = r->joint->paths;
    plim_screen_config screen = {.plan = plan,
                                 .most_borrowers = simulation->slab,
                                 .threads = simulation->threads,
                                 .seed = simulation->seed,
                                 .n_paths = paths->n_octets * PLIM_OCTET,
                                 .octet = paths->octet};
    PLIM_TRY(plim_severity_create(&r->severity, plan, err));
    PLIM_TRY(plim_screen_make(&r->screen, &screen, err));
    r->lock = plim_alloc(r->screen.n_chunks, sizeof *r->lock);
    r->sum = plim_alloc((size_t)plan->n_borrowers * plan->n_scenarios, sizeof *r->sum);
    r->workspace = plim_alloc((size_t)simulation->threads, sizeof(plim_workspace *));
    if (r->lock == NULL || r->sum == NULL || r->workspace == NULL)
        return plim_fail_memory(err, "defaults on paths of joint breaches");
    plim_workspace_config config = {.screen = &r->screen,
                                    .seed = simulation->seed,
                                    .isa = simulation->isa,
                                    .n_octets = BLOCK_OCTETS};
    for (int w = 0; w < simulation->threads; w++)
        PLIM_TRY(plim_workspace_create(&r->workspace[w], &config, err));
    return PLIM_OK;
}

/* ---- who is listed ---- */

static bool stands_before(const plim_partner *a, const plim_partner *b)
{
    if (a->n_defaults != b->n_defaults)
        return a->n_defaults > b->n_defaults;
    if (a->loss != b->loss)
        return a->loss > b->loss;
    return strcmp(a->id, b->id) < 0;
}

/* Takes over the id of `one`, or frees it where the list is full of greater ones. */
static void insert(plim_joint *joint, uint32_t s, plim_partner one)
{
    plim_partner *list = joint->partner + (size_t)s * PLIM_JOINT_LISTED;
    uint32_t n = joint->n_partners[s], at = n;
    if (n == PLIM_JOINT_LISTED) {
        if (!stands_before(&one, &list[n - 1])) {
            plim_free(one.id);
            return;
        }
        plim_free(list[n - 1].id);
        at = n - 1;
    } else {
        joint->n_partners[s]++;
    }
    for (; at > 0 && stands_before(&one, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = one;
}

static const char *id_of(const plim_column *ids, uint32_t row, char number[32])
{
    if (ids->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(ids, row);
    snprintf(number, 32, "%" PRId64, ids->integer[row]);
    return number;
}

static plim_status list_partners(const replay *r, plim_error *err)
{
    const plim_plan *plan = r->simulation->plan;
    const plim_book *book = plan->book;
    const plim_column *ids = plim_frame_find(&book->borrowers, "id");
    char number[32];
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        for (uint32_t s = 0; s < plan->n_scenarios; s++) {
            const partner_sum *sum = &r->sum[(size_t)b * plan->n_scenarios + s];
            if (sum->n_defaults == 0)
                continue;
            plim_partner one = {.n_defaults = sum->n_defaults, .loss = sum->loss};
            for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
                one.exposure_fen += book->exposure_fen[l];
            one.id = plim_strdup(id_of(ids, b, number));
            if (one.id == NULL)
                return plim_fail_memory(err, "borrowers of joint breaches");
            insert(r->joint, s, one);
        }
    return PLIM_OK;
}

plim_status plim_joint_slab(plim_joint *joint, const plim_simulation *simulation, plim_error *err)
{
    replay r = {.joint = joint, .simulation = simulation};
    if (joint->paths == NULL || joint->paths->n_octets == 0)
        return PLIM_OK;
    plim_status status = prepare(&r, err);
    plim_team team = {.threads = simulation->threads};
    uint64_t tasks = ((uint64_t)joint->paths->n_octets + BLOCK_OCTETS - 1) / BLOCK_OCTETS;
    if (status == PLIM_OK)
        status = plim_team_run(&team, replay_block, &r, tasks, err);
    if (status == PLIM_OK)
        status = list_partners(&r, err);
    for (int w = 0; r.workspace != NULL && w < simulation->threads; w++)
        plim_workspace_destroy(r.workspace[w]);
    plim_free(r.workspace);
    plim_screen_free(&r.screen);
    plim_severity_destroy(r.severity);
    plim_free(r.lock);
    plim_free(r.sum);
    return status;
}

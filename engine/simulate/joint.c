#include "simulate/joint.h"

#include "base/memory.h"
#include "simulate/loss.h"
#include "simulate/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
typedef struct slab {
    plim_joint *joint;
    plim_replay replay;
    partner_sum *sum; /* [borrower * n_scenarios + s] */
} slab;

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

static void add_event(void *user, const plim_workspace *w, const plim_event *event,
                      const uint8_t *year, uint32_t octet)
{
    const slab *sl = user;
    const plim_joint *joint = sl->joint;
    const plim_book *book = sl->replay.simulation->plan->book;
    const uint8_t *wanted = joint->paths->wanted + (size_t)octet * joint->n_scenarios;
    for (uint32_t s = 0; s < joint->n_scenarios; s++) {
        if (year[s] == 0 || (wanted[s] >> event->path % PLIM_OCTET & 1) == 0)
            continue;
        plim_loan_fate fate = {.scenario = s, .year = year[s] - 1U};
        partner_sum *to = &sl->sum[(size_t)event->borrower * joint->n_scenarios + s];
        to->n_defaults++;
        to->loss += plim_loss_of_event(book, w, sl->replay.severity, event, fate);
    }
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

static plim_status list_partners(const slab *sl, plim_error *err)
{
    const plim_plan *plan = sl->replay.simulation->plan;
    const plim_book *book = plan->book;
    const plim_column *ids = plim_frame_find(&book->borrowers, "id");
    char number[32];
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        for (uint32_t s = 0; s < plan->n_scenarios; s++) {
            const partner_sum *sum = &sl->sum[(size_t)b * plan->n_scenarios + s];
            if (sum->n_defaults == 0)
                continue;
            plim_partner one = {.n_defaults = sum->n_defaults, .loss = sum->loss};
            for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
                one.exposure_fen += book->exposure_fen[l];
            one.id = plim_strdup(id_of(ids, b, number));
            if (one.id == NULL)
                return plim_fail_memory(err, "borrowers of joint breaches");
            insert(sl->joint, s, one);
        }
    return PLIM_OK;
}

static plim_status replay_slab(slab *sl, const plim_simulation *simulation, plim_error *err)
{
    const plim_joint_paths *paths = sl->joint->paths;
    const plim_plan *plan = simulation->plan;
    sl->sum = plim_alloc((size_t)plan->n_borrowers * plan->n_scenarios, sizeof *sl->sum);
    if (sl->sum == NULL)
        return plim_fail_memory(err, "defaults on paths of joint breaches");
    PLIM_TRY(plim_replay_open(&sl->replay, simulation,
                              &(plim_replay_paths){paths->octet, paths->any, paths->n_octets},
                              err));
    PLIM_TRY(plim_replay_run(&sl->replay, &(plim_replay_to){add_event, sl}, err));
    return list_partners(sl, err);
}

plim_status plim_joint_slab(plim_joint *joint, const plim_simulation *simulation, plim_error *err)
{
    slab sl = {.joint = joint};
    if (joint->paths == NULL || joint->paths->n_octets == 0)
        return PLIM_OK;
    plim_status status = replay_slab(&sl, simulation, err);
    plim_replay_close(&sl.replay);
    plim_free(sl.sum);
    return status;
}

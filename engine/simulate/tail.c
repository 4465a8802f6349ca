#include "simulate/tail.h"

#include "base/memory.h"
#include "base/sort.h"
#include "simulate/changes.h"
#include "simulate/loss.h"
#include "simulate/replay.h"

#include <string.h>

enum { UNIT_BITS = 50 };

static const uint32_t permille[PLIM_TAIL_LEVELS] = {990, 999};

/* Which paths are replayed, and what is kept by path until all borrowers have been through. */
typedef struct plim_tail_paths {
    const plim_tallies *tallies;
    int64_t *loss;       /* of all banks: [s * n_paths + path] */
    uint32_t *octet;     /* that hold a tail path */
    uint8_t *wanted;     /* their tail paths, a bit each */
    uint32_t *first_row; /* [octet]: number of its first tail path */
    uint32_t n_octets, n_rows;
    int64_t *key;    /* [(row * (n_sectors + n_regions) + k) * n_scenarios + s] */
    int64_t *change; /* on every path: [s * (n_sectors + n_regions) + k] */
} plim_tail_paths;

/* A slab under way: what workers share. */
typedef struct slab {
    plim_tail *tail;
    const plim_tail_paths *paths;
    const plim_plan *plan;
    plim_replay replay;
    uint32_t *sector, *region; /* of each borrower: its keys in the tallies */
} slab;

uint32_t plim_tail_rank(uint32_t n, uint32_t level)
{
    return (uint32_t)(((uint64_t)n * level + 999) / 1000);
}

/* ---- which paths ---- */

static plim_status find_quantiles(plim_tail *tail, plim_error *err)
{
    const plim_tail_paths *r = tail->paths;
    uint32_t n = r->tallies->n_paths;
    int64_t *sorted = plim_alloc(2 * (size_t)n, sizeof *sorted); /* and room to sort in */
    if (sorted == NULL)
        return plim_fail_memory(err, "sorted path losses");
    for (uint32_t s = 0; s < tail->n_scenarios; s++) {
        int64_t *loss = r->loss + (size_t)s * n;
        plim_tallies_losses(r->tallies, s, loss);
        memcpy(sorted, loss, n * sizeof *sorted);
        plim_sort_fen(sorted, sorted + n, n);
        for (int k = 0; k < PLIM_TAIL_LEVELS; k++) {
            int64_t q = sorted[plim_tail_rank(n, permille[k]) - 1];
            tail->quantile[k][s] = q;
            for (uint32_t p = 0; p < n; p++) {
                tail->n_above[k][s] += loss[p] > q;
                tail->n_at[k][s] += loss[p] == q;
            }
        }
    }
    plim_free(sorted);
    return PLIM_OK;
}

static bool in_tail(const plim_tail *tail, uint32_t path)
{
    const plim_tail_paths *r = tail->paths;
    for (uint32_t s = 0; s < tail->n_scenarios; s++)
        if (r->loss[(size_t)s * r->tallies->n_paths + path] >= tail->quantile[PLIM_TAIL_99][s])
            return true;
    return false;
}

static void list_octets(plim_tail *tail)
{
    plim_tail_paths *r = tail->paths;
    uint32_t n = r->tallies->n_paths;
    for (uint32_t first = 0; first < n; first += PLIM_OCTET) {
        uint8_t wanted = 0;
        uint32_t rows = 0;
        for (uint32_t lane = 0; lane < PLIM_OCTET && first + lane < n; lane++)
            if (in_tail(tail, first + lane)) {
                wanted |= (uint8_t)(1U << lane);
                rows++;
            }
        if (wanted == 0)
            continue;
        r->octet[r->n_octets] = first / PLIM_OCTET;
        r->wanted[r->n_octets] = wanted;
        r->first_row[r->n_octets++] = r->n_rows;
        r->n_rows += rows;
    }
}

/* ---- what is added up ---- */

static plim_int128 scaled(const plim_tail *tail, int64_t fen)
{
    return fen / (INT64_C(1) << tail->shift);
}

/* One part's loss x on a path with loss L. */
static void add(const plim_tail *tail, plim_tail_sum *sum, uint32_t s, int64_t x, int64_t path_loss)
{
    for (int k = 0; k < PLIM_TAIL_LEVELS && path_loss >= tail->quantile[k][s]; k++) {
        *(path_loss > tail->quantile[k][s] ? &sum[k].above : &sum[k].at) += x;
        sum[k].square += scaled(tail, x) * scaled(tail, x);
        sum[k].cross += scaled(tail, x) * scaled(tail, path_loss);
    }
}

static uint32_t row_of(const plim_tail_paths *r, uint32_t i, uint32_t lane)
{
    uint32_t below = r->wanted[i] & ((1U << lane) - 1U);
    return r->first_row[i] + (uint32_t)__builtin_popcount(below);
}

/* An event on a path of the i-th octet. */
static void add_event(void *user, const plim_workspace *w, const plim_event *event,
                      const uint8_t *year, uint32_t i)
{
    const slab *r = user;
    const plim_plan *plan = r->plan;
    const plim_tail *tail = r->tail;
    const plim_tail_paths *paths = r->paths;
    uint32_t lane = event->path % PLIM_OCTET, path = paths->octet[i] * PLIM_OCTET + lane;
    uint32_t keys = tail->n_sectors + tail->n_regions;
    int64_t *key = paths->key + (size_t)row_of(paths, i, lane) * keys * tail->n_scenarios;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        int64_t whole = paths->loss[(size_t)s * paths->tallies->n_paths + path];
        if (year[s] == 0 || whole < tail->quantile[PLIM_TAIL_99][s])
            continue;
        plim_loan_fate fate = {.scenario = s, .year = year[s] - 1U};
        int64_t x = plim_loss_of_event(plan->book, w, r->replay.severity, event, fate);
        size_t at = ((size_t)event->borrower * plan->n_scenarios + s) * PLIM_TAIL_LEVELS;
        add(tail, tail->borrower + at, s, x, whole);
        size_t sector = r->sector[event->borrower], region = r->region[event->borrower];
        key[sector * tail->n_scenarios + s] += x;
        key[(tail->n_sectors + region) * tail->n_scenarios + s] += x;
    }
}

/* Changes of one borrower's loans in default on the paths of a block: [path * n_scenarios + s]. */
typedef struct block_changes {
    const slab *r;
    uint32_t first;    /* octet of the block, in the list of tail octets */
    uint32_t borrower; /* whose changes are in `fen` */
    int64_t *fen;
    uint32_t n_paths;
} block_changes;

/* Adds what was collected for a borrower, and empties it. An event of the same borrower on the same
   path was added apart: their sums are exact, only the product of the two is missing in the square
   that the error is made of. */
static void flush_changes(block_changes *b)
{
    const slab *r = b->r;
    const plim_tail *tail = r->tail;
    uint32_t n = tail->n_scenarios, keys = tail->n_sectors + tail->n_regions;
    for (uint32_t p = 0; p < b->n_paths; p++)
        for (uint32_t s = 0; s < n; s++) {
            int64_t x = b->fen[(size_t)p * n + s];
            uint32_t i = b->first + p / PLIM_OCTET, lane = p % PLIM_OCTET;
            uint32_t path = r->paths->octet[i] * PLIM_OCTET + lane;
            if (x == 0)
                continue;
            b->fen[(size_t)p * n + s] = 0;
            int64_t whole = r->paths->loss[(size_t)s * r->paths->tallies->n_paths + path];
            if (whole < tail->quantile[PLIM_TAIL_99][s])
                continue;
            size_t at = ((size_t)b->borrower * n + s) * PLIM_TAIL_LEVELS;
            int64_t *key = r->paths->key + (size_t)row_of(r->paths, i, lane) * keys * n;
            add(tail, tail->borrower + at, s, x, whole);
            key[(size_t)r->sector[b->borrower] * n + s] += x;
            key[(size_t)(tail->n_sectors + r->region[b->borrower]) * n + s] += x;
        }
}

static void collect_change(void *user, const plim_change *change)
{
    block_changes *b = user;
    uint32_t borrower = b->r->plan->book->loan_borrower[change->loan];
    if (borrower != b->borrower)
        flush_changes(b);
    b->borrower = borrower;
    b->fen[(size_t)change->path * b->r->tail->n_scenarios + change->scenario] += change->fen;
}

/* One block after the other: all add to the same borrowers, and they are few. */
static plim_status replay_changes(const slab *r, plim_error *err)
{
    plim_workspace *w = r->replay.workspace[0];
    if (plim_plan_losses_are_fixed(r->plan))
        return PLIM_OK;
    block_changes b = {.r = r};
    b.fen =
        plim_alloc((size_t)PLIM_REPLAY_OCTETS * PLIM_OCTET * r->tail->n_scenarios, sizeof *b.fen);
    plim_status status = b.fen == NULL ? plim_fail_memory(err, "tail losses") : PLIM_OK;
    for (; b.first < r->paths->n_octets && status == PLIM_OK; b.first += PLIM_REPLAY_OCTETS) {
        b.n_paths = plim_replay_load(&r->replay, w, b.first) * PLIM_OCTET;
        status = plim_changes_find(w, &(plim_changes_to){collect_change, &b}, err);
        flush_changes(&b);
    }
    plim_free(b.fen);
    return status;
}

/* ---- loans in default: the same on every path ---- */

/* A part that loses `c` more on every tail path. */
static void shift_sum(const plim_tail *tail, plim_tail_sum *sum, const plim_tail_sum *whole,
                      uint32_t s, int64_t c)
{
    for (int k = 0; k < PLIM_TAIL_LEVELS; k++) {
        plim_int128 n = tail->n_above[k][s] + tail->n_at[k][s];
        plim_int128 before = (sum[k].above + sum[k].at) >> tail->shift;
        plim_int128 losses = (whole[k].above + whole[k].at) >> tail->shift;
        sum[k].square += 2 * scaled(tail, c) * before + n * scaled(tail, c) * scaled(tail, c);
        sum[k].cross += scaled(tail, c) * losses;
        sum[k].above += (plim_int128)c * tail->n_above[k][s];
        sum[k].at += (plim_int128)c * tail->n_at[k][s];
    }
}

static plim_tail_sum *cell_of(const plim_tail *tail, plim_tail_sum *parts, uint32_t part,
                              uint32_t s)
{
    return parts + ((size_t)part * tail->n_scenarios + s) * PLIM_TAIL_LEVELS;
}

static void add_changes(const slab *r, uint32_t s)
{
    plim_tail *tail = r->tail;
    size_t keys = (size_t)tail->n_sectors + tail->n_regions;
    int64_t *key = r->paths->change + s * keys;
    const plim_tail_sum *whole = cell_of(tail, tail->whole, 0, s);
    for (uint32_t b = 0; b < tail->n_borrowers; b++) {
        int64_t c = plim_loss_of_changes(r->plan, b, s);
        if (c == 0)
            continue;
        shift_sum(tail, cell_of(tail, tail->borrower, b, s), whole, s, c);
        key[r->sector[b]] += c;
        key[tail->n_sectors + r->region[b]] += c;
    }
}

/* ---- from paths to sums ---- */

/* The sums over paths of what was kept by path: banks and keys. */
static void add_path(const plim_tail *tail, uint32_t s, uint32_t path, uint32_t row)
{
    const plim_tail_paths *r = tail->paths;
    size_t n = r->tallies->n_paths;
    int64_t whole = r->loss[s * n + path];
    if (whole < tail->quantile[PLIM_TAIL_99][s])
        return;
    for (uint32_t b = 0; b < tail->n_banks; b++)
        add(tail, cell_of(tail, tail->bank, b, s), s,
            r->tallies->loss[((size_t)s * tail->n_banks + b) * n + path], whole);
    uint32_t keys = tail->n_sectors + tail->n_regions;
    const int64_t *change = r->change + (size_t)s * keys;
    for (uint32_t k = 0; k < keys; k++) {
        plim_tail_sum *sum = k < tail->n_sectors
                                 ? cell_of(tail, tail->sector, k, s)
                                 : cell_of(tail, tail->region, k - tail->n_sectors, s);
        int64_t x = r->key[((size_t)row * keys + k) * tail->n_scenarios + s] + change[k];
        add(tail, sum, s, x, whole);
    }
}

void plim_tail_end(plim_tail *tail)
{
    const plim_tail_paths *r = tail->paths;
    for (uint32_t s = 0; s < tail->n_scenarios; s++)
        for (uint32_t i = 0; i < r->n_octets; i++)
            for (uint32_t lane = 0; lane < PLIM_OCTET; lane++)
                if ((r->wanted[i] >> lane & 1) != 0)
                    add_path(tail, s, r->octet[i] * PLIM_OCTET + lane, row_of(r, i, lane));
}

/* ---- making it ---- */

/* So that the largest loss of a path has UNIT_BITS bits. */
static uint32_t shift_of(const plim_tail *tail)
{
    const plim_tail_paths *r = tail->paths;
    int64_t most = 0;
    uint32_t shift = 0;
    for (size_t i = 0; i < (size_t)tail->n_scenarios * r->tallies->n_paths; i++) {
        int64_t size = r->loss[i] < 0 ? -r->loss[i] : r->loss[i];
        most = size > most ? size : most;
    }
    while (most >> shift >= INT64_C(1) << UNIT_BITS)
        shift++;
    return shift;
}

static plim_status allocate_tail(plim_tail *tail, plim_error *err)
{
    size_t cells = (size_t)tail->n_scenarios * PLIM_TAIL_LEVELS;
    tail->whole = plim_alloc(cells, sizeof *tail->whole);
    tail->sector = plim_alloc(cells * tail->n_sectors, sizeof *tail->sector);
    tail->region = plim_alloc(cells * tail->n_regions, sizeof *tail->region);
    tail->bank = plim_alloc(cells * tail->n_banks, sizeof *tail->bank);
    if (tail->whole == NULL || tail->sector == NULL || tail->region == NULL || tail->bank == NULL)
        return plim_fail_memory(err, "tail losses");
    return PLIM_OK;
}

static plim_status allocate_paths(plim_tail_paths *r, uint32_t n_scenarios, plim_error *err)
{
    size_t paths = r->tallies->n_paths, octets = paths / PLIM_OCTET + 1;
    r->loss = plim_alloc(paths * n_scenarios, sizeof *r->loss);
    r->octet = plim_alloc(octets, sizeof *r->octet);
    r->wanted = plim_alloc(octets, 1);
    r->first_row = plim_alloc(octets, sizeof *r->first_row);
    return r->loss != NULL && r->octet != NULL && r->wanted != NULL && r->first_row != NULL
               ? PLIM_OK
               : plim_fail_memory(err, "tail paths");
}

static plim_status begin(plim_tail *tail, const plim_tallies *tallies, plim_error *err)
{
    plim_tail_paths *r = tail->paths = plim_alloc(1, sizeof *r);
    if (r == NULL)
        return plim_fail_memory(err, "tail paths");
    r->tallies = tallies;
    PLIM_TRY(allocate_tail(tail, err));
    PLIM_TRY(allocate_paths(r, tail->n_scenarios, err));
    PLIM_TRY(find_quantiles(tail, err));
    list_octets(tail);
    tail->shift = shift_of(tail);
    for (uint32_t s = 0; s < tail->n_scenarios; s++)
        for (uint32_t p = 0; p < tallies->n_paths; p++) {
            int64_t whole = r->loss[(size_t)s * tallies->n_paths + p];
            add(tail, cell_of(tail, tail->whole, 0, s), s, whole, whole);
        }
    size_t keys = (size_t)tail->n_sectors + tail->n_regions;
    r->key = plim_alloc((size_t)r->n_rows * keys * tail->n_scenarios, sizeof *r->key);
    r->change = plim_alloc(keys * tail->n_scenarios, sizeof *r->change);
    return r->key != NULL && r->change != NULL ? PLIM_OK : plim_fail_memory(err, "tail losses");
}

plim_status plim_tail_begin(plim_tail *out, const plim_tallies *tallies, plim_error *err)
{
    *out = (plim_tail){.n_scenarios = tallies->n_scenarios,
                       .n_sectors = (uint32_t)tallies->sectors.names.count,
                       .n_regions = (uint32_t)tallies->regions.names.count,
                       .n_banks = tallies->n_banks};
    plim_status status = begin(out, tallies, err);
    if (status != PLIM_OK)
        plim_tail_free(out);
    return status;
}

/* ---- a slab ---- */

static plim_status prepare(slab *r, plim_error *err)
{
    plim_tail *tail = r->tail;
    uint32_t n = r->plan->n_borrowers;
    size_t cells = (size_t)n * tail->n_scenarios * PLIM_TAIL_LEVELS;
    plim_free(tail->borrower);
    tail->n_borrowers = n;
    tail->borrower = plim_alloc(cells, sizeof *tail->borrower);
    r->sector = plim_alloc(n, sizeof *r->sector);
    r->region = plim_alloc(n, sizeof *r->region);
    if (tail->borrower == NULL || r->sector == NULL || r->region == NULL)
        return plim_fail_memory(err, "tail losses");
    PLIM_TRY(plim_keys_of(r->plan, "sector", &r->paths->tallies->sectors.names, r->sector, err));
    return plim_keys_of(r->plan, "region", &r->paths->tallies->regions.names, r->region, err);
}

static plim_status replay_slab(slab *r, const plim_simulation *simulation, plim_error *err)
{
    const plim_tail_paths *paths = r->paths;
    PLIM_TRY(prepare(r, err));
    PLIM_TRY(plim_replay_open(&r->replay, simulation,
                              &(plim_replay_paths){paths->octet, paths->wanted, paths->n_octets},
                              err));
    PLIM_TRY(plim_replay_run(&r->replay, &(plim_replay_to){add_event, r}, err));
    PLIM_TRY(replay_changes(r, err));
    for (uint32_t s = 0; s < r->tail->n_scenarios; s++)
        add_changes(r, s);
    return PLIM_OK;
}

plim_status plim_tail_slab(plim_tail *tail, const plim_simulation *simulation, plim_error *err)
{
    slab r = {.tail = tail, .paths = tail->paths, .plan = simulation->plan};
    plim_status status = replay_slab(&r, simulation, err);
    plim_replay_close(&r.replay);
    plim_free(r.sector);
    plim_free(r.region);
    return status;
}

/* ---- a whole book ---- */

plim_status plim_tail_make(plim_tail *out, const plim_simulation *simulation,
                           const plim_tallies *tallies, plim_error *err)
{
    PLIM_TRY(plim_tail_begin(out, tallies, err));
    plim_status status = plim_tail_slab(out, simulation, err);
    if (status == PLIM_OK)
        plim_tail_end(out);
    else
        plim_tail_free(out);
    return status;
}

uint64_t plim_tail_bytes(const plim_plan *plan, uint32_t n_paths)
{
    uint64_t s = plan->n_scenarios;
    return plan->n_borrowers * s * PLIM_TAIL_LEVELS * sizeof(plim_tail_sum) +
           n_paths * (s + 1) * sizeof(int64_t);
}

static void free_paths(plim_tail_paths *r)
{
    if (r == NULL)
        return;
    plim_free(r->loss);
    plim_free(r->octet);
    plim_free(r->wanted);
    plim_free(r->first_row);
    plim_free(r->key);
    plim_free(r->change);
    plim_free(r);
}

void plim_tail_free(plim_tail *tail)
{
    plim_free(tail->whole);
    plim_free(tail->borrower);
    plim_free(tail->sector);
    plim_free(tail->region);
    plim_free(tail->bank);
    free_paths(tail->paths);
    *tail = (plim_tail){0};
}

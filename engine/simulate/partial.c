#include "simulate/partial.h"

#include "base/memory.h"
#include "plan/sheets.h"

#include <string.h>

static plim_status allocate(plim_partial *out, plim_error *err)
{
    const plim_stakes *stakes = out->stakes;
    const plim_plan *plan = stakes->screen->plan;
    size_t s = plan->n_scenarios, places = stakes->screen->most_positions;
    PLIM_TRY(plim_key_sums_create(&out->sectors, stakes->tallies->sectors.names.count, s, err));
    PLIM_TRY(plim_key_sums_create(&out->regions, stakes->tallies->regions.names.count, s, err));
    out->defaults = plim_alloc(places * s * plan->n_years, sizeof *out->defaults);
    if (out->defaults == NULL)
        return plim_fail_memory(err, "a worker's tallies");
    if (!plim_plan_losses_are_fixed(plan)) {
        out->losses = plim_alloc(places * s, sizeof *out->losses);
        if (out->losses == NULL)
            return plim_fail_memory(err, "a worker's tallies");
    }
    return plan->classes == NULL ? PLIM_OK
                                 : plim_class_moves_create(&out->classes, plan, stakes->seed, err);
}

plim_status plim_partial_create(plim_partial *out, const plim_stakes *stakes, plim_round *round,
                                plim_error *err)
{
    *out = (plim_partial){.stakes = stakes,
                          .round = round,
                          .class_paths = plim_class_paths(stakes->screen->plan, UINT32_MAX)};
    plim_status status = allocate(out, err);
    if (status != PLIM_OK)
        plim_partial_free(out);
    return status;
}

void plim_partial_free(plim_partial *partial)
{
    plim_key_sums_free(&partial->sectors);
    plim_key_sums_free(&partial->regions);
    plim_class_moves_free(&partial->classes);
    plim_free(partial->defaults);
    plim_free(partial->losses);
    *partial = (plim_partial){0};
}

/* ---- events ---- */

/* Where the sums of one event go. */
typedef struct place {
    plim_bank_cell *bank;      /* of the path */
    plim_year_cell *year;      /* of the path */
    plim_sheet_cell *sheet;    /* of the path, or NULL */
    const plim_sheets *sheets; /* or NULL */
    plim_key_sums *sectors, *regions;
    size_t batch;
    plim_class_moves *classes; /* or NULL */
    plim_class_event fate;     /* what the scenarios share of it */
    const uint16_t *day;       /* by scenario, or NULL */
    uint16_t *defaults;        /* of the borrower */
    plim_moments *losses;      /* of the borrower, or NULL */
    uint32_t n_scenarios, n_years;
} place;

static place place_of(plim_partial *partial, const plim_event *event, uint32_t octet)
{
    const plim_plan *plan = partial->stakes->screen->plan;
    size_t s = plan->n_scenarios, cells = s * plan->n_years;
    size_t p = octet * PLIM_OCTET + event->path % PLIM_OCTET - partial->round->first_path;
    return (place){.bank = partial->round->bank + p * plan->n_banks * s,
                   .year = partial->round->year + p * cells,
                   .sheet = partial->round->sheet == NULL
                                ? NULL
                                : partial->round->sheet + p * plan->n_sheets * cells,
                   .sheets = plan->sheets,
                   .sectors = &partial->sectors,
                   .regions = &partial->regions,
                   .batch = octet % PLIM_BATCHES,
                   .defaults = partial->defaults + event->place * cells,
                   .losses = partial->losses == NULL ? NULL : partial->losses + event->place * s,
                   .n_scenarios = plan->n_scenarios,
                   .n_years = plan->n_years};
}

static inline void add_to_key(plim_key_sums *sums, size_t batch, uint32_t key, uint32_t s,
                              int64_t loss)
{
    plim_key_sums_expect(sums, loss);
    plim_key_sums_at(sums, batch, key)[s] += loss;
}

/* What a borrower loses in scenario s and year t (from 0), all loans together. */
static inline void add_borrower(const place *at, const plim_stake *all, uint32_t s, uint32_t t)
{
    size_t cell = (size_t)s * at->n_years + t;
    at->year[cell].loss += all->loss;
    at->year[cell].exposure += all->exposure;
    at->year[cell].defaults++;
    add_to_key(at->sectors, at->batch, all->sector, s, all->loss);
    add_to_key(at->regions, at->batch, all->region, s, all->loss);
    at->defaults[cell]++;
    if (at->losses != NULL)
        plim_moments_add(&at->losses[s], all->loss);
}

/* What the loan's default in year t (from 0) does to its bank's balance sheets. */
static void add_to_sheets(const place *at, const plim_stake *loan, uint32_t s, uint32_t t)
{
    const plim_sheets *sheets = at->sheets;
    for (uint32_t m = 0; m < sheets->policy.n; m++) {
        size_t c = (size_t)m * sheets->n_slots + sheets->slot[loan->bank];
        plim_sheet_cell *cell = at->sheet + (c * at->n_scenarios + s) * at->n_years;
        double volume = plim_sheet_volume(sheets, m, &(plim_sheet_at){loan->loan, s, t});
        cell[t].loss += volume < 1 ? plim_fen_times(volume, loan->loss) : loan->loss;
        cell[t].exposure += volume < 1 ? plim_fen_times(volume, loan->exposure) : loan->exposure;
        const int64_t *allowance = plim_sheet_allowance(sheets, m, loan->loan, s);
        for (uint32_t later = t; later < at->n_years; later++)
            cell[later].released += allowance[later + 1];
    }
}

static void add_to_classes(const place *at, const plim_stake *loan, uint32_t s, uint32_t t)
{
    plim_class_event event = at->fate;
    event.scenario = s;
    event.year = t;
    event.day = (int32_t)t * PLIM_YEAR_DAYS + at->day[s];
    plim_class_moves_add(at->classes, &event, loan->loan, loan->loss, loan->exposure);
}

static inline void add_loan(const place *at, const plim_stake *loan, uint32_t s, uint32_t t)
{
    plim_bank_cell *bank = &at->bank[(size_t)loan->bank * at->n_scenarios + s];
    bank->loss += loan->loss;
    bank->exposure += loan->exposure;
    if (at->classes != NULL)
        add_to_classes(at, loan, s, t);
    if (at->sheet != NULL && at->sheets->slot[loan->bank] != PLIM_NO_SLOT)
        add_to_sheets(at, loan, s, t);
}

/* Where the sums of simple stakes go that add neither to classes nor to balance sheets nor to
   moments: for all events of a chunk and block. */
typedef struct plain {
    plim_partial *partial;
    plim_bank_cell *bank;
    plim_year_cell *year;
    size_t first_path, n_banks, n_scenarios, n_years;
} plain;

static plain plain_of(plim_partial *partial)
{
    const plim_plan *plan = partial->stakes->screen->plan;
    return (plain){.partial = partial,
                   .bank = partial->round->bank,
                   .year = partial->round->year,
                   .first_path = partial->round->first_path,
                   .n_banks = plan->n_banks,
                   .n_scenarios = plan->n_scenarios,
                   .n_years = plan->n_years};
}

/* All scenarios alike, whether or not the borrower defaults, so that no branch is guessed wrong;
   without a default nothing is added. */
static void add_plain(const plain *to, const plim_event *event, uint32_t path,
                      const plim_stake *stake, const uint8_t *year)
{
    plim_key_sums *sectors = &to->partial->sectors, *regions = &to->partial->regions;
    size_t p = path - to->first_path, n = to->n_scenarios, batch = path / PLIM_OCTET % PLIM_BATCHES;
    plim_key_sums_expect(sectors, stake->loss);
    plim_key_sums_expect(regions, stake->loss);
    int64_t *sector = plim_key_sums_at(sectors, batch, stake->sector);
    int64_t *region = plim_key_sums_at(regions, batch, stake->region);
    plim_bank_cell *bank = to->bank + (p * to->n_banks + stake->bank) * n;
    plim_year_cell *cell = to->year + p * n * to->n_years;
    uint16_t *defaults = to->partial->defaults + event->place * n * to->n_years;
    for (size_t s = 0; s < n; s++) {
        uint32_t one = year[s] != 0, t = year[s] - one;
        int64_t loss = stake->loss & -(int64_t)one, exposure = stake->exposure & -(int64_t)one;
        bank[s].loss += loss;
        bank[s].exposure += exposure;
        sector[s] += loss;
        region[s] += loss;
        cell[t].loss += loss;
        cell[t].exposure += exposure;
        cell[t].defaults += one;
        defaults[t] = (uint16_t)(defaults[t] + one);
        cell += to->n_years;
        defaults += to->n_years;
    }
}

static void add_simple(const place *at, const plim_stake *stake, const uint8_t *year)
{
    for (uint32_t s = 0; s < at->n_scenarios; s++) {
        if (year[s] == 0)
            continue;
        add_loan(at, stake, s, year[s] - 1U);
        add_borrower(at, stake, s, year[s] - 1U);
    }
}

/* The loans that a stake lists. */
static void add_listed(const place *at, const plim_stakes *stakes, const plim_stake *stake,
                       const uint8_t *year)
{
    const plim_loan_stake *first = stakes->loan + stake->first_loan;
    const int64_t *amounts = stakes->amount + (size_t)stake->first_loan * stakes->n_amounts;
    for (uint32_t s = 0; s < at->n_scenarios; s++) {
        if (year[s] == 0)
            continue;
        uint32_t t = year[s] - 1U;
        size_t cell = (size_t)s * at->n_years + t;
        const int64_t *loss = amounts + stakes->loss_at[cell];
        const int64_t *exposure = amounts + stakes->exposure_at[cell];
        plim_stake all = {.sector = stake->sector, .region = stake->region};
        for (uint32_t i = 0; i < stake->n_loans; i++) {
            plim_stake loan = {.loss = loss[(size_t)i * stakes->n_amounts],
                               .exposure = exposure[(size_t)i * stakes->n_amounts],
                               .loan = first[i].loan,
                               .bank = first[i].bank};
            all.loss += loan.loss;
            all.exposure += loan.exposure;
            add_loan(at, &loan, s, t);
        }
        add_borrower(at, &all, s, t);
    }
}

/* Any loans, asked for what they cost. */
static void add_loans(const place *at, const plim_stakes *stakes, const plim_workspace *workspace,
                      const plim_event *event, const uint8_t *year)
{
    const plim_plan *plan = stakes->screen->plan;
    const plim_book *book = plan->book;
    uint32_t borrower = event->borrower;
    for (uint32_t s = 0; s < at->n_scenarios; s++) {
        if (year[s] == 0)
            continue;
        plim_stake all = {.sector = stakes->tallies->sectors.of_borrower[borrower],
                          .region = stakes->tallies->regions.of_borrower[borrower]};
        for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++) {
            if (book->loan_defaulted[l])
                continue;
            plim_loan_fate fate = {l, s, year[s] - 1U};
            plim_stake loan = {.loss =
                                   plim_workspace_loss(workspace, stakes->severity, event, &fate),
                               .exposure = plim_workspace_exposure(workspace, event, &fate),
                               .loan = l,
                               .bank = book->loan_bank[l]};
            all.loss += loan.loss;
            all.exposure += loan.exposure;
            add_loan(at, &loan, s, year[s] - 1U);
        }
        add_borrower(at, &all, s, year[s] - 1U);
    }
}

static void add_losses(plim_partial *partial, const plim_chunk *chunk)
{
    const plim_screen *screen = partial->stakes->screen;
    size_t n = screen->plan->n_scenarios;
    for (uint32_t i = 0; i < chunk->n_borrowers; i++) {
        plim_moments *to =
            partial->stakes->tallies->borrower_loss + screen->borrower[chunk->first + i] * n;
        for (size_t s = 0; s < n; s++) {
            plim_moments_merge(&to[s], &partial->losses[i * n + s]);
            partial->losses[i * n + s] = (plim_moments){0};
        }
    }
}

/* Chunks are met by many workers, seldom by two at once; sums of counts have no order. */
static void add_defaults(plim_partial *partial, uint32_t chunk)
{
    const plim_stakes *stakes = partial->stakes;
    const plim_screen *screen = stakes->screen;
    const plim_chunk *at = &screen->chunk[chunk];
    size_t cells = (size_t)screen->plan->n_scenarios * screen->plan->n_years;
    size_t n = at->n_borrowers * cells;
    uint32_t *restrict to = stakes->defaults + at->first * cells;
    uint16_t *restrict from = partial->defaults;
    plim_lock_take(&stakes->lock[chunk]);
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
    if (partial->losses != NULL)
        add_losses(partial, at);
    plim_lock_give(&stakes->lock[chunk]);
    memset(from, 0, n * sizeof *from);
}

/* Of an event: the path's number, the year and the day of its default by scenario. */
typedef struct event_fate {
    uint32_t number;
    const uint8_t *year;
    const uint16_t *day; /* of paths on which classes are followed */
} event_fate;

/* An event that may add to anything. */
static void add_event(plim_partial *partial, const plim_block *block, const plim_event *event,
                      const plim_stake *stake, const event_fate *fate)
{
    const plim_stakes *stakes = partial->stakes;
    place at = place_of(partial, event, block->octet[event->path / PLIM_OCTET]);
    if (fate->number < partial->class_paths) {
        at.classes = &partial->classes;
        at.fate = plim_class_event_of(&partial->classes, event->borrower, fate->number);
        at.day = fate->day;
    }
    if (stake->simple)
        add_simple(&at, stake, fate->year);
    else if (stakes->fixed)
        add_listed(&at, stakes, stake, fate->year);
    else
        add_loans(&at, stakes, block->workspace, event, fate->year);
}

void plim_partial_add(plim_partial *partial, uint32_t chunk, const plim_block *block,
                      const plim_events *events)
{
    const plim_screen *screen = partial->stakes->screen;
    const plim_stake *stake = partial->stakes->stake + screen->chunk[chunk].first;
    uint32_t end = partial->round->first_path + partial->round->n_paths;
    uint32_t n = screen->plan->n_scenarios;
    bool sums_alone = partial->round->sheet == NULL && partial->losses == NULL;
    plain to = plain_of(partial);
    if (events->count == 0)
        return;
    for (size_t e = 0; e < events->count; e++) {
        const plim_event *event = &events->event[e];
        const plim_stake *of = &stake[event->place];
        uint32_t octet = block->octet[event->path / PLIM_OCTET];
        uint32_t path = octet * PLIM_OCTET + event->path % PLIM_OCTET;
        if (path >= end)
            continue; /* the last octet may be cut off */
        const uint8_t *year = events->year + e * n;
        if (of->simple && sums_alone && path >= partial->class_paths)
            add_plain(&to, event, path, of, year);
        else
            add_event(partial, block, event, of,
                      &(event_fate){path, year, events->day != NULL ? events->day + e * n : NULL});
    }
    add_defaults(partial, chunk);
}

void plim_partial_add_opening(plim_partial *partial, const plim_block *block)
{
    uint32_t end = partial->round->first_path + partial->round->n_paths;
    end = end < partial->class_paths ? end : partial->class_paths;
    for (uint32_t o = 0; o < block->n_octets; o++) {
        uint32_t path[PLIM_OCTET], n = 0;
        for (uint32_t lane = 0; lane < PLIM_OCTET; lane++)
            if (block->octet[o] * PLIM_OCTET + lane < end)
                path[n++] = block->octet[o] * PLIM_OCTET + lane;
        if (n > 0)
            plim_class_moves_add_opening(&partial->classes, path, n);
    }
}

/* ---- merging ---- */

void plim_partial_merge(plim_tallies *tallies, const plim_partial *partial)
{
    plim_key_sums_merge(tallies->sector_loss, &partial->sectors);
    plim_key_sums_merge(tallies->region_loss, &partial->regions);
    if (partial->classes.plan != NULL)
        plim_class_moves_merge(tallies->class_moves, &partial->classes);
}

/* ---- loans already in default ---- */

/* `amount` once for each path of the round, by batch. */
static void add_to_batches(plim_int128 *cells, const plim_round *round, int64_t amount)
{
    for (uint32_t batch = 0; batch < PLIM_BATCHES; batch++)
        cells[batch] += (plim_int128)amount * plim_batch_paths(round->n_paths, batch);
}

/* A block's own changes. */
typedef struct block_changes {
    plim_partial *partial;
    const plim_block *block;
} block_changes;

static void add_change(void *user, const plim_change *change)
{
    const block_changes *to = user;
    plim_partial *partial = to->partial;
    const plim_plan *plan = partial->stakes->screen->plan;
    const plim_tallies *tallies = partial->stakes->tallies;
    uint32_t octet = to->block->octet[change->path / PLIM_OCTET];
    uint32_t number = octet * PLIM_OCTET + change->path % PLIM_OCTET;
    if (number >= partial->round->first_path + partial->round->n_paths)
        return; /* the last octet may be cut off */
    size_t p = number - partial->round->first_path, s = change->scenario;
    size_t batch = octet % PLIM_BATCHES, n = plan->n_scenarios;
    uint32_t bank = plan->book->loan_bank[change->loan];
    uint32_t borrower = plan->book->loan_borrower[change->loan];
    uint32_t sector = tallies->sectors.of_borrower[borrower];
    uint32_t region = tallies->regions.of_borrower[borrower];
    partial->round->bank[(p * plan->n_banks + bank) * n + s].loss += change->fen;
    partial->round->year[(p * n + s) * plan->n_years + change->year].loss += change->fen;
    uint32_t slot = plan->n_sheets > 0 ? plan->sheets->slot[bank] : PLIM_NO_SLOT;
    for (size_t m = 0; slot != PLIM_NO_SLOT && m < plan->sheets->policy.n; m++) {
        size_t c = p * plan->n_sheets + m * plan->sheets->n_slots + slot;
        partial->round->sheet[(c * n + s) * plan->n_years + change->year].loss += change->fen;
    }
    add_to_key(&partial->sectors, batch, sector, change->scenario, change->fen);
    add_to_key(&partial->regions, batch, region, change->scenario, change->fen);
}

plim_status plim_partial_add_changes(plim_partial *partial, const plim_block *block,
                                     plim_error *err)
{
    block_changes to = {partial, block};
    return plim_changes_find(block->workspace, &(plim_changes_to){add_change, &to}, err);
}

/* The same amounts on every path: [b * n_scenarios + s], [s * n_years + t], and by bank and year,
   [(b * n_scenarios + s) * n_years + t]. */
typedef struct changes {
    int64_t *bank, *year, *bank_year;
} changes;

static void collect_changes(const changes *sums, plim_tallies *t, const plim_plan *plan,
                            const plim_round *round)
{
    const plim_book *book = plan->book;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    for (size_t cell = 0; cell < cells; cell++)
        for (uint32_t l = 0; l < plan->n_loans; l++) {
            int64_t change = book->loan_defaulted[l] ? plan->loss_fen[cell][l] : 0;
            size_t s = cell / plan->n_years;
            if (change == 0 || plim_plan_loss_varies(plan, l, (uint32_t)s))
                continue;
            uint32_t borrower = book->loan_borrower[l];
            size_t sector = s * t->sectors.names.count + t->sectors.of_borrower[borrower];
            size_t region = s * t->regions.names.count + t->regions.of_borrower[borrower];
            sums->bank[(size_t)book->loan_bank[l] * plan->n_scenarios + s] += change;
            sums->year[cell] += change;
            sums->bank_year[book->loan_bank[l] * cells + cell] += change;
            add_to_batches(t->sector_loss + sector * PLIM_BATCHES, round, change);
            add_to_batches(t->region_loss + region * PLIM_BATCHES, round, change);
        }
}

static void add_changes_to_sheets(const changes *sums, const plim_plan *plan, plim_sheet_cell *cell)
{
    const plim_sheets *sheets = plan->sheets;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    for (uint32_t b = 0; b < plan->n_banks; b++)
        for (size_t m = 0; sheets->slot[b] != PLIM_NO_SLOT && m < sheets->policy.n; m++)
            for (size_t i = 0; i < cells; i++)
                cell[(m * sheets->n_slots + sheets->slot[b]) * cells + i].loss +=
                    sums->bank_year[b * cells + i];
}

plim_status plim_tally_changes(plim_tallies *tallies, const plim_plan *plan, plim_round *round,
                               plim_error *err)
{
    size_t banks = (size_t)plan->n_banks * plan->n_scenarios;
    size_t years = (size_t)plan->n_scenarios * plan->n_years;
    changes sums = {plim_alloc(banks, sizeof *sums.bank), plim_alloc(years, sizeof *sums.year),
                    plim_alloc(banks * plan->n_years, sizeof *sums.bank_year)};
    bool good = sums.bank != NULL && sums.year != NULL && sums.bank_year != NULL;
    if (good) {
        collect_changes(&sums, tallies, plan, round);
        for (size_t p = 0; p < round->n_paths; p++) {
            for (size_t i = 0; i < banks; i++)
                round->bank[p * banks + i].loss += sums.bank[i];
            for (size_t i = 0; i < years; i++)
                round->year[p * years + i].loss += sums.year[i];
            if (round->sheet != NULL)
                add_changes_to_sheets(&sums, plan, round->sheet + p * round->n_sheets * years);
        }
    }
    plim_free(sums.bank);
    plim_free(sums.year);
    plim_free(sums.bank_year);
    return good ? PLIM_OK : plim_fail_memory(err, "changes of loss");
}

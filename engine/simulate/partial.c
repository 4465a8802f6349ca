#include "simulate/partial.h"

#include "base/memory.h"

plim_status plim_partial_create(plim_partial *out, const plim_tallies *tallies, plim_error *err)
{
    size_t s = tallies->n_scenarios;
    size_t classes = s * tallies->n_years * tallies->n_banks * PLIM_CLASSES * PLIM_BATCHES;
    size_t sectors = s * tallies->sectors.names.count * PLIM_BATCHES;
    size_t regions = s * tallies->regions.names.count * PLIM_BATCHES;
    *out = (plim_partial){.sector_loss = plim_alloc(sectors, sizeof(plim_int128)),
                          .region_loss = plim_alloc(regions, sizeof(plim_int128)),
                          .class_balance = plim_alloc(classes, sizeof(plim_int128))};
    if (out->sector_loss != NULL && out->region_loss != NULL && out->class_balance != NULL)
        return PLIM_OK;
    plim_partial_free(out);
    return plim_fail_memory(err, "a worker's tallies");
}

void plim_partial_free(plim_partial *partial)
{
    plim_free(partial->sector_loss);
    plim_free(partial->region_loss);
    plim_free(partial->class_balance);
    *partial = (plim_partial){0};
}

/* ---- events ---- */

/* Where the sums of one event under one scenario go. */
typedef struct place {
    uint32_t borrower, path, scenario, year; /* year from 0 */
} place;

static size_t key_cell(const plim_key_set *keys, const place *at)
{
    size_t row = at->scenario * keys->names.count + keys->of_borrower[at->borrower];
    return row * PLIM_BATCHES + at->path % PLIM_BATCHES;
}

static size_t class_cell(const plim_tallies *t, const place *at, uint32_t bank, uint8_t class)
{
    size_t row = ((size_t)at->scenario * t->n_years + at->year) * t->n_banks + bank;
    return (row * PLIM_CLASSES + class) * PLIM_BATCHES + at->path % PLIM_BATCHES;
}

static void add_default(plim_partial *partial, plim_tallies *t, const plim_plan *plan,
                        const place *at)
{
    const plim_book *book = plan->book;
    size_t plane = (size_t)at->scenario * t->n_years + at->year;
    const int64_t *loss_fen = plan->loss_fen[plane], *exposure_fen = plan->exposure_fen[plane];
    int64_t loss = 0, exposure = 0;
    uint32_t last = book->first_loan[at->borrower + 1];
    for (uint32_t l = book->first_loan[at->borrower]; l < last; l++) {
        if (book->loan_defaulted[l])
            continue;
        uint32_t bank = book->loan_bank[l];
        size_t cell = ((size_t)at->scenario * t->n_banks + bank) * t->n_paths + at->path;
        t->loss[cell] += loss_fen[l];
        t->defaulted_exposure[cell] += exposure_fen[l];
        partial->class_balance[class_cell(t, at, bank, book->loan_class[l])] +=
            book->balance_fen[l];
        loss += loss_fen[l];
        exposure += exposure_fen[l];
    }
    size_t year_cell = plane * t->n_paths + at->path;
    t->year_loss[year_cell] += loss;
    t->year_defaulted_exposure[year_cell] += exposure;
    t->year_defaults[year_cell]++;
    partial->sector_loss[key_cell(&t->sectors, at)] += loss;
    partial->region_loss[key_cell(&t->regions, at)] += loss;
    /* The one counter that blocks of paths share; a sum of integers has no order. */
    size_t count = ((size_t)at->borrower * t->n_scenarios + at->scenario) * t->n_years + at->year;
    (void)__atomic_fetch_add(&t->borrower_defaults[count], 1, __ATOMIC_RELAXED);
}

void plim_partial_add(plim_partial *partial, plim_tallies *tallies, const plim_plan *plan,
                      const plim_events *events)
{
    for (size_t e = 0; e < events->count; e++) {
        const uint8_t *year = events->year + e * plan->n_scenarios;
        place at = {.borrower = events->event[e].borrower, .path = events->event[e].path};
        for (uint32_t s = 0; s < plan->n_scenarios; s++) {
            if (year[s] == 0)
                continue;
            at.scenario = s;
            at.year = year[s] - 1U;
            add_default(partial, tallies, plan, &at);
        }
    }
}

static void add_all(plim_int128 *total, const plim_int128 *part, size_t n)
{
    for (size_t i = 0; i < n; i++)
        total[i] += part[i];
}

void plim_partial_merge(plim_tallies *tallies, const plim_partial *partial)
{
    size_t s = tallies->n_scenarios;
    add_all(tallies->sector_loss, partial->sector_loss,
            s * tallies->sectors.names.count * PLIM_BATCHES);
    add_all(tallies->region_loss, partial->region_loss,
            s * tallies->regions.names.count * PLIM_BATCHES);
    add_all(tallies->class_balance, partial->class_balance,
            s * tallies->n_years * tallies->n_banks * PLIM_CLASSES * PLIM_BATCHES);
}

/* ---- loans already in default ---- */

static void add_to_paths(int64_t *cells, uint32_t n_paths, int64_t amount)
{
    for (uint32_t p = 0; p < n_paths; p++)
        cells[p] += amount;
}

/* `amount` once for each path of a batch. */
static void add_to_batches(plim_int128 *cells, uint32_t n_paths, int64_t amount)
{
    for (uint32_t batch = 0; batch < PLIM_BATCHES; batch++) {
        uint32_t paths = n_paths / PLIM_BATCHES + (batch < n_paths % PLIM_BATCHES);
        cells[batch] += (plim_int128)amount * paths;
    }
}

static void add_changes(plim_tallies *t, const plim_plan *plan, uint32_t scenario, uint32_t year)
{
    const plim_book *book = plan->book;
    size_t plane = (size_t)scenario * t->n_years + year;
    int64_t all = 0;
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        int64_t change = book->loan_defaulted[l] ? plan->loss_fen[plane][l] : 0;
        if (change == 0)
            continue;
        all += change;
        place at = {.borrower = book->loan_borrower[l], .scenario = scenario};
        size_t bank = (size_t)scenario * t->n_banks + book->loan_bank[l];
        add_to_paths(t->loss + bank * t->n_paths, t->n_paths, change);
        add_to_batches(t->sector_loss + key_cell(&t->sectors, &at), t->n_paths, change);
        add_to_batches(t->region_loss + key_cell(&t->regions, &at), t->n_paths, change);
    }
    if (all != 0)
        add_to_paths(t->year_loss + plane * t->n_paths, t->n_paths, all);
}

void plim_tally_changes(plim_tallies *tallies, const plim_plan *plan)
{
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            add_changes(tallies, plan, s, t);
}

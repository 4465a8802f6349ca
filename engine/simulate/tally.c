#include "simulate/tally.h"

#include "base/memory.h"
#include "simulate/partial.h"
#include "simulate/workspace.h"

static const plim_column *key_column(const plim_plan *plan, const char *name)
{
    const plim_column *column = plim_frame_find(&plan->book->borrowers, name);
    return column != NULL && column->kind == PLIM_COLUMN_TEXT ? column : NULL;
}

static size_t class_cells(const plim_plan *plan)
{
    return (size_t)plan->n_scenarios * plan->n_years * plan->n_banks * PLIM_CLASSES * PLIM_BATCHES;
}

static size_t key_cells(const plim_tallies *tallies, const plim_key_set *keys)
{
    return (size_t)tallies->n_scenarios * keys->names.count * PLIM_BATCHES;
}

/* At least the number of keys: labels that no row uses count here. */
static uint64_t most_keys(const plim_plan *plan)
{
    uint64_t keys = 0;
    const char *const names[] = {"sector", "region"};
    for (size_t i = 0; i < 2; i++) {
        const plim_column *column = key_column(plan, names[i]);
        keys += column == NULL ? 1 : column->labels.count;
    }
    return keys;
}

uint64_t plim_partial_bytes(const plim_plan *plan)
{
    uint64_t cells = class_cells(plan) + most_keys(plan) * plan->n_scenarios * PLIM_BATCHES;
    return cells * sizeof(plim_int128);
}

uint64_t plim_tallies_bytes(const plim_plan *plan, uint32_t n_paths, int threads)
{
    uint64_t s = plan->n_scenarios, paths = n_paths;
    uint64_t by_bank = s * plan->n_banks * paths * 2 * sizeof(int64_t);
    uint64_t by_year = s * plan->n_years * paths * (2 * sizeof(int64_t) + sizeof(uint32_t));
    uint64_t by_borrower =
        plan->n_borrowers * (s * plan->n_years * sizeof(uint32_t) + 2 * sizeof(uint32_t));
    uint64_t sums = plim_partial_bytes(plan);
    uint64_t workers = threads < 1 ? 1 : (uint64_t)threads;
    return by_bank + by_year + by_borrower + sums +
           workers * (sums + plim_workspace_bytes(plan, PLIM_SLAB, PLIM_BLOCK));
}

static plim_status make_keys(plim_key_set *keys, const plim_plan *plan, const char *name,
                             plim_error *err)
{
    const plim_column *column = key_column(plan, name);
    keys->of_borrower = plim_alloc(plan->n_borrowers, sizeof *keys->of_borrower);
    if (keys->of_borrower == NULL)
        return plim_fail_memory(err, "keys of borrowers");
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        PLIM_TRY(plim_names_add(&keys->names, column == NULL ? "" : plim_column_text(column, b),
                                &keys->of_borrower[b], err));
    return PLIM_OK;
}

static plim_status allocate(plim_tallies *t, const plim_plan *plan, plim_error *err)
{
    size_t by_bank = (size_t)t->n_scenarios * t->n_banks * t->n_paths;
    size_t by_year = (size_t)t->n_scenarios * t->n_years * t->n_paths;
    PLIM_TRY(make_keys(&t->sectors, plan, "sector", err));
    PLIM_TRY(make_keys(&t->regions, plan, "region", err));
    t->loss = plim_alloc(by_bank, sizeof *t->loss);
    t->defaulted_exposure = plim_alloc(by_bank, sizeof *t->defaulted_exposure);
    t->year_loss = plim_alloc(by_year, sizeof *t->year_loss);
    t->year_defaulted_exposure = plim_alloc(by_year, sizeof *t->year_defaulted_exposure);
    t->year_defaults = plim_alloc(by_year, sizeof *t->year_defaults);
    t->sector_loss = plim_alloc(key_cells(t, &t->sectors), sizeof *t->sector_loss);
    t->region_loss = plim_alloc(key_cells(t, &t->regions), sizeof *t->region_loss);
    t->class_balance = plim_alloc(class_cells(plan), sizeof *t->class_balance);
    t->borrower_defaults = plim_alloc((size_t)plan->n_borrowers * t->n_scenarios * t->n_years,
                                      sizeof *t->borrower_defaults);
    if (t->loss == NULL || t->defaulted_exposure == NULL || t->year_loss == NULL ||
        t->year_defaulted_exposure == NULL || t->year_defaults == NULL || t->sector_loss == NULL ||
        t->region_loss == NULL || t->class_balance == NULL || t->borrower_defaults == NULL)
        return plim_fail_memory(err, "tallies");
    return PLIM_OK;
}

plim_status plim_tallies_create(plim_tallies *out, const plim_plan *plan, uint32_t n_paths,
                                plim_error *err)
{
    *out = (plim_tallies){.n_paths = n_paths,
                          .n_scenarios = plan->n_scenarios,
                          .n_years = plan->n_years,
                          .n_banks = plan->n_banks};
    plim_status status = allocate(out, plan, err);
    if (status != PLIM_OK)
        plim_tallies_free(out);
    return status;
}

void plim_tallies_free(plim_tallies *tallies)
{
    plim_free(tallies->loss);
    plim_free(tallies->defaulted_exposure);
    plim_free(tallies->year_loss);
    plim_free(tallies->year_defaulted_exposure);
    plim_free(tallies->year_defaults);
    plim_names_free(&tallies->sectors.names);
    plim_names_free(&tallies->regions.names);
    plim_free(tallies->sectors.of_borrower);
    plim_free(tallies->regions.of_borrower);
    plim_free(tallies->sector_loss);
    plim_free(tallies->region_loss);
    plim_free(tallies->class_balance);
    plim_free(tallies->borrower_defaults);
    *tallies = (plim_tallies){0};
}

#include "simulate/tally.h"

#include "base/memory.h"
#include "simulate/partial.h"

#include <string.h>

uint32_t plim_batch_paths(uint32_t n_paths, uint32_t batch)
{
    uint32_t octets = n_paths / PLIM_OCTET, last = octets % PLIM_BATCHES;
    uint32_t paths = (octets / PLIM_BATCHES + (batch < last)) * PLIM_OCTET;
    return paths + (batch == last ? n_paths % PLIM_OCTET : 0);
}

static const plim_column *key_column(const plim_plan *plan, const char *name)
{
    const plim_column *column = plim_frame_find(&plan->book->borrowers, name);
    return column != NULL && column->kind == PLIM_COLUMN_TEXT ? column : NULL;
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
    return plim_key_sums_bytes(most_keys(plan), plan->n_scenarios) + plim_class_moves_bytes(plan);
}

uint64_t plim_tallies_bytes(const plim_plan *plan, uint32_t n_paths)
{
    uint64_t s = plan->n_scenarios, paths = n_paths;
    uint64_t by_bank = s * plan->n_banks * paths * 2 * sizeof(int64_t);
    by_bank += s * plan->n_sheets * plan->n_years * paths * sizeof(plim_sheet_cell);
    uint64_t by_borrower =
        plan->n_borrowers * (s * plan->n_years * sizeof(uint32_t) + 2 * sizeof(uint32_t));
    if (plim_plan_has_hazards(plan))
        by_bank += s * plan->n_years * paths * sizeof(int64_t);
    if (!plim_plan_losses_are_fixed(plan))
        by_borrower += plan->n_borrowers * s * sizeof(plim_moments);
    return by_bank + by_borrower + s * plan->n_years * sizeof(plim_year_sums) +
           plim_partial_bytes(plan);
}

/* Keys in the order in which the book first uses them. */
static plim_status number_labels(plim_key_set *keys, const plim_column *column, uint32_t *of_label,
                                 plim_error *err)
{
    for (size_t label = 0; label < column->labels.count; label++)
        of_label[label] = PLIM_NO_NAME;
    for (size_t b = 0; b < column->n_rows; b++) {
        uint32_t label = column->code[b];
        if (of_label[label] == PLIM_NO_NAME)
            PLIM_TRY(
                plim_names_add(&keys->names, column->labels.text[label], &of_label[label], err));
        keys->of_borrower[b] = of_label[label];
    }
    return PLIM_OK;
}

static plim_status make_keys(plim_key_set *keys, const plim_plan *plan, const char *name,
                             plim_error *err)
{
    const plim_column *column = key_column(plan, name);
    keys->of_borrower = plim_alloc(plan->n_borrowers, sizeof *keys->of_borrower);
    if (keys->of_borrower == NULL)
        return plim_fail_memory(err, "keys of borrowers");
    if (column == NULL)
        return plim_names_add(&keys->names, "", NULL, err);
    uint32_t *of_label = plim_alloc(column->labels.count, sizeof *of_label);
    plim_status status = of_label == NULL ? plim_fail_memory(err, "keys of borrowers")
                                          : number_labels(keys, column, of_label, err);
    plim_free(of_label);
    return status;
}

static size_t sheet_rows(const plim_tallies *t)
{
    return (size_t)t->n_sheets * t->n_scenarios * t->n_years;
}

static plim_status allocate(plim_tallies *t, const plim_plan *plan, plim_error *err)
{
    size_t by_bank = (size_t)t->n_scenarios * t->n_banks * t->n_paths;
    size_t by_year = (size_t)t->n_scenarios * t->n_years;
    PLIM_TRY(make_keys(&t->sectors, plan, "sector", err));
    PLIM_TRY(make_keys(&t->regions, plan, "region", err));
    t->loss = plim_alloc(by_bank, sizeof *t->loss);
    t->defaulted_exposure = plim_alloc(by_bank, sizeof *t->defaulted_exposure);
    t->years = plim_alloc(by_year, sizeof *t->years);
    t->sector_loss = plim_alloc(key_cells(t, &t->sectors), sizeof *t->sector_loss);
    t->region_loss = plim_alloc(key_cells(t, &t->regions), sizeof *t->region_loss);
    t->class_moves = plim_alloc(plim_class_cells(plan), sizeof *t->class_moves);
    t->borrower_defaults = plim_alloc((size_t)plan->n_borrowers * t->n_scenarios * t->n_years,
                                      sizeof *t->borrower_defaults);
    if (t->n_sheets > 0) {
        t->sheet = plim_alloc(sheet_rows(t) * t->n_paths, sizeof *t->sheet);
        if (t->sheet == NULL)
            return plim_fail_memory(err, "tallies of balance sheets");
    }
    if (plim_plan_has_hazards(plan)) {
        t->annual = plim_alloc(by_year * t->n_paths, sizeof *t->annual);
        if (t->annual == NULL)
            return plim_fail_memory(err, "tallies");
        PLIM_TRY(plim_damages_add(&t->damages, &plan->damages, err));
    }
    if (!plim_plan_losses_are_fixed(plan)) {
        t->borrower_loss =
            plim_alloc((size_t)plan->n_borrowers * t->n_scenarios, sizeof *t->borrower_loss);
        if (t->borrower_loss == NULL)
            return plim_fail_memory(err, "tallies");
    }
    if (t->loss == NULL || t->defaulted_exposure == NULL || t->years == NULL ||
        t->sector_loss == NULL || t->region_loss == NULL || t->class_moves == NULL ||
        t->borrower_defaults == NULL)
        return plim_fail_memory(err, "tallies");
    return PLIM_OK;
}

plim_status plim_tallies_create(plim_tallies *out, const plim_plan *plan, uint32_t n_paths,
                                plim_error *err)
{
    *out = (plim_tallies){.n_paths = n_paths,
                          .n_scenarios = plan->n_scenarios,
                          .n_years = plan->n_years,
                          .n_banks = plan->n_banks,
                          .n_sheets = plan->n_sheets,
                          .n_class_banks = plan->n_class_banks,
                          .most_class_paths = plim_class_paths(plan, UINT32_MAX)};
    plim_status status = allocate(out, plan, err);
    if (status != PLIM_OK)
        plim_tallies_free(out);
    return status;
}

/* Rows of `before` numbers become rows of `after`. */
static plim_status extend_rows(int64_t **rows, size_t n_rows, size_t before, size_t after,
                               plim_error *err)
{
    int64_t *longer = plim_alloc(n_rows * after, sizeof *longer);
    if (longer == NULL)
        return plim_fail_memory(err, "tallies of more paths");
    for (size_t i = 0; i < n_rows; i++)
        memcpy(longer + i * after, *rows + i * before, before * sizeof *longer);
    plim_free(*rows);
    *rows = longer;
    return PLIM_OK;
}

static plim_status extend_sheets(plim_tallies *t, uint32_t after, plim_error *err)
{
    plim_sheet_cell *longer = plim_alloc(sheet_rows(t) * after, sizeof *longer);
    if (longer == NULL)
        return plim_fail_memory(err, "tallies of more paths");
    for (size_t i = 0; i < sheet_rows(t); i++)
        memcpy(longer + i * after, t->sheet + i * t->n_paths, t->n_paths * sizeof *longer);
    plim_free(t->sheet);
    t->sheet = longer;
    return PLIM_OK;
}

plim_status plim_tallies_extend(plim_tallies *tallies, uint32_t n_paths, plim_error *err)
{
    size_t rows = (size_t)tallies->n_scenarios * tallies->n_banks;
    if (n_paths <= tallies->n_paths)
        return PLIM_OK;
    if (tallies->cells != NULL)
        return plim_fail(err, PLIM_BUG, "tallies of a slab are not extended");
    int64_t *loss = tallies->loss;
    PLIM_TRY(extend_rows(&loss, rows, tallies->n_paths, n_paths, err));
    tallies->loss = loss;
    PLIM_TRY(extend_rows(&tallies->defaulted_exposure, rows, tallies->n_paths, n_paths, err));
    if (tallies->sheet != NULL)
        PLIM_TRY(extend_sheets(tallies, n_paths, err));
    if (tallies->annual != NULL)
        PLIM_TRY(extend_rows(&tallies->annual, (size_t)tallies->n_scenarios * tallies->n_years,
                             tallies->n_paths, n_paths, err));
    tallies->n_paths = n_paths;
    return PLIM_OK;
}

void plim_tallies_note_years(plim_tallies *tallies, uint32_t path, const plim_year_cell *cells)
{
    size_t years = (size_t)tallies->n_scenarios * tallies->n_years;
    for (size_t i = 0; tallies->annual != NULL && i < years; i++)
        tallies->annual[i * tallies->n_paths + path] = cells[i].loss;
}

/* ---- slabs ---- */

plim_status plim_keys_of(const plim_plan *plan, const char *name, const plim_names *names,
                         uint32_t *of_borrower, plim_error *err)
{
    const plim_column *column = key_column(plan, name);
    size_t n_labels = column == NULL ? 1 : column->labels.count;
    uint32_t *of_label = plim_alloc(n_labels, sizeof *of_label);
    if (of_label == NULL)
        return plim_fail_memory(err, "keys of borrowers");
    for (size_t label = 0; label < n_labels; label++)
        of_label[label] = plim_names_find(names, column == NULL ? "" : column->labels.text[label]);
    bool known = true;
    for (size_t b = 0; b < plan->n_borrowers; b++) {
        of_borrower[b] = of_label[column == NULL ? 0 : column->code[b]];
        known = known && of_borrower[b] != PLIM_NO_NAME;
    }
    plim_free(of_label);
    return known ? PLIM_OK
                 : plim_fail(err, PLIM_BUG, "a borrower's %s is not in the tallies", name);
}

static size_t cells_of(const plim_tallies *t)
{
    return (size_t)t->n_paths * t->n_scenarios * t->n_years;
}

static size_t class_cells_of(const plim_tallies *t)
{
    return (size_t)t->n_scenarios * t->n_years * t->n_class_banks * PLIM_CLASS_PAIRS * PLIM_BATCHES;
}

plim_status plim_tallies_keep_cells(plim_tallies *tallies, plim_error *err)
{
    tallies->cells = plim_alloc(cells_of(tallies), sizeof *tallies->cells);
    return tallies->cells != NULL ? PLIM_OK : plim_fail_memory(err, "tallies by path and year");
}

static plim_status take_shape(plim_tallies *total, const plim_tallies *slab, plim_error *err)
{
    size_t by_bank = (size_t)slab->n_scenarios * slab->n_banks * slab->n_paths;
    if (total->loss != NULL)
        return total->n_paths == slab->n_paths && total->n_scenarios == slab->n_scenarios &&
                       total->n_years == slab->n_years && total->n_banks == slab->n_banks
                   ? PLIM_OK
                   : plim_fail(err, PLIM_BUG, "tallies of another shape");
    *total = (plim_tallies){.n_paths = slab->n_paths,
                            .n_scenarios = slab->n_scenarios,
                            .n_years = slab->n_years,
                            .n_banks = slab->n_banks,
                            .n_sheets = slab->n_sheets,
                            .n_class_banks = slab->n_class_banks,
                            .most_class_paths = slab->most_class_paths};
    total->loss = plim_alloc(by_bank, sizeof *total->loss);
    total->defaulted_exposure = plim_alloc(by_bank, sizeof *total->defaulted_exposure);
    total->class_moves = plim_alloc(class_cells_of(slab), sizeof *total->class_moves);
    if (slab->annual != NULL)
        total->annual = plim_alloc(cells_of(slab), sizeof *total->annual);
    if (slab->sheet != NULL) {
        total->sheet = plim_alloc(sheet_rows(slab) * slab->n_paths, sizeof *total->sheet);
        if (total->sheet == NULL)
            return plim_fail_memory(err, "tallies of balance sheets");
    }
    if (total->loss == NULL || total->defaulted_exposure == NULL || total->class_moves == NULL ||
        (slab->annual != NULL && total->annual == NULL))
        return plim_fail_memory(err, "tallies");
    return plim_tallies_keep_cells(total, err);
}

/* A key set with its sums, [(s * n_keys + k) * PLIM_BATCHES + batch]. */
typedef struct keyed {
    plim_key_set *keys;
    plim_int128 **sums;
} keyed;

/* Adds sums by key of a slab; those of the total make room for keys that are new. */
static plim_status merge_keys(const keyed *total, const plim_key_set *keys, const plim_int128 *sums,
                              uint32_t n_scenarios, plim_error *err)
{
    const plim_names *names = &total->keys->names;
    size_t before = names->count, n_slab = keys->names.count;
    for (size_t k = 0; k < n_slab; k++)
        PLIM_TRY(plim_names_add(&total->keys->names, keys->names.text[k], NULL, err));
    size_t n = names->count;
    plim_int128 *merged = plim_alloc(n * n_scenarios * PLIM_BATCHES, sizeof *merged);
    if (merged == NULL)
        return plim_fail_memory(err, "tallies by key");
    for (size_t s = 0; s < n_scenarios; s++) {
        if (before > 0)
            memcpy(merged + s * n * PLIM_BATCHES, *total->sums + s * before * PLIM_BATCHES,
                   before * PLIM_BATCHES * sizeof *merged);
        for (size_t k = 0; k < n_slab; k++) {
            size_t to = s * n + plim_names_find(names, keys->names.text[k]);
            for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
                merged[to * PLIM_BATCHES + batch] += sums[(s * n_slab + k) * PLIM_BATCHES + batch];
        }
    }
    plim_free(*total->sums);
    *total->sums = merged;
    return PLIM_OK;
}

static void add_fen(int64_t *to, const int64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

plim_status plim_tallies_merge(plim_tallies *total, const plim_tallies *slab, plim_error *err)
{
    uint32_t s = slab->n_scenarios;
    if (slab->cells == NULL)
        return plim_fail(err, PLIM_BUG, "tallies of a slab without cells");
    PLIM_TRY(take_shape(total, slab, err));
    if (slab->annual != NULL)
        PLIM_TRY(plim_damages_add(&total->damages, &slab->damages, err));
    keyed sectors = {&total->sectors, &total->sector_loss};
    keyed regions = {&total->regions, &total->region_loss};
    PLIM_TRY(merge_keys(&sectors, &slab->sectors, slab->sector_loss, s, err));
    PLIM_TRY(merge_keys(&regions, &slab->regions, slab->region_loss, s, err));
    size_t by_bank = (size_t)s * slab->n_banks * slab->n_paths;
    add_fen(total->loss, slab->loss, by_bank);
    add_fen(total->defaulted_exposure, slab->defaulted_exposure, by_bank);
    for (size_t i = 0; slab->sheet != NULL && i < sheet_rows(slab) * slab->n_paths; i++) {
        total->sheet[i].loss += slab->sheet[i].loss;
        total->sheet[i].exposure += slab->sheet[i].exposure;
        total->sheet[i].released += slab->sheet[i].released;
    }
    for (size_t i = 0; i < cells_of(slab); i++) {
        total->cells[i].loss += slab->cells[i].loss;
        total->cells[i].exposure += slab->cells[i].exposure;
        total->cells[i].defaults += slab->cells[i].defaults;
    }
    for (size_t i = 0; i < class_cells_of(slab); i++)
        total->class_moves[i] += slab->class_moves[i];
    return PLIM_OK;
}

plim_status plim_tallies_close(plim_tallies *total, uint64_t alive, plim_error *err)
{
    size_t years = (size_t)total->n_scenarios * total->n_years;
    total->years = plim_alloc(years, sizeof *total->years);
    if (total->years == NULL || total->cells == NULL)
        return total->cells == NULL ? plim_fail(err, PLIM_BUG, "tallies without cells")
                                    : plim_fail_memory(err, "tallies by year");
    for (uint32_t path = 0; path < total->n_paths; path++) {
        plim_years_add(total->years, total->cells + path * years, total->n_scenarios,
                       total->n_years, alive);
        plim_tallies_note_years(total, path, total->cells + path * years);
    }
    plim_free(total->cells);
    total->cells = NULL;
    return PLIM_OK;
}

void plim_tallies_losses(const plim_tallies *tallies, uint32_t s, int64_t *out)
{
    size_t n = tallies->n_paths;
    memset(out, 0, n * sizeof *out);
    for (uint32_t b = 0; b < tallies->n_banks; b++) {
        const int64_t *loss = tallies->loss + ((size_t)s * tallies->n_banks + b) * n;
        for (size_t path = 0; path < n; path++)
            out[path] += loss[path];
    }
}

void plim_tallies_free(plim_tallies *tallies)
{
    plim_free(tallies->loss);
    plim_free(tallies->defaulted_exposure);
    plim_free(tallies->years);
    plim_free(tallies->sheet);
    plim_free(tallies->cells);
    plim_free(tallies->annual);
    plim_damages_free(&tallies->damages);
    plim_names_free(&tallies->sectors.names);
    plim_names_free(&tallies->regions.names);
    plim_free(tallies->sectors.of_borrower);
    plim_free(tallies->regions.of_borrower);
    plim_free(tallies->sector_loss);
    plim_free(tallies->region_loss);
    plim_free(tallies->class_moves);
    plim_free(tallies->borrower_defaults);
    plim_free(tallies->borrower_loss);
    *tallies = (plim_tallies){0};
}

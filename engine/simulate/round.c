#include "simulate/round.h"

#include "base/memory.h"
#include "simulate/simulate.h"

#include <string.h>

enum { WHOLE = PLIM_OCTET * PLIM_BATCHES }; /* paths that give every batch an octet */

static uint64_t bytes_a_path(const plim_plan *plan)
{
    return (uint64_t)plan->n_scenarios *
           (plan->n_banks * sizeof(plim_bank_cell) + plan->n_years * sizeof(plim_year_cell) +
            (uint64_t)plan->n_years * plan->n_sheets * sizeof(plim_sheet_cell));
}

uint64_t plim_round_bytes(const plim_plan *plan, uint32_t most_paths)
{
    return bytes_a_path(plan) * most_paths;
}

uint32_t plim_round_size(const plim_plan *plan, uint32_t n_paths, uint64_t bytes)
{
    uint64_t fit = bytes / bytes_a_path(plan) / WHOLE;
    uint64_t need = ((uint64_t)n_paths + WHOLE - 1) / WHOLE;
    uint64_t wholes = fit < need ? fit : need;
    return (uint32_t)((wholes < 1 ? 1 : wholes) * WHOLE);
}

plim_status plim_round_create(plim_round *out, const plim_plan *plan, uint32_t most_paths,
                              plim_error *err)
{
    *out = (plim_round){.n_scenarios = plan->n_scenarios,
                        .n_years = plan->n_years,
                        .n_banks = plan->n_banks,
                        .n_sheets = plan->n_sheets,
                        .most_paths = most_paths};
    size_t paths = (size_t)most_paths * plan->n_scenarios;
    out->bank = plim_alloc(paths * plan->n_banks, sizeof *out->bank);
    out->year = plim_alloc(paths * plan->n_years, sizeof *out->year);
    if (plan->n_sheets > 0)
        out->sheet = plim_alloc(paths * plan->n_years * plan->n_sheets, sizeof *out->sheet);
    if (out->bank != NULL && out->year != NULL && (plan->n_sheets == 0 || out->sheet != NULL))
        return PLIM_OK;
    plim_round_free(out);
    return plim_fail_memory(err, "a round of paths");
}

void plim_round_free(plim_round *round)
{
    plim_free(round->bank);
    plim_free(round->year);
    plim_free(round->sheet);
    *round = (plim_round){0};
}

void plim_round_begin(plim_round *round, uint32_t first_path, uint32_t n_paths)
{
    size_t cells = (size_t)n_paths * round->n_scenarios;
    round->first_path = first_path;
    round->n_paths = n_paths;
    memset(round->bank, 0, cells * round->n_banks * sizeof *round->bank);
    memset(round->year, 0, cells * round->n_years * sizeof *round->year);
    if (round->sheet != NULL)
        memset(round->sheet, 0, cells * round->n_years * round->n_sheets * sizeof *round->sheet);
}

/* Paths of a cell stand together in the tallies: tile by tile, so that both sides stay in cache. */
static void reduce_sheets(const plim_round *round, plim_tallies *tallies)
{
    enum { TILE = 64 };
    size_t cells = (size_t)round->n_sheets * round->n_scenarios * round->n_years;
    for (uint32_t first = 0; first < round->n_paths; first += TILE) {
        uint32_t end = first + TILE < round->n_paths ? first + TILE : round->n_paths;
        for (size_t c = 0; c < cells; c++) {
            plim_sheet_cell *to = tallies->sheet + c * tallies->n_paths + round->first_path;
            for (uint32_t p = first; p < end; p++)
                to[p] = round->sheet[p * cells + c];
        }
    }
}

void plim_round_reduce(const plim_round *round, plim_tallies *tallies, uint64_t alive)
{
    uint32_t s_count = round->n_scenarios, banks = round->n_banks;
    size_t years = (size_t)s_count * round->n_years;
    if (round->sheet != NULL)
        reduce_sheets(round, tallies);
    for (uint32_t p = 0; p < round->n_paths; p++) {
        const plim_bank_cell *cell = round->bank + (size_t)p * banks * s_count;
        size_t path = round->first_path + p;
        for (uint32_t b = 0; b < banks; b++)
            for (uint32_t s = 0; s < s_count; s++) {
                size_t to = ((size_t)s * banks + b) * tallies->n_paths + path;
                tallies->loss[to] += cell[(size_t)b * s_count + s].loss;
                tallies->defaulted_exposure[to] += cell[(size_t)b * s_count + s].exposure;
            }
        const plim_year_cell *year = round->year + p * years;
        if (tallies->cells != NULL) {
            memcpy(tallies->cells + path * years, year, years * sizeof *year);
            continue;
        }
        plim_years_add(tallies->years, year, s_count, round->n_years, alive);
        plim_tallies_note_years(tallies, (uint32_t)path, year);
    }
}

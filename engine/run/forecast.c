#include "run/forecast.h"

#include <stdio.h>

#include "parallel/team.h"

void plim_forecast_format_bytes(uint64_t bytes, char *out)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    snprintf(out, 32, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static uint64_t frame_bytes(const plim_frame *frame)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < frame->n_columns; i++) {
        const plim_column *column = &frame->columns[i];
        bytes += column->n_rows * (column->kind == PLIM_COLUMN_TEXT ? 4 : 8);
        /* A label: its text, pointer and slot of the hash map. */
        bytes += column->labels.count * 64;
    }
    return bytes;
}

static uint64_t plan_bytes(const plim_plan *plan)
{
    uint64_t rows = plan->first_row ? plan->first_row[plan->n_borrowers] : plan->n_borrowers;
    uint64_t by_scenario = (uint64_t)plan->n_borrowers * plan->n_scenarios;
    return rows * plan->n_years * 16 + by_scenario * 3 + (uint64_t)plan->n_borrowers * 64 +
           (uint64_t)plan->n_owned_planes * plan->n_loans * 8;
}

/* What a row takes of the tables that grow with the paths or the book: its cells, as much again for
   growth, and once more in the file that is composed in memory; borrowers also have texts of their
   own. */
#define BYTES_A_PATH_ROW     100
#define BYTES_A_BORROWER_ROW 300

/* Seconds of the simulation, from tiles of its own borrowers timed for a few hundredths of a
 * second. */
static plim_status time_tiles(const plim_simulation *simulation, double *seconds, plim_error *err)
{
    const plim_plan *plan = simulation->plan;
    uint32_t slab = plan->n_borrowers < 512 ? plan->n_borrowers : 512;
    uint32_t block = simulation->n_paths < 64 ? simulation->n_paths : 64;
    plim_workspace *workspace = NULL;
    PLIM_TRY(plim_workspace_create(&workspace, plan, slab, block, simulation->isa, simulation->seed,
                                   err));
    double started = plim_team_seconds(), spent = 0;
    uint32_t tiles = 0, first_borrower = 0;
    while (tiles < 100 && spent < 0.03) {
        const plim_events *events = NULL;
        plim_tile tile = {first_borrower, slab, (tiles % 2) * block, block};
        if (tile.first_path + block > simulation->n_paths)
            tile.first_path = 0;
        plim_simulate_tile(workspace, &tile, &events);
        first_borrower += slab;
        if (first_borrower + slab > plan->n_borrowers)
            first_borrower = 0;
        tiles++;
        spent = plim_team_seconds() - started;
    }
    plim_workspace_destroy(workspace);
    double pairs = (double)plan->n_borrowers * simulation->n_paths;
    *seconds = spent / tiles * pairs / ((double)slab * block) / simulation->threads;
    return PLIM_OK;
}

plim_status plim_forecast_make(plim_forecast *out, const plim_simulation *simulation,
                               uint64_t memory, plim_error *err)
{
    const plim_plan *plan = simulation->plan;
    const plim_book *book = plan->book;
    uint64_t fixed = frame_bytes(&book->banks) + frame_bytes(&book->borrowers) +
                     frame_bytes(&book->loans) + frame_bytes(&book->collateral) +
                     frame_bytes(&book->excluded) + (uint64_t)plan->n_loans * 40 +
                     plan_bytes(plan) +
                     (uint64_t)plan->n_borrowers * plan->n_scenarios * BYTES_A_BORROWER_ROW;
    uint64_t tallies = plim_tallies_bytes(plan, simulation->n_paths, simulation->threads);
    uint64_t one = plim_tallies_bytes(plan, 1, simulation->threads);
    uint64_t two = plim_tallies_bytes(plan, 2, simulation->threads);
    out->per_path = two - one + (uint64_t)plan->n_scenarios * plan->n_banks * BYTES_A_PATH_ROW;
    out->bytes =
        fixed + tallies +
        (uint64_t)simulation->n_paths * plan->n_scenarios * plan->n_banks * BYTES_A_PATH_ROW;
    if (out->bytes <= memory)
        return time_tiles(simulation, &out->seconds, err);
    char need[32], have[32];
    plim_forecast_format_bytes(out->bytes, need);
    plim_forecast_format_bytes(memory, have);
    uint64_t least = out->bytes - (uint64_t)simulation->n_paths * out->per_path;
    if (least + out->per_path > memory)
        return plim_fail(err, PLIM_USAGE,
                         "the run needs about %s of memory but may use %s; the book alone does not "
                         "fit, so give at least --memory %lluM",
                         need, have, (unsigned long long)(out->bytes / 1048576 + 1));
    return plim_fail(err, PLIM_USAGE,
                     "the run needs about %s of memory but may use %s; give --memory %lluM, or at "
                     "most --paths %llu",
                     need, have, (unsigned long long)(out->bytes / 1048576 + 1),
                     (unsigned long long)((memory - least) / out->per_path));
}

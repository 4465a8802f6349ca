#include "run/forecast.h"

#include <stdio.h>

#include "plan/sheets.h"
#include "simulate/boost.h"

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

uint64_t plim_forecast_bytes(const plim_simulation *simulation, uint32_t n_paths)
{
    const plim_plan *plan = simulation->plan;
    const plim_book *book = plan->book;
    plim_simulation such = *simulation;
    such.n_paths = n_paths;
    uint64_t fixed =
        frame_bytes(&book->banks) + frame_bytes(&book->borrowers) + frame_bytes(&book->loans) +
        frame_bytes(&book->collateral) + frame_bytes(&book->sites) + frame_bytes(&book->insurance) +
        frame_bytes(&book->excluded) + (uint64_t)plan->n_loans * 40 + plan_bytes(plan) +
        (uint64_t)plan->n_borrowers * plan->n_scenarios * BYTES_A_BORROWER_ROW;
    fixed += plim_stages_bytes(plan);
    if (plan->classes != NULL)
        fixed += plim_asset_classes_bytes(plan);
    if (plan->sheets != NULL)
        fixed += plim_sheets_bytes(plan, plan->sheets->policy.n);
    uint64_t rows = (uint64_t)n_paths * plan->n_scenarios * plan->n_banks;
    return fixed + plim_tallies_bytes(plan, n_paths) + plim_simulation_bytes(&such) +
           plim_tail_bytes(plan, n_paths) + (such.tail > 0 ? plim_boost_bytes(&such) : 0) +
           rows * BYTES_A_PATH_ROW;
}

/* The largest number of paths that fits, 0 if none does. */
static uint32_t most_paths(const plim_simulation *simulation, uint64_t memory)
{
    uint32_t fits = 0, too_many = simulation->n_paths;
    while (too_many - fits > 1) {
        uint32_t middle = fits + (too_many - fits) / 2;
        if (plim_forecast_bytes(simulation, middle) <= memory)
            fits = middle;
        else
            too_many = middle;
    }
    return fits;
}

plim_status plim_forecast_make(plim_forecast *out, const plim_simulation *simulation,
                               uint64_t memory, plim_error *err)
{
    out->bytes = plim_forecast_bytes(simulation, simulation->n_paths);
    if (out->bytes <= memory)
        return plim_simulation_time(&out->seconds, simulation, err);
    char need[32], have[32];
    plim_forecast_format_bytes(out->bytes, need);
    plim_forecast_format_bytes(memory, have);
    unsigned long long enough = out->bytes / 1048576 + 1;
    uint32_t paths = most_paths(simulation, memory);
    if (paths == 0)
        return plim_fail(err, PLIM_USAGE,
                         "the run needs about %s of memory but may use %s; the book and what %d "
                         "threads need do not fit whatever the paths, so give at least --memory "
                         "%lluM or fewer --threads",
                         need, have, simulation->threads, enough);
    return plim_fail(err, PLIM_USAGE,
                     "the run needs about %s of memory but may use %s; give --memory %lluM, or at "
                     "most --paths %u",
                     need, have, enough, paths);
}

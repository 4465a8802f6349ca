#include "run/path_losses.h"

#include <inttypes.h>

#include "base/memory.h"
#include "measure/tables.h"
#include "run/record.h"

/* ---- from a result ---- */

enum { PATHS_SCENARIO, PATHS_PATH, PATHS_BANK, PATHS_LOSS };
enum { BANKS_SCENARIO, BANKS_BANK };

/* Differences of differences of sums over so many banks stay within int64. */
static int64_t most_of(const plim_path_losses *losses)
{
    return INT64_MAX / 8 / (int64_t)(losses->banks.count > 0 ? losses->banks.count : 1);
}

static plim_status take_row(plim_path_losses *out, const plim_table *paths, size_t row,
                            const char *file, plim_error *err)
{
    const char *scenario = plim_table_text(paths, row, PATHS_SCENARIO);
    const char *bank = plim_table_text(paths, row, PATHS_BANK);
    int64_t path = paths->columns[PATHS_PATH].integer[row];
    int64_t loss = paths->columns[PATHS_LOSS].integer[row];
    uint32_t s = plim_names_find(&out->scenarios, scenario);
    uint32_t b = plim_names_find(&out->banks, bank);
    if (s == PLIM_NO_NAME || b == PLIM_NO_NAME)
        return plim_fail(
            err, PLIM_INPUT,
            "%s: table paths, row %zu: scenario '%s' and bank '%s' are not together in "
            "table banks; the result is damaged",
            file, row, scenario, bank);
    if (path < 0 || path >= out->n_paths)
        return plim_fail(err, PLIM_INPUT,
                         "%s: table paths, row %zu, column path: %" PRId64
                         " is not among the paths of the run, which are 0 to %" PRIu32
                         "; the result is damaged",
                         file, row, path, out->n_paths - 1);
    if (loss > most_of(out) || loss < -most_of(out))
        return plim_fail(err, PLIM_INPUT,
                         "%s: table paths, row %zu, column loss: %" PRId64
                         " fen is beyond what sums hold; the result is damaged",
                         file, row, loss);
    out->loss[((size_t)s * out->banks.count + b) * out->n_paths + (size_t)path] = loss;
    return PLIM_OK;
}

static plim_status make_room(plim_path_losses *out, plim_error *err)
{
    size_t n = out->scenarios.count * out->banks.count;
    out->loss = plim_alloc(n * out->n_paths, sizeof *out->loss);
    return out->loss != NULL ? PLIM_OK : plim_fail_memory(err, "path losses");
}

plim_status plim_path_losses_read(plim_path_losses *out, const plim_recorded *recorded,
                                  plim_error *err)
{
    const plim_table *banks = plim_record_table(&recorded->result, "banks");
    const plim_table *paths = plim_record_table(&recorded->result, "paths");
    uint64_t n_paths = 0;
    PLIM_TRY(plim_recorded_whole(recorded, "paths", &n_paths, err));
    if (n_paths == 0 || n_paths > UINT32_MAX)
        return plim_fail(err, PLIM_INPUT,
                         "%s: the recorded number of paths, %" PRIu64
                         ", is not one that a run can have; the result is damaged",
                         recorded->path, n_paths);
    out->n_paths = (uint32_t)n_paths;
    for (size_t row = 0; row < banks->n_rows; row++) {
        PLIM_TRY(plim_names_add(&out->scenarios, plim_table_text(banks, row, BANKS_SCENARIO), NULL,
                                err));
        PLIM_TRY(plim_names_add(&out->banks, plim_table_text(banks, row, BANKS_BANK), NULL, err));
    }
    PLIM_TRY(make_room(out, err));
    for (size_t row = 0; row < paths->n_rows; row++)
        PLIM_TRY(take_row(out, paths, row, recorded->path, err));
    return PLIM_OK;
}

/* ---- from a simulation ---- */

plim_status plim_path_losses_take(plim_path_losses *out, const plim_plan *plan,
                                  plim_tallies *tallies, plim_error *err)
{
    const plim_column *ids = plim_frame_find(&plan->book->banks, "id");
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        PLIM_TRY(plim_names_add(&out->scenarios, plim_measure_scenario(plan, s), NULL, err));
    for (uint32_t b = 0; b < plan->n_banks; b++) {
        char buffer[32];
        PLIM_TRY(plim_names_add(&out->banks, plim_measure_cell(ids, b, buffer), NULL, err));
    }
    out->n_paths = tallies->n_paths;
    out->loss = tallies->loss;
    tallies->loss = NULL;
    return PLIM_OK;
}

/* ---- samples ---- */

plim_status plim_loss_sample_make(plim_loss_sample *out, const plim_path_losses *losses, uint32_t s,
                                  uint32_t b, plim_error *err)
{
    size_t n = losses->n_paths, n_banks = losses->banks.count;
    const int64_t *of_scenario = losses->loss + (size_t)s * n_banks * n;
    *out = (plim_loss_sample){.sum = NULL};
    if (b != PLIM_ALL_BANKS)
        return plim_sample_make(&out->sample, of_scenario + (size_t)b * n, losses->n_paths, err);
    out->sum = plim_alloc(n, sizeof *out->sum);
    if (out->sum == NULL)
        return plim_fail_memory(err, "path losses of all banks");
    for (size_t k = 0; k < n_banks; k++)
        for (size_t path = 0; path < n; path++)
            out->sum[path] += of_scenario[k * n + path];
    return plim_sample_make(&out->sample, out->sum, losses->n_paths, err);
}

void plim_loss_sample_free(plim_loss_sample *sample)
{
    plim_sample_free(&sample->sample);
    plim_free(sample->sum);
    *sample = (plim_loss_sample){0};
}

void plim_path_losses_free(plim_path_losses *losses)
{
    plim_names_free(&losses->scenarios);
    plim_names_free(&losses->banks);
    plim_free(losses->loss);
    *losses = (plim_path_losses){0};
}

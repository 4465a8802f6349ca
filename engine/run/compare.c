#include "run/compare.h"

#include <string.h>

#include "base/memory.h"
#include "run/compare_parts.h"

static const plim_field runs_fields[] = {
    {"what", PLIM_CELL_TEXT, "book, scenario, model, library, rules or setting"},
    {"name", PLIM_CELL_TEXT, "of the setting, or file name"},
    {"a", PLIM_CELL_TEXT, "value or path in the first result"},
    {"b", PLIM_CELL_TEXT, "in the second"},
    {"sha256_a", PLIM_CELL_TEXT, "digest of the first run's file"},
    {"sha256_b", PLIM_CELL_TEXT, "of the second's"},
    {"line", PLIM_CELL_INT, "first line on which two texts differ"},
    {"verdict", PLIM_CELL_TEXT, "same, differs, only_a or only_b"},
};
const plim_table_spec plim_compare_runs_spec = {.name = "compare_runs",
                                                .doc = "What differs between the runs",
                                                .fields = runs_fields,
                                                .n_fields =
                                                    sizeof runs_fields / sizeof *runs_fields};

static const plim_field measures_fields[] = {
    {"table", PLIM_CELL_TEXT, "result table"},
    {"scenario", PLIM_CELL_TEXT, "name of the scenario"},
    {"key", PLIM_CELL_TEXT, "year, bank, sector, ... of the row; empty: all banks"},
    {"measure", PLIM_CELL_TEXT, "what is estimated"},
    {"a", PLIM_CELL_NUMBER, "in the first result"},
    {"b", PLIM_CELL_NUMBER, "in the second"},
    {"difference", PLIM_CELL_NUMBER, "second less first"},
    {"stderr", PLIM_CELL_NUMBER, "standard error of the difference"},
    {"paired", PLIM_CELL_TEXT, "yes: error of the difference path by path; no: of two samples"},
    {"verdict", PLIM_CELL_TEXT, "equal, within_noise, differs, unknown, only_a or only_b"},
};
const plim_table_spec plim_compare_measures_spec = {.name = "compare",
                                                    .doc = "Measures that differ",
                                                    .fields = measures_fields,
                                                    .n_fields = sizeof measures_fields /
                                                                sizeof *measures_fields};

bool plim_compare_is_money(const char *table, const char *measure)
{
    const plim_table_spec *spec = plim_table_spec_find(table);
    size_t f = spec != NULL ? plim_table_spec_field(spec, measure) : 0;
    if (spec != NULL && f < spec->n_fields)
        return spec->fields[f].kind != PLIM_CELL_NUMBER;
    return plim_measure_is_amount(table, measure); /* a measure that is a row */
}

static plim_status read_run(plim_recorded *run, const char *path, plim_error *err)
{
    run->path = path;
    return plim_store_read_tables(&run->result, path, plim_compare_tables, err);
}

static plim_status compare(plim_comparison *out, const plim_recorded *runs,
                           plim_path_losses *losses, plim_error *err)
{
    PLIM_TRY(plim_recorded_currency(runs, out->currency, sizeof out->currency, err));
    PLIM_TRY(plim_table_init(&out->runs, &plim_compare_runs_spec, err));
    PLIM_TRY(plim_table_init(&out->measures, &plim_compare_measures_spec, err));
    PLIM_TRY(plim_compare_runs(&out->runs, runs, err));
    PLIM_TRY(plim_compare_paired(runs, &out->paired, err));
    for (int k = 0; k < 2 && out->paired; k++)
        PLIM_TRY(plim_path_losses_read(&losses[k], &runs[k], err));
    return plim_compare_measures(&out->measures, runs, out->paired ? losses : NULL, err);
}

plim_status plim_compare_results(plim_comparison *out, const char *const result[2], plim_error *err)
{
    plim_recorded runs[2] = {{.path = result[0]}, {.path = result[1]}};
    plim_path_losses losses[2] = {{0}, {0}};
    plim_status status = read_run(&runs[0], result[0], err);
    if (status == PLIM_OK)
        status = read_run(&runs[1], result[1], err);
    if (status == PLIM_OK)
        status = compare(out, runs, losses, err);
    for (int k = 0; k < 2; k++) {
        plim_path_losses_free(&losses[k]);
        plim_result_free(&runs[k].result);
    }
    return status;
}

void plim_comparison_free(plim_comparison *comparison)
{
    plim_table_free(&comparison->runs);
    plim_table_free(&comparison->measures);
}

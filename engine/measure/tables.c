#include "measure/tables.h"

#include <inttypes.h>
#include <stdio.h>

const char *plim_measure_scenario(const plim_plan *plan, uint32_t scenario)
{
    return scenario == 0 ? "baseline" : plan->program->scenarios[scenario - 1].name;
}

const char *plim_measure_cell(const plim_column *column, size_t row, char buffer[32])
{
    if (column == NULL || column->kind == PLIM_COLUMN_NUMBER)
        return "";
    if (column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row);
    snprintf(buffer, 32, "%" PRId64, column->integer[row]);
    return buffer;
}

static plim_status check_sizes(const plim_measured *of, plim_error *err)
{
    const plim_plan *plan = of->plan;
    const plim_tallies *tallies = of->tallies;
    if (tallies->n_scenarios != plan->n_scenarios || tallies->n_years != plan->n_years ||
        tallies->n_banks != plan->n_banks)
        return plim_fail(err, PLIM_BUG, "tallies and plan differ in scenarios, years or banks");
    if (tallies->n_paths == 0)
        return plim_fail(err, PLIM_BUG, "tallies without paths");
    return PLIM_OK;
}

plim_status plim_measure_totals(plim_table *tables, const plim_measured *of, plim_error *err)
{
    static const struct {
        const char *table;
        plim_measure_filler fill;
    } fillers[] = {
        {"summary", plim_measure_summary},   {"years", plim_measure_years},
        {"banks", plim_measure_banks},       {"sectors", plim_measure_sectors},
        {"regions", plim_measure_regions},   {"paths", plim_measure_paths},
        {"classes", plim_measure_classes},   {"class_paths", plim_measure_class_paths},
        {"ledger", plim_measure_ledger},     {"exceedance", plim_measure_exceedance},
        {"damage", plim_measure_damage},     {"events", plim_measure_events},
        {"compound", plim_measure_compound},
    };
    PLIM_TRY(check_sizes(of, err));
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        const plim_table_spec *spec = plim_table_spec_find(fillers[i].table);
        if (spec == NULL)
            return plim_fail(err, PLIM_BUG, "no result table %s", fillers[i].table);
        PLIM_TRY(fillers[i].fill(&tables[spec - plim_table_specs], of, err));
    }
    return PLIM_OK;
}

plim_status plim_measure_tables(plim_table *tables, const plim_measured *of, plim_error *err)
{
    const plim_table_spec *borrowers = plim_table_spec_find("borrowers");
    if (borrowers == NULL)
        return plim_fail(err, PLIM_BUG, "no result table borrowers");
    PLIM_TRY(plim_measure_totals(tables, of, err));
    for (uint32_t s = 0; s < of->plan->n_scenarios; s++)
        PLIM_TRY(plim_measure_borrowers(&tables[borrowers - plim_table_specs], of->plan,
                                        of->tallies, s, err));
    return PLIM_OK;
}

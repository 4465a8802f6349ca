/* The CSV file that `scenario import ngfs` writes: a row a value, each with where it is from. */
#include <string.h>

#include "run/ngfs.h"

const char plim_ngfs_header[] =
    "model,scenario,region,variable,unit,year,value,warning,source_value,source_unit,conversion,"
    "source_scenario,source_region,source_line,source_file,source_sha256";

/* The name of the file without its folder: folders are of one machine. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add(plim_text *out, const char *cell, bool first)
{
    if (!first)
        plim_text_add(out, ",");
    plim_csv_add_cell(out, cell);
}

static const char *source_cell(const plim_ngfs *ngfs, size_t row, plim_ngfs_axis axis)
{
    size_t column = ngfs->axis[axis].column;
    return column == PLIM_NO_COLUMN ? "" : plim_series_cell(&ngfs->file, row, column);
}

static void add_point(const plim_ngfs *ngfs, const plim_ngfs_series *series, size_t i,
                      const char *file, plim_text *out)
{
    const plim_ngfs_conversion *conversion = &series->conversion;
    size_t row = series->points.row[i];
    char year[16], line[32], value[40];
    plim_format_fixed((double)series->points.year[i], 0, year, sizeof year);
    plim_format_fixed((double)ngfs->file.csv.line[row], 0, line, sizeof line);
    plim_format_shortest(series->points.value[i] * conversion->factor, value, sizeof value);
    for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++)
        add(out, series->name[axis], axis == 0);
    add(out, conversion->unit ? conversion->unit : series->unit, false);
    add(out, year, false);
    add(out, value, false);
    add(out, series->warning ? series->warning : "", false);
    add(out, series->points.text[i], false);
    add(out, series->unit, false);
    add(out, conversion->en ? conversion->en : "", false);
    add(out, source_cell(ngfs, row, PLIM_NGFS_SCENARIO), false);
    add(out, source_cell(ngfs, row, PLIM_NGFS_REGION), false);
    add(out, line, false);
    add(out, file, false);
    add(out, ngfs->sha256, false);
    plim_text_add(out, "\n");
}

plim_status plim_ngfs_compose(const plim_ngfs *ngfs, const plim_ngfs_config *config, plim_text *out,
                              plim_error *err)
{
    plim_text_format(out, "%s\n", plim_ngfs_header);
    for (size_t s = 0; s < ngfs->n_series; s++)
        for (size_t i = 0; i < ngfs->series[s].points.count; i++)
            add_point(ngfs, &ngfs->series[s], i, base_name(config->path), out);
    return out->failed ? plim_fail_memory(err, "the pathways") : PLIM_OK;
}

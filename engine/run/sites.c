#include "run/sites.h"

#include "base/memory.h"
#include "run/hazard_csv.h"

enum { ID, LAT, LON, COLUMNS };

static plim_status take_row(void *user, const plim_sheet_row *row, plim_error *err)
{
    static const plim_sheet_range lats = {-90, 90, "degrees from -90 (south) to 90 (north)"};
    static const plim_sheet_range lons = {-180, 180, "degrees from -180 (west) to 180 (east)"};
    plim_sites *sites = user;
    const char *id = NULL;
    plim_point point = {0, 0};
    size_t known = sites->id.count;
    uint32_t index = 0;
    PLIM_TRY(plim_sheet_text(row, ID, &id, err));
    PLIM_TRY(plim_sheet_number(row, LAT, &lats, &point.lat, err));
    PLIM_TRY(plim_sheet_number(row, LON, &lons, &point.lon, err));
    PLIM_TRY(plim_names_add(&sites->id, id, &index, err));
    if (index < known)
        return plim_fail(err, PLIM_INPUT,
                         "%s: lines %u and %u: two sites have the id `%s`; accepted: a row a site",
                         row->sheet->path, sites->line[index], row->line, id);
    void *points = sites->point, *lines = sites->line;
    int failed = plim_grow(&points, &sites->point_capacity, known + 1, sizeof *sites->point);
    sites->point = points;
    if (failed == 0)
        failed = plim_grow(&lines, &sites->line_capacity, known + 1, sizeof *sites->line);
    sites->line = lines;
    if (failed != 0)
        return plim_fail_memory(err, row->sheet->path);
    sites->point[index] = point;
    sites->line[index] = row->line;
    return PLIM_OK;
}

plim_status plim_sites_read(plim_sites *out, const char *path, plim_error *err)
{
    plim_sheet sheet = {.path = path,
                        .column = {[ID] = "id", [LAT] = "lat", [LON] = "lon"},
                        .n_columns = COLUMNS,
                        .n_needed = COLUMNS,
                        .take = take_row,
                        .user = out};
    *out = (plim_sites){0};
    return plim_hazard_sheet(&sheet, out->sha256, err);
}

void plim_sites_free(plim_sites *sites)
{
    plim_names_free(&sites->id);
    plim_free(sites->point);
    plim_free(sites->line);
    *sites = (plim_sites){0};
}

#include "run/ngfs.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "run/ngfs_parts.h"

enum { FILE_LIMIT = 512 << 20 }; /* several times the largest file that NGFS publishes */

/* ---- rows to series ---- */

static const char *axis_cell(const plim_ngfs *ngfs, size_t row, plim_ngfs_axis axis)
{
    size_t column = ngfs->axis[axis].column;
    return column == PLIM_NO_COLUMN ? "" : plim_series_cell(&ngfs->file, row, column);
}

static const char *unit_cell(const plim_ngfs *ngfs, size_t row)
{
    return ngfs->unit_column == PLIM_NO_COLUMN
               ? ""
               : plim_series_cell(&ngfs->file, row, ngfs->unit_column);
}

/* The names of a row as we write them; false if it isn't wanted. */
static bool name_row(const plim_ngfs *ngfs, size_t row, const char *name[PLIM_NGFS_AXES])
{
    for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++) {
        const plim_ngfs_names *names = &ngfs->axis[axis];
        uint32_t at = plim_names_find(&names->source, axis_cell(ngfs, row, axis));
        if (!names->wanted[at])
            return false;
        name[axis] = names->own[at];
    }
    return true;
}

/* Which series each row belongs to (PLIM_NO_NAME: none); makes the series. */
static plim_status assign(plim_ngfs *ngfs, uint32_t *of_row, plim_error *err)
{
    plim_names keys = {0};
    size_t capacity = 0;
    plim_status status = PLIM_OK;
    for (size_t row = 0; row < ngfs->file.csv.n_rows && status == PLIM_OK; row++) {
        const char *name[PLIM_NGFS_AXES];
        plim_text key = {0};
        of_row[row] = PLIM_NO_NAME;
        if (!name_row(ngfs, row, name))
            continue;
        for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++)
            plim_text_format(&key, "%s\x1f", name[axis]);
        plim_text_add(&key, unit_cell(ngfs, row));
        status = key.failed ? plim_fail_memory(err, "the pathways")
                            : plim_names_add(&keys, plim_text_get(&key), &of_row[row], err);
        plim_text_free(&key);
        if (status == PLIM_OK && of_row[row] == ngfs->n_series) {
            if (plim_grow((void **)&ngfs->series, &capacity, ngfs->n_series + 1,
                          sizeof *ngfs->series) != 0) {
                status = plim_fail_memory(err, "the pathways");
                break;
            }
            plim_ngfs_series *series = &ngfs->series[ngfs->n_series++];
            *series = (plim_ngfs_series){.unit = unit_cell(ngfs, row)};
            memcpy(series->name, name, sizeof name);
        }
        if (status == PLIM_OK)
            ngfs->series[of_row[row]].rows.count++;
    }
    plim_names_free(&keys);
    return status;
}

static plim_status fill_rows(plim_ngfs *ngfs, const uint32_t *of_row, plim_error *err)
{
    for (size_t i = 0; i < ngfs->n_series; i++) {
        plim_series_rows *rows = &ngfs->series[i].rows;
        rows->row = plim_alloc(rows->count, sizeof *rows->row);
        if (!rows->row)
            return plim_fail_memory(err, "the pathways");
        rows->count = 0;
    }
    for (size_t row = 0; row < ngfs->file.csv.n_rows; row++)
        if (of_row[row] != PLIM_NO_NAME) {
            plim_series_rows *rows = &ngfs->series[of_row[row]].rows;
            rows->row[rows->count++] = row;
        }
    return PLIM_OK;
}

/* ---- the warning ---- */

static plim_status copy_text(char **out, const char *text, plim_error *err)
{
    *out = text ? plim_strdup(text) : NULL;
    return text && !*out ? plim_fail_memory(err, "the pathways") : PLIM_OK;
}

static plim_status ask_warning(plim_ngfs_series *series, plim_rules *rules, plim_error *err)
{
    plim_text small[3] = {{0}, {0}, {0}};
    plim_ngfs_small(series->name[PLIM_NGFS_MODEL], &small[0]);
    plim_ngfs_small(series->name[PLIM_NGFS_SCENARIO], &small[1]);
    plim_ngfs_small(series->name[PLIM_NGFS_VARIABLE], &small[2]);
    plim_rule_value in[] = {{.key = "model", .text = plim_text_get(&small[0])},
                            {.key = "scenario", .text = plim_text_get(&small[1])},
                            {.key = "variable", .text = plim_text_get(&small[2])}};
    plim_rule_value answer[] = {{.key = "warning"}, {.key = "zh"}};
    plim_status status = plim_rules_call(rules, "warning", in, 3, answer, 2, err);
    if (status == PLIM_OK)
        status = copy_text(&series->warning, answer[0].text, err);
    if (status == PLIM_OK)
        status = copy_text(&series->warning_zh, answer[1].text, err);
    for (size_t i = 0; i < 3; i++)
        plim_text_free(&small[i]);
    return status;
}

static void free_series(plim_ngfs_series *series)
{
    plim_free(series->warning);
    plim_free(series->warning_zh);
    plim_free(series->conversion.unit);
    plim_free(series->conversion.en);
    plim_free(series->conversion.zh);
    plim_series_rows_free(&series->rows);
    plim_series_free(&series->points);
}

/* What carries a warning stays only where a variable was named. */
static plim_status leave_out(plim_ngfs *ngfs, bool named, plim_rules *rules, plim_error *err)
{
    size_t kept = 0;
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < ngfs->n_series; i++) {
        plim_ngfs_series *series = &ngfs->series[i];
        if (status == PLIM_OK)
            status = ask_warning(series, rules, err);
        if (status == PLIM_OK && series->warning && !named) {
            status = plim_names_add(&ngfs->left_out, series->name[PLIM_NGFS_VARIABLE], NULL, err);
            ngfs->n_left_out++;
            free_series(series);
        } else {
            ngfs->series[kept++] = *series;
        }
    }
    ngfs->n_series = kept;
    return status;
}

plim_status plim_ngfs_find_series(plim_ngfs *ngfs, const plim_ngfs_config *config,
                                  plim_rules *rules, plim_error *err)
{
    uint32_t *of_row = plim_alloc(ngfs->file.csv.n_rows, sizeof *of_row);
    if (!of_row)
        return plim_fail_memory(err, "the pathways");
    plim_status status = assign(ngfs, of_row, err);
    if (status == PLIM_OK)
        status = fill_rows(ngfs, of_row, err);
    plim_free(of_row);
    PLIM_TRY(status);
    return leave_out(ngfs, config->n_wanted[PLIM_NGFS_VARIABLE] > 0, rules, err);
}

/* ---- opening ---- */

/* The years that the file has. */
static void find_span(plim_ngfs *ngfs)
{
    const plim_series_file *file = &ngfs->file;
    size_t n = file->wide ? file->csv.n_columns : file->csv.n_rows;
    for (size_t i = 0; i < n; i++) {
        int year =
            file->wide ? file->year_of[i] : plim_series_year(plim_series_cell(file, i, file->year));
        if (year == 0)
            continue;
        if (ngfs->first_year == 0 || year < ngfs->first_year)
            ngfs->first_year = year;
        if (year > ngfs->last_year)
            ngfs->last_year = year;
    }
}

static plim_status open_rules(plim_rules **out, const plim_ngfs_config *config, plim_error *err)
{
    plim_script_loader loader = {.lib_dir = config->lib_dir};
    return plim_rules_open(out, "ngfs", &loader, err);
}

plim_status plim_ngfs_open(plim_ngfs *out, const plim_ngfs_config *config, plim_error *err)
{
    size_t length = 0;
    plim_rules *rules = NULL;
    PLIM_TRY(plim_file_read(config->path, FILE_LIMIT, &out->text, &length, err));
    PLIM_TRY(plim_digest_bytes(out->text, length, out->sha256, err));
    PLIM_TRY(plim_series_open(&out->file, config->path, out->text, length, &config->form, err));
    find_span(out);
    PLIM_TRY(open_rules(&rules, config, err));
    plim_status status = plim_ngfs_find_names(out, config, rules, err);
    if (status == PLIM_OK)
        status = plim_ngfs_find_series(out, config, rules, err);
    plim_rules_close(rules);
    return status;
}

void plim_ngfs_free(plim_ngfs *ngfs)
{
    for (size_t i = 0; i < ngfs->n_series; i++)
        free_series(&ngfs->series[i]);
    plim_free(ngfs->series);
    for (size_t axis = 0; axis < PLIM_NGFS_AXES; axis++) {
        plim_ngfs_names *names = &ngfs->axis[axis];
        for (size_t i = 0; names->own && i < names->source.count; i++)
            plim_free(names->own[i]);
        plim_free(names->own);
        plim_free(names->wanted);
        plim_names_free(&names->source);
    }
    plim_names_free(&ngfs->left_out);
    plim_series_close(&ngfs->file);
    plim_free(ngfs->text);
    *ngfs = (plim_ngfs){0};
}

/* ---- values ---- */

static plim_status convert(plim_ngfs_series *series, const plim_ngfs_config *config,
                           plim_rules *rules, plim_error *err)
{
    plim_ngfs_conversion *conversion = &series->conversion;
    plim_text variable = {0};
    plim_ngfs_small(series->name[PLIM_NGFS_VARIABLE], &variable);
    plim_rule_value in[] = {
        {.key = "unit", .text = series->unit},
        {.key = "variable", .text = plim_text_get(&variable)},
        {.key = "currency", .text = config->currency},
        {.key = "price_year",
         .number = config->price_year ? (double)config->price_year : (double)NAN}};
    plim_rule_value answer[] = {{.key = "unit"}, {.key = "factor"},  {.key = "en"},
                                {.key = "zh"},   {.key = "refused"}, {.key = "money"}};
    plim_status status = plim_rules_call(rules, "convert", in, 4, answer, 6, err);
    plim_text_free(&variable);
    PLIM_TRY(status);
    if (answer[4].text)
        return plim_fail(err, PLIM_INPUT, "%s: `%s` in `%s`: %s", config->path,
                         series->name[PLIM_NGFS_VARIABLE], series->unit, answer[4].text);
    conversion->money = answer[5].number == 1.0;
    conversion->factor = answer[0].text ? answer[1].number : 1.0;
    PLIM_TRY(copy_text(&conversion->unit, answer[0].text, err));
    PLIM_TRY(copy_text(&conversion->en, answer[2].text, err));
    return copy_text(&conversion->zh, answer[3].text, err);
}

/* Keeps the points within the years and the next one on either side. */
static void cut_years(plim_series *points, const plim_ngfs_config *config)
{
    size_t first = 0, end = points->count;
    if (config->first_year == 0)
        return;
    while (first + 1 < points->count && points->year[first + 1] <= config->first_year)
        first++;
    while (end - 1 > first && points->year[end - 2] >= config->last_year)
        end--;
    for (size_t i = first; i < end; i++) {
        points->year[i - first] = points->year[i];
        points->value[i - first] = points->value[i];
        points->row[i - first] = points->row[i];
        points->text[i - first] = points->text[i];
    }
    points->count = end - first;
}

/* No value may leave the range of numbers. */
static plim_status check_range(const plim_ngfs *ngfs, const plim_ngfs_series *series,
                               plim_error *err)
{
    const plim_series *points = &series->points;
    for (size_t i = 0; i < points->count; i++)
        if (!isfinite(points->value[i] * series->conversion.factor))
            return plim_fail(err, PLIM_INPUT,
                             "%s: line %zu: `%s` times %g is beyond what a number can hold",
                             ngfs->file.path, ngfs->file.csv.line[points->row[i]], points->text[i],
                             series->conversion.factor);
    return PLIM_OK;
}

static plim_status read_all(plim_ngfs *ngfs, const plim_ngfs_config *config, plim_rules *rules,
                            plim_error *err)
{
    for (size_t i = 0; i < ngfs->n_series; i++) {
        plim_ngfs_series *series = &ngfs->series[i];
        PLIM_TRY(
            plim_series_read(&ngfs->file, &series->rows, PLIM_TWINS_NAMED, &series->points, err));
        ngfs->n_duplicates += series->points.n_duplicates;
        cut_years(&series->points, config);
        PLIM_TRY(convert(series, config, rules, err));
        PLIM_TRY(check_range(ngfs, series, err));
    }
    return PLIM_OK;
}

plim_status plim_ngfs_read(plim_ngfs *ngfs, const plim_ngfs_config *config, plim_error *err)
{
    plim_rules *rules = NULL;
    if (ngfs->n_series == 0 && ngfs->n_left_out > 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: all that is meant carries the Kotz-Wenz warning, such as `%s`; ask "
                         "for it by name with --variable if it is wanted all the same",
                         config->path, ngfs->left_out.text[0]);
    if (ngfs->n_series == 0)
        return plim_fail(err, PLIM_INPUT, "%s: no row has all the names that were given",
                         config->path);
    PLIM_TRY(open_rules(&rules, config, err));
    plim_status status = read_all(ngfs, config, rules, err);
    plim_rules_close(rules);
    return status;
}

/* Names on the axes of a scenario database: what the file calls them, what we do, which are
 * wanted. */
#include <string.h>

#include "base/memory.h"
#include "run/ngfs_parts.h"

const char *const plim_ngfs_axis_names[PLIM_NGFS_AXES] = {"model", "scenario", "region",
                                                          "variable"};

void plim_ngfs_small(const char *text, plim_text *out)
{
    plim_text_free(out);
    for (; *text; text++) {
        char small = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
        plim_text_add_bytes(out, &small, 1);
    }
}

/* ---- columns ---- */

static plim_status find_columns(plim_ngfs *ngfs, plim_error *err)
{
    const plim_series_file *file = &ngfs->file;
    for (size_t i = 0; i < PLIM_NGFS_AXES; i++)
        ngfs->axis[i].column = plim_series_column(file, plim_ngfs_axis_names[i]);
    size_t *region = &ngfs->axis[PLIM_NGFS_REGION].column;
    if (*region == PLIM_NO_COLUMN)
        *region = plim_series_column(file, "scenario_geography");
    ngfs->unit_column = plim_series_column(file, "unit");
    if (ngfs->unit_column == PLIM_NO_COLUMN)
        ngfs->unit_column = plim_series_column(file, "units");
    for (size_t i = 0; i < PLIM_NGFS_AXES; i++)
        if ((i == PLIM_NGFS_SCENARIO || i == PLIM_NGFS_VARIABLE) &&
            ngfs->axis[i].column == PLIM_NO_COLUMN)
            return plim_fail(err, PLIM_INPUT,
                             "%s: has no column `%s`, so it is no table of a scenario database "
                             "(Model, Scenario, Region, Variable, Unit and years); a script reads "
                             "other files with pathway { csv = \"...\", where = { ... } }",
                             file->path, plim_ngfs_axis_names[i]);
    return PLIM_OK;
}

/* ---- as the library writes them ---- */

static plim_status own_name(plim_rules *rules, plim_ngfs_axis axis, const char *name, char **out,
                            plim_error *err)
{
    plim_text key = {0};
    plim_series_key(name, &key);
    plim_rule_value in[] = {{.key = "name", .text = name},
                            {.key = "key", .text = plim_text_get(&key)}};
    plim_rule_value answer = {.key = "name"};
    plim_status status = PLIM_OK;
    if (axis == PLIM_NGFS_SCENARIO || axis == PLIM_NGFS_REGION)
        status = plim_rules_call(rules, plim_ngfs_axis_names[axis], in, 2, &answer, 1, err);
    *out = status == PLIM_OK ? plim_strdup(answer.text ? answer.text : name) : NULL;
    if (status == PLIM_OK && (!*out || key.failed))
        status = plim_fail_memory(err, "the names of pathways");
    plim_text_free(&key);
    return status;
}

static plim_status collect_names(plim_ngfs *ngfs, plim_ngfs_axis axis, plim_rules *rules,
                                 plim_error *err)
{
    plim_ngfs_names *names = &ngfs->axis[axis];
    plim_series_rows all = {0};
    plim_status status = PLIM_OK;
    if (names->column == PLIM_NO_COLUMN) {
        status = plim_names_add(&names->source, "", NULL, err);
    } else {
        status = plim_series_all(&ngfs->file, &all, err);
        if (status == PLIM_OK)
            status = plim_series_values(&ngfs->file, &all, names->column, &names->source, err);
        plim_series_rows_free(&all);
    }
    PLIM_TRY(status);
    names->own = plim_alloc(names->source.count, sizeof *names->own);
    names->wanted = plim_alloc(names->source.count, sizeof *names->wanted);
    if (!names->own || !names->wanted)
        return plim_fail_memory(err, "the names of pathways");
    for (size_t i = 0; i < names->source.count; i++)
        PLIM_TRY(own_name(rules, axis, names->source.text[i], &names->own[i], err));
    return PLIM_OK;
}

/* ---- which are wanted ---- */

/* Names that begin as `name` does, such as "Equity prices(combined)" for "Equity prices". */
static plim_status longer_names(const plim_names *source, const char *name, plim_names *out,
                                plim_error *err)
{
    plim_text wanted = {0}, other = {0};
    plim_status status = PLIM_OK;
    plim_ngfs_small(name, &wanted);
    for (size_t i = 0; i < source->count && status == PLIM_OK; i++) {
        plim_ngfs_small(source->text[i], &other);
        if (strncmp(plim_text_get(&other), plim_text_get(&wanted), wanted.length) == 0)
            status = plim_names_add(out, source->text[i], NULL, err);
    }
    if (status == PLIM_OK && (wanted.failed || other.failed))
        status = plim_fail_memory(err, "the names of pathways");
    plim_text_free(&wanted);
    plim_text_free(&other);
    return status;
}

static plim_status fail_name(const plim_ngfs *ngfs, plim_ngfs_axis axis, const char *name,
                             plim_error *err)
{
    const plim_names *source = &ngfs->axis[axis].source;
    plim_names longer = {0};
    plim_text list = {0};
    plim_status status = longer_names(source, name, &longer, err);
    const char *nearest =
        plim_nearest(name, (const char *const *)(const void *)source->text, source->count);
    if (longer.count > 0) {
        plim_text_add(&list, "; names that begin so: ");
        plim_series_list(&list, &longer);
    } else {
        if (nearest)
            plim_text_format(&list, "; did you mean `%s`?", nearest);
        plim_text_add(&list, "; there are ");
        plim_series_list(&list, source);
    }
    if (status == PLIM_OK)
        status = plim_fail(err, PLIM_INPUT, "%s: no row has the %s `%s`%s", ngfs->file.path,
                           plim_ngfs_axis_names[axis], name, plim_text_get(&list));
    plim_text_free(&list);
    plim_names_free(&longer);
    return status;
}

/* Marks what `name` means: as written, else by its key, else by the key that we write. */
static plim_status want(plim_ngfs *ngfs, plim_ngfs_axis axis, const char *name, plim_rules *rules,
                        plim_error *err)
{
    plim_ngfs_names *names = &ngfs->axis[axis];
    uint32_t exact = plim_names_find(&names->source, name);
    char *own = NULL;
    bool found = exact != PLIM_NO_NAME;
    if (found)
        names->wanted[exact] = true;
    for (size_t i = 0; exact == PLIM_NO_NAME && i < names->source.count; i++)
        if (plim_series_same_key(names->source.text[i], name))
            found = names->wanted[i] = true;
    if (found)
        return PLIM_OK;
    PLIM_TRY(own_name(rules, axis, name, &own, err));
    for (size_t i = 0; i < names->source.count; i++)
        if (plim_series_same_key(names->own[i], own))
            found = names->wanted[i] = true;
    plim_free(own);
    return found ? PLIM_OK : fail_name(ngfs, axis, name, err);
}

plim_status plim_ngfs_find_names(plim_ngfs *ngfs, const plim_ngfs_config *config, plim_rules *rules,
                                 plim_error *err)
{
    PLIM_TRY(find_columns(ngfs, err));
    for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++) {
        PLIM_TRY(collect_names(ngfs, axis, rules, err));
        plim_ngfs_names *names = &ngfs->axis[axis];
        for (size_t i = 0; i < names->source.count; i++)
            names->wanted[i] = config->n_wanted[axis] == 0;
        for (size_t i = 0; i < config->n_wanted[axis]; i++)
            PLIM_TRY(want(ngfs, axis, config->wanted[axis][i], rules, err));
    }
    return PLIM_OK;
}

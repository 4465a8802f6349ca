#include "book/map.h"

#include "base/memory.h"

#include <string.h>

bool plim_map_scale(const char *name, int *out)
{
    static const struct {
        const char *name;
        int power;
    } scales[] = {{"元", 0},   {"千元", 3}, {"万元", 4}, {"百万元", 6},
                  {"亿元", 8}, {"%", -2},   {"‰", -3},   {"bp", -4}};
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (strcmp(scales[i].name, name) == 0) {
            *out = scales[i].power;
            return true;
        }
    return false;
}

static void free_file(plim_map_file *file)
{
    plim_free(file->name);
    plim_free(file->path);
    for (size_t i = 0; i < file->n_footer; i++)
        plim_free(file->footer[i]);
    plim_free(file->footer);
}

static void free_column(plim_map_column *column)
{
    plim_free(column->name);
    plim_free(column->source);
    plim_free(column->value);
    plim_free(column->row);
    plim_free(column->minus);
    plim_free(column->empty);
    plim_free(column->unit);
    for (size_t i = 0; i < column->codes.from.count; i++)
        plim_free(column->codes.to[i]);
    plim_free(column->codes.to);
    plim_free(column->codes.otherwise);
    plim_names_free(&column->codes.from);
}

static void free_table(plim_map_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        free_column(&table->columns[i]);
    for (size_t i = 0; i < table->n_joins; i++) {
        plim_free(table->joins[i].from);
        plim_free(table->joins[i].to);
    }
    for (size_t i = 0; i < table->n_exclusions; i++) {
        plim_free(table->exclusions[i].source);
        plim_free(table->exclusions[i].reason);
        plim_names_free(&table->exclusions[i].is);
    }
    plim_free(table->columns);
    plim_free(table->joins);
    plim_free(table->exclusions);
}

void plim_map_free(plim_map *map)
{
    for (size_t i = 0; i < map->n_files; i++)
        free_file(&map->files[i]);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        free_table(&map->tables[t]);
    if (map->has_proxies)
        plim_proxy_rules_free(&map->proxies);
    plim_free(map->files);
    plim_free(map->path);
    plim_free(map->as_of);
    plim_free(map->currency);
    *map = (plim_map){0};
}

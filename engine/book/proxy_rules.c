#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "book/proxy.h"

#define NONE ((double)NAN)

void plim_proxy_rules_init(plim_proxy_rules *rules)
{
    *rules = (plim_proxy_rules){
        .pd_otherwise = NONE, .unsecured_household = NONE, .quality = {NONE, NONE, NONE, NONE}};
}

static void free_list(plim_proxy_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        plim_free(list->entries[i].key);
        plim_free(list->entries[i].unit);
    }
    plim_free(list->entries);
}

void plim_proxy_rules_free(plim_proxy_rules *rules)
{
    plim_proxy_list *lists[] = {&rules->collateral, &rules->unsecured, &rules->fuels,
                                &rules->output,     &rules->revenue,   &rules->scores,
                                &rules->words};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free_list(lists[i]);
    for (size_t i = 0; i < rules->n_pd; i++)
        free_list(&rules->pd[i].sectors);
    for (size_t i = 0; i < rules->n_grid; i++)
        free_list(&rules->grid[i].regions);
    plim_free(rules->pd);
    plim_free(rules->grid);
    plim_free(rules->power_column);
    plim_free(rules->output_column);
    plim_free(rules->output_unit_column);
    plim_free(rules->score_column);
    plim_proxy_rules_init(rules);
}

plim_status plim_proxy_list_add(plim_proxy_list *list, const char *key, const char *unit,
                                const double value[2], plim_error *err)
{
    void *entries = list->entries;
    if (plim_grow(&entries, &list->capacity, list->count + 1, sizeof *list->entries) != 0)
        return plim_fail_memory(err, "the rules of proxies");
    list->entries = entries;
    plim_proxy_entry *entry = &list->entries[list->count];
    *entry = (plim_proxy_entry){.key = plim_strdup(key),
                                .unit = unit != NULL ? plim_strdup(unit) : NULL,
                                .value = {value[0], value[1]}};
    list->count++;
    if (entry->key == NULL || (unit != NULL && entry->unit == NULL))
        return plim_fail_memory(err, "the rules of proxies");
    return PLIM_OK;
}

const plim_proxy_entry *plim_proxy_list_find(const plim_proxy_list *list, const char *text)
{
    const plim_proxy_entry *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->entries[i].key);
        if ((found == NULL || length > longest) &&
            strncmp(list->entries[i].key, text, length) == 0) {
            found = &list->entries[i];
            longest = length;
        }
    }
    return found;
}

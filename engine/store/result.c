/* A result in memory. */
#include <string.h>

#include "base/memory.h"
#include "store/store.h"

plim_status plim_result_init(plim_result *result, plim_error *err)
{
    *result = (plim_result){0};
    result->tables = plim_alloc(plim_table_spec_count, sizeof *result->tables);
    if (result->tables == NULL)
        return plim_fail_memory(err, "result tables");
    for (size_t t = 0; t < plim_table_spec_count; t++) {
        plim_status status = plim_table_init(&result->tables[t], &plim_table_specs[t], err);
        if (status != PLIM_OK) {
            plim_result_free(result);
            return status;
        }
    }
    return PLIM_OK;
}

static plim_status add_setting(plim_result *result, const char *key, plim_error *err)
{
    size_t n = result->setting_keys.count;
    char **values = plim_resize(result->setting_value, n + 1, sizeof *values);
    if (values == NULL)
        return plim_fail_memory(err, key);
    values[n] = NULL;
    result->setting_value = values;
    return plim_names_add(&result->setting_keys, key, NULL, err);
}

plim_status plim_result_set(plim_result *result, const char *key, const char *value,
                            plim_error *err)
{
    if (plim_names_find(&result->setting_keys, key) == PLIM_NO_NAME)
        PLIM_TRY(add_setting(result, key, err));
    char *copy = plim_strdup(value);
    if (copy == NULL)
        return plim_fail_memory(err, key);
    char **at = &result->setting_value[plim_names_find(&result->setting_keys, key)];
    plim_free(*at);
    *at = copy;
    return PLIM_OK;
}

const char *plim_result_setting(const plim_result *result, const char *key)
{
    uint32_t at = plim_names_find(&result->setting_keys, key);
    return at != PLIM_NO_NAME ? result->setting_value[at] : NULL;
}

static void free_input(plim_kept_input *input)
{
    plim_free(input->kind);
    plim_free(input->path);
    plim_free(input->text);
}

plim_status plim_result_keep(plim_result *result, const plim_kept_input *input, plim_error *err)
{
    plim_kept_input *inputs =
        plim_resize(result->inputs, result->n_inputs + 1, sizeof *result->inputs);
    if (inputs == NULL)
        return plim_fail_memory(err, "a kept input");
    result->inputs = inputs;
    plim_kept_input copy = {.kind = plim_strdup(input->kind),
                            .path = plim_strdup(input->path),
                            .text = NULL,
                            .length = input->text != NULL ? input->length : 0};
    memcpy(copy.sha256, input->sha256, sizeof copy.sha256);
    if (input->text != NULL) {
        copy.text = plim_alloc(input->length + 1, 1);
        if (copy.text != NULL)
            memcpy(copy.text, input->text, input->length);
    }
    if (copy.kind == NULL || copy.path == NULL || (input->text != NULL && copy.text == NULL)) {
        free_input(&copy);
        return plim_fail_memory(err, "a kept input");
    }
    result->inputs[result->n_inputs++] = copy;
    return PLIM_OK;
}

void plim_result_free(plim_result *result)
{
    for (size_t t = 0; result->tables != NULL && t < plim_table_spec_count; t++)
        if (result->tables[t].spec != NULL)
            plim_table_free(&result->tables[t]);
    plim_free(result->tables);
    for (size_t i = 0; i < result->n_inputs; i++)
        free_input(&result->inputs[i]);
    plim_free(result->inputs);
    for (size_t k = 0; k < result->setting_keys.count; k++)
        plim_free(result->setting_value[k]);
    plim_free(result->setting_value);
    plim_names_free(&result->setting_keys);
    *result = (plim_result){0};
}

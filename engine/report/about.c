#include "report/workbook.h"

#include <string.h>

#include "report/screen.h"

static const plim_field fields[] = {
    {"item", PLIM_CELL_TEXT, "what is said"},
    {"content", PLIM_CELL_TEXT, "its content"},
};

enum { ITEM, CONTENT };

static const plim_table_spec spec = {
    .name = "about",
    .doc = "what was run, in brief, and what the sheets hold",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

static plim_status add(plim_table *out, const char *item, const char *content, plim_error *err)
{
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, ITEM, item, err));
    return plim_table_set_text(out, CONTENT, content, err);
}

/* The same, with what is put together; both are released. */
static plim_status add_made(plim_table *out, plim_text *item, plim_text *content, plim_error *err)
{
    plim_status status = item->failed || content->failed
                             ? plim_fail_memory(err, "a workbook")
                             : add(out, plim_text_get(item), plim_text_get(content), err);
    plim_text_free(item);
    plim_text_free(content);
    return status;
}

/* Keys of table `run`, with what they are called here. */
static plim_status add_run(plim_table *out, const plim_table *run, plim_lang lang, plim_error *err)
{
    static const char *const keys[][2] = {
        {"version", "about:version"},   {"as_of", "about:as_of"},
        {"currency", "about:currency"}, {"scenarios", "about:scenarios"},
        {"years", "about:years"},       {"model", "about:model"},
        {"banks", "about:banks"},       {"borrowers", "about:borrowers"},
        {"loans", "about:loans"},       {"paths", "about:paths"},
        {"seed", "about:seed"}};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (size_t row = 0; row < run->n_rows; row++)
            if (strcmp(plim_table_text(run, row, 0), keys[k][0]) == 0)
                PLIM_TRY(add(out, plim_report_word(keys[k][1], lang), plim_table_text(run, row, 1),
                             err));
    return PLIM_OK;
}

static plim_status add_titles(plim_table *out, const plim_table *run, plim_lang lang,
                              plim_error *err)
{
    const char *prefix = lang == PLIM_LANG_ZH ? "title_zh:" : "title_en:";
    for (size_t row = 0; row < run->n_rows; row++) {
        const char *key = plim_table_text(run, row, 0);
        if (strncmp(key, prefix, strlen(prefix)) != 0)
            continue;
        plim_text item = {0}, title = {0};
        plim_text_format(&item, plim_report_word("scenario %s", lang), key + strlen(prefix));
        plim_text_add(&title, plim_table_text(run, row, 1));
        PLIM_TRY(add_made(out, &item, &title, err));
    }
    return PLIM_OK;
}

static plim_status add_sheet(plim_table *out, const plim_table *table, plim_lang lang,
                             plim_error *err)
{
    plim_text item = {0}, content = {0}, key = {0};
    plim_text_format(&item, plim_report_word("sheet %s", lang), table->spec->name);
    plim_text_format(&key, "table:%s", table->spec->name);
    plim_text_add(&content, lang == PLIM_LANG_ZH ? plim_report_word(plim_text_get(&key), lang)
                                                 : table->spec->doc);
    plim_text_add(&content, lang == PLIM_LANG_ZH ? "；" : "; ");
    plim_text_format(&content, plim_report_word("%zu rows", lang), table->n_rows);
    plim_text_free(&key);
    return add_made(out, &item, &content, err);
}

static plim_status fill(plim_table *out, const plim_result *result, plim_lang lang, plim_error *err)
{
    const plim_table *run = NULL;
    for (size_t i = 0; i < plim_table_spec_count; i++)
        if (strcmp(plim_table_specs[i].name, "run") == 0)
            run = &result->tables[i];
    PLIM_TRY(add_run(out, run, lang, err));
    PLIM_TRY(add_titles(out, run, lang, err));
    for (size_t i = 0; i < plim_table_spec_count; i++)
        PLIM_TRY(add_sheet(out, &result->tables[i], lang, err));
    return PLIM_OK;
}

plim_status plim_report_about(plim_table *out, const plim_result *result, plim_lang lang,
                              plim_error *err)
{
    PLIM_TRY(plim_table_init(out, &spec, err));
    plim_status status = fill(out, result, lang, err);
    if (status != PLIM_OK)
        plim_table_free(out);
    return status;
}

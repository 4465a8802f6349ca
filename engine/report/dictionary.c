#include "report/dictionary.h"

#include <string.h>

static const plim_meaning meanings[] = {
#define MEANING(table, column, unit, formula, formula_zh, meaning_zh)                              \
    {table, column, unit, formula, formula_zh, meaning_zh},
#include "report/dictionary.def"
#undef MEANING
};

const plim_meaning *plim_report_meaning(const char *table, const char *column)
{
    const plim_meaning *shared = NULL;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (strcmp(meanings[i].column, column) != 0)
            continue;
        if (strcmp(meanings[i].table, table) == 0)
            return &meanings[i];
        if (strcmp(meanings[i].table, "*") == 0)
            shared = &meanings[i];
    }
    return shared;
}

static const plim_field fields[] = {
    {"table", PLIM_CELL_TEXT, "table of a result"},
    {"column", PLIM_CELL_TEXT, "name of the column"},
    {"meaning", PLIM_CELL_TEXT, "what the column means"},
    {"unit", PLIM_CELL_TEXT, "of its values"},
    {"formula", PLIM_CELL_TEXT, "how it is computed, with the source"},
};

enum { TABLE_NAME, COLUMN, MEANS, UNIT, FORMULA };

static const plim_table_spec spec = {
    .name = "result_dictionary",
    .doc = "columns of result tables and what they mean",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

/* Language of the texts, and what "CNY" stands for. */
typedef struct voice {
    plim_lang lang;
    const char *currency;
} voice;

static plim_status add_column(plim_table *out, const plim_table_spec *table,
                              const plim_field *field, voice in, plim_error *err)
{
    static const plim_meaning none = {.unit = "", .formula = "", .formula_zh = ""};
    const plim_meaning *found = plim_report_meaning(table->name, field->key);
    const plim_meaning *m = found != NULL ? found : &none;
    bool chinese = in.lang == PLIM_LANG_ZH && found != NULL;
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, TABLE_NAME, table->name, err));
    PLIM_TRY(plim_table_set_text(out, COLUMN, field->key, err));
    PLIM_TRY(plim_table_set_text(out, MEANS, chinese ? m->meaning_zh : field->doc, err));
    PLIM_TRY(
        plim_table_set_text(out, UNIT, strcmp(m->unit, "CNY") == 0 ? in.currency : m->unit, err));
    return plim_table_set_text(out, FORMULA, chinese ? m->formula_zh : m->formula, err);
}

plim_status plim_report_dictionary(plim_table *out, const char *currency, plim_lang lang,
                                   plim_error *err)
{
    PLIM_TRY(plim_table_init(out, &spec, err));
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < plim_table_spec_count; t++)
        for (size_t f = 0; f < plim_table_specs[t].n_fields && status == PLIM_OK; f++)
            status = add_column(out, &plim_table_specs[t], &plim_table_specs[t].fields[f],
                                (voice){lang, currency}, err);
    if (status != PLIM_OK)
        plim_table_free(out);
    return status;
}

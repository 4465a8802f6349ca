#include "report/digest_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const plim_table *plim_digest_table(const plim_digest *d, const char *name)
{
    for (size_t i = 0; i < plim_table_spec_count; i++)
        if (strcmp(plim_table_specs[i].name, name) == 0)
            return &d->result->tables[i];
    return NULL;
}

const char *plim_digest_text(const plim_table *table, size_t row, const char *key)
{
    return plim_table_text(table, row, plim_table_field(table, key));
}

double plim_digest_number(const plim_table *table, size_t row, const char *key)
{
    size_t field = plim_table_field(table, key);
    return field < table->spec->n_fields ? plim_table_number(table, row, field) : (double)NAN;
}

/* The row with these two texts, or n_rows. */
size_t plim_digest_row(const plim_table *table, const char *key, const char *value,
                       const char *key2, const char *value2)
{
    size_t row = 0;
    while (row < table->n_rows && (strcmp(plim_digest_text(table, row, key), value) != 0 ||
                                   strcmp(plim_digest_text(table, row, key2), value2) != 0))
        row++;
    return row;
}

/* Value of a key of table `run`; "?" if absent. */
const char *plim_digest_run(const plim_digest *d, const char *key)
{
    const plim_table *run = plim_digest_table(d, "run");
    size_t row = plim_digest_row(run, "key", key, "key", key);
    return row < run->n_rows ? plim_digest_text(run, row, "value") : "?";
}

/* The same for `KEY:SCENARIO`; NULL if absent. */
const char *plim_digest_run_of(const plim_digest *d, const char *key, const char *scenario)
{
    char name[512];
    snprintf(name, sizeof name, "%s:%s", key, scenario);
    const char *value = plim_digest_run(d, name);
    return strcmp(value, "?") == 0 ? NULL : value;
}

const char *plim_digest_word(const plim_digest *d, const char *key)
{
    return plim_report_word(key, d->lang);
}

const char *plim_digest_scenario(const plim_digest *d, size_t s)
{
    return s == 0 ? plim_digest_word(d, "baseline") : d->scenarios.text[s];
}

void plim_digest_title(plim_digest *d, const char *title, const plim_scale *scale)
{
    plim_text_format(d->out, "\n%s", title);
    if (scale) {
        plim_text_add(d->out, d->lang == PLIM_LANG_ZH ? "（" : " (");
        plim_text_format(d->out, plim_report_word("amounts in %s", d->lang), scale->unit);
        plim_text_add(d->out, d->lang == PLIM_LANG_ZH ? "；" : "; ");
        plim_text_format(d->out, "%s%s", plim_digest_word(d, "value ± standard error"),
                         d->lang == PLIM_LANG_ZH ? "）" : ")");
    }
    plim_text_add(d->out, "\n");
}

double plim_digest_run_number(const plim_digest *d, const char *key, const char *scenario)
{
    const char *text = plim_digest_run_of(d, key, scenario);
    double value = (double)NAN;
    return text && plim_parse_double(text, &value) ? value : (double)NAN;
}

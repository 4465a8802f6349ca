/* Measures of two results, one by one. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "measure/measure.h"
#include "run/compare.h"
#include "run/compare_parts.h"
#include "run/record.h"

/* Which fields of a table tell its rows apart, beside the scenario. */
static const struct compared_table {
    const char *name, *keys[5];
    bool measures_in_rows;    /* fields value, delta of a row are of the `measure` that it names */
    const char *field, *only; /* rows alone whose field says this; NULL: all */
} compared[] = {
    {"summary", {NULL}, true, NULL, NULL},
    {"years", {"year"}, false, NULL, NULL},
    {"banks", {"bank"}, false, NULL, NULL},
    {"sectors", {"key"}, false, NULL, NULL},
    {"regions", {"key"}, false, NULL, NULL},
    {"tail", {NULL}, true, NULL, NULL},
    {"damage", {"damage"}, false, NULL, NULL},
    {"events", {"hazard", "event"}, false, NULL, NULL},
    {"compound", {"first", "second"}, false, NULL, NULL},
    {"classes", {"year", "bank", "from", "to"}, false, NULL, NULL},
    {"class_paths", {"year", "bank"}, true, NULL, NULL},
    {"capital", {"year", "bank", "balance_sheet"}, true, NULL, NULL},
    {"breaches", {"year", "bank", "requirement", "balance_sheet"}, false, NULL, NULL},
    {"joint", {"key", "banks"}, false, "kind", "banks"}, /* lists of borrowers are no measures */
};
enum { TABLES = sizeof compared / sizeof *compared };

const char *const plim_compare_tables[] = {
    "summary",  "years",  "banks",    "sectors", "regions",     "tail",
    "damage",   "events", "compound", "classes", "class_paths", "capital",
    "breaches", "joint",  "run",      "paths",   NULL};
_Static_assert(sizeof plim_compare_tables / sizeof *plim_compare_tables == TABLES + 3,
               "the tables that are compared, run, paths, and the end");

typedef struct work {
    plim_table *out;
    const plim_recorded *runs;
    const struct compared_table *about;
    const plim_table *table[2];
    plim_names rows[2]; /* texts that tell rows apart, in their order */
    plim_pairing pairing;
} work;

/* ---- fields and rows ---- */

/* A field that is compared, and what tells its error: the one with it, or the ends of its 95 %
   interval. n_fields: there is none. */
typedef struct measured_field {
    size_t value, error, low, high;
} measured_field;

static bool is_exact(const plim_table_spec *spec, size_t f)
{
    return spec->fields[f].kind == PLIM_CELL_FEN;
}

/* Fields whose interval stands beside them, in tables without errors. */
static bool has_interval(const char *key)
{
    return strcmp(key, "value") == 0 || strcmp(key, "probability") == 0;
}

/* What has an error or an interval, or needs none because it is no estimate. */
static bool find_field(const plim_table_spec *spec, size_t f, measured_field *out)
{
    const plim_field *field = &spec->fields[f];
    char name[64];
    (void)snprintf(name, sizeof name, "%s_stderr", field->key);
    const char *error = strcmp(field->key, "value") == 0 ? "stderr" : name;
    *out =
        (measured_field){f, plim_table_spec_field(spec, error), plim_table_spec_field(spec, "lo95"),
                         plim_table_spec_field(spec, "hi95")};
    bool known =
        out->error < spec->n_fields || (has_interval(field->key) && out->high < spec->n_fields);
    return is_exact(spec, f) || (field->kind != PLIM_CELL_TEXT && known);
}

/* NaN where there is none. */
static double error_at(const plim_table *table, size_t row, const measured_field *field)
{
    size_t none = table->spec->n_fields;
    if (field->error < none)
        return plim_table_number(table, row, field->error);
    if (field->high == none || is_exact(table->spec, field->value))
        return (double)NAN;
    return (plim_table_number(table, row, field->high) -
            plim_table_number(table, row, field->low)) /
           (2 * PLIM_Z95);
}

/* "2026/bank0" */
static void key_of(const work *w, const plim_table *table, size_t row, plim_text *out)
{
    for (size_t k = 0; w->about->keys[k] != NULL; k++) {
        size_t f = plim_table_spec_field(table->spec, w->about->keys[k]);
        char digits[32];
        bool text = table->spec->fields[f].kind == PLIM_CELL_TEXT;
        if (!text)
            plim_table_format(table, row, f, digits, sizeof digits);
        plim_text_format(out, "%s%s", k > 0 ? "/" : "",
                         text ? plim_table_text(table, row, f) : digits);
    }
}

static const char *measure_of(const plim_table *table, size_t row)
{
    return plim_table_text(table, row, plim_table_spec_field(table->spec, "measure"));
}

static plim_status name_rows(work *w, int run, plim_error *err)
{
    const plim_table *table = w->table[run];
    for (size_t row = 0; row < table->n_rows; row++) {
        plim_text name = {0};
        plim_text_format(&name, "%s\n", plim_table_text(table, row, 0));
        if (w->about->measures_in_rows)
            plim_text_format(&name, "%s\n", measure_of(table, row));
        key_of(w, table, row, &name);
        plim_status status = name.failed
                                 ? plim_fail_memory(err, "the comparison")
                                 : plim_names_add(&w->rows[run], plim_text_get(&name), NULL, err);
        plim_text_free(&name);
        PLIM_TRY(status);
        if (w->rows[run].count != row + 1)
            return plim_fail(
                err, PLIM_INPUT,
                "%s: table %s, row %zu: the same scenario and key stand in another row "
                "too; the result is damaged",
                w->runs[run].path, table->spec->name, row);
    }
    return PLIM_OK;
}

/* ---- one measure ---- */

/* A measure of a row that one run or both have. */
typedef struct cell {
    const char *scenario, *key, *measure;
    double value[2], error[2]; /* NaN where there is none */
    bool exact;
} cell;

/* Of losses over the horizon the paths tell the error; of anything else the two errors do. */
static plim_status error_of(work *w, const cell *c, double *error, bool *paired, plim_error *err)
{
    bool all = strcmp(w->about->name, "summary") == 0, bank = strcmp(w->about->name, "banks") == 0;
    plim_pair_request request = {c->scenario, bank ? c->key : NULL, c->measure};
    *error = (double)NAN;
    *paired = false;
    if (w->pairing.losses != NULL && (all || bank))
        PLIM_TRY(plim_pairing_error(&w->pairing, &request, error, err));
    *paired = !isnan(*error);
    if (!*paired)
        *error = hypot(c->error[0], c->error[1]);
    return PLIM_OK;
}

static const char *verdict_of(double difference, double error)
{
    if (difference == 0)
        return "equal";
    if (isnan(error))
        return "unknown";
    return fabs(difference) < PLIM_Z95 * error ? "within_noise" : "differs";
}

static plim_status add_cell(work *w, const cell *c, plim_error *err)
{
    plim_table *out = w->out;
    double difference = c->value[1] - c->value[0], error = 0;
    bool paired = false, both = !isnan(difference);
    if (isnan(c->value[0]) && isnan(c->value[1]))
        return PLIM_OK;
    if (both && !c->exact)
        PLIM_TRY(error_of(w, c, &error, &paired, err));
    const char *verdict = both                 ? verdict_of(difference, error)
                          : isnan(c->value[0]) ? "only_b"
                                               : "only_a";
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_COMPARE_TABLE, w->about->name, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_COMPARE_SCENARIO, c->scenario, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_COMPARE_KEY, c->key, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_COMPARE_MEASURE, c->measure, err));
    PLIM_TRY(plim_table_set_text(out, PLIM_COMPARE_VERDICT, verdict, err));
    plim_table_set_number(out, PLIM_COMPARE_A, c->value[0]);
    plim_table_set_number(out, PLIM_COMPARE_B, c->value[1]);
    if (!both)
        return PLIM_OK;
    plim_table_set_number(out, PLIM_COMPARE_DIFFERENCE, difference);
    plim_table_set_number(out, PLIM_COMPARE_STDERR, error);
    return c->exact ? PLIM_OK
                    : plim_table_set_text(out, PLIM_COMPARE_PAIRED, paired ? "yes" : "no", err);
}

/* ---- one table ---- */

/* row[k]: of run k, PLIM_NO_NAME where it has none. */
static plim_status add_field(work *w, const uint32_t row[2], const measured_field *field, cell *c,
                             plim_error *err)
{
    const plim_table_spec *spec = w->table[0]->spec;
    plim_text measure = {0};
    const char *name = spec->fields[field->value].key;
    int any = row[0] != PLIM_NO_NAME ? 0 : 1;
    if (w->about->measures_in_rows && strcmp(name, "value") != 0)
        plim_text_format(&measure, "%s_", name);
    plim_text_add(&measure,
                  w->about->measures_in_rows ? measure_of(w->table[any], row[any]) : name);
    for (int k = 0; k < 2; k++) {
        bool there = row[k] != PLIM_NO_NAME;
        c->value[k] = there ? plim_table_number(w->table[k], row[k], field->value) : (double)NAN;
        c->error[k] = there ? error_at(w->table[k], row[k], field) : (double)NAN;
    }
    c->measure = plim_text_get(&measure);
    c->exact = is_exact(spec, field->value);
    plim_status status =
        measure.failed ? plim_fail_memory(err, "the comparison") : add_cell(w, c, err);
    plim_text_free(&measure);
    return status;
}

static plim_status add_row(work *w, const uint32_t row[2], plim_error *err)
{
    int any = row[0] != PLIM_NO_NAME ? 0 : 1;
    const plim_table *table = w->table[any];
    plim_text key = {0};
    key_of(w, table, row[any], &key);
    cell c = {.scenario = plim_table_text(table, row[any], 0), .key = plim_text_get(&key)};
    plim_status status = key.failed ? plim_fail_memory(err, "the comparison") : PLIM_OK;
    for (size_t f = 1; f < table->spec->n_fields && status == PLIM_OK; f++) {
        measured_field field;
        if (find_field(table->spec, f, &field))
            status = add_field(w, row, &field, &c, err);
    }
    plim_text_free(&key);
    return status;
}

static bool is_compared(const work *w, const plim_table *table, size_t row)
{
    if (w->about->field == NULL)
        return true;
    size_t f = plim_table_spec_field(table->spec, w->about->field);
    return strcmp(plim_table_text(table, row, f), w->about->only) == 0;
}

static plim_status add_rows(work *w, plim_error *err)
{
    PLIM_TRY(name_rows(w, 0, err));
    PLIM_TRY(name_rows(w, 1, err));
    for (size_t i = 0; i < w->rows[0].count; i++) {
        const uint32_t row[2] = {(uint32_t)i, plim_names_find(&w->rows[1], w->rows[0].text[i])};
        if (is_compared(w, w->table[0], i))
            PLIM_TRY(add_row(w, row, err));
    }
    for (size_t i = 0; i < w->rows[1].count; i++) {
        const uint32_t row[2] = {PLIM_NO_NAME, (uint32_t)i};
        if (is_compared(w, w->table[1], i) &&
            plim_names_find(&w->rows[0], w->rows[1].text[i]) == PLIM_NO_NAME)
            PLIM_TRY(add_row(w, row, err));
    }
    return PLIM_OK;
}

plim_status plim_compare_measures(plim_table *out, const plim_recorded *runs,
                                  const plim_path_losses *losses, plim_error *err)
{
    work w = {.out = out, .runs = runs, .pairing = {.losses = losses}};
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < TABLES && status == PLIM_OK; t++) {
        w.about = &compared[t];
        for (int k = 0; k < 2; k++)
            w.table[k] = plim_record_table(&runs[k].result, compared[t].name);
        status = add_rows(&w, err);
        for (int k = 0; k < 2; k++)
            plim_names_free(&w.rows[k]);
    }
    plim_pairing_free(&w.pairing);
    return status;
}

#include "report/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/dictionary.h"
#include "report/grid.h"
#include "report/messages.h"

#define CELL_MAX 160

/* ---- numbers ---- */

plim_scale plim_scale_for(double largest, const char *currency, plim_lang lang)
{
    plim_scale scale = {.factor = 1};
    const char *money = plim_report_word(currency, lang);
    if (largest >= 1e9) {
        scale.factor = 1e8;
        snprintf(scale.unit, sizeof scale.unit, plim_report_word("100 million %s", lang), money);
    } else if (largest >= 1e5) {
        scale.factor = 1e4;
        snprintf(scale.unit, sizeof scale.unit, plim_report_word("10,000 %s", lang), money);
    } else {
        snprintf(scale.unit, sizeof scale.unit, "%s", money);
    }
    return scale;
}

/* Decimals that show `digits` significant digits of a number below 1; two for larger ones. */
static int decimals_for(double value, int digits)
{
    int decimals = digits;
    double size = fabs(value);
    if (!(size > 0) || size >= 1)
        return 2;
    for (; size < 0.1 && decimals < 10; size *= 10)
        decimals++;
    return decimals;
}

void plim_screen_value(double value, double error, double factor, char *out, size_t size)
{
    out[0] = '\0';
    if (isnan(value))
        return;
    /* With an error, digits beyond two of the error's own would be noise. */
    double shown = value / factor, shown_error = error / factor;
    int decimals = shown_error > 0 ? decimals_for(shown_error, 2) : decimals_for(shown, 4);
    if (isnan(error))
        snprintf(out, size, "%.*f", decimals, shown);
    else
        snprintf(out, size, "%.*f ± %.*f", decimals, shown, decimals, shown_error);
}

/* What a field holds: the same in all rows, or by the measure that the row names. */
typedef enum look { AMOUNT, RATE, PLAIN, BY_MEASURE } look;

static look look_of(const plim_table *table, size_t field)
{
    const plim_field *f = &table->spec->fields[field];
    const plim_meaning *meaning = plim_report_meaning(table->spec->name, f->key);
    if (f->kind == PLIM_CELL_FEN || f->kind == PLIM_CELL_AMOUNT)
        return AMOUNT;
    if (meaning != NULL && strcmp(meaning->unit, "column measure") == 0)
        return BY_MEASURE;
    bool measured = plim_table_field(table, "measure") < table->spec->n_fields ||
                    plim_table_field(table, "probability") < table->spec->n_fields;
    if (measured && meaning != NULL && strcmp(meaning->unit, "ratio") == 0)
        return RATE;
    return plim_screen_is_rate(f->key) ? RATE : PLAIN;
}

/* The same of one cell. */
static look look_at(const plim_table *table, size_t row, size_t field)
{
    look as = look_of(table, field);
    if (as != BY_MEASURE)
        return as;
    const char *measure = plim_table_text(table, row, plim_table_field(table, "measure"));
    return plim_measure_is_amount(table->spec->name, measure) ? AMOUNT : RATE;
}

double plim_table_largest_amount(const plim_table *table)
{
    double largest = 0;
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        look as = look_of(table, f);
        for (size_t r = 0; (as == AMOUNT || as == BY_MEASURE) && r < table->n_rows; r++) {
            double size = fabs(plim_table_number(table, r, f));
            if (size > largest && look_at(table, r, f) == AMOUNT)
                largest = size;
        }
    }
    return largest;
}

/* ---- one table ---- */

/* What a column on the screen is made of: fields by index, n_fields where there is none. */
typedef struct view {
    size_t field, error; /* a value and its standard error */
    size_t high;         /* an interval: `field` is its lower end */
} view;

#define MAX_VIEWS 32

bool plim_screen_is_rate(const char *key)
{
    static const char *const rates[] = {"default_rate", "npl_ratio",  "share",    "pd_base",
                                        "pd_stressed",  "mean_pd",    "pd_upper", "confidence",
                                        "threshold",    "probability"};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (strcmp(key, rates[i]) == 0)
            return true;
    return false;
}

/* The field that holds the error of `key`, or n_fields. */
static size_t error_field(const plim_table *table, const char *key)
{
    char name[64];
    snprintf(name, sizeof name, "%s_stderr", key);
    return plim_table_field(table, strcmp(key, "value") == 0 ? "stderr" : name);
}

/* The upper end that goes with a lower end called `key`, or n_fields. */
static size_t high_field(const plim_table *table, const char *key)
{
    if (strcmp(key, "lo95") == 0)
        return plim_table_field(table, "hi95");
    if (strcmp(key, "delta_lo95") == 0)
        return plim_table_field(table, "delta_hi95");
    return table->spec->n_fields;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static size_t make_views(const plim_table *table, view *views)
{
    size_t n = 0;
    for (size_t f = 0; f < table->spec->n_fields && n < MAX_VIEWS; f++) {
        const char *key = table->spec->fields[f].key;
        /* Errors and upper ends stand in the column of their value. */
        if (ends_with(key, "stderr") || ends_with(key, "hi95"))
            continue;
        views[n++] = (view){f, error_field(table, key), high_field(table, key)};
    }
    return n;
}

static void format_number(const plim_table *table, size_t row, const view *v, double factor,
                          char *out)
{
    size_t none = table->spec->n_fields;
    const plim_field *field = &table->spec->fields[v->field];
    double value = plim_table_number(table, row, v->field);
    double error = v->error < none ? plim_table_number(table, row, v->error) : (double)NAN;
    look as = look_at(table, row, v->field);
    double scale = as == AMOUNT ? factor : as == RATE ? 0.01 : 1;
    if (v->high < none) {
        char low[64], high[64];
        plim_screen_value(value, (double)NAN, scale, low, sizeof low);
        plim_screen_value(plim_table_number(table, row, v->high), (double)NAN, scale, high,
                          sizeof high);
        if (*low && *high)
            snprintf(out, CELL_MAX, "%s … %s", low, high);
    } else if (field->kind == PLIM_CELL_INT) {
        plim_table_format(table, row, v->field, out, CELL_MAX);
    } else {
        plim_screen_value(value, error, scale, out, CELL_MAX);
    }
}

/* Texts that are words of ours, not ids of the book. */
static bool is_vocabulary(const char *key)
{
    static const char *const keys[] = {
        "level",    "previous", "status",  "type",          "subject",     "tie",       "kind",
        "required", "note",     "measure", "balance_sheet", "requirement", "indicator", "unit"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void add_cell(plim_grid *grid, size_t column, const plim_table *table, size_t row,
                     const view *v, double factor, plim_lang lang)
{
    const plim_field *field = &table->spec->fields[v->field];
    if (field->kind == PLIM_CELL_TEXT) {
        const char *text = plim_table_text(table, row, v->field);
        bool word = is_vocabulary(field->key) || strcmp(text, "baseline") == 0;
        plim_text subject = {0};
        if (strcmp(field->key, "subject") == 0 &&
            strchr(text, ' ') != NULL) /* of table exceedance */
            plim_report_message(&subject, text, lang);
        plim_grid_cell(grid, column,
                       subject.length > 0 ? plim_text_get(&subject)
                       : word             ? plim_report_word(text, lang)
                                          : text);
        plim_text_free(&subject);
        return;
    }
    char cell[CELL_MAX] = "";
    format_number(table, row, v, factor, cell);
    plim_grid_cell(grid, column, cell);
}

static void add_columns(plim_grid *grid, const plim_table *table, const view *views, size_t n,
                        plim_lang lang)
{
    for (size_t i = 0; i < n; i++) {
        const plim_field *field = &table->spec->fields[views[i].field];
        const char *heading = plim_report_word(field->key, lang);
        if (views[i].high < table->spec->n_fields)
            heading = plim_report_word(
                strncmp(field->key, "delta", 5) == 0 ? "95 % interval of delta" : "95 % interval",
                lang);
        char text[128];
        snprintf(text, sizeof text, "%s%s", heading,
                 views[i].error < table->spec->n_fields ? " ±" : "");
        plim_grid_column(grid, text, field->kind != PLIM_CELL_TEXT);
    }
}

/* "Banks, each alone (amounts in 100 million CNY; rates in %)" */
static void add_heading(plim_text *out, const plim_table *table, const plim_scale *scale,
                        plim_lang lang)
{
    bool money = false, rates = false;
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        look as = look_of(table, f);
        money = money || as == AMOUNT || as == BY_MEASURE;
        rates = rates || as == RATE || as == BY_MEASURE;
    }
    char key[64];
    snprintf(key, sizeof key, "table:%s", table->spec->name);
    const char *title = plim_report_word(key, lang);
    plim_text_add(out, strcmp(title, key) == 0 ? table->spec->doc : title);
    const char *open = lang == PLIM_LANG_ZH ? "（" : " (";
    if (money) {
        plim_text_add(out, open);
        plim_text_format(out, plim_report_word("amounts in %s", lang), scale->unit);
        open = lang == PLIM_LANG_ZH ? "；" : "; ";
    }
    if (rates) {
        plim_text_add(out, open);
        plim_text_add(out, plim_report_word("rates in %", lang));
    }
    if (money || rates)
        plim_text_add(out, lang == PLIM_LANG_ZH ? "）" : ")");
    plim_text_add(out, "\n");
}

static void add_empty(plim_text *out, const plim_table *table, plim_lang lang)
{
    plim_text reason = {0};
    plim_report_message(&reason, table->reason ? table->reason : "", lang);
    if (reason.length > 0)
        plim_text_format(out, plim_report_word("empty: %s", lang), plim_text_get(&reason));
    else
        plim_text_add(out, plim_report_word("empty", lang));
    plim_text_free(&reason);
    plim_text_add(out, "\n");
}

plim_status plim_screen_table(plim_text *out, const plim_table *table, plim_lang lang,
                              const char *currency, size_t max_rows, plim_error *err)
{
    plim_scale scale = plim_scale_for(plim_table_largest_amount(table), currency, lang);
    add_heading(out, table, &scale, lang);
    if (table->n_rows == 0) {
        add_empty(out, table, lang);
        return PLIM_OK;
    }
    view views[MAX_VIEWS];
    size_t n = make_views(table, views);
    plim_grid grid = {0};
    add_columns(&grid, table, views, n, lang);
    size_t rows = max_rows && max_rows < table->n_rows ? max_rows : table->n_rows;
    for (size_t row = 0; row < rows; row++) {
        plim_grid_row(&grid);
        for (size_t i = 0; i < n; i++)
            add_cell(&grid, i, table, row, &views[i], scale.factor, lang);
    }
    plim_status status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    if (status == PLIM_OK && rows < table->n_rows) {
        plim_text_format(out, plim_report_word("... %zu more rows", lang), table->n_rows - rows);
        plim_text_add(out, "\n");
    }
    return status;
}

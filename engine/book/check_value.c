#include "book/check_value.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/part.h"

/* ---- what would be accepted ------------------------------------------------------------- */

static void choices_in_words(const char *choices, char *out, size_t size)
{
    int length = snprintf(out, size, "one of ");
    size_t at = (size_t)length;
    for (const char *c = choices; *c != '\0' && at + 3 < size; c++) {
        out[at++] = *c == '|' ? ',' : *c;
        if (*c == '|')
            out[at++] = ' ';
    }
    out[at] = '\0';
}

static void bounds_in_words(const plim_book_field *field, char *out, size_t size)
{
    char low[32], high[32];
    plim_format_shortest(field->low, low, sizeof low);
    plim_format_shortest(field->high, high, sizeof high);
    if (field->high < 1 && field->high > 0.999)
        (void)snprintf(out, size, "a number from %s to below 1", low);
    else if (isfinite(field->low) && isfinite(field->high))
        (void)snprintf(out, size, "a number from %s to %s", low, high);
    else if (isfinite(field->low))
        (void)snprintf(out, size, "a finite number of at least %s", low);
    else
        (void)snprintf(out, size, "a finite number");
}

void plim_field_accepted(const plim_book_field *field, char *out, size_t size)
{
    if (field->choices != NULL) {
        choices_in_words(field->choices, out, size);
        return;
    }
    switch (field->kind) {
    case PLIM_FIELD_NUMBER:
        bounds_in_words(field, out, size);
        break;
    case PLIM_FIELD_FLAG:
        (void)snprintf(out, size, "0 or 1");
        break;
    case PLIM_FIELD_DATE:
        (void)snprintf(out, size, "an ISO date such as 2025-12-31");
        break;
    default:
        (void)snprintf(out, size, "text");
        break;
    }
}

/* Is `text` one of "a|b|c"? */
static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);
    if (strchr(text, '|') != NULL)
        return false;
    for (const char *at = choices; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, text, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return true;
    }
    return false;
}

bool plim_text_possible(const plim_book_field *field, const char *text)
{
    return field->choices == NULL || is_choice(field->choices, text);
}

/* ---- units ------------------------------------------------------------------------------ */

static plim_status set_unit(plim_column *column, const char *unit, plim_error *err)
{
    char *copy = plim_strdup(unit);
    if (copy == NULL)
        return plim_fail_memory(err, "a unit");
    plim_free(column->unit);
    column->unit = copy;
    return PLIM_OK;
}

/* How many units of the currency one `unit` of money is; 0 if it is none. */
static double money_factor(const char *unit, const char *currency)
{
    if (strcmp(unit, "CNY") == 0 || strcmp(unit, "元") == 0 || strcmp(unit, currency) == 0)
        return 1;
    return strcmp(unit, "万元") == 0 ? 1e4 : strcmp(unit, "亿元") == 0 ? 1e8 : 0;
}

/* Bounds, fen and default are judged in the documented unit, so a number must be in it. */
static plim_status check_unit(const plim_frame *frame, plim_column *column,
                              const plim_book_field *field, const char *currency,
                              plim_faults *faults, plim_error *err)
{
    const char *unit = column->unit;
    if (unit == NULL || unit[0] == '\0' || strcmp(unit, field->unit) == 0)
        return PLIM_OK;
    bool is_money = strcmp(field->unit, "CNY") == 0;
    double factor = is_money ? money_factor(unit, currency) : 0;
    if (factor > 0) {
        for (size_t i = 0; factor > 1 && i < column->n_rows; i++)
            column->number[i] *= factor;
        return set_unit(column, field->unit, err);
    }
    if (strcmp(field->unit, "ratio") == 0 && strcmp(unit, "1") == 0)
        return set_unit(column, field->unit, err);
    plim_faults_add(faults, &(plim_place){frame->name, column->name, PLIM_NO_ROW, NULL},
                    "unit '%.*s' is not one of this column; accepted: %s%s", plim_shown(unit), unit,
                    field->unit, is_money ? ", 元, 万元, 亿元" : "");
    return PLIM_OK;
}

/* ---- values ----------------------------------------------------------------------------- */

static void say_missing(plim_faults *faults, const plim_place *place, const plim_book_field *field)
{
    char accepted[160];
    plim_field_accepted(field, accepted, sizeof accepted);
    plim_faults_add(faults, place, "a required value is missing; accepted: %s", accepted);
}

/* Is `value` one of the whole numbers of "1|2|3"? */
static bool is_whole_choice(const char *choices, double value)
{
    int choice = 0;
    for (const char *at = choices;; at++) {
        if (*at >= '0' && *at <= '9') {
            choice = choice * 10 + (*at - '0');
            continue;
        }
        if (value == choice)
            return true;
        if (*at == '\0')
            return false;
        choice = 0;
    }
}

bool plim_number_possible(const plim_book_field *field, double value)
{
    if (!isfinite(value) || value < field->low || value > field->high)
        return false;
    if (field->kind == PLIM_FIELD_FLAG)
        return value == 0 || value == 1;
    return field->choices == NULL || is_whole_choice(field->choices, value);
}

/* Is there nothing to say of a column? A plain loop, which is all that most columns ever need. */
static bool numbers_possible(const plim_column *column, const plim_book_field *field)
{
    size_t odd = 0;
    if (field->kind == PLIM_FIELD_NUMBER && field->choices == NULL) {
        const double *number = column->number;
        const double least = fmax(field->low, -DBL_MAX), most = fmin(field->high, DBL_MAX);
        const int missing_is_odd = field->required;
        for (size_t i = 0; i < column->n_rows; i++)
            odd += (size_t)((number[i] < least) | (number[i] > most) |
                            (missing_is_odd & (number[i] != number[i])));
        return odd == 0;
    }
    for (size_t i = 0; i < column->n_rows && odd == 0; i++) {
        double value = column->number[i];
        odd += isnan(value) ? field->required : !plim_number_possible(field, value);
    }
    return odd == 0;
}

static void check_number(const plim_frame *frame, const plim_column *column,
                         const plim_book_field *field, plim_faults *faults)
{
    if (numbers_possible(column, field))
        return;
    for (size_t i = 0; i < column->n_rows; i++) {
        double value = column->number[i];
        if (isnan(value) ? !field->required : plim_number_possible(field, value))
            continue;
        if (!plim_faults_open(faults)) {
            faults->count++;
            continue;
        }
        plim_place place = {frame->name, column->name, i, plim_frame_id(frame, i)};
        if (isnan(value)) {
            say_missing(faults, &place, field);
            continue;
        }
        char text[32], accepted[160];
        plim_format_shortest(value, text, sizeof text);
        plim_field_accepted(field, accepted, sizeof accepted);
        plim_faults_add(faults, &place, "%s is impossible; accepted: %s", text, accepted);
    }
}

static bool text_possible(const plim_book_field *field, const char *text)
{
    int64_t days;
    if (text[0] == '\0')
        return !field->required;
    if (field->kind == PLIM_FIELD_DATE)
        return plim_parse_date(text, &days);
    return field->choices == NULL || is_choice(field->choices, text);
}

/* Which labels may stand in a column of the field; NULL when out of memory. */
static bool *possible_labels(const plim_column *column, const plim_book_field *field)
{
    bool *possible = plim_alloc(column->labels.count, sizeof *possible);
    for (size_t l = 0; possible != NULL && l < column->labels.count; l++)
        possible[l] = text_possible(field, column->labels.text[l]);
    return possible;
}

static bool texts_possible(const plim_column *column, const plim_book_field *field)
{
    bool *possible = possible_labels(column, field);
    size_t i = 0;
    while (possible != NULL && i < column->n_rows && possible[column->code[i]])
        i++;
    bool all = possible != NULL && i == column->n_rows;
    plim_free(possible);
    return all;
}

static plim_status check_text(const plim_frame *frame, const plim_column *column,
                              const plim_book_field *field, plim_faults *faults, plim_error *err)
{
    bool *possible = possible_labels(column, field);
    if (possible == NULL)
        return plim_fail_memory(err, column->name);
    for (size_t i = 0; i < column->n_rows; i++) {
        if (possible[column->code[i]])
            continue;
        const char *text = plim_column_text(column, i);
        plim_place place = {frame->name, column->name, i, plim_frame_id(frame, i)};
        if (text[0] == '\0') {
            say_missing(faults, &place, field);
            continue;
        }
        char accepted[160];
        plim_field_accepted(field, accepted, sizeof accepted);
        plim_faults_add(faults, &place, "'%.*s' is impossible; accepted: %s", plim_shown(text),
                        text, accepted);
    }
    plim_free(possible);
    return PLIM_OK;
}

plim_status plim_check_column(plim_frame *frame, plim_column *column, const plim_book_field *field,
                              const char *currency, plim_faults *faults, plim_error *err)
{
    switch (field->kind) {
    case PLIM_FIELD_NUMBER:
    case PLIM_FIELD_FLAG:
        if (column->kind != PLIM_COLUMN_NUMBER)
            return PLIM_OK;
        PLIM_TRY(check_unit(frame, column, field, currency, faults, err));
        check_number(frame, column, field, faults);
        return PLIM_OK;
    case PLIM_FIELD_TEXT:
    case PLIM_FIELD_DATE:
        return column->kind == PLIM_COLUMN_TEXT ? check_text(frame, column, field, faults, err)
                                                : PLIM_OK;
    default:
        return PLIM_OK;
    }
}

bool plim_column_faultless(const plim_column *column, const plim_book_field *field)
{
    bool is_number = column->kind == PLIM_COLUMN_NUMBER;
    bool wants_number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
    bool wants_text = field->kind == PLIM_FIELD_TEXT || field->kind == PLIM_FIELD_DATE;
    if (is_number && wants_number) {
        bool documented = column->unit == NULL || column->unit[0] == '\0' ||
                          strcmp(column->unit, field->unit) == 0;
        return documented && numbers_possible(column, field);
    }
    return column->kind == PLIM_COLUMN_TEXT && wants_text && texts_possible(column, field);
}

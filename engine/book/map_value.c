#include "book/map_value.h"

#include "base/money.h"
#include "book/check_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static plim_cell_fault fault(const char *rule, const char *accepted)
{
    plim_cell_fault found = {.rule = rule};
    (void)snprintf(found.accepted, sizeof found.accepted, "%s", accepted);
    return found;
}

static plim_cell_fault out_of_range(const plim_map_column *column)
{
    plim_cell_fault found = {.rule = "range"};
    plim_field_accepted(column->field, found.accepted, sizeof found.accepted);
    return found;
}

/* ---- codes ---- */

/* The new value of an old one, NULL if there is none. */
static const char *decode(const plim_map_codes *codes, const char *text)
{
    char prefix[256];
    size_t length = strlen(text);
    uint32_t found = plim_names_find(&codes->from, text);
    if (codes->by_prefix && length < sizeof prefix) {
        memcpy(prefix, text, length + 1);
        for (; found == PLIM_NO_NAME && length > 0; length--) {
            prefix[length] = '\0';
            found = plim_names_find(&codes->from, prefix);
        }
    }
    return found != PLIM_NO_NAME ? codes->to[found] : codes->otherwise;
}

/* ---- numbers ---- */

static bool read_flag(const char *text, double *out)
{
    static const char *const yes[] = {"是", "Y", "YES", "TRUE", "T", "1"};
    static const char *const no[] = {"否", "N", "NO", "FALSE", "F", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (strcasecmp(text, yes[i]) == 0)
            *out = 1;
        else if (strcasecmp(text, no[i]) == 0)
            *out = 0;
        else
            continue;
        return true;
    }
    return false;
}

/* `literal`: the map says the number itself, in the book's units. */
static plim_cell_fault read_number(const plim_map_column *column, const char *text, bool literal,
                                   double *out)
{
    const plim_book_field *field = column->field;
    int64_t fen;
    if (field != NULL && field->kind == PLIM_FIELD_FLAG)
        return read_flag(text, out) ? fault(NULL, "") : fault("flag", "0 or 1, 是 or 否, Y or N");
    const plim_cell_form plain = {.decimal = '.'};
    if (!plim_cell_number(text, literal ? &plain : &column->form, out))
        return fault("number", "a number such as 1,234.50, (1,234.50) or 4.35%");
    if (field != NULL && strcmp(field->unit, "ratio") != 0 && plim_cell_says_percent(text)) {
        *out = (double)NAN; /* no amount at all */
        return fault("number", "a number without % or ‰: the column is no ratio");
    }
    if (!literal)
        *out *= column->scale;
    if (field == NULL)
        return fault(NULL, "");
    if (!plim_number_possible(field, *out))
        return out_of_range(column);
    if (strcmp(field->name, "balance") == 0 && !plim_fen_from_amount(*out, &fen))
        return fault("range", "an amount below 9e16");
    return fault(NULL, "");
}

/* ---- texts ---- */

static bool passes(plim_map_check check, const char *text)
{
    switch (check) {
    case PLIM_MAP_CHECK_NONE:
        return true;
    case PLIM_MAP_CHECK_CREDIT_CODE:
        return plim_cell_is_credit_code(text);
    case PLIM_MAP_CHECK_RESIDENT:
        return plim_cell_is_resident_number(text);
    case PLIM_MAP_CHECK_EITHER:
        return plim_cell_is_credit_code(text) || plim_cell_is_resident_number(text);
    }
    return false;
}

static bool is_key(const plim_book_field *field)
{
    return field != NULL && (field->kind == PLIM_FIELD_ID || field->kind == PLIM_FIELD_REF ||
                             field->refers_to != NULL);
}

/* Is it one by which rows are found or classified? Such are the same in full-width characters. */
static bool is_code(const plim_book_field *field)
{
    return is_key(field) || (field != NULL && (strcmp(field->name, "sector") == 0 ||
                                               strcmp(field->name, "region") == 0));
}

static plim_cell_fault read_text(const plim_map_column *column, const char *text,
                                 char room[PLIM_VALUE_ROOM], const char **out)
{
    const plim_book_field *field = column->field;
    *out = text;
    if (is_code(field) && plim_cell_narrow(text, room))
        *out = text = room;
    if (is_key(field) && plim_cell_is_damaged_id(text))
        return fault("damaged id", "the whole id: a spreadsheet has rounded this one, so export "
                                   "again with the column as text");
    if (!passes(column->check, text))
        return fault(
            "check digit",
            column->check == PLIM_MAP_CHECK_RESIDENT
                ? "a resident's number of 18 digits with a right check digit"
                : "a unified social credit code of 18 characters with a right check digit");
    if (field == NULL)
        return fault(NULL, "");
    if (field->kind == PLIM_FIELD_DATE) {
        char date[16];
        bool good = plim_cell_date(text, &column->form, date);
        (void)snprintf(room, PLIM_VALUE_ROOM, "%s", good ? date : "");
        *out = room;
        return good
                   ? fault(NULL, "")
                   : fault("date", "a date such as 2025-12-31, 20251231 or 2025年12月31日; the map "
                                   "says other forms: dates = \"excel\"");
    }
    if (!column->of_words && !plim_text_possible(field, text))
        return out_of_range(column);
    return fault(NULL, "");
}

/* ---- both ---- */

/* Proxies may fill these (book/proxy.h); what is missing after them is refused in the end. */
static bool may_wait(const plim_book_field *field)
{
    return strcmp(field->name, "pd") == 0 || strcmp(field->name, "lgd") == 0;
}

plim_cell_fault plim_map_value(const plim_map_column *column, const char *text,
                               char room[PLIM_VALUE_ROOM], plim_staged *out)
{
    const plim_book_field *field = column->field;
    bool literal = column->source == NULL;
    *out = (plim_staged){.number = (double)NAN, .text = ""};
    if (plim_cell_is_empty(text)) {
        if (column->empty == NULL || *column->empty == '\0')
            return field != NULL && field->required && !may_wait(field)
                       ? fault("missing", "a value: the column is required")
                       : fault(NULL, "");
        text = column->empty;
        literal = true;
    } else if (column->codes.from.count > 0 || column->codes.otherwise != NULL) {
        text = decode(&column->codes, text);
        if (text == NULL)
            return fault("code", "one of the codes that the map lists");
        if (*text == '\0')
            return fault(NULL, "");
        literal = true;
    }
    if (column->is_number)
        return read_number(column, text, literal, &out->number);
    return read_text(column, text, room, &out->text);
}

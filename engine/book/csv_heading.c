#include "book/csv_heading.h"

#include "base/csv.h"
#include "base/memory.h"
#include "book/columns.h"

#include <math.h>
#include <string.h>

enum { EXACT_DIGITS = 15 }; /* that a double always keeps */

bool plim_is_plain_number(const char *text)
{
    double value;
    if (!plim_parse_double(text, &value) || !isfinite(value))
        return false;
    const char *digits = text + (*text == '-' || *text == '+');
    size_t length = strspn(digits, "0123456789.");
    size_t n_digits = length - (memchr(digits, '.', length) != NULL);
    return n_digits <= EXACT_DIGITS && !(digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9');
}

#define TEXT_KIND   ":text"
#define NUMBER_KIND ":number"

/* The last occurrence: names may hold anything. */
static const char *last_of(const char *text, const char *piece)
{
    const char *found = NULL;
    for (const char *at = text; (at = strstr(at, piece)) != NULL; at++)
        found = at;
    return found;
}

plim_status plim_csv_heading_read(plim_csv_heading *out, const char *table, const char *header,
                                  plim_error *err)
{
    *out = (plim_csv_heading){.kind = PLIM_COLUMN_TEXT};
    const char *number = last_of(header, NUMBER_KIND), *text = last_of(header, TEXT_KIND);
    const char *end = header + strlen(header);
    if (plim_book_field_find(table, header) != NULL) {
        number = text = NULL;
    } else if (text != NULL && text[strlen(TEXT_KIND)] == '\0') {
        end = text;
    } else if (number != NULL) {
        const char *after = number + strlen(NUMBER_KIND);
        if (*after == '\0' || *after == ':')
            end = number;
        if (*after == ':' && (out->unit = plim_strdup(after + 1)) == NULL)
            return plim_fail_memory(err, header);
        out->kind = PLIM_COLUMN_NUMBER;
    }
    out->said = *end != '\0';
    out->name = plim_strdup(header);
    if (out->name == NULL)
        return plim_fail_memory(err, header);
    out->name[end - header] = '\0';
    return PLIM_OK;
}

void plim_csv_heading_free(plim_csv_heading *heading)
{
    plim_free(heading->name);
    plim_free(heading->unit);
}

/* Would the cells of an unknown column be taken for another kind? */
static bool is_ambiguous(const plim_column *column)
{
    bool any = false;
    if (strchr(column->name, ':') != NULL) /* which might look like a kind */
        return true;
    for (size_t row = 0; row < column->n_rows; row++) {
        bool known = column->kind == PLIM_COLUMN_TEXT     ? *plim_column_text(column, row) != '\0'
                     : column->kind == PLIM_COLUMN_NUMBER ? !isnan(column->number[row])
                                                          : true;
        if (known && column->kind == PLIM_COLUMN_TEXT &&
            !plim_is_plain_number(plim_column_text(column, row)))
            return false; /* a text that is no number */
        any = any || known;
    }
    /* all cells look like numbers; where none is known, texts are assumed */
    return column->kind == PLIM_COLUMN_TEXT ? any : true;
}

void plim_csv_heading_add(plim_text *out, const char *table, const plim_column *column)
{
    plim_text heading = {0};
    plim_text_add(&heading, column->name);
    if (plim_book_field_find(table, column->name) == NULL && is_ambiguous(column)) {
        plim_text_add(&heading, column->kind == PLIM_COLUMN_TEXT ? TEXT_KIND : NUMBER_KIND);
        if (column->kind != PLIM_COLUMN_TEXT && column->unit != NULL)
            plim_text_format(&heading, ":%s", column->unit);
    }
    plim_csv_add_cell(out, plim_text_get(&heading));
    out->failed = out->failed || heading.failed;
    plim_text_free(&heading);
}

#include "scenario/series.h"

#include <string.h>

#include "base/memory.h"

/* ---- names ---- */

int plim_series_year(const char *text)
{
    int year = 0, digits = 0;
    if (*text == 'X' || *text == 'x')
        text++;
    for (; *text >= '0' && *text <= '9' && digits < 5; text++, digits++)
        year = year * 10 + (*text - '0');
    if (*text == '.' && text[1] == '0')
        text += 1 + strspn(text + 1, "0");
    bool good = *text == '\0' && digits == 4 && year >= PLIM_SERIES_FIRST_YEAR &&
                year <= PLIM_SERIES_LAST_YEAR;
    return good ? year : 0;
}

static bool same_ignoring_case(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a, y = *b >= 'A' && *b <= 'Z' ? *b + 32 : *b;
        if (x != y)
            return false;
    }
    return *a == *b;
}

bool plim_series_is_missing(const char *text)
{
    return *text == '\0' || same_ignoring_case(text, "NA") || same_ignoring_case(text, "N/A") ||
           same_ignoring_case(text, "NaN");
}

/* How many bytes at `text` no name is compared by. */
static size_t dropped(const char *text)
{
    /* no-break and ideographic space, degree sign, ordinal that passes for it, ring, U+FFFD */
    static const char *const pieces[] = {"\u00A0", "\u3000", "\u00B0",
                                         "\u00BA", "\u02DA", "\uFFFD"};
    if (*text && strchr(" \t_-?", *text))
        return 1;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        if (strncmp(text, pieces[i], strlen(pieces[i])) == 0)
            return strlen(pieces[i]);
    return 0;
}

/* The next byte of the key of the name at `*text`, which moves on; 0 at its end. */
static char next_of_key(const char **text)
{
    for (size_t skip; (skip = dropped(*text)) > 0;)
        *text += skip;
    char byte = **text;
    *text += byte != '\0';
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

void plim_series_key(const char *name, plim_text *out)
{
    for (char byte; (byte = next_of_key(&name)) != '\0';)
        plim_text_add_bytes(out, &byte, 1);
}

bool plim_series_same_key(const char *a, const char *b)
{
    char byte = next_of_key(&a);
    if (byte == '\0' || byte != next_of_key(&b))
        return false;
    while (byte != '\0') {
        byte = next_of_key(&a);
        if (byte != next_of_key(&b))
            return false;
    }
    return true;
}

void plim_series_list(plim_text *out, const plim_names *names)
{
    enum { SHOWN = 8 };
    for (size_t i = 0; i < names->count && i < SHOWN; i++)
        plim_text_format(out, "%s`%s`", i ? ", " : "", names->text[i]);
    if (names->count > SHOWN)
        plim_text_format(out, ", ... (%zu in all)", names->count);
}

/* ---- columns ---- */

const char *plim_series_cell(const plim_series_file *file, size_t row, size_t column)
{
    return file->csv.cell[row * file->csv.n_columns + column];
}

size_t plim_series_column(const plim_series_file *file, const char *name)
{
    return plim_header_find((const char *const *)(const void *)file->csv.header,
                            file->csv.n_columns, name);
}

static plim_status fail_column(const plim_series_file *file, const char *what, const char *name,
                               plim_error *err)
{
    plim_names columns = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < file->csv.n_columns && status == PLIM_OK; i++)
        if (!file->year_of || file->year_of[i] == 0)
            status = plim_names_add(&columns, file->csv.header[i], NULL, err);
    if (status == PLIM_OK)
        status = plim_header_refuse(file->path, &columns, what, name, err);
    plim_names_free(&columns);
    return status;
}

plim_status plim_series_need_column(const plim_series_file *file, const char *name, size_t *out,
                                    plim_error *err)
{
    *out = plim_series_column(file, name);
    return *out == PLIM_NO_COLUMN ? fail_column(file, "there is no column", name, err) : PLIM_OK;
}

/* ---- layout ---- */

static plim_status find_years(plim_series_file *file, size_t *count, plim_error *err)
{
    *count = 0;
    file->year_of = plim_alloc(file->csv.n_columns, sizeof *file->year_of);
    if (!file->year_of)
        return plim_fail_memory(err, file->path);
    for (size_t i = 0; i < file->csv.n_columns; i++) {
        file->year_of[i] = plim_series_year(file->csv.header[i]);
        *count += file->year_of[i] != 0;
    }
    return PLIM_OK;
}

static plim_status find_long(plim_series_file *file, const plim_series_form *form, plim_error *err)
{
    const char *year = form->year ? form->year : "year";
    const char *value = form->value ? form->value : "value";
    file->year = plim_series_column(file, year);
    file->value = plim_series_column(file, value);
    if (file->year == PLIM_NO_COLUMN)
        return fail_column(file, "no columns are headed by years, and none is called", year, err);
    if (file->value == PLIM_NO_COLUMN)
        return fail_column(file, "the column of values has to be named, since none is called",
                           value, err);
    if (file->year == file->value)
        return plim_fail(err, PLIM_INPUT,
                         "%s: column `%s` can't hold the years and the values alike", file->path,
                         file->csv.header[file->year]);
    return PLIM_OK;
}

static plim_status find_layout(plim_series_file *file, const plim_series_form *form,
                               plim_error *err)
{
    size_t n_years = 0;
    PLIM_TRY(plim_header_check(file->path, (const char *const *)(const void *)file->csv.header,
                               file->csv.n_columns, err));
    PLIM_TRY(find_years(file, &n_years, err));
    bool named = form->year || form->value;
    if (n_years > 0 && !named && plim_series_column(file, "year") != PLIM_NO_COLUMN)
        return plim_fail(err, PLIM_INPUT,
                         "%s: has a column `year` and columns headed by years; name the column of "
                         "values if its years stand in `year`, else take that column out",
                         file->path);
    file->wide = n_years > 0 && !named;
    if (file->wide)
        return PLIM_OK;
    memset(file->year_of, 0, file->csv.n_columns * sizeof *file->year_of);
    return find_long(file, form, err);
}

/* ---- opening ---- */

/* Takes blanks off all cells, and rows of nothing but blanks out, as spreadsheets leave them. */
static void tidy(plim_csv *csv)
{
    size_t kept = 0;
    for (size_t i = 0; i < csv->n_columns; i++)
        csv->header[i] = plim_cell_trim(csv->header[i]);
    for (size_t row = 0; row < csv->n_rows; row++) {
        bool blank = true;
        for (size_t i = 0; i < csv->n_columns; i++) {
            char **cell = &csv->cell[row * csv->n_columns + i];
            *cell = plim_cell_trim(*cell);
            blank = blank && **cell == '\0';
            csv->cell[kept * csv->n_columns + i] = *cell;
        }
        csv->line[kept] = csv->line[row];
        kept += !blank;
    }
    csv->n_rows = kept;
}

plim_status plim_series_open(plim_series_file *out, const char *path, const char *text,
                             size_t length, const plim_series_form *form, plim_error *err)
{
    *out = (plim_series_file){.path = path, .year = PLIM_NO_COLUMN, .value = PLIM_NO_COLUMN};
    PLIM_TRY(plim_csv_parse(path, text, length, &out->csv, err));
    tidy(&out->csv);
    plim_status status = find_layout(out, form, err);
    if (status == PLIM_OK && out->csv.n_rows == 0)
        status = plim_fail(err, PLIM_INPUT, "%s: has a header and no rows", path);
    if (status != PLIM_OK)
        plim_series_close(out);
    return status;
}

void plim_series_close(plim_series_file *file)
{
    plim_csv_free(&file->csv);
    plim_free(file->year_of);
    *file = (plim_series_file){0};
}

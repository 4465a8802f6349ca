#include "book/draft.h"

#include "base/memory.h"
#include "book/cell.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* ---- dialect: encoding, separator, header ---- */

enum {
    LINES_LOOKED_AT = 60,
    MOST_TITLES = 20, /* lines before the header */
};

/* How often each separator stands in a line. */
static const char separators[] = ",\t;|";
enum { N_SEPARATORS = sizeof separators - 1 };

typedef struct line_counts {
    size_t of[LINES_LOOKED_AT][N_SEPARATORS];
    size_t n;
} line_counts;

static void count_line(line_counts *counts, const char *line, size_t length)
{
    bool quoted = false;
    size_t *of = counts->of[counts->n++];
    for (size_t i = 0; i < length; i++) {
        const char *found = line[i] != '\0' ? strchr(separators, line[i]) : NULL;
        quoted ^= line[i] == '"';
        if (found != NULL && !quoted)
            of[found - separators]++;
    }
}

/* The count of a separator that most lines have, 0 not being one, and how many have it. */
static size_t usual_count(const line_counts *counts, size_t separator, size_t *votes)
{
    size_t best = 0;
    *votes = 0;
    for (size_t i = 0; i < counts->n; i++) {
        size_t same = 0, count = counts->of[i][separator];
        for (size_t k = 0; k < counts->n; k++)
            same += counts->of[k][separator] == count;
        if (count > 0 && (same > *votes || (same == *votes && count > best))) {
            best = count;
            *votes = same;
        }
    }
    return best;
}

static void judge_dialect(const line_counts *counts, plim_dialect *dialect)
{
    /* what stands equally often in all lines separates; commas within numbers do not */
    size_t best = 0, most = 0, most_votes = 0;
    for (size_t s = 0; s < N_SEPARATORS; s++) {
        size_t votes, count = usual_count(counts, s, &votes);
        if (votes > most_votes || (votes == most_votes && count > most)) {
            most = count;
            most_votes = votes;
            best = s;
        }
    }
    dialect->separator = separators[best];
    dialect->header_line = 1;
    for (size_t i = 0; most > 0 && i < counts->n && i < MOST_TITLES; i++)
        if (counts->of[i][best] >= most) {
            dialect->header_line = i + 1;
            break;
        }
}

/* A scale that a text speaks of: 单位：万元, 余额（亿元）, rate (%). The longest name first. */
static const char *scale_in(const char *text)
{
    static const char *const names[] = {"百万元", "万元", "亿元", "千元", "‰", "%", "％"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(text, names[i]) != NULL)
            return strcmp(names[i], "％") == 0 ? "%" : names[i];
    return NULL;
}

/* The first scale that one of the first `n` lines speaks of. */
static const char *scale_of_lines(const char *text, size_t length, size_t n)
{
    const char *found = NULL;
    for (; n > 0 && length > 0 && found == NULL; n--) {
        char line[512];
        const char *end = memchr(text, '\n', length);
        size_t step = end != NULL ? (size_t)(end - text) + 1 : length;
        size_t kept = step < sizeof line ? step : sizeof line - 1;
        memcpy(line, text, kept);
        line[kept] = '\0';
        found = scale_in(line);
        text += step;
        length -= step;
    }
    return found;
}

/* Looks at the first lines; `title_scale` is what those before the header say. */
static plim_status look_at_lines(plim_draft_file *file, const char **title_scale, plim_error *err)
{
    plim_decoder *decoder = NULL;
    const char *text = NULL;
    size_t length = 0;
    line_counts counts = {.n = 0};
    PLIM_TRY(plim_decoder_open(&decoder, file->path, file->dialect.encoding, err));
    plim_status status = plim_decoder_next(decoder, &text, &length, err);
    for (size_t at = 0; status == PLIM_OK && at < length && counts.n < LINES_LOOKED_AT;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t step = end != NULL ? (size_t)(end - text) + 1 - at : length - at;
        count_line(&counts, text + at, step);
        at += step;
    }
    if (status == PLIM_OK && counts.n > 0)
        judge_dialect(&counts, &file->dialect);
    *title_scale = NULL;
    if (status == PLIM_OK && file->dialect.header_line > 1)
        *title_scale = scale_of_lines(text, length, file->dialect.header_line - 1);
    plim_decoder_close(decoder);
    return status;
}

/* ---- meaning ---- */

/* The name in small letters without blanks, _ and -. */
static void plain_name(const char *name, char out[256])
{
    size_t n = 0;
    for (; *name != '\0' && n < 255; name++)
        if (strchr(" _-", *name) == NULL)
            out[n++] = (char)tolower((unsigned char)*name);
    out[n] = '\0';
}

static bool contains_any(const char *name, const char *words)
{
    while (*words != '\0') {
        size_t n = strcspn(words, "|");
        for (const char *at = name; *at != '\0'; at++)
            if (strncmp(at, words, n) == 0) {
                /* a short Latin word must be the whole name: "pd" is no part of "update" */
                bool latin = (unsigned char)*words < 0x80 && n <= 4;
                if (!latin || strlen(name) == n)
                    return true;
            }
        words += n + (words[n] == '|');
    }
    return false;
}

static void find_meaning(plim_draft_column *column)
{
    static const struct {
        plim_book_table_index table;
        const char *column, *words;
    } meanings[] = {
#define MEANING(table, column, words) {table, column, words},
#include "book/draft_words.def"
#undef MEANING
    };
    char name[256];
    plain_name(column->name, name);
    column->table = PLIM_BOOK_TABLE_COUNT;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (contains_any(name, meanings[i].words)) {
            column->table = meanings[i].table;
            column->means = meanings[i].column;
            column->grade = column->means != NULL && strcmp(column->means, "grade") == 0;
            if (column->grade)
                column->means = "pd";
            return;
        }
}

/* ---- rows ---- */

typedef struct looking {
    plim_draft_file *file;
    const char *title_scale;
    bool done;
    size_t *n_numbers, *n_dates, *n_codes; /* of each column */
    size_t *n_commas;                      /* numbers if the comma is the decimal mark */
} looking;

static plim_status take_header(looking *l, const plim_csv_row *row, plim_error *err)
{
    plim_draft_file *file = l->file;
    file->columns = plim_alloc(row->n_cells, sizeof *file->columns);
    l->n_numbers = plim_alloc(row->n_cells, sizeof *l->n_numbers);
    l->n_dates = plim_alloc(row->n_cells, sizeof *l->n_dates);
    l->n_codes = plim_alloc(row->n_cells, sizeof *l->n_codes);
    l->n_commas = plim_alloc(row->n_cells, sizeof *l->n_commas);
    if (file->columns == NULL || l->n_commas == NULL || l->n_numbers == NULL ||
        l->n_dates == NULL || l->n_codes == NULL)
        return plim_fail_memory(err, file->path);
    file->n_columns = row->n_cells;
    for (size_t c = 0; c < row->n_cells; c++) {
        plim_draft_column *column = &file->columns[c];
        *column = (plim_draft_column){.low = DBL_MAX, .high = -DBL_MAX};
        column->name = plim_strdup(row->cell[c]);
        if (column->name == NULL)
            return plim_fail_memory(err, file->path);
        column->scale = scale_in(column->name);
        find_meaning(column);
    }
    return PLIM_OK;
}

static plim_status take_cell(looking *l, size_t c, const char *text, plim_error *err)
{
    static const plim_cell_form plain = {.decimal = '.'}, comma = {.decimal = ','};
    plim_draft_column *column = &l->file->columns[c];
    double number;
    char date[16];
    if (plim_cell_is_empty(text)) {
        column->n_empty++;
        return PLIM_OK;
    }
    if (column->values.count <= PLIM_DRAFT_VALUES)
        PLIM_TRY(plim_names_add(&column->values, text, NULL, err));
    if (plim_cell_number(text, &plain, &number)) {
        l->n_numbers[c]++;
        column->low = fmin(column->low, number);
        column->high = fmax(column->high, number);
        column->says_percent = column->says_percent || plim_cell_says_percent(text);
    }
    l->n_commas[c] += plim_cell_number(text, &comma, &number);
    l->n_dates[c] += plim_cell_date(text, &plain, date);
    l->n_codes[c] += plim_cell_is_credit_code(text);
    return PLIM_OK;
}

/* Is it a row of sums? Then it is where the data end. */
static const char *footer_word(const plim_csv_row *row)
{
    static const char *const words[] = {"合计", "总计", "小计", "共计", "Total", "TOTAL"};
    size_t first = 0;
    while (first < row->n_cells && *row->cell[first] == '\0')
        first++;
    for (size_t i = 0; first < row->n_cells && i < sizeof words / sizeof *words; i++)
        if (strncmp(row->cell[first], words[i], strlen(words[i])) == 0)
            return words[i];
    return NULL;
}

static plim_status take_row(void *user, const plim_csv_row *row, plim_error *err)
{
    looking *l = user;
    plim_draft_file *file = l->file;
    for (size_t i = 0; i < row->n_cells; i++)
        row->cell[i] = plim_cell_clean(row->cell[i]);
    if (file->columns == NULL)
        return take_header(l, row, err);
    const char *word = footer_word(row);
    if (word != NULL) {
        if (file->footer == NULL && (file->footer = plim_strdup(word)) == NULL)
            return plim_fail_memory(err, file->path);
        return PLIM_OK;
    }
    for (size_t c = 0; c < file->n_columns && c < row->n_cells; c++)
        PLIM_TRY(take_cell(l, c, row->cell[c], err));
    l->done = ++file->n_rows == PLIM_DRAFT_ROWS;
    return l->done ? PLIM_USAGE : PLIM_OK; /* ends the reading */
}

/* ---- judging ---- */

/* Days of spreadsheets that are dates of about 1982 to 2100. */
#define EXCEL_LOW  30000
#define EXCEL_HIGH 73050

static const char *money_scale(const plim_draft_column *column, const looking *l)
{
    const plim_book_field *field =
        column->table == PLIM_BOOK_TABLE_COUNT
            ? NULL
            : plim_book_field_find(plim_book_tables[column->table].name, column->means);
    if (column->scale != NULL || field == NULL || strcmp(field->unit, "CNY") != 0)
        return column->scale;
    return l->title_scale;
}

static void judge_column(const looking *l, size_t c)
{
    plim_draft_column *column = &l->file->columns[c];
    size_t n = l->file->n_rows - column->n_empty;
    bool dated = column->means != NULL &&
                 (strcmp(column->means, "start") == 0 || strcmp(column->means, "maturity") == 0);
    column->kind = n == 0                 ? PLIM_DRAFT_EMPTY
                   : l->n_dates[c] == n   ? PLIM_DRAFT_DATE
                   : l->n_numbers[c] == n ? PLIM_DRAFT_NUMBER
                                          : PLIM_DRAFT_TEXT;
    if (column->kind == PLIM_DRAFT_TEXT && l->n_commas[c] == n &&
        strchr(column->values.text[0], ','))
        l->file->decimal_comma = true;
    if (column->kind == PLIM_DRAFT_TEXT && l->n_commas[c] == n)
        column->kind = PLIM_DRAFT_NUMBER;
    column->credit_codes = n > 0 && l->n_codes[c] == n;
    column->excel_dates = dated && column->kind == PLIM_DRAFT_NUMBER && column->low >= EXCEL_LOW &&
                          column->high <= EXCEL_HIGH;
    if (column->grade && column->kind == PLIM_DRAFT_NUMBER && column->values.count > 20)
        column->grade = false;
    column->scale = column->says_percent ? NULL : money_scale(column, l);
}

plim_status plim_draft_look(plim_draft_file *out, const char *path, plim_error *err)
{
    *out = (plim_draft_file){.path = path};
    looking l = {.file = out};
    PLIM_TRY(plim_encoding_guess(path, &out->dialect.encoding, err));
    PLIM_TRY(look_at_lines(out, &l.title_scale, err));
    plim_status status =
        plim_rows_read(path, &out->dialect, &(plim_csv_visitor){take_row, &l}, err);
    if (l.done)
        status = PLIM_OK;
    for (size_t c = 0; c < out->n_columns && status == PLIM_OK; c++)
        judge_column(&l, c);
    plim_free(l.n_numbers);
    plim_free(l.n_dates);
    plim_free(l.n_codes);
    plim_free(l.n_commas);
    return status;
}

void plim_draft_free(plim_draft_file *file)
{
    for (size_t c = 0; c < file->n_columns; c++) {
        plim_free(file->columns[c].name);
        plim_names_free(&file->columns[c].values);
    }
    plim_free(file->columns);
    plim_free(file->footer);
    *file = (plim_draft_file){0};
}

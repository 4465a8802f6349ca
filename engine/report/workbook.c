#define _GNU_SOURCE /* memfd_create */
#include "report/workbook.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/file.h"
#include "base/memory.h"
#include "report/dictionary.h"
#include "report/messages.h"
#include "report/workbook_proof.h"

enum {
    MOST_ROWS = LXW_ROW_MAX - 1, /* under the headings */
    MOST_CHARACTERS = 32767,     /* of a cell */
    EXACT_DIGITS = 15,           /* of a number that a spreadsheet program keeps */
    NARROWEST = 8,               /* widths of columns in digits */
    WIDEST = 60,
    WIDTH_OF_NUMBER = 13, /* what the general format shows of a decimal */
    ROOM_OF_FILTER = 3,   /* its arrow, beside a heading */
    HEADING_MAX = 128,
    CELL_MAX = 64,
    SECONDS_A_DAY = 86400,
};

/* ---- what a workbook can hold ---- */

static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static plim_status check_text(const plim_table *table, const char *column, const char *text,
                              plim_error *err)
{
    if (!plim_utf8_valid(text, strlen(text)))
        return plim_fail(err, PLIM_INPUT, "'%s' is not UTF-8, as a workbook has to be", text);
    if (characters(text) > MOST_CHARACTERS)
        return plim_fail(err, PLIM_USAGE,
                         "table %s, column %s: a text of %zu characters; a cell of a workbook "
                         "holds %d: use --format csv",
                         table->spec->name, column, characters(text), MOST_CHARACTERS);
    return PLIM_OK;
}

static plim_status check_table(const plim_table *table, plim_error *err)
{
    if (table->n_rows > MOST_ROWS)
        return plim_fail(err, PLIM_USAGE,
                         "table %s has %zu rows; a sheet of a workbook holds %d under its "
                         "headings: use --format csv",
                         table->spec->name, table->n_rows, MOST_ROWS);
    for (size_t f = 0; f < table->spec->n_fields; f++)
        for (size_t i = 0; i < table->columns[f].labels.count; i++)
            PLIM_TRY(check_text(table, table->spec->fields[f].key, table->columns[f].labels.text[i],
                                err));
    return PLIM_OK;
}

plim_status plim_report_workbook_check(const plim_workbook *ask, plim_error *err)
{
    for (size_t i = 0; i < ask->n_tables; i++)
        PLIM_TRY(check_table(ask->tables[i], err));
    return PLIM_OK;
}

/* ---- columns ---- */

/* BY_MEASURE: money or a share, as the row's measure says. */
typedef enum look { TEXT, WHOLE, MONEY, SHARE, NUMBER, BY_MEASURE, LOOKS } look;

static look look_of(const plim_table *table, size_t field)
{
    const plim_field *f = &table->spec->fields[field];
    const plim_meaning *meaning = plim_report_meaning(table->spec->name, f->key);
    switch (f->kind) {
    case PLIM_CELL_TEXT:
        return TEXT;
    case PLIM_CELL_INT:
        return WHOLE;
    case PLIM_CELL_FEN:
    case PLIM_CELL_AMOUNT:
        return MONEY;
    case PLIM_CELL_NUMBER:
        break;
    }
    if (meaning != NULL && strcmp(meaning->unit, "column measure") == 0)
        return BY_MEASURE;
    return meaning != NULL && strcmp(meaning->unit, "ratio") == 0 ? SHARE : NUMBER;
}

/* In digits; a Chinese character is as wide as two. What lies beyond U+1100 takes three bytes, or
   four, and is wide but for a few signs. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        width += (c & 0xc0) == 0x80 ? 0 : c > 0xe1 ? 2 : 1;
    }
    return width;
}

/* Of the largest number in size, with two decimals and its thousands set apart. */
static size_t width_of_money(const plim_table *table, size_t field)
{
    const plim_table_column *column = &table->columns[field];
    double largest = 1;
    for (size_t row = 0; row < table->n_rows; row++) {
        double size = column->number != NULL ? fabs(column->number[row])
                      : column->integer[row] == PLIM_FEN_EMPTY
                          ? 0
                          : fabs((double)column->integer[row]) / PLIM_FEN_PER_UNIT;
        largest = size > largest ? size : largest; /* an empty cell is no larger */
    }
    size_t digits = 1 + (size_t)log10(largest);
    return digits + (digits - 1) / 3 + sizeof "-.00";
}

static double width_of_column(const plim_table *table, size_t field, look as, const char *heading)
{
    size_t width = width_of(heading) + ROOM_OF_FILTER, widest = NARROWEST;
    if (as == MONEY || as == BY_MEASURE)
        widest = width_of_money(table, field);
    else if (as == NUMBER)
        widest = WIDTH_OF_NUMBER;
    for (size_t i = 0; as == TEXT && i < table->columns[field].labels.count; i++) {
        size_t cell = width_of(table->columns[field].labels.text[i]) + 1;
        widest = cell > widest ? cell : widest;
    }
    width = width > widest ? width : widest;
    return (double)(width < WIDEST ? width : WIDEST);
}

void plim_report_heading(const char *key, plim_lang lang, char *out, size_t size)
{
    static const char *const ends[] = {"_stderr", "_lo95", "_hi95"};
    const char *word = plim_report_word(key, lang);
    (void)snprintf(out, size, "%s", lang == PLIM_LANG_ZH ? word : key);
    for (size_t i = 0; lang == PLIM_LANG_ZH && word == key && i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(key), m = strlen(ends[i]);
        char value[HEADING_MAX];
        if (n <= m || n >= sizeof value || strcmp(key + n - m, ends[i]) != 0)
            continue;
        (void)snprintf(value, sizeof value, "%.*s", (int)(n - m), key);
        (void)snprintf(out, size, "%s %s", plim_report_word(value, lang),
                       plim_report_word(ends[i] + 1, lang));
    }
}

/* ---- sheets ---- */

typedef struct writer {
    const plim_workbook *ask;
    plim_lang lang;
    lxw_workbook *book;
    lxw_format *heading, *formats[LOOKS];
    plim_sheet_count *counts;
    look *looks; /* of the columns of the table in hand */
} writer;

static plim_status fail(const writer *w, const char *why, plim_error *err)
{
    return plim_fail(err, PLIM_MACHINE, "%s: the workbook cannot be made: %s", w->ask->path, why);
}

static plim_status checked(const writer *w, lxw_error code, plim_error *err)
{
    if (code == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return plim_fail_memory(err, "a workbook");
    return code == LXW_NO_ERROR ? PLIM_OK : fail(w, lxw_strerror(code), err);
}

static plim_status make_formats(writer *w, plim_error *err)
{
    static const char *const formats[LOOKS] = {
        [TEXT] = "@",      [WHOLE] = "0",        [MONEY] = "#,##0.00",
        [SHARE] = "0.00%", [NUMBER] = "General", [BY_MEASURE] = "General"};
    w->heading = workbook_add_format(w->book);
    if (w->heading == NULL)
        return plim_fail_memory(err, "a workbook");
    format_set_bold(w->heading);
    format_set_bottom(w->heading, LXW_BORDER_THIN);
    for (size_t i = 0; i < LOOKS; i++) {
        w->formats[i] = workbook_add_format(w->book);
        if (w->formats[i] == NULL)
            return plim_fail_memory(err, "a workbook");
        format_set_num_format(w->formats[i], formats[i]);
    }
    return PLIM_OK;
}

static look look_at(const writer *w, const plim_table *table, size_t row, size_t field)
{
    if (w->looks[field] != BY_MEASURE)
        return w->looks[field];
    const char *measure =
        plim_table_text(table, row, plim_table_spec_field(table->spec, "measure"));
    return plim_measure_is_amount(table->spec->name, measure) ? MONEY : SHARE;
}

/* A cell with what CSV shows of it. Sums in a spreadsheet leave texts out without a word, so
   amounts stay numbers even where their last fen is lost; whole numbers of so many digits are
   names. */
static lxw_error put_cell(writer *w, lxw_worksheet *sheet, const plim_table *table, size_t row,
                          size_t field)
{
    char buffer[CELL_MAX];
    const plim_field *f = &table->spec->fields[field];
    const char *text = buffer;
    if (f->kind == PLIM_CELL_TEXT)
        text = plim_table_text(table, row, field);
    else
        plim_table_format(table, row, field, buffer, sizeof buffer);
    if (*text == '\0')
        return LXW_NO_ERROR;
    w->counts->cells++;
    lxw_format *format = w->formats[look_at(w, table, row, field)];
    lxw_row_t line = (lxw_row_t)row + 1;
    double value = 0;
    bool is_name =
        f->kind == PLIM_CELL_TEXT || (f->kind == PLIM_CELL_INT && strlen(text) > EXACT_DIGITS);
    if (is_name || !plim_parse_double(text, &value) || !isfinite(value))
        return worksheet_write_string(sheet, line, (lxw_col_t)field, text, w->formats[TEXT]);
    return worksheet_write_number(sheet, line, (lxw_col_t)field, value, format);
}

static plim_status put_rows(writer *w, lxw_worksheet *sheet, const plim_table *table,
                            plim_error *err)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        size_t before = w->counts->cells;
        for (size_t f = 0; f < table->spec->n_fields; f++)
            PLIM_TRY(checked(w, put_cell(w, sheet, table, row, f), err));
        w->counts->rows += w->counts->cells > before;
    }
    return PLIM_OK;
}

static plim_status put_reason(writer *w, lxw_worksheet *sheet, const plim_table *table,
                              plim_error *err)
{
    plim_text reason = {0};
    plim_report_message(&reason, table->reason ? table->reason : "", w->lang);
    if (reason.length == 0)
        plim_text_add(&reason, plim_report_word("empty", w->lang));
    plim_status status =
        checked(w, worksheet_write_string(sheet, 1, 0, plim_text_get(&reason), NULL), err);
    if (status == PLIM_OK && reason.failed)
        status = plim_fail_memory(err, "a workbook");
    plim_text_free(&reason);
    w->counts->cells++;
    w->counts->rows++;
    return status;
}

static plim_status put_headings(writer *w, lxw_worksheet *sheet, const plim_table *table,
                                plim_error *err)
{
    for (size_t f = 0; f < table->spec->n_fields; f++) {
        lxw_col_t column = (lxw_col_t)f;
        char heading[HEADING_MAX];
        plim_report_heading(table->spec->fields[f].key, w->lang, heading, sizeof heading);
        double width = width_of_column(table, f, w->looks[f], heading);
        PLIM_TRY(checked(
            w, worksheet_set_column(sheet, column, column, width, w->formats[w->looks[f]]), err));
        PLIM_TRY(checked(w, worksheet_write_string(sheet, 0, column, heading, w->heading), err));
        w->counts->cells++;
    }
    w->counts->rows++;
    return PLIM_OK;
}

/* A table in a sheet of its own; `counts` is that of the sheet. */
static plim_status put_table(writer *w, const plim_table *table, plim_error *err)
{
    for (size_t f = 0; f < table->spec->n_fields; f++)
        w->looks[f] = look_of(table, f);
    lxw_worksheet *sheet = workbook_add_worksheet(w->book, table->spec->name);
    if (sheet == NULL)
        return fail(w, strerror(errno), err);
    lxw_col_t last = (lxw_col_t)(table->spec->n_fields - 1);
    PLIM_TRY(put_headings(w, sheet, table, err));
    PLIM_TRY(table->n_rows > 0 ? put_rows(w, sheet, table, err) : put_reason(w, sheet, table, err));
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    PLIM_TRY(checked(w, worksheet_repeat_rows(sheet, 0, 0), err));
    if (table->n_rows == 0)
        return PLIM_OK;
    /* no green corners at ids that are made of digits */
    PLIM_TRY(checked(
        w, worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"), err));
    return checked(w, worksheet_autofilter(sheet, 0, 0, (lxw_row_t)table->n_rows, last), err);
}

static plim_status put_properties(const writer *w, plim_error *err)
{
    int64_t days = 0;
    if (!plim_parse_date(w->ask->as_of, &days))
        return plim_fail(err, PLIM_INPUT, "'%s' is not a date", w->ask->as_of);
    /* the library takes 0 for now */
    lxw_doc_properties properties = {.title = (char *)(uintptr_t)w->ask->title,
                                     .created =
                                         days != 0 ? (time_t)(days * SECONDS_A_DAY) : (time_t)1};
    return checked(w, workbook_set_properties(w->book, &properties), err);
}

static plim_status put_all(writer *w, plim_error *err)
{
    plim_sheet_count *counts = w->counts;
    PLIM_TRY(put_properties(w, err));
    PLIM_TRY(make_formats(w, err));
    for (size_t i = 0; i < w->ask->n_tables; i++) {
        w->counts = &counts[i];
        w->looks = plim_alloc(w->ask->tables[i]->spec->n_fields, sizeof *w->looks);
        plim_status status = w->looks != NULL ? put_table(w, w->ask->tables[i], err)
                                              : plim_fail_memory(err, "a workbook");
        plim_free(w->looks);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

/* ---- the file ---- */

/* The library says on stderr what it also returns. The stream, which glibc lets be set, leads
   nowhere until it is given back; the descriptor, through which an interrupt is told, stays. */
static FILE *hush(void)
{
    FILE *kept = stderr, *nowhere = fopen("/dev/null", "we");
    if (nowhere != NULL)
        stderr = nowhere;
    return kept;
}

static void unhush(FILE *kept)
{
    if (stderr != kept)
        (void)fclose(stderr);
    stderr = kept;
}

/* The workbook goes to `image`. Rows go to temporary files as they come, so that a large table does
   not lie in memory a second time. */
static plim_status compose(writer *w, const char *image, plim_error *err)
{
    char folder[4096];
    const char *slash = strrchr(w->ask->path, '/');
    (void)snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - w->ask->path + 1) : 1,
                   slash ? w->ask->path : ".");
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder};
    plim_sheet_count *counts = w->counts;
    w->book = workbook_new_opt(image, &options);
    if (w->book == NULL)
        return plim_fail_memory(err, "a workbook");
    plim_status status = put_all(w, err);
    w->counts = counts;
    lxw_error code = workbook_close(w->book); /* releases it too */
    return status == PLIM_OK ? checked(w, code, err) : status;
}

static plim_status take(const writer *w, int image, plim_text *out, plim_error *err)
{
    off_t length = lseek(image, 0, SEEK_END);
    if (length <= 0)
        return fail(w, strerror(errno), err);
    void *bytes = mmap(NULL, (size_t)length, PROT_READ, MAP_PRIVATE, image, 0);
    if (bytes == MAP_FAILED)
        return plim_fail_memory(err, "a workbook");
    plim_status status = PLIM_OK;
    if (!plim_workbook_whole(bytes, (size_t)length, w->counts, w->ask->n_tables))
        status = fail(w, "its temporary files were cut short; is the disk full?", err);
    else
        plim_text_add_bytes(out, bytes, (size_t)length);
    (void)munmap(bytes, (size_t)length);
    return status == PLIM_OK && out->failed ? plim_fail_memory(err, "a workbook") : status;
}

plim_status plim_report_workbook(plim_text *out, const plim_workbook *ask, plim_lang lang,
                                 plim_error *err)
{
    writer w = {.ask = ask, .lang = lang};
    /* in memory, as all files are composed; the library knows files by name only */
    int image = memfd_create("workbook", MFD_CLOEXEC);
    if (image < 0)
        return fail(&w, strerror(errno), err);
    char name[CELL_MAX];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", image);
    w.counts = plim_alloc(ask->n_tables, sizeof *w.counts);
    plim_status status = PLIM_OK;
    if (w.counts == NULL) {
        status = plim_fail_memory(err, "a workbook");
    } else {
        FILE *kept = hush();
        status = compose(&w, name, err);
        unhush(kept);
    }
    if (status == PLIM_OK)
        status = take(&w, image, out, err);
    plim_free(w.counts);
    (void)close(image);
    return status;
}

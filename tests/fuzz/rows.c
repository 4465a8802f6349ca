/* Sends made-up exports through the reader of rows, the strict reader of CSV, the parsers of cells
 * and the look that a draft map takes, a fixed sequence for a seed.
 *
 *   fuzz_rows [--executions N] [--seed S] [--from I]
 *
 * Whatever the bytes: the answer is rows of UTF-8 in rising lines, or a message that names the
 * file. A text that takes more than half a minute is a hang. Prints the number of the text that
 * fails. */
#define _GNU_SOURCE /* memfd_create */
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/rows.h"
#include "book/cell.h"
#include "book/draft.h"

enum { LONGEST = 2000, HANG_SECONDS = 30 };

static uint64_t state, number;

static void give_up(const char *what)
{
    fprintf(stderr, "fuzz: text %" PRIu64 ": %s\n", number, what);
    abort();
}

static uint64_t next(void)
{
    state += 0x9E3779B97F4A7C15U;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static size_t below(size_t n)
{
    return (size_t)(next() % n);
}

/* ---- texts ---- */

static const char *const pieces[] = {",",
                                     ";",
                                     "|",
                                     "\t",
                                     "\n",
                                     "\r\n",
                                     "\r",
                                     "\"",
                                     "\"\"",
                                     "=\"",
                                     "'",
                                     " ",
                                     "　",
                                     "\xEF\xBB\xBF",
                                     "\xFF\xFE",
                                     "借据号",
                                     "余额",
                                     "客户号",
                                     "到期日",
                                     "五级分类",
                                     "利率（%）",
                                     "单位：万元",
                                     "合计",
                                     "正常",
                                     "balance",
                                     "id",
                                     "PD",
                                     "1,234.50",
                                     "(12.00)",
                                     "４５％",
                                     "4.35%",
                                     "‰",
                                     "1e308",
                                     "-",
                                     "N/A",
                                     "9.15002E+17",
                                     "2025-12-31",
                                     "20251231",
                                     "2025年12月31日",
                                     "46022",
                                     "91500153MA00000006",
                                     "11010519491231002X",
                                     "¥",
                                     "0",
                                     "1",
                                     "99999999999999999999",
                                     "\xD3\xE0\xB6\xEE",
                                     "\xB5\xA5",
                                     "\x81\x30\x81\x30",
                                     "\xC0",
                                     "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80"};

static size_t make_text(char *out)
{
    size_t length = 0, n = 1 + below(60);
    for (size_t i = 0; i < n; i++) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece);
        if (length + size + 1 >= LONGEST)
            break;
        memcpy(out + length, piece, size);
        length += size;
        if (below(20) == 0)
            out[length++] = (char)next();
    }
    return length;
}

/* The same characters in UTF-16, as far as they are ASCII. */
static size_t widen(char *text, size_t length)
{
    length = length > LONGEST / 2 ? LONGEST / 2 : length;
    for (size_t i = length; i-- > 0;) {
        text[2 * i] = text[i];
        text[2 * i + 1] = 0;
    }
    return 2 * length;
}

/* ---- what must hold ---- */

static size_t last_line;

static void check_cell(const char *text)
{
    static const char *const forms[] = {"", "excel", "excel1904", "d/m/y", "days since 1960-01-01"};
    char copy[LONGEST * 4], date[16];
    plim_cell_form form = {.decimal = below(2) ? '.' : ',', .shift = (int)below(13) - 4};
    double value;
    int64_t days;
    (void)snprintf(form.date, sizeof form.date, "%s", forms[below(5)]);
    (void)snprintf(copy, sizeof copy, "%s", text);
    const char *clean = plim_cell_clean(copy);
    if (plim_cell_number(clean, &form, &value) && !isfinite(value))
        give_up("a number that is none");
    if (plim_cell_date(clean, &form, date) && !plim_parse_date(date, &days))
        give_up("a date that is none");
    (void)plim_cell_is_empty(clean);
    (void)plim_cell_is_credit_code(clean);
    (void)plim_cell_is_resident_number(clean);
    (void)plim_cell_is_damaged_id(clean);
}

static plim_status visit(void *user, const plim_csv_row *row, plim_error *err)
{
    (void)user;
    (void)err;
    if (row->line <= last_line || row->n_cells == 0)
        give_up("rows out of order");
    last_line = row->line;
    for (size_t i = 0; i < row->n_cells; i++) {
        if (!plim_utf8_valid(row->cell[i], strlen(row->cell[i])))
            give_up("a cell that is not UTF-8");
        check_cell(row->cell[i]);
    }
    return PLIM_OK;
}

static void check_answer(plim_status status, const plim_error *err)
{
    if (status == PLIM_OK)
        return;
    if (status != PLIM_INPUT || strncmp(err->message, "/proc/self/fd/", 14) != 0 ||
        !plim_utf8_valid(err->message, strlen(err->message)))
        give_up(err->message);
}

static void run(int file, const char *path)
{
    static const char separators[] = ",;|\t";
    char text[LONGEST + 1];
    plim_error err[3] = {{0}};
    plim_dialect dialect = {(plim_encoding)below(PLIM_ENCODING_COUNT), separators[below(4)],
                            1 + below(3)};
    size_t length = make_text(text);
    if (dialect.encoding >= PLIM_ENCODING_UTF16LE && below(2) == 0)
        length = widen(text, length);
    if (ftruncate(file, 0) != 0 || pwrite(file, text, length, 0) != (ssize_t)length)
        give_up("the text can't be written");
    last_line = 0;
    check_answer(plim_rows_read(path, &dialect, &(plim_csv_visitor){visit, NULL}, &err[0]),
                 &err[0]);
    plim_csv csv = {0};
    check_answer(plim_csv_parse(path, text, length, &csv, &err[1]), &err[1]);
    plim_csv_free(&csv);
    plim_draft_file draft = {0};
    if (number % 16 == 0) { /* it reads megabytes of nothing */
        check_answer(plim_draft_look(&draft, path, &err[2]), &err[2]);
        plim_draft_free(&draft);
    }
}

static void on_alarm(int signal_number)
{
    static const char message[] = "fuzz: a text takes for ever\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(1);
}

int main(int argc, char **argv)
{
    uint64_t executions = 20000, seed = 1, from = 0;
    char path[64];
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t value = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--executions") == 0)
            executions = value;
        else if (strcmp(argv[i], "--seed") == 0)
            seed = value;
        else if (strcmp(argv[i], "--from") == 0)
            from = value;
        else
            return 2;
    }
    int file = memfd_create("export", 0);
    if (file < 0) {
        fprintf(stderr, "fuzz: no file in memory here\n");
        return 77;
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    signal(SIGALRM, on_alarm);
    for (uint64_t i = 0; i < executions; i++) {
        number = from + i;
        state = seed * 0xD1342543DE82EF95U + number * 0x2545F4914F6CDD1DU;
        if (i % 4096 == 0)
            alarm(HANG_SECONDS);
        run(file, path);
    }
    fprintf(stderr, "fuzz: %" PRIu64 " texts\n", executions);
    return 0;
}

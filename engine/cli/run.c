#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include <plimsoll/run.h>
#include "base/text.h"
#include "cli/log.h"

/* Words of the command line and where the result went. */
typedef struct job {
    plim_cli *cli;
    plim_words scenarios, books;
    const char *tile, *precision, *balance_sheets;
    int on_conflict;
    int fail_on; /* index of PLIM_LEVEL_CHOICES; -1: not asked for */
    char result[4096];
} job;

static void on_message(void *user, int is_warning, const char *text)
{
    plim_cli_message(((job *)user)->cli, is_warning, text);
}

static void on_progress(void *user, uint64_t done, uint64_t total)
{
    plim_cli_progress(((job *)user)->cli, done, total);
}

static void on_finished(void *user, const char *path)
{
    job *j = user;
    snprintf(j->result, sizeof j->result, "%s", path);
}

/* "512x256": borrowers x paths of a tile. */
static plim_status parse_tile(const char *text, plim_run_config *config, plim_error *err)
{
    int64_t slab = 0, block = 0;
    char left[32] = "", right[32] = "";
    const char *cross = strchr(text, 'x');
    if (cross && (size_t)(cross - text) < sizeof left && strlen(cross + 1) < sizeof right) {
        memcpy(left, text, (size_t)(cross - text));
        snprintf(right, sizeof right, "%s", cross + 1);
    }
    if (!plim_parse_int64(left, &slab) || !plim_parse_int64(right, &block) || slab < 1 ||
        slab > 1 << 20 || block < 1 || block > 1 << 20)
        return plim_fail(err, PLIM_USAGE,
                         "option --tile: '%s' is not BORROWERSxPATHS such as 512x256, each from 1 "
                         "to %d",
                         text, 1 << 20);
    config->slab = (uint32_t)slab;
    config->block = (uint32_t)block;
    return PLIM_OK;
}

/* "1%" or "0.01". */
static plim_status parse_precision(const char *text, plim_run_config *config, plim_error *err)
{
    char number[32] = "";
    size_t length = strlen(text);
    bool percent = length > 0 && text[length - 1] == '%';
    length -= percent;
    if (length < sizeof number)
        memcpy(number, text, length);
    double value = 0;
    if (!plim_parse_double(number, &value) || !(value > 0) || !(value < (percent ? 100 : 1)))
        return plim_fail(err, PLIM_USAGE,
                         "option --precision: '%s' is not a share such as 1%% or 0.01", text);
    config->precision = percent ? value / 100 : value;
    return PLIM_OK;
}

/* "static,runoff": a bit for each word. */
static plim_status parse_balance_sheets(const char *text, plim_run_config *config, plim_error *err)
{
    static const char *const names[] = {"static", "runoff", "rebalanced"};
    for (const char *word = text; word != NULL;) {
        const char *comma = strchr(word, ',');
        size_t length = comma ? (size_t)(comma - word) : strlen(word);
        unsigned bit = 0;
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
                bit = 1U << i;
        if (bit == 0)
            return plim_fail(err, PLIM_USAGE,
                             "option --balance-sheet: '%.*s' is not static, runoff or rebalanced",
                             (int)length, word);
        config->balance_sheets |= bit;
        word = comma ? comma + 1 : NULL;
    }
    return PLIM_OK;
}

/* Words without an option: scripts, and books by their ending. */
static plim_status sort_words(const plim_words *rest, job *j, int baseline_years, plim_error *err)
{
    for (size_t i = 0; i < rest->count; i++) {
        size_t length = strlen(rest->word[i]);
        bool book = length > 3 && strcmp(rest->word[i] + length - 3, ".h5") == 0;
        plim_words *to = book ? &j->books : &j->scenarios;
        if (to->count == sizeof to->word / sizeof *to->word)
            return plim_fail(err, PLIM_USAGE, "more than %zu files on one command line", to->count);
        to->word[to->count++] = rest->word[i];
    }
    if (j->scenarios.count == 0 && baseline_years == 0)
        return plim_fail(err, PLIM_USAGE,
                         "no scenario given: plimsoll run SCENARIO.lua ... --book FILE");
    if (j->books.count == 0)
        return plim_fail(err, PLIM_USAGE, "no loan book given; add --book FILE");
    return PLIM_OK;
}

enum { WARNINGS_AT_ONCE = 1 << 18 }; /* rows: two chunks of the file, some 40 MiB */

/* Of the choices of --fail-on, from mild to severe. */
#define LEVEL_CHOICES "blue|yellow|orange|red"

/* After the result is written: refuses it where a warning reaches the level that was given. */
static plim_status check_limit(const job *j, const plim_warning_digest *warnings, plim_error *err)
{
    static const char *const shown[] = {"scenario", "subject", "key", "indicator", "level"};
    const char *text[sizeof shown / sizeof *shown];
    size_t first = 0;
    if (j->fail_on < 0)
        return PLIM_OK;
    const char *level = plim_warning_levels[PLIM_WARNING_LEVELS - 1 - j->fail_on]; /* mild first */
    size_t count = plim_warning_digest_count(warnings, level, &first);
    if (count == 0)
        return PLIM_OK;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        text[i] =
            plim_table_text(&warnings->kept, first, plim_table_field(&warnings->kept, shown[i]));
    return plim_fail(err, PLIM_BREACH,
                     "%zu warnings at level %s or above; the first: scenario %s, %s %s, %s: %s",
                     count, level, text[0], text[1], text[2], text[3], text[4]);
}

static plim_status take_warnings(void *user, const plim_table *rows, plim_error *err)
{
    return plim_warning_digest_add(user, rows, err);
}

static plim_status print_digest(job *j, plim_error *err)
{
    plim_result result = {0};
    plim_warning_digest warnings = {0};
    plim_text text = {0};
    plim_table_taker taker = {take_warnings, &warnings};
    plim_status status =
        plim_store_scan_table(j->result, "warnings", WARNINGS_AT_ONCE, &taker, err);
    if (status == PLIM_OK)
        status = plim_store_read_tables(&result, j->result, plim_report_digest_tables, err);
    if (status == PLIM_OK)
        status = plim_report_digest(&text, &result, &warnings, j->cli->lang, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    if (status == PLIM_OK) {
        char message[4200];
        snprintf(message, sizeof message, plim_report_word("wrote %s", j->cli->lang), j->result);
        plim_cli_message(j->cli, 0, message);
        status = check_limit(j, &warnings, err);
    }
    plim_text_free(&text);
    plim_warning_digest_free(&warnings);
    plim_result_free(&result);
    return status;
}

static plim_status work(job *j, plim_run_config *config, plim_error *err)
{
    if (j->precision)
        PLIM_TRY(parse_precision(j->precision, config, err));
    if (j->tile)
        PLIM_TRY(parse_tile(j->tile, config, err));
    if (j->balance_sheets)
        PLIM_TRY(parse_balance_sheets(j->balance_sheets, config, err));
    config->scenarios = j->scenarios.word;
    config->n_scenarios = j->scenarios.count;
    config->books = j->books.word;
    config->n_books = j->books.count;
    config->conflict_weighted = j->on_conflict == 1;
    plim_run_watch watch = {.user = j,
                            .message = on_message,
                            .progress = on_progress,
                            .publishing = plim_cli_publishing,
                            .finished = on_finished};
    PLIM_TRY(plim_run(config, &watch, err));
    return config->dry_run ? PLIM_OK : print_digest(j, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    job j = {.cli = cli, .fail_on = -1};
    plim_run_config config = PLIM_RUN_CONFIG_INIT;
    const char *lib = NULL;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &j.books, "FILE", NULL, 0, 0,
         "loan book; may be given more than once"},
        {"model", 0, PLIM_OPTION_TEXT, &config.model, "FILE", NULL, 0, 0,
         "portfolio model (default: the library's model.lua)"},
        {"out", 'o', PLIM_OPTION_TEXT, &config.out, "FILE", NULL, 0, 0,
         "result (default: results/NAME.result.h5)"},
        {"baseline", 0, PLIM_OPTION_INT, &config.baseline_years, "YEARS", NULL, 1, 60,
         "the baseline alone, over so many years, without any scenario"},
        {"paths", 'n', PLIM_OPTION_UINT32, &config.paths, "N", NULL, 1, 100000000,
         "paths to simulate (default: 10000 to 100000, by the size of the book)"},
        {"precision", 0, PLIM_OPTION_TEXT, &j.precision, "P", NULL, 0, 0,
         "as many paths as ES 99.9 needs to be known to P, e.g. 1%, in every scenario"},
        {"seed", 's', PLIM_OPTION_UINT64, &config.seed, "S", NULL, 0, UINT64_MAX,
         "seed of all random numbers (default 1)"},
        {"threads", 't', PLIM_OPTION_INT, &config.threads, "T", NULL, 1, 4096,
         "threads (default: what the machine allows; no effect on results)"},
        {"tail", 0, PLIM_OPTION_UINT32, &config.tail, "K", NULL, 2, 1000,
         "K further paths a path, simulated where they reach the tail (table tail)"},
        {"balance-sheet", 0, PLIM_OPTION_TEXT, &j.balance_sheets, "LIST", NULL, 0, 0,
         "how banks run theirs: static (default), runoff, rebalanced, or several: static,runoff"},
        {"previous", 0, PLIM_OPTION_TEXT, &config.previous, "RESULT", NULL, 0, 0,
         "result of the run before: its warnings go on, and come down slowly"},
        {"fail-on", 0, PLIM_OPTION_CHOICE, &j.fail_on, NULL, LEVEL_CHOICES, 0, 0,
         "exit with 4, after the result is written, where a warning reaches that level"},
        {"memory", 'm', PLIM_OPTION_BYTES, &config.memory, "SIZE", NULL, 0, 0,
         "memory that may be used, e.g. 8G (default: what the machine allows)"},
        {"book-slabs", 0, PLIM_OPTION_UINT32, &config.book_slabs, "N", NULL, 1, 255,
         "slabs of borrowers to read the books in (default: as memory asks; no effect on results)"},
        {"on-conflict", 0, PLIM_OPTION_CHOICE, &j.on_conflict, NULL, "refuse|weighted", 0, 0,
         "what to do when books disagree on a borrower"},
        {"tile", 0, PLIM_OPTION_TEXT, &j.tile, "BxP", NULL, 0, 0,
         "borrowers x paths of a tile (no effect on results)"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        {"dry-run", 0, PLIM_OPTION_FLAG, &config.dry_run, NULL, NULL, 0, 0,
         "read, check, trace and bind; write nothing"},
        PLIM_TRUSTED_OPTION(&config.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_run, options, n, argc, argv))
        return PLIM_OK;
    plim_words rest = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    PLIM_TRY(sort_words(&rest, &j, config.baseline_years, err));
    PLIM_TRY(plim_cli_library(cli, lib, &config.lib_dir, err));
    return work(&j, &config, err);
}

const plim_command plim_command_run = {
    .name = "run",
    .usage = "SCENARIO.lua ... --book FILE ... [-o OUT]",
    .doc = "Runs scenarios over loan books and writes a result",
    .details = "All scenarios are judged on the same random draws, beside a baseline without any\n"
               "shock. Files that end in .h5 are books. An existing result is replaced only by a\n"
               "complete one; a file of another kind never.\n",
    .run = run,
};

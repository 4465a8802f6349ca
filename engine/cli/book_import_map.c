#include "cli/book_import_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "book/mapped.h"
#include "cli/import_summary.h"
#include "script/map.h"

#define SAY(key) plim_report_word(key, cli->lang)

/* ---- which files ---- */

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A file of the map lies in the map's folder. */
static char *beside(const char *map, const char *path)
{
    plim_text text = {0};
    const char *slash = strrchr(map, '/');
    if (*path != '/' && slash != NULL)
        plim_text_add_bytes(&text, map, (size_t)(slash - map) + 1);
    plim_text_add(&text, path);
    if (text.failed) {
        plim_text_free(&text);
        return NULL;
    }
    return text.data;
}

/* Files given on the command line take the place of the map's of the same name; one file alone that
   of a map's one file. */
static plim_status choose_paths(const plim_map *map, const plim_words *words, char **paths,
                                plim_error *err)
{
    for (size_t f = 0; f < map->n_files; f++) {
        paths[f] = beside(map->path, map->files[f].path);
        if (paths[f] == NULL)
            return plim_fail_memory(err, map->path);
    }
    for (size_t w = 0; w < words->count; w++) {
        size_t used = 0;
        for (size_t f = 0; f < map->n_files; f++) {
            if (strcmp(base_of(words->word[w]), base_of(map->files[f].path)) != 0 &&
                !(map->n_files == 1 && words->count == 1))
                continue;
            used++;
            plim_free(paths[f]);
            paths[f] = plim_strdup(words->word[w]);
            if (paths[f] == NULL)
                return plim_fail_memory(err, map->path);
        }
        if (used == 0)
            return plim_fail(err, PLIM_USAGE, "%s: %s speaks of no file of that name",
                             words->word[w], map->path);
    }
    return PLIM_OK;
}

static plim_status guess_encodings(plim_map *map, char *const *paths, plim_error *err)
{
    for (size_t f = 0; f < map->n_files; f++)
        if (map->files[f].guessed)
            PLIM_TRY(plim_encoding_guess(paths[f], &map->files[f].dialect.encoding, err));
    return PLIM_OK;
}

/* ---- what is refused ---- */

/* "3,412,500.00"; what is beyond int64 as the largest there is, for no book can hold it. */
static void format_sum(plim_int128 fen, char out[64])
{
    char plain[32];
    plim_fen_format(fen > INT64_MAX    ? INT64_MAX
                    : fen <= INT64_MIN ? INT64_MIN + 1
                                       : (int64_t)fen,
                    plain);
    plim_group_digits(plain, out, 64);
}

static void format_count(uint64_t count, char out[64])
{
    char plain[32];
    (void)snprintf(plain, sizeof plain, "%" PRIu64, count);
    plim_group_digits(plain, out, 64);
}

/* "31 date, 6 unknown bank". */
static void add_rules(const plim_cli *cli, const plim_rejects *rejects, plim_text *out)
{
    for (size_t i = 0; i < rejects->rules.count; i++) {
        char count[64];
        format_count(rejects->by_rule[i], count);
        plim_text_format(out, "%s%s %s", i > 0 ? ", " : "", count, SAY(rejects->rules.text[i]));
    }
}

/* Neither said: none. A limit of balances leaves rows to it whose balance is known; those without
   one, a limit of rows alone can allow. */
static bool within_limits(const plim_map_job *job, const plim_rejects *rejects, int64_t most_fen)
{
    uint64_t most_rows = job->max_rows == UINT64_MAX ? 0 : job->max_rows;
    if (job->max_balance == NULL)
        return rejects->rows <= most_rows;
    return rejects->size <= most_fen && rejects->unsized <= most_rows;
}

static plim_status read_limit(const plim_map_job *job, int64_t *fen, plim_error *err)
{
    double amount = 0;
    *fen = 0;
    if (job->max_balance == NULL)
        return PLIM_OK;
    if (!plim_parse_double(job->max_balance, &amount) || amount < 0 ||
        !plim_fen_from_amount(amount, fen))
        return plim_fail(err, PLIM_USAGE,
                         "option --max-rejects-balance: '%s' is not an amount such as 1000000",
                         job->max_balance);
    return PLIM_OK;
}

/* The one line on what was refused. */
static void describe_rejects(const plim_cli *cli, const plim_mapped_report *report,
                             const plim_map *map, plim_text *out)
{
    char rows[64], all[64], balance[64];
    format_count(report->rejects.rows, rows);
    format_count(report->rows, all);
    format_sum(report->rejects.balance, balance);
    plim_text_format(out, SAY("refused: %s of %s rows, %s %s: "), rows, all, balance,
                     SAY(map->currency));
    add_rules(cli, &report->rejects, out);
}

/* A list of an import before would be taken for this one's. */
static plim_status clear_list(const plim_map_job *job, plim_error *err)
{
    if (access(job->rejects, F_OK) != 0)
        return PLIM_OK;
    return plim_file_write(job->rejects, PLIM_REJECTS_HEADER, strlen(PLIM_REJECTS_HEADER), err);
}

/* Writes the list of what is refused; refuses the import where it is too much. */
static plim_status settle_rejects(plim_cli *cli, const plim_map_job *job,
                                  const plim_mapped_report *report, const plim_map *map,
                                  plim_error *err)
{
    int64_t most_fen = 0;
    plim_text line = {0};
    PLIM_TRY(read_limit(job, &most_fen, err));
    if (report->rejects.rows == 0)
        return clear_list(job, err);
    PLIM_TRY(plim_file_write(job->rejects, plim_text_get(&report->rejects.csv),
                             report->rejects.csv.length, err));
    describe_rejects(cli, report, map, &line);
    plim_text_format(&line, SAY("; see %s"), job->rejects);
    bool fine = within_limits(job, &report->rejects, most_fen);
    if (!fine)
        plim_text_add(&line, SAY("; nothing written"));
    plim_status status = line.failed ? plim_fail_memory(err, "an import") : PLIM_OK;
    if (status == PLIM_OK && fine)
        plim_import_say(cli, "%s", plim_text_get(&line));
    else if (status == PLIM_OK)
        status = plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&line));
    plim_text_free(&line);
    return status;
}

/* ---- the import ---- */

static void say_rest(plim_cli *cli, const plim_mapped_report *report, const plim_map *map)
{
    char count[64], balance[64];
    format_count(report->rows, count);
    plim_import_say(cli, SAY("read %s rows of data"), count);
    if (report->footers > 0) {
        format_count(report->footers, count);
        plim_import_say(cli, SAY("  footers passed over: %s"), count);
    }
    if (report->excluded > 0) {
        format_count(report->excluded, count);
        format_sum(report->excluded_balance, balance);
        plim_import_say(cli, SAY("  left out by the map: %s rows, %s %s; see table excluded"),
                        count, balance, SAY(map->currency));
    }
    if (report->unjoined > 0) {
        format_count(report->unjoined, count);
        plim_import_say(cli, SAY("  without a row in the joined file: %s rows"), count);
    }
}

/* Sums over the banks of what a rule filled. */
static void say_proxies(plim_cli *cli, const plim_proxy_counts *counts, const plim_map *map)
{
    static const char *const targets[PLIM_TARGET_COUNT] = {"pd", "lgd", "scope1", "scope2",
                                                           "env_credit"};
    for (int t = 0; t < PLIM_TARGET_COUNT; t++)
        for (int r = 0; r < PLIM_RULE_COUNT; r++) {
            uint64_t rows = 0;
            plim_int128 balance = 0;
            char count[64], sum[64];
            for (size_t i = 0; i < counts->count; i++)
                if (counts->items[i].target == (plim_proxy_target)t &&
                    counts->items[i].rule == (plim_proxy_rule)r) {
                    rows += counts->items[i].rows;
                    balance += counts->items[i].balance_fen;
                }
            if (rows == 0 || r == PLIM_RULE_REPORTED)
                continue;
            format_count(rows, count);
            format_sum(balance, sum);
            plim_import_say(cli, SAY("  %s: %s rows, %s %s: %s"), targets[t], count, sum,
                            SAY(map->currency), SAY(plim_proxy_rule_name((plim_proxy_rule)r)));
        }
}

static plim_status fill_gaps(plim_cli *cli, plim_book_tables_data *tables, const plim_map *map,
                             plim_error *err)
{
    plim_proxy_counts counts = {0};
    if (!map->has_proxies)
        return PLIM_OK;
    plim_status status = plim_proxy_apply(tables, &map->proxies, &counts, err);
    if (status == PLIM_OK) {
        plim_import_say(cli, "%s", SAY("filled by proxies, or still missing"));
        say_proxies(cli, &counts, map);
    }
    plim_proxy_counts_free(&counts);
    return status;
}

static plim_status import(plim_cli *cli, const plim_map_job *job, plim_map *map, char **paths,
                          plim_error *err)
{
    plim_book_tables_data tables = {0};
    plim_mapped_report report = {0};
    PLIM_TRY(choose_paths(map, job->files, paths, err));
    PLIM_TRY(guess_encodings(map, paths, err));
    plim_status status = plim_book_map_read(&tables, &report, map, (const char *const *)paths, err);
    if (status == PLIM_OK) {
        say_rest(cli, &report, map);
        status = settle_rejects(cli, job, &report, map, err);
    }
    if (status == PLIM_OK)
        status = fill_gaps(cli, &tables, map, err);
    if (status == PLIM_OK)
        status = plim_cli_publish_book(cli, &tables, job->out, err);
    plim_mapped_report_free(&report);
    plim_book_tables_data_free(&tables);
    return status;
}

plim_status plim_cli_import_by_map(plim_cli *cli, const plim_map_job *job, plim_error *err)
{
    plim_map map = {0};
    plim_script_loader loader = {0};
    PLIM_TRY(plim_cli_check_csv(cli, job->rejects, PLIM_REJECTS_HEADER, err));
    PLIM_TRY(plim_cli_library(cli, job->lib, &loader.lib_dir, err));
    plim_status status = plim_script_read_map(&map, job->map, &loader, err);
    if (status == PLIM_OK && !map.confirmed)
        status = plim_fail(err, PLIM_INPUT,
                           "%s: is not confirmed: a map is a proposal until someone has read every "
                           "line of it and set confirmed = true",
                           job->map);
    char **paths = status == PLIM_OK ? plim_alloc(map.n_files, sizeof *paths) : NULL;
    if (status == PLIM_OK && paths == NULL)
        status = plim_fail_memory(err, job->map);
    if (status == PLIM_OK)
        status = import(cli, job, &map, paths, err);
    for (size_t f = 0; paths != NULL && f < map.n_files; f++)
        plim_free(paths[f]);
    plim_free(paths);
    plim_map_free(&map);
    return status;
}

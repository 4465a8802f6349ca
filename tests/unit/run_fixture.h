/* A small synthetic book and a scenario in a folder of their own, for tests of whole runs. */
#ifndef PLIM_TESTS_RUN_FIXTURE_H
#define PLIM_TESTS_RUN_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plimsoll/run.h>

#include "store/store.h"

#define FIXTURE_PATHS 64

static char fixture_folder[] = "/tmp/plimsoll-run-XXXXXX";
static char fixture_book[64], fixture_script[64], fixture_out[64], fixture_text[64];

static const char fixture_scenario[] =
    "local firm = require \"firm\"\n"
    "return scenario {\n"
    "  name = \"shift\", title = { en = \"shift\", zh = \"shift\" }, years = { 2026, 2028 },\n"
    "  drivers = { shift = pathway { reference = 0, [2026] = 0.5 } },\n"
    "  borrower = function (b, d) return { pd = logistic(logit(b.pd) + d.shift) } end,\n"
    "  loan = function (l, b, d) return { lgd = l.lgd * (1 + 0.2 * d.shift) } end,\n"
    "}\n";

static inline int fixture_write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return -1;
    int failed = fputs(text, file) < 0;
    return fclose(file) != 0 || failed ? -1 : 0;
}

static inline int fixture_make(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_book_tables_data tables = {0};
    const plim_synthetic config = {.preset = "rongchang", .n_borrowers = 40, .seed = 3};
    if (!mkdtemp(fixture_folder))
        return -1;
    snprintf(fixture_book, sizeof fixture_book, "%s/a.book.h5", fixture_folder);
    snprintf(fixture_script, sizeof fixture_script, "%s/shift.lua", fixture_folder);
    snprintf(fixture_out, sizeof fixture_out, "%s/a.result.h5", fixture_folder);
    snprintf(fixture_text, sizeof fixture_text, "%s/notes.txt", fixture_folder);
    plim_status status = plim_synthetic_make(&tables, &config, &err);
    if (status == PLIM_OK)
        status = plim_store_write_book(&tables, fixture_book, &err);
    plim_book_tables_data_free(&tables);
    if (status != PLIM_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == PLIM_OK ? fixture_write_text(fixture_script, fixture_scenario) : -1;
}

static inline int fixture_remove(void **state)
{
    (void)state;
    unlink(fixture_book);
    unlink(fixture_script);
    unlink(fixture_out);
    unlink(fixture_text);
    return rmdir(fixture_folder);
}

/* The run of the fixture; the arrays live as long as the program. */
static inline plim_run_config fixture_config(void)
{
    static const char *scenarios[1], *books[1];
    scenarios[0] = fixture_script;
    books[0] = fixture_book;
    plim_run_config config = PLIM_RUN_CONFIG_INIT;
    config.scenarios = scenarios;
    config.n_scenarios = 1;
    config.books = books;
    config.n_books = 1;
    config.out = fixture_out;
    config.lib_dir = PLIM_SOURCE_DIR "/scenarios/lib";
    config.paths = FIXTURE_PATHS;
    config.threads = 2;
    return config;
}

#endif

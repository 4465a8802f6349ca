#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/book.h"
#include "book/describe.h"

/* Books opened so far, and all that is wrong with them. */
typedef struct check {
    plim_cli *cli;
    plim_source source[256];
    size_t count;
    plim_text facts, faults;
    bool trusted;
} check;

static void add_amounts(check *c, const plim_book *book)
{
    int64_t total = 0, defaulted = 0;
    for (size_t i = 0; i < book->loans.n_rows; i++) {
        total += book->balance_fen[i];
        defaulted += book->loan_defaulted[i] ? book->balance_fen[i] : 0;
    }
    char all[32], bad[32];
    plim_fen_format(total, all);
    plim_fen_format(defaulted, bad);
    plim_text_format(
        &c->facts,
        plim_report_word("  balance %s %s, of which in default already %s %s", c->cli->lang), all,
        book->currency, bad, book->currency);
    plim_text_add(&c->facts, "\n");
}

static void add_sites(check *c, const plim_book *book)
{
    if (book->sites.n_rows == 0 && book->insurance.n_rows == 0)
        return;
    plim_text_format(&c->facts,
                     plim_report_word("  %zu sites, %llu of them without a place, where no hazard "
                                      "reaches them; %zu policies",
                                      c->cli->lang),
                     book->sites.n_rows, (unsigned long long)plim_book_sites_without_place(book),
                     book->insurance.n_rows);
    plim_text_add(&c->facts, "\n");
}

static void add_facts(check *c, const char *path, const plim_book *book)
{
    plim_lang lang = c->cli->lang;
    size_t stated = 0;
    for (size_t b = 0; b < book->banks.n_rows; b++)
        stated += book->control_total_fen[b] != PLIM_FEN_EMPTY;
    plim_text_format(&c->facts, plim_report_word("%s: ok", lang), path);
    plim_text_add(&c->facts, "\n");
    plim_text_format(&c->facts, plim_report_word("  as of %s, %s", lang), book->as_of,
                     book->currency);
    plim_text_add(&c->facts, "\n");
    plim_text_format(&c->facts,
                     plim_report_word("  %zu banks, %zu borrowers, %zu loans, %zu rows of "
                                      "collateral, %zu excluded",
                                      lang),
                     book->banks.n_rows, book->borrowers.n_rows, book->loans.n_rows,
                     book->collateral.n_rows, book->excluded.n_rows);
    plim_text_add(&c->facts, "\n");
    add_sites(c, book);
    add_amounts(c, book);
    if (stated == 0)
        plim_text_add(&c->facts, plim_report_word("  no bank states a control total", lang));
    else
        plim_text_format(&c->facts,
                         plim_report_word("  control totals: %zu of %zu banks state one and tie to "
                                          "it to the fen",
                                          lang),
                         stated, book->banks.n_rows);
    plim_text_add(&c->facts, "\n");
}

static void add_fault(check *c, const plim_error *fault)
{
    plim_text_format(&c->faults, "%s%s", c->faults.length ? "\n" : "", fault->message);
}

/* One book by itself; what is wrong with it does not keep the others from being looked at. */
static void check_one(check *c, const char *path)
{
    plim_error fault = {0};
    plim_book book = {0};
    plim_source *source = &c->source[c->count];
    plim_status status = plim_store_read_book(source, path, c->trusted, &fault);
    if (status == PLIM_OK) {
        c->count++;
        status = plim_book_load(&book, &source, 1, PLIM_CONFLICT_REFUSE, NULL, &fault);
    }
    if (status == PLIM_OK)
        status = plim_book_tie(&book, &fault);
    if (status == PLIM_OK)
        add_facts(c, path, &book);
    else
        add_fault(c, &fault);
    plim_book_free(&book);
}

/* Sound books together: what they disagree on is a fault only of a run that uses it. */
static void check_pool(check *c)
{
    plim_error fault = {0};
    plim_book book = {0};
    plim_source *sources[256];
    for (size_t i = 0; i < c->count; i++)
        sources[i] = &c->source[i];
    if (plim_book_load(&book, sources, c->count, PLIM_CONFLICT_WEIGHTED, NULL, &fault) != PLIM_OK) {
        add_fault(c, &fault);
    } else if (book.n_conflicts > 0) {
        plim_text_format(&c->facts,
                         plim_report_word("  pooled: %llu borrower columns are stated differently "
                                          "by two books; a run that uses them needs --on-conflict "
                                          "weighted",
                                          c->cli->lang),
                         (unsigned long long)book.n_conflicts);
        plim_text_add(&c->facts, "\n");
    }
    plim_book_free(&book);
}

static plim_status work(check *c, const plim_words *paths, plim_error *err)
{
    for (size_t i = 0; i < paths->count; i++)
        check_one(c, paths->word[i]);
    plim_cli_say_unfiltered(c->cli, c->source, c->count);
    if (c->faults.length == 0 && c->count > 1)
        check_pool(c);
    if (c->faults.failed || c->facts.failed)
        return plim_fail_memory(err, "the check of a book");
    if (c->faults.length > 0)
        return plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&c->faults));
    return plim_cli_print(&c->facts, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    bool trusted = false;
    const plim_option options[] = {
        PLIM_TRUSTED_OPTION(&trusted),
    };
    if (plim_command_help(&plim_command_book_check, options, 1, argc, argv))
        return PLIM_OK;
    plim_words paths = {.count = 0};
    PLIM_TRY(plim_options_parse(options, 1, argc, argv, &paths, err));
    if (paths.count == 0)
        return plim_fail(err, PLIM_USAGE, "no loan book given: plimsoll book check FILE ...");
    check *c = plim_alloc(1, sizeof *c);
    if (!c)
        return plim_fail_memory(err, "the check of a book");
    c->cli = cli;
    c->trusted = trusted;
    plim_status status = work(c, &paths, err);
    for (size_t i = 0; i < c->count; i++)
        c->source[i].close(&c->source[i]);
    plim_text_free(&c->facts);
    plim_text_free(&c->faults);
    plim_free(c);
    return status;
}

const plim_command plim_command_book_check = {
    .name = "book check",
    .usage = "FILE ...",
    .doc = "Says whether loan books are sound, with all that is wrong at once",
    .details =
        "Exit code 3 when something is wrong. Several sound books are also looked at together.\n",
    .run = run,
};

#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "book/reconcile.h"
#include "cli/log.h"
#include "store/store.h"

#define SAY(key) plim_report_word(key, r->cli->lang)

/* ---- tables ---- */

static const plim_field ledger_fields[] = {
    {"bank", PLIM_CELL_TEXT, "id; empty: booked to no bank"},
    {"status", PLIM_CELL_TEXT, "modelled, proxied, excluded, defaulted, or total of the bank"},
    {"reason", PLIM_CELL_TEXT, "what is proxied, by which rule in default, why excluded"},
    {"rows", PLIM_CELL_INT, "loans or excluded rows"},
    {"balance", PLIM_CELL_FEN, "principal and accrued interest"},
    {"control_total", PLIM_CELL_FEN, "what the ledger must come to"},
    {"difference", PLIM_CELL_FEN, "ledger less control total"},
    {"tie", PLIM_CELL_TEXT, "tied, together, differs, no_total or no_bank"},
    {"book", PLIM_CELL_TEXT, "file"},
};
static const plim_table_spec ledger_spec = {.name = "reconcile",
                                            .doc = "Ledger by bank and control totals",
                                            .fields = ledger_fields,
                                            .n_fields =
                                                sizeof ledger_fields / sizeof *ledger_fields};
enum { BANK, STATUS, REASON, ROWS, BALANCE, CONTROL, DIFFERENCE, TIE, BOOK };

static const plim_field conflict_fields[] = {
    {"column", PLIM_CELL_TEXT, "column of borrowers"},
    {"borrowers", PLIM_CELL_INT, "borrowers on which two books disagree"},
    {"borrower", PLIM_CELL_TEXT, "one of the first of them"},
    {"value", PLIM_CELL_TEXT, "what one book says"},
    {"book", PLIM_CELL_TEXT, "that book"},
    {"other_value", PLIM_CELL_TEXT, "what the other book says"},
    {"other_book", PLIM_CELL_TEXT, "the other book"},
};
static const plim_table_spec conflict_spec = {.name = "conflicts",
                                              .doc = "Borrowers on which books disagree",
                                              .fields = conflict_fields,
                                              .n_fields =
                                                  sizeof conflict_fields / sizeof *conflict_fields};
enum { COLUMN, BORROWERS, BORROWER, VALUE, VALUE_BOOK, OTHER, OTHER_BOOK };

static const char *const tied_words[] = {[PLIM_TIED] = "tied",
                                         [PLIM_TIED_TOGETHER] = "together",
                                         [PLIM_TIED_NOT] = "differs",
                                         [PLIM_TIED_NO_TOTAL] = "no_total",
                                         [PLIM_TIED_NO_BANK] = "no_bank"};

typedef struct reconcile {
    bool trusted;
    plim_cli *cli;
    const char *totals;
    int format;
    bool conflicts_only;
    plim_source source[256];
    size_t count;
    char currency[16];
    plim_reconcile ledger;
    plim_conflicts conflicts;
    plim_text faults; /* why the books are not fit for one run, or "" */
} reconcile;

static plim_status fill_row(plim_table *table, const char *bank, const char *status,
                            const char *reason, const char *book, plim_error *err)
{
    PLIM_TRY(plim_table_add_row(table, err));
    PLIM_TRY(plim_table_set_text(table, BANK, bank, err));
    PLIM_TRY(plim_table_set_text(table, STATUS, status, err));
    PLIM_TRY(plim_table_set_text(table, REASON, reason, err));
    return plim_table_set_text(table, BOOK, book, err);
}

static plim_status fill_total(plim_table *table, const plim_reconcile *ledger, uint32_t k,
                              plim_error *err)
{
    const plim_reconcile_bank *bank = &ledger->bank[k];
    const char *book = bank->book == PLIM_NO_NAME ? "" : ledger->books.text[bank->book];
    PLIM_TRY(fill_row(table, ledger->banks.text[k], "total", "", book, err));
    plim_table_set_int(table, ROWS, bank->rows);
    plim_table_set_fen(table, BALANCE, bank->balance_fen);
    plim_table_set_fen(table, CONTROL, plim_reconcile_total(ledger, k));
    plim_table_set_fen(table, DIFFERENCE, plim_reconcile_difference(ledger, k));
    return plim_table_set_text(table, TIE, tied_words[plim_reconcile_tied(ledger, k)], err);
}

/* A line with its reason in words, for sorting. */
typedef struct sorted {
    const plim_reconcile_line *line;
    const char *reason;
} sorted;

static int compare_lines(const void *left, const void *right)
{
    const sorted *a = left, *b = right;
    if (a->line->bank != b->line->bank)
        return a->line->bank < b->line->bank ? -1 : 1;
    if (a->line->book != b->line->book)
        return a->line->book < b->line->book ? -1 : 1;
    if (a->line->standing != b->line->standing)
        return a->line->standing < b->line->standing ? -1 : 1;
    return strcmp(a->reason, b->reason);
}

static plim_status fill_sorted(plim_table *table, const plim_reconcile *ledger, const sorted *lines,
                               plim_error *err)
{
    size_t at = 0;
    for (uint32_t k = 0; k <= ledger->banks.count; k++) {
        uint32_t bank = k < ledger->banks.count ? k : PLIM_NO_NAME;
        const char *id = bank == PLIM_NO_NAME ? "" : ledger->banks.text[bank];
        for (; at < ledger->n_lines && lines[at].line->bank == bank; at++) {
            const plim_reconcile_line *line = lines[at].line;
            PLIM_TRY(fill_row(table, id, plim_standing_words[line->standing], lines[at].reason,
                              ledger->books.text[line->book], err));
            plim_table_set_int(table, ROWS, line->rows);
            plim_table_set_fen(table, BALANCE, line->balance_fen);
        }
        if (bank != PLIM_NO_NAME)
            PLIM_TRY(fill_total(table, ledger, bank, err));
    }
    return PLIM_OK;
}

static plim_status fill_ledger(plim_table *table, const reconcile *r, plim_error *err)
{
    const plim_reconcile *ledger = &r->ledger;
    PLIM_TRY(plim_table_init(table, &ledger_spec, err));
    sorted *lines = plim_alloc(ledger->n_lines, sizeof *lines);
    if (lines == NULL)
        return plim_fail_memory(err, "the ledger");
    for (size_t i = 0; i < ledger->n_lines; i++)
        lines[i] = (sorted){&ledger->lines[i], ledger->reasons.text[ledger->lines[i].reason]};
    if (ledger->n_lines > 0)
        qsort(lines, ledger->n_lines, sizeof *lines, compare_lines);
    plim_status status = fill_sorted(table, ledger, lines, err);
    plim_free(lines);
    return status;
}

static plim_status fill_conflicts(plim_table *table, const reconcile *r, plim_error *err)
{
    const plim_conflicts *c = &r->conflicts;
    PLIM_TRY(plim_table_init(table, &conflict_spec, err));
    for (size_t i = 0; i < c->n_cases; i++) {
        const plim_conflict_case *met = &c->cases[i];
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, COLUMN, c->columns.text[met->column], err));
        plim_table_set_int(table, BORROWERS, (int64_t)c->borrowers[met->column]);
        PLIM_TRY(plim_table_set_text(table, BORROWER, c->words.text[met->borrower], err));
        PLIM_TRY(plim_table_set_text(table, VALUE, c->words.text[met->value[0]], err));
        PLIM_TRY(plim_table_set_text(table, VALUE_BOOK, c->words.text[met->book[0]], err));
        PLIM_TRY(plim_table_set_text(table, OTHER, c->words.text[met->value[1]], err));
        PLIM_TRY(plim_table_set_text(table, OTHER_BOOK, c->words.text[met->book[1]], err));
    }
    return PLIM_OK;
}

typedef plim_status (*filler)(plim_table *table, const reconcile *r, plim_error *err);

static plim_status add_table(plim_text *out, const reconcile *r, filler fill, plim_error *err)
{
    plim_table table = {0};
    plim_status status = fill(&table, r, err);
    if (status == PLIM_OK)
        status = plim_report_table(out, &table, (plim_format)r->format, r->cli->lang, r->currency,
                                   0, err);
    plim_table_free(&table);
    return status;
}

/* ---- words ---- */

static void add_tied(plim_text *out, const reconcile *r)
{
    size_t tied = 0;
    for (uint32_t k = 0; k < r->ledger.banks.count; k++) {
        plim_tied how = plim_reconcile_tied(&r->ledger, k);
        tied += how == PLIM_TIED || how == PLIM_TIED_TOGETHER;
    }
    plim_text_format(out, SAY("%zu of %zu banks tie to their control total to the fen."), tied,
                     r->ledger.banks.count);
    plim_text_add(out, "\n");
}

static plim_status add_pooled(plim_text *out, const reconcile *r, plim_error *err)
{
    if (r->conflicts.n_cases == 0 && (r->count < 2 || r->faults.length > 0))
        return r->conflicts_only ? add_table(out, r, fill_conflicts, err) : PLIM_OK;
    plim_text_format(out, SAY("%llu borrowers are in more than one book."),
                     (unsigned long long)r->conflicts.shared);
    plim_text_add(out, "\n");
    if (r->conflicts.n_cases == 0) {
        plim_text_add(out, SAY("The books agree on them."));
        plim_text_add(out, "\n");
        return PLIM_OK;
    }
    plim_text_add(out, SAY("A run that uses a column on which they disagree needs --on-conflict "
                           "weighted."));
    plim_text_add(out, "\n\n");
    return add_table(out, r, fill_conflicts, err);
}

static plim_status print(const reconcile *r, plim_error *err)
{
    plim_text text = {0};
    plim_status status = PLIM_OK;
    if (r->format != PLIM_FORMAT_TEXT) {
        status = add_table(&text, r, r->conflicts_only ? fill_conflicts : fill_ledger, err);
    } else {
        if (!r->conflicts_only)
            status = add_table(&text, r, fill_ledger, err);
        if (status == PLIM_OK && !r->conflicts_only)
            add_tied(&text, r);
        if (!r->conflicts_only && r->count > 1)
            plim_text_add(&text, "\n");
        if (status == PLIM_OK)
            status = add_pooled(&text, r, err);
    }
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the ledger");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    return status;
}

/* ---- work ---- */

static plim_status name_all(plim_names *names, const char *const *words, plim_error *err)
{
    for (; *words != NULL; words++)
        PLIM_TRY(plim_names_add(names, *words, NULL, err));
    return PLIM_OK;
}

/* Enters one book; only what is required, and what says how loans stand, stays in memory. */
static plim_status enter_book(reconcile *r, plim_source *source, const plim_book_use *use,
                              plim_error *err)
{
    plim_book book = {0};
    plim_status status = plim_book_load_used(&book, &source, 1, PLIM_CONFLICT_REFUSE, use, err);
    if (status == PLIM_OK)
        status = plim_reconcile_add(&r->ledger, &book, err);
    if (status == PLIM_OK)
        memcpy(r->currency, book.currency, sizeof r->currency);
    plim_book_free(&book);
    return status;
}

static plim_status enter_books(reconcile *r, plim_error *err)
{
    static const char *const of_borrowers[] = {"pd", "sector", "region", "pd_source", NULL};
    static const char *const of_loans[] = {"balance", "undrawn",      "ccf",        "lgd",
                                           "class",   "days_overdue", "lgd_source", NULL};
    plim_names borrowers = {0}, loans = {0}, none = {0};
    const plim_book_use use = {.borrowers = &borrowers,
                               .loans = &loans,
                               .collateral = &none,
                               .sites = &none,
                               .insurance = &none};
    plim_status status = name_all(&borrowers, of_borrowers, err);
    if (status == PLIM_OK)
        status = name_all(&loans, of_loans, err);
    for (size_t i = 0; i < r->count && status == PLIM_OK; i++)
        status = enter_book(r, &r->source[i], &use, err);
    plim_names_free(&borrowers);
    plim_names_free(&loans);
    return status;
}

/* The books as one run would see them: who is in several, and what they disagree on. */
static plim_status compare_books(reconcile *r, plim_error *err)
{
    if (r->count < 2)
        return PLIM_OK;
    plim_error fault = {0};
    plim_book book = {0};
    plim_source *sources[256];
    for (size_t i = 0; i < r->count; i++)
        sources[i] = &r->source[i];
    const plim_book_use use = {.told = &r->conflicts};
    plim_status status =
        plim_book_load_used(&book, sources, r->count, PLIM_CONFLICT_WEIGHTED, &use, &fault);
    plim_book_free(&book);
    if (status == PLIM_OK)
        return PLIM_OK;
    if (status != PLIM_INPUT)
        return plim_fail(err, status, "%s", fault.message);
    plim_text_add(&r->faults, fault.message);
    return r->faults.failed ? plim_fail_memory(err, "the ledger") : PLIM_OK;
}

/* What does not tie and what keeps the books apart is one message. */
static plim_status judge(reconcile *r, plim_error *err)
{
    plim_error open = {0};
    plim_status status = plim_reconcile_check(&r->ledger, &open);
    if (status != PLIM_OK)
        plim_text_format(&r->faults, "%s%s", r->faults.length > 0 ? "\n" : "", open.message);
    if (r->faults.failed)
        return plim_fail_memory(err, "the ledger");
    if (r->faults.length == 0)
        return PLIM_OK;
    return plim_fail(err, status == PLIM_MACHINE ? status : PLIM_INPUT, "%s",
                     plim_text_get(&r->faults));
}

static plim_status tell_disagreements(const reconcile *r, plim_error *err)
{
    plim_text told = {0};
    plim_reconcile_disagreements(&r->ledger, &told);
    if (told.length > 0)
        plim_cli_message(r->cli, 1, plim_text_get(&told));
    bool failed = told.failed;
    plim_text_free(&told);
    return failed ? plim_fail_memory(err, "the ledger") : PLIM_OK;
}

static plim_status work(reconcile *r, const plim_words *paths, plim_error *err)
{
    for (size_t i = 0; i < paths->count; i++) {
        PLIM_TRY(plim_store_read_book(&r->source[r->count], paths->word[i], r->trusted, err));
        r->count++;
    }
    plim_cli_say_unfiltered(r->cli, r->source, r->count);
    PLIM_TRY(enter_books(r, err));
    if (r->totals != NULL)
        PLIM_TRY(plim_reconcile_read(&r->ledger, r->totals, err));
    PLIM_TRY(compare_books(r, err));
    PLIM_TRY(print(r, err));
    PLIM_TRY(tell_disagreements(r, err));
    return judge(r, err);
}

static void release(reconcile *r)
{
    for (size_t i = 0; i < r->count; i++)
        r->source[i].close(&r->source[i]);
    plim_reconcile_free(&r->ledger);
    plim_conflicts_free(&r->conflicts);
    plim_text_free(&r->faults);
    plim_free(r);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    reconcile *r = plim_alloc(1, sizeof *r);
    if (r == NULL)
        return plim_fail_memory(err, "the ledger");
    *r = (reconcile){.cli = cli, .format = PLIM_FORMAT_TEXT};
    const plim_option options[] = {
        {"totals", 0, PLIM_OPTION_TEXT, &r->totals, "T.csv", NULL, 0, 0,
         "control totals (columns bank, total) that count instead of those of the books"},
        {"conflicts", 0, PLIM_OPTION_FLAG, &r->conflicts_only, NULL, NULL, 0, 0,
         "the table of conflicts instead of the ledger"},
        {"format", 'f', PLIM_OPTION_CHOICE, &r->format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text"},
        PLIM_TRUSTED_OPTION(&r->trusted),
    };
    size_t n = sizeof options / sizeof *options;
    plim_words paths = {.count = 0};
    plim_status status = PLIM_OK;
    if (!plim_command_help(&plim_command_book_reconcile, options, n, argc, argv)) {
        status = plim_options_parse(options, n, argc, argv, &paths, err);
        if (status == PLIM_OK && paths.count == 0)
            status =
                plim_fail(err, PLIM_USAGE, "no loan book given: plimsoll book reconcile BOOK ...");
        if (status == PLIM_OK)
            status = work(r, &paths, err);
    }
    release(r);
    return status;
}

const plim_command plim_command_book_reconcile = {
    .name = "book reconcile",
    .usage = "BOOK ... [--totals T.csv] [--format text|csv|json]",
    .doc = "Ties the ledger of every bank to its control total, to the fen",
    .details =
        "Loans are modelled, proxied or in default already, and what import left out is excluded,\n"
        "as in the ledger of a run. Exit code 3 when a bank does not tie, has no control total or\n"
        "is in no book. Of several books it says who is in more than one and where they "
        "disagree.\n",
    .run = run,
};

#include "cli/command.h"

#include <string.h>

#include "book/columns.h"
#include "book/diff.h"
#include "store/store.h"

/* ---- tables ---- */

static const plim_field loan_fields[] = {
    {"bank", PLIM_CELL_TEXT, "id"},
    {"kind", PLIM_CELL_TEXT, "new, repaid, changed or same"},
    {"rows", PLIM_CELL_INT, "loans"},
    {"balance_old", PLIM_CELL_FEN, "in the old book"},
    {"balance_new", PLIM_CELL_FEN, "in the new book"},
    {"difference", PLIM_CELL_FEN, "new less old"},
};
static const plim_table_spec loan_spec = {.name = "book_diff",
                                          .doc = "Loans by bank: new, repaid, changed, the same",
                                          .fields = loan_fields,
                                          .n_fields = sizeof loan_fields / sizeof *loan_fields};
enum { BANK, KIND, ROWS, BALANCE_OLD, BALANCE_NEW, DIFFERENCE };

static const plim_field column_fields[] = {
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"column", PLIM_CELL_TEXT, "name; empty: whole rows"},
    {"kind", PLIM_CELL_TEXT, "changed; of whole rows new or gone"},
    {"rows", PLIM_CELL_INT, "rows"},
    {"balance", PLIM_CELL_FEN, "of the loans that they concern"},
    {"largest_change", PLIM_CELL_NUMBER, "new less old number, the one of largest size"},
    {"largest_row", PLIM_CELL_TEXT, "row that it is in"},
};
static const plim_table_spec column_spec = {.name = "book_columns",
                                            .doc = "Columns that changed",
                                            .fields = column_fields,
                                            .n_fields =
                                                sizeof column_fields / sizeof *column_fields};
enum { TABLE, COLUMN, COLUMN_KIND, COLUMN_ROWS, BALANCE, LARGEST, LARGEST_ROW };

static const plim_field row_fields[] = {
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"row", PLIM_CELL_TEXT, "id; of a loan bank/loan, of collateral loan/piece"},
    {"kind", PLIM_CELL_TEXT, "changed; of whole rows new or gone"},
    {"column", PLIM_CELL_TEXT, "name; empty: the whole row"},
    {"old", PLIM_CELL_TEXT, "value in the old book; of a loan that went its balance"},
    {"new_value", PLIM_CELL_TEXT, "value in the new book; of a loan that came its balance"},
    {"change", PLIM_CELL_NUMBER, "new less old number"},
};
static const plim_table_spec row_spec = {.name = "book_rows",
                                         .doc = "Rows that changed",
                                         .fields = row_fields,
                                         .n_fields = sizeof row_fields / sizeof *row_fields};
enum { ROW_TABLE, ROW, ROW_KIND, ROW_COLUMN, OLD_VALUE, NEW_VALUE, CHANGE };

typedef struct diff {
    bool trusted;
    plim_cli *cli;
    int format;
    bool rows_too, columns_only;
    plim_book book[2]; /* old, new */
    plim_diff found;
    plim_table rows; /* made only when asked for */
} diff;

/* A loan that went is repaid; what else went is gone. */
static const char *kind_word(plim_diff_kind kind, plim_book_table_index table)
{
    static const char *const words[] = {[PLIM_DIFF_NEW] = "new",
                                        [PLIM_DIFF_GONE] = "gone",
                                        [PLIM_DIFF_CHANGED] = "changed",
                                        [PLIM_DIFF_SAME] = "same"};
    return kind == PLIM_DIFF_GONE && table == PLIM_BOOK_LOANS ? "repaid" : words[kind];
}

static plim_status fill_loans(plim_table *table, const diff *d, plim_error *err)
{
    static const plim_diff_kind kinds[] = {PLIM_DIFF_NEW, PLIM_DIFF_GONE, PLIM_DIFF_CHANGED,
                                           PLIM_DIFF_SAME};
    PLIM_TRY(plim_table_init(table, &loan_spec, err));
    for (size_t k = 0; k < d->found.banks.count; k++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            const plim_diff_sum *sum = &d->found.sums[k][kinds[i]];
            PLIM_TRY(plim_table_add_row(table, err));
            PLIM_TRY(plim_table_set_text(table, BANK, d->found.banks.text[k], err));
            PLIM_TRY(plim_table_set_text(table, KIND, kind_word(kinds[i], PLIM_BOOK_LOANS), err));
            plim_table_set_int(table, ROWS, sum->rows);
            plim_table_set_fen(table, BALANCE_OLD, sum->old_fen);
            plim_table_set_fen(table, BALANCE_NEW, sum->new_fen);
            plim_table_set_fen(table, DIFFERENCE, sum->new_fen - sum->old_fen);
        }
    return PLIM_OK;
}

static plim_status fill_columns(plim_table *table, const diff *d, plim_error *err)
{
    const plim_names *words = &d->found.words;
    PLIM_TRY(plim_table_init(table, &column_spec, err));
    for (size_t i = 0; i < d->found.n_columns; i++) {
        const plim_diff_column *c = &d->found.columns[i];
        const char *where = c->largest_row == PLIM_NO_NAME ? "" : words->text[c->largest_row];
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, TABLE, plim_book_tables[c->table].name, err));
        PLIM_TRY(plim_table_set_text(table, COLUMN, words->text[c->column], err));
        PLIM_TRY(plim_table_set_text(table, COLUMN_KIND, kind_word(c->kind, c->table), err));
        PLIM_TRY(plim_table_set_text(table, LARGEST_ROW, where, err));
        plim_table_set_int(table, COLUMN_ROWS, (int64_t)c->rows);
        plim_table_set_fen(table, BALANCE, c->balance_fen);
        plim_table_set_number(table, LARGEST, c->largest);
    }
    return PLIM_OK;
}

static plim_status add_row(void *user, const plim_diff_row *row, plim_error *err)
{
    plim_table *table = user;
    PLIM_TRY(plim_table_add_row(table, err));
    PLIM_TRY(plim_table_set_text(table, ROW_TABLE, plim_book_tables[row->table].name, err));
    PLIM_TRY(plim_table_set_text(table, ROW, row->row, err));
    PLIM_TRY(plim_table_set_text(table, ROW_KIND, kind_word(row->kind, row->table), err));
    PLIM_TRY(plim_table_set_text(table, ROW_COLUMN, row->column, err));
    PLIM_TRY(plim_table_set_text(table, OLD_VALUE, row->old_value, err));
    PLIM_TRY(plim_table_set_text(table, NEW_VALUE, row->new_value, err));
    plim_table_set_number(table, CHANGE, row->difference);
    return PLIM_OK;
}

/* ---- printing ---- */

static plim_status add_table(plim_text *out, const diff *d, const plim_table *table,
                             plim_error *err)
{
    return plim_report_table(out, table, (plim_format)d->format, d->cli->lang, d->book[1].currency,
                             0, err);
}

typedef plim_status (*filler)(plim_table *table, const diff *d, plim_error *err);

static plim_status add_filled(plim_text *out, const diff *d, filler fill, plim_error *err)
{
    plim_table table = {0};
    plim_status status = fill(&table, d, err);
    if (status == PLIM_OK)
        status = add_table(out, d, &table, err);
    plim_table_free(&table);
    return status;
}

/* How the balance of all banks came to what it is, to the fen. */
static void add_bridge(plim_text *out, const diff *d)
{
    int64_t old = 0, new = 0, came = 0, went = 0, changes = 0;
    for (size_t k = 0; k < d->found.banks.count; k++)
        for (int kind = 0; kind < PLIM_DIFF_COUNT; kind++) {
            const plim_diff_sum *sum = &d->found.sums[k][kind];
            old += sum->old_fen;
            new += sum->new_fen;
            came += kind == PLIM_DIFF_NEW ? sum->new_fen : 0;
            went += kind == PLIM_DIFF_GONE ? sum->old_fen : 0;
            changes += kind == PLIM_DIFF_CHANGED ? sum->new_fen - sum->old_fen : 0;
        }
    const int64_t amount[] = {old, came, went, changes, new};
    char text[5][32];
    for (int i = 0; i < 5; i++)
        plim_fen_format(amount[i], text[i]);
    plim_text_format(out,
                     plim_report_word("Old balance %s + new %s - repaid %s + changes %s = new "
                                      "balance %s (%s).",
                                      d->cli->lang),
                     text[0], text[1], text[2], text[3], text[4],
                     plim_report_word(d->book[1].currency, d->cli->lang));
    plim_text_add(out, "\n\n");
}

static plim_status add_all(plim_text *out, const diff *d, plim_error *err)
{
    const plim_book *old = &d->book[0], *new = &d->book[1];
    plim_text_format(out, plim_report_word("Old: %s, as of %s. New: %s, as of %s.", d->cli->lang),
                     old->paths, old->as_of, new->paths, new->as_of);
    plim_text_add(out, "\n\n");
    PLIM_TRY(add_filled(out, d, fill_loans, err));
    add_bridge(out, d);
    PLIM_TRY(add_filled(out, d, fill_columns, err));
    if (!d->rows_too)
        return PLIM_OK;
    plim_text_add(out, "\n");
    return add_table(out, d, &d->rows, err);
}

static plim_status print(const diff *d, plim_error *err)
{
    plim_text text = {0};
    plim_status status;
    if (d->format == PLIM_FORMAT_TEXT)
        status = add_all(&text, d, err);
    else if (d->rows_too)
        status = add_table(&text, d, &d->rows, err);
    else
        status = add_filled(&text, d, d->columns_only ? fill_columns : fill_loans, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "the comparison of books");
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    return status;
}

/* ---- work ---- */

static plim_status load(plim_book *book, const char *path, bool trusted, plim_error *err)
{
    plim_source source = {0};
    plim_source *list = &source;
    PLIM_TRY(plim_store_read_book(&source, path, trusted, err));
    plim_status status = plim_book_load(book, &list, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    source.close(&source);
    return status;
}

static plim_status compare(diff *d, const plim_words *paths, plim_error *err)
{
    const plim_diff_visitor visitor = {add_row, &d->rows};
    PLIM_TRY(load(&d->book[0], paths->word[0], d->trusted, err));
    PLIM_TRY(load(&d->book[1], paths->word[1], d->trusted, err));
    if (d->rows_too)
        PLIM_TRY(plim_table_init(&d->rows, &row_spec, err));
    PLIM_TRY(
        plim_diff_books(&d->found, &d->book[0], &d->book[1], d->rows_too ? &visitor : NULL, err));
    return print(d, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    diff d = {.cli = cli, .format = PLIM_FORMAT_TEXT};
    const plim_option options[] = {
        {"rows", 0, PLIM_OPTION_FLAG, &d.rows_too, NULL, NULL, 0, 0,
         "every row that differs; as CSV or JSON that table alone"},
        {"columns", 0, PLIM_OPTION_FLAG, &d.columns_only, NULL, NULL, 0, 0,
         "as CSV or JSON the table of columns instead of that of loans"},
        {"format", 'f', PLIM_OPTION_CHOICE, &d.format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text"},
        PLIM_TRUSTED_OPTION(&d.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    plim_words paths = {.count = 0};
    if (plim_command_help(&plim_command_book_diff, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &paths, err));
    if (paths.count != 2)
        return plim_fail(err, PLIM_USAGE,
                         "two loan books are compared: plimsoll book diff OLD NEW");
    plim_status status = compare(&d, &paths, err);
    plim_diff_free(&d.found);
    plim_table_free(&d.rows);
    plim_book_free(&d.book[0]);
    plim_book_free(&d.book[1]);
    return status;
}

const plim_command plim_command_book_diff = {
    .name = "book diff",
    .usage = "OLD NEW [--rows] [--format text|csv|json]",
    .doc = "Says what changed between two states of a loan book",
    .details = "Loans by bank: new, repaid, changed and the same, with balances that tie to the\n"
               "fen; then every column in which rows differ. A loan is known by bank and id.\n",
    .run = run,
};

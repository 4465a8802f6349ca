#include "book/check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "book/check_collateral.h"
#include "book/check_reference.h"
#include "book/check_value.h"
#include "book/columns.h"
#include "book/loan_fen.h"

/* ---- the book as a whole ---------------------------------------------------------------- */

#define CODE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void check_attributes(plim_check *check, const plim_source *source)
{
    plim_book_part *part = check->part;
    const char *as_of = source->attribute(source, "as_of");
    if (as_of == NULL)
        plim_faults_add(&check->faults, NULL, "attribute as_of is missing; accepted: an ISO date");
    else if (!plim_parse_date(as_of, &part->as_of_days))
        plim_faults_add(&check->faults, NULL,
                        "attribute as_of is '%.*s'; accepted: an ISO date such as 2025-12-31",
                        plim_shown(as_of), as_of);
    else
        plim_format_date(part->as_of_days, part->as_of);
    const char *currency = source->attribute(source, "currency");
    if (currency == NULL || currency[0] == '\0' || strlen(currency) >= sizeof part->currency)
        plim_faults_add(&check->faults, NULL,
                        "attribute currency is %s; accepted: a code such as CNY",
                        currency == NULL ? "missing" : "empty or too long");
    else if (strspn(currency, CODE_LETTERS) != strlen(currency)) /* it goes to terminals */
        plim_faults_add(&check->faults, NULL,
                        "attribute currency has other characters than letters and digits; "
                        "accepted: a code such as CNY");
    else
        (void)snprintf(part->currency, sizeof part->currency, "%s", currency);
}

static void say_column_missing(plim_check *check, const plim_frame *frame, const char *name)
{
    const char *unknown[64];
    size_t n = 0;
    for (size_t c = 0; c < frame->n_columns && n < 64; c++)
        if (plim_book_field_find(frame->name, frame->columns[c].name) == NULL)
            unknown[n++] = frame->columns[c].name;
    const char *near = plim_nearest(name, unknown, n);
    plim_faults_add(&check->faults, &(plim_place){frame->name, name, PLIM_NO_ROW, NULL},
                    "this required column is missing%s%s%s", near != NULL ? "; is it '" : "",
                    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static void check_presence(plim_check *check, const plim_book_table *table, const plim_frame *frame)
{
    const plim_place whole = {table->name, NULL, PLIM_NO_ROW, NULL};
    if (frame->n_columns == 0) {
        if (table->required)
            plim_faults_add(&check->faults, &whole, "this required table is missing");
        return;
    }
    if (table->required && frame->n_rows == 0 && !check->faults.source->is_part)
        plim_faults_add(&check->faults, &whole, "this required table has no rows");
    for (size_t f = 0; f < table->n_fields; f++)
        if (table->fields[f].required && plim_frame_find(frame, table->fields[f].name) == NULL)
            say_column_missing(check, frame, table->fields[f].name);
}

/* ---- kinds of columns ------------------------------------------------------------------- */

static plim_status integer_to_text(plim_column *column, plim_error *err)
{
    plim_column text;
    PLIM_TRY(plim_column_make(&text, column->name, PLIM_COLUMN_TEXT, column->n_rows, err));
    for (size_t i = 0; i < column->n_rows; i++) {
        char digits[32] = "";
        if (column->integer[i] != PLIM_REFERENCE_MISSING)
            (void)snprintf(digits, sizeof digits, "%" PRId64, column->integer[i]);
        plim_status status = plim_column_set_text(&text, i, digits, err);
        if (status != PLIM_OK) {
            plim_column_free(&text);
            return status;
        }
    }
    plim_column_free(column);
    *column = text;
    return PLIM_OK;
}

static plim_status integer_to_number(plim_column *column, plim_error *err)
{
    column->number = plim_alloc(column->n_rows, sizeof *column->number);
    if (column->number == NULL)
        return plim_fail_memory(err, column->name);
    for (size_t i = 0; i < column->n_rows; i++)
        column->number[i] =
            column->integer[i] == PLIM_REFERENCE_MISSING ? (double)NAN : (double)column->integer[i];
    plim_free(column->integer);
    column->integer = NULL;
    column->kind = PLIM_COLUMN_NUMBER;
    return PLIM_OK;
}

static plim_column_kind kind_of_field(const plim_book_field *field)
{
    bool is_number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
    return is_number ? PLIM_COLUMN_NUMBER : PLIM_COLUMN_TEXT;
}

static plim_status replace_empty(plim_column *column, plim_column_kind kind, plim_error *err)
{
    plim_column empty;
    PLIM_TRY(plim_column_make(&empty, column->name, kind, 0, err));
    plim_column_free(column);
    *column = empty;
    return PLIM_OK;
}

/* Brings a column to the kind of its field, where that loses nothing; a reference stays INTEGER
   until it is resolved. `field` NULL: an unknown column. */
static plim_status fit_kind(plim_check *check, const plim_frame *frame, plim_column *column,
                            const plim_book_field *field, plim_error *err)
{
    if (field == NULL)
        return column->kind == PLIM_COLUMN_INTEGER ? integer_to_number(column, err) : PLIM_OK;
    plim_column_kind wanted = kind_of_field(field);
    if (column->kind == wanted)
        return PLIM_OK;
    if (column->n_rows == 0) /* an empty column has whatever type its writer fell back on */
        return replace_empty(column, wanted, err);
    if (column->kind == PLIM_COLUMN_INTEGER) {
        if (field->kind == PLIM_FIELD_REF)
            return PLIM_OK;
        return wanted == PLIM_COLUMN_TEXT ? integer_to_text(column, err)
                                          : integer_to_number(column, err);
    }
    char accepted[160];
    plim_field_accepted(field, accepted, sizeof accepted);
    bool refers = field->kind == PLIM_FIELD_ID || field->kind == PLIM_FIELD_REF;
    plim_faults_add(&check->faults, &(plim_place){frame->name, column->name, PLIM_NO_ROW, NULL},
                    "this column holds %s; accepted: %s",
                    column->kind == PLIM_COLUMN_TEXT ? "text" : "numbers",
                    refers ? "text or whole numbers" : accepted);
    return PLIM_OK;
}

/* ---- money ------------------------------------------------------------------------------ */

static void say_beyond(plim_check *check, int table, const char *column, size_t row)
{
    const plim_frame *frame = &check->part->table[table];
    char value[32];
    plim_format_shortest(plim_number_or_zero(plim_frame_find(frame, column), row), value,
                         sizeof value);
    plim_faults_add(&check->faults,
                    &(plim_place){frame->name, column, row, plim_frame_id(frame, row)},
                    "%s is beyond what whole fen hold; accepted: below 9.2e+16", value);
}

static void check_amounts(plim_check *check, int table, const char *name)
{
    const plim_column *column = plim_frame_find(&check->part->table[table], name);
    int64_t fen;
    for (size_t i = 0; column != NULL && i < column->n_rows; i++) {
        double amount = plim_number_or_zero(column, i);
        if (isfinite(amount) && !plim_fen_from_amount(amount, &fen))
            say_beyond(check, table, name, i);
    }
}

static plim_status check_money(plim_check *check, plim_error *err)
{
    plim_book_part *part = check->part;
    const plim_frame *loans = &part->table[PLIM_BOOK_LOANS];
    part->balance_fen = plim_alloc(loans->n_rows, sizeof *part->balance_fen);
    part->exposure_fen = plim_alloc(loans->n_rows, sizeof *part->exposure_fen);
    if (part->balance_fen == NULL || part->exposure_fen == NULL)
        return plim_fail_memory(err, "balances");
    const plim_loan_columns columns = plim_loan_columns_of(loans);
    for (size_t i = 0; i < loans->n_rows; i++) {
        const char *beyond =
            plim_loan_fen(&columns, i, &part->balance_fen[i], &part->exposure_fen[i]);
        if (beyond != NULL)
            say_beyond(check, PLIM_BOOK_LOANS, beyond, i);
    }
    check_amounts(check, PLIM_BOOK_BANKS, "total_loans");
    check_amounts(check, PLIM_BOOK_EXCLUDED, "balance");
    return PLIM_OK;
}

/* ---- all of it -------------------------------------------------------------------------- */

static plim_status name_frame(plim_frame *frame, const char *name, plim_error *err)
{
    if (frame->name != NULL)
        return PLIM_OK;
    frame->name = plim_strdup(name);
    return frame->name != NULL ? PLIM_OK : plim_fail_memory(err, name);
}

typedef struct plim_wish {
    const plim_check *check;
    int table;
} plim_wish;

/* A column that no one needs and that has no fault has served its purpose. References are needed
   until they are resolved; balances and the like until they are whole fen. */
static bool is_wanted(void *user, const plim_column *column)
{
    const plim_wish *wish = user;
    if (plim_book_keeps(wish->check->keep, wish->table, column->name))
        return true;
    const plim_book_field *field =
        plim_book_field_find(plim_book_tables[wish->table].name, column->name);
    return field != NULL && !plim_column_faultless(column, field);
}

static bool lacks_required(const plim_frame *frame, const plim_book_table *table)
{
    for (size_t f = 0; f < table->n_fields; f++)
        if (table->fields[f].required && plim_frame_find(frame, table->fields[f].name) == NULL)
            return true;
    return false;
}

/* Reads a table, without what is not kept. Where a required column is missing all are read: the
   message looks among them for one that it may have been called. */
static plim_status read_frame(plim_check *check, plim_source *source, int t, plim_error *err)
{
    const plim_book_table *table = &plim_book_tables[t];
    plim_frame *frame = &check->part->table[t], outline = {0};
    if (check->keep == NULL)
        return source->read_table(source, table->name, frame, err);
    PLIM_TRY(source->read_outline(source, table->name, &outline, err));
    bool whole = lacks_required(&outline, table);
    plim_frame_free(&outline);
    plim_column_filter filter = {.wanted = is_wanted, .user = &(plim_wish){check, t}};
    return whole ? source->read_table(source, table->name, frame, err)
                 : source->read_wanted(source, table->name, &filter, frame, err);
}

/* Keys of borrowers take long, and nothing but their ids. */
static plim_status start_keys(plim_check *check, plim_error *err)
{
    const plim_column *id = plim_frame_find(&check->part->table[PLIM_BOOK_BORROWERS], "id");
    return id != NULL && id->kind == PLIM_COLUMN_TEXT
               ? plim_borrower_keys_start(&check->keys, id, err)
               : PLIM_OK;
}

static plim_status read_tables(plim_check *check, plim_source *source, plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        const plim_book_table *table = &plim_book_tables[t];
        plim_frame *frame = &check->part->table[t];
        PLIM_TRY(read_frame(check, source, t, err));
        PLIM_TRY(name_frame(frame, table->name, err));
        check_presence(check, table, frame);
        const plim_column *id = plim_frame_find(frame, "id");
        check->integer_ids[t] = id != NULL && id->kind == PLIM_COLUMN_INTEGER;
        for (size_t c = 0; c < frame->n_columns; c++) {
            plim_column *column = &frame->columns[c];
            PLIM_TRY(fit_kind(check, frame, column, plim_book_field_find(table->name, column->name),
                              err));
        }
        plim_check_resolve_early(check, t);
        if (t == PLIM_BOOK_BORROWERS)
            PLIM_TRY(start_keys(check, err));
    }
    return PLIM_OK;
}

static plim_status judge_column(void *user, int table, size_t c, plim_error *err)
{
    (void)err;
    plim_check *check = user;
    const plim_frame *frame = &check->part->table[table];
    const plim_column *column = &frame->columns[c];
    const plim_book_field *field = plim_book_field_find(frame->name, column->name);
    check->sound[table][c] = field == NULL || plim_column_faultless(column, field);
    return PLIM_OK;
}

/* Most columns have no fault, which all threads find out sooner than one. */
static plim_status find_sound_columns(plim_check *check, plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        check->sound[t] = plim_alloc(check->part->table[t].n_columns, sizeof *check->sound[t]);
        if (check->sound[t] == NULL)
            return plim_fail_memory(err, "columns");
    }
    return plim_book_part_each_column(check->part, judge_column, check, err);
}

static plim_status check_tables(plim_check *check, plim_error *err)
{
    PLIM_TRY(find_sound_columns(check, err));
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        plim_frame *frame = &check->part->table[t];
        PLIM_TRY(plim_check_ids(check, t, err));
        for (size_t c = 0; c < frame->n_columns; c++) {
            plim_column *column = &frame->columns[c];
            const plim_book_field *field = plim_book_field_find(frame->name, column->name);
            if (field != NULL && !check->sound[t][c])
                PLIM_TRY(plim_check_column(frame, column, field, check->part->currency,
                                           &check->faults, err));
        }
    }
    PLIM_TRY(plim_check_references(check, err));
    PLIM_TRY(check_money(check, err));
    return plim_check_collateral(check, err);
}

plim_status plim_book_part_read(plim_book_part *out, plim_source *source,
                                const plim_row_lines *lines, const plim_book_keep *keep,
                                plim_error *err)
{
    *out = (plim_book_part){.path = source->path};
    plim_check check = {.part = out,
                        .keep = keep,
                        .faults = {.book = source->path, .lines = lines, .source = source}};
    check_attributes(&check, source);
    plim_status status = read_tables(&check, source, err);
    if (status == PLIM_OK)
        status = check_tables(&check, err);
    plim_status keys = plim_borrower_keys_wait(&check.keys, status == PLIM_OK ? err : NULL);
    status = status == PLIM_OK ? keys : status;
    out->borrower_key = check.keys.keys;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        plim_free(check.row_of[t]);
        plim_free(check.sound[t]);
    }
    plim_status faults = plim_faults_finish(&check.faults, status == PLIM_OK ? err : NULL);
    if (status == PLIM_OK)
        status = faults;
    if (status != PLIM_OK)
        plim_book_part_free(out);
    else if (keep != NULL)
        plim_book_part_slim(out, keep);
    return status;
}

#include "book/check_reference.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/columns.h"

/* ---- ids -------------------------------------------------------------------------------- */

/* Row of each id by its code; NULL where an id is missing or occurs twice, or without memory. */
static uint32_t *rows_of_codes(const plim_column *id)
{
    uint32_t *row_of = plim_alloc(id->labels.count, sizeof *row_of);
    for (size_t l = 0; row_of != NULL && l < id->labels.count; l++)
        row_of[l] = PLIM_NO_NAME;
    const uint32_t empty = plim_names_find(&id->labels, "");
    bool good = row_of != NULL;
    for (size_t i = 0; i < id->n_rows && good; i++) {
        good = id->code[i] != empty && row_of[id->code[i]] == PLIM_NO_NAME;
        row_of[id->code[i]] = (uint32_t)i;
    }
    if (!good)
        plim_free(row_of);
    return good ? row_of : NULL;
}

static plim_status say_faults_of_ids(plim_check *check, int t, const plim_column *id,
                                     plim_error *err)
{
    const plim_frame *frame = &check->part->table[t];
    uint32_t *row_of = check->row_of[t] = plim_alloc(id->labels.count, sizeof *row_of);
    if (row_of == NULL)
        return plim_fail_memory(err, "ids");
    for (size_t l = 0; l < id->labels.count; l++)
        row_of[l] = PLIM_NO_NAME;
    for (size_t i = 0; i < id->n_rows; i++) {
        const char *text = plim_column_text(id, i);
        plim_place place = {frame->name, "id", i, text};
        if (text[0] == '\0')
            plim_faults_add(&check->faults, &place,
                            "a required value is missing; accepted: text or a whole number");
        else if (row_of[id->code[i]] != PLIM_NO_NAME)
            plim_faults_add(&check->faults, &place,
                            "this id occurs already in row %zu; ids are unique",
                            plim_faults_row(&check->faults, frame->name, row_of[id->code[i]]));
        else
            row_of[id->code[i]] = (uint32_t)i;
    }
    return PLIM_OK;
}

/* The ids of table t as texts, or NULL. */
static const plim_column *ids_of(const plim_check *check, int t)
{
    const plim_column *id = plim_frame_find(&check->part->table[t], "id");
    return id != NULL && id->kind == PLIM_COLUMN_TEXT ? id : NULL;
}

plim_status plim_check_ids(plim_check *check, int t, plim_error *err)
{
    const plim_column *id = ids_of(check, t);
    const plim_book_field *field = plim_book_field_find(plim_book_tables[t].name, "id");
    if (id == NULL || field == NULL || field->kind != PLIM_FIELD_ID)
        return PLIM_OK;
    if (check->row_of[t] == NULL)
        check->row_of[t] = rows_of_codes(id);
    return check->row_of[t] != NULL ? PLIM_OK : say_faults_of_ids(check, t, id, err);
}

/* ---- references ------------------------------------------------------------------------- */

/* Row of `target` that an integer means: an id where the ids are integers, else a row number. */
static uint32_t row_of_integer(const plim_check *check, int target, int64_t value)
{
    if (check->integer_ids[target]) {
        char digits[32];
        (void)snprintf(digits, sizeof digits, "%" PRId64, value);
        const plim_column *ids = ids_of(check, target);
        uint32_t code = ids != NULL ? plim_names_find(&ids->labels, digits) : PLIM_NO_NAME;
        return code != PLIM_NO_NAME && check->row_of[target] != NULL ? check->row_of[target][code]
                                                                     : PLIM_NO_NAME;
    }
    return value >= 0 && (uint64_t)value < check->part->table[target].n_rows ? (uint32_t)value
                                                                             : PLIM_NO_NAME;
}

typedef struct plim_link {
    int table;
    const char *column;
    int target;
} plim_link;

static void say_dangling(plim_check *check, plim_link link, size_t row, const plim_column *column)
{
    const plim_frame *frame = &check->part->table[link.table];
    const plim_frame *target = &check->part->table[link.target];
    plim_place place = {frame->name, link.column, row, plim_frame_id(frame, row)};
    if (column->kind == PLIM_COLUMN_INTEGER && !check->integer_ids[link.target]) {
        plim_faults_add(&check->faults, &place,
                        "%" PRId64 " is no row of %s; accepted: an id, or a row number below %zu",
                        column->integer[row], target->name, target->n_rows);
        return;
    }
    char digits[32] = "";
    if (column->kind == PLIM_COLUMN_INTEGER)
        (void)snprintf(digits, sizeof digits, "%" PRId64, column->integer[row]);
    const char *text = column->kind == PLIM_COLUMN_INTEGER ? digits : plim_column_text(column, row);
    plim_faults_add(&check->faults, &place, "'%.*s' is no id of %s; accepted: an id that it holds",
                    plim_shown(text), text, target->name);
}

/* rows[i] becomes the row of `target` that text i names, PLIM_NO_NAME where it names none. Texts
   are looked up once a label, not once a row. */
static plim_status look_up_texts(const plim_check *check, const plim_column *column, int target,
                                 uint32_t *rows, plim_error *err)
{
    const plim_column *ids = ids_of(check, target);
    const uint32_t *row_of = ids != NULL ? check->row_of[target] : NULL;
    uint32_t *of_label = plim_alloc(column->labels.count, sizeof *of_label);
    if (of_label == NULL)
        return plim_fail_memory(err, column->name);
    uint32_t code = PLIM_NO_NAME;
    for (size_t l = 0; l < column->labels.count; l++) {
        uint32_t found = row_of != NULL
                             ? plim_names_find_after(&ids->labels, column->labels.text[l], code)
                             : PLIM_NO_NAME;
        of_label[l] = found != PLIM_NO_NAME ? row_of[found] : PLIM_NO_NAME;
        code = found != PLIM_NO_NAME ? found : code;
    }
    for (size_t i = 0; i < column->n_rows; i++)
        rows[i] = of_label[column->code[i]];
    plim_free(of_label);
    return PLIM_OK;
}

/* Does every text have its row? An empty one needs none unless it is required. */
static bool all_found(const plim_column *column, const uint32_t *rows, bool required)
{
    const uint32_t empty = required ? PLIM_NO_NAME : plim_names_find(&column->labels, "");
    size_t lost = 0;
    for (size_t i = 0; i < column->n_rows; i++)
        lost += (size_t)((rows[i] == PLIM_NO_NAME) & (column->code[i] != empty));
    return lost == 0;
}

static bool is_required(plim_link link)
{
    const plim_book_field *field =
        plim_book_field_find(plim_book_tables[link.table].name, link.column);
    return field != NULL && field->required;
}

bool plim_reference_stated(const plim_column *column, size_t row)
{
    if (column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row)[0] != '\0';
    return column->kind != PLIM_COLUMN_INTEGER || column->integer[row] != PLIM_REFERENCE_MISSING;
}

static plim_status resolve_column(plim_check *check, plim_link link, const plim_column *column,
                                  uint32_t *rows, plim_error *err)
{
    const plim_frame *frame = &check->part->table[link.table];
    const bool is_text = column->kind == PLIM_COLUMN_TEXT, required = is_required(link);
    if (is_text)
        PLIM_TRY(look_up_texts(check, column, link.target, rows, err));
    if (is_text && all_found(column, rows, required))
        return PLIM_OK;
    for (size_t i = 0; i < column->n_rows; i++) {
        bool missing = !plim_reference_stated(column, i);
        if (column->kind == PLIM_COLUMN_INTEGER && !missing)
            rows[i] = row_of_integer(check, link.target, column->integer[i]);
        if (rows[i] != PLIM_NO_NAME || (missing && !required))
            continue;
        if (missing)
            plim_faults_add(&check->faults,
                            &(plim_place){frame->name, link.column, i, plim_frame_id(frame, i)},
                            "a required reference is missing; accepted: an id of %s",
                            check->part->table[link.target].name);
        else
            say_dangling(check, link, i, column);
    }
    return PLIM_OK;
}

/* rows[i] is the row of `target` that row i refers to, PLIM_NO_NAME where it states none. */
static plim_status resolve(plim_check *check, plim_link link, uint32_t **rows, plim_error *err)
{
    const plim_frame *frame = &check->part->table[link.table];
    const plim_column *column = plim_frame_find(frame, link.column);
    if (*rows != NULL)
        return PLIM_OK; /* early */
    *rows = plim_alloc(frame->n_rows, sizeof **rows);
    if (*rows == NULL)
        return plim_fail_memory(err, link.column);
    for (size_t i = 0; i < frame->n_rows; i++)
        (*rows)[i] = PLIM_NO_NAME;
    if (column == NULL || column->kind == PLIM_COLUMN_NUMBER)
        return PLIM_OK;
    return resolve_column(check, link, column, *rows, err);
}

/* An integer reference becomes the id that it means. All ids come along as labels; those of no row
   go when the book is sorted. */
static plim_status reference_to_text(plim_book_part *part, plim_link link, const uint32_t *rows,
                                     plim_error *err)
{
    const plim_column *id = plim_frame_find(&part->table[link.target], "id");
    plim_column *column = plim_frame_find(&part->table[link.table], link.column);
    if (column == NULL || column->kind != PLIM_COLUMN_INTEGER)
        return PLIM_OK;
    plim_column text;
    PLIM_TRY(plim_column_make(&text, column->name, PLIM_COLUMN_TEXT, column->n_rows, err));
    plim_names_free(&text.labels);
    plim_status status = plim_names_copy(&text.labels, &id->labels, err);
    uint32_t empty = plim_names_find(&id->labels, "");
    if (status == PLIM_OK && empty == PLIM_NO_NAME)
        status = plim_names_add(&text.labels, "", &empty, err);
    if (status != PLIM_OK) {
        plim_column_free(&text);
        return status;
    }
    for (size_t i = 0; i < text.n_rows; i++)
        text.code[i] = rows[i] != PLIM_NO_NAME ? id->code[rows[i]] : empty;
    plim_column_free(column);
    *column = text;
    return PLIM_OK;
}

static const plim_link links[] = {
    {PLIM_BOOK_LOANS, "borrower", PLIM_BOOK_BORROWERS},
    {PLIM_BOOK_LOANS, "bank", PLIM_BOOK_BANKS},
    {PLIM_BOOK_COLLATERAL, "loan", PLIM_BOOK_LOANS},
    {PLIM_BOOK_SITES, "borrower", PLIM_BOOK_BORROWERS},
    {PLIM_BOOK_INSURANCE, "borrower", PLIM_BOOK_BORROWERS},
    {PLIM_BOOK_EXCLUDED, "bank", PLIM_BOOK_BANKS},
};
enum { N_LINKS = sizeof links / sizeof links[0] };

static uint32_t **link_rows(plim_book_part *part, int link)
{
    uint32_t **of[N_LINKS] = {&part->loan_borrower, &part->loan_bank,       &part->collateral_loan,
                              &part->site_borrower, &part->policy_borrower, &part->excluded_bank};
    return of[link];
}

/* The row of each reference, or NULL where one leads nowhere, or without memory. */
static uint32_t *rows_of_texts(const plim_check *check, plim_link link, const plim_column *column)
{
    uint32_t *rows = plim_alloc(column->n_rows, sizeof *rows);
    bool good = rows != NULL && look_up_texts(check, column, link.target, rows, NULL) == PLIM_OK &&
                all_found(column, rows, is_required(link));
    if (!good)
        plim_free(rows);
    return good ? rows : NULL;
}

/* The same for row numbers. */
static uint32_t *rows_of_numbers(const plim_column *column, size_t n_target)
{
    uint32_t *rows = plim_alloc(column->n_rows, sizeof *rows);
    bool good = rows != NULL;
    for (size_t i = 0; i < column->n_rows && good; i++) {
        good = column->integer[i] >= 0 && (uint64_t)column->integer[i] < n_target;
        rows[i] = (uint32_t)column->integer[i];
    }
    if (!good)
        plim_free(rows);
    return good ? rows : NULL;
}

/* Rows that a column refers to, where nothing is wrong with any of them; else NULL. */
static uint32_t *rows_without_fault(plim_check *check, plim_link link)
{
    const plim_column *column = plim_frame_find(&check->part->table[link.table], link.column);
    const plim_column *id = ids_of(check, link.target);
    if (column == NULL || id == NULL)
        return NULL;
    if (column->kind == PLIM_COLUMN_INTEGER && !check->integer_ids[link.target])
        return rows_of_numbers(column, check->part->table[link.target].n_rows);
    if (column->kind != PLIM_COLUMN_TEXT)
        return NULL;
    if (check->row_of[link.target] == NULL)
        check->row_of[link.target] = rows_of_codes(id);
    return check->row_of[link.target] != NULL ? rows_of_texts(check, link, column) : NULL;
}

static bool is_other(void *user, const plim_column *column)
{
    return strcmp(column->name, ((const plim_link *)user)->column) != 0;
}

void plim_check_resolve_early(plim_check *check, int t)
{
    for (int l = 0; l < N_LINKS && check->keep != NULL; l++) {
        plim_link link = links[l];
        plim_frame *frame = &check->part->table[t];
        if (link.table != t || plim_book_keeps(check->keep, t, link.column))
            continue;
        uint32_t *rows = rows_without_fault(check, link);
        if (rows == NULL)
            continue;
        *link_rows(check->part, l) = rows;
        plim_frame_keep(frame, is_other, &link);
    }
}

plim_status plim_check_references(plim_check *check, plim_error *err)
{
    plim_book_part *part = check->part;
    for (int l = 0; l < N_LINKS; l++)
        PLIM_TRY(resolve(check, links[l], link_rows(part, l), err));
    if (check->faults.count > 0)
        return PLIM_OK;
    for (int l = 0; l < N_LINKS; l++)
        if (check->keep == NULL || plim_book_keeps(check->keep, links[l].table, links[l].column))
            PLIM_TRY(reference_to_text(part, links[l], *link_rows(part, l), err));
    /* Exclusions that name no bank belong to the only bank there is. */
    const plim_frame *excluded = &part->table[PLIM_BOOK_EXCLUDED];
    if (plim_frame_find(excluded, "bank") == NULL && part->table[PLIM_BOOK_BANKS].n_rows == 1)
        for (size_t i = 0; i < excluded->n_rows; i++)
            part->excluded_bank[i] = 0;
    return PLIM_OK;
}

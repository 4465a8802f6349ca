#include "book/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/part.h"

static const plim_frame *frame_of(const plim_book *book, int t)
{
    const plim_frame *frames[PLIM_BOOK_TABLE_COUNT] = {
        &book->banks, &book->borrowers, &book->loans,   &book->collateral,
        &book->sites, &book->insurance, &book->excluded};
    return frames[t];
}

/* ---- columns ---------------------------------------------------------------------------- */

static bool is_stated(const plim_column *column, size_t row)
{
    return column->kind == PLIM_COLUMN_TEXT ? plim_column_text(column, row)[0] != '\0'
                                            : !isnan(column->number[row]);
}

static double coverage(const plim_book *book, int t, const plim_column *column)
{
    plim_int128 stated = 0, all = 0;
    if (t != PLIM_BOOK_BORROWERS && t != PLIM_BOOK_LOANS)
        return (double)NAN;
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        all += book->exposure_fen[l];
        if (is_stated(column, t == PLIM_BOOK_LOANS ? l : book->loan_borrower[l]))
            stated += book->exposure_fen[l];
    }
    return all > 0 ? (double)stated / (double)all : (double)NAN;
}

static void describe_column(plim_column_facts *out, const plim_book *book, int t,
                            const plim_column *column)
{
    const plim_book_field *field = plim_book_field_find(plim_book_tables[t].name, column->name);
    const char *unit = column->kind == PLIM_COLUMN_TEXT ? ""
                       : field != NULL                  ? field->unit
                                                        : "ratio";
    *out = (plim_column_facts){
        .table = plim_book_tables[t].name,
        .column = column,
        .unit = column->unit != NULL && column->unit[0] != '\0' ? column->unit : unit,
        .known = field != NULL,
        .coverage = coverage(book, t, column)};
    for (size_t i = 0; i < column->n_rows; i++)
        out->missing += !is_stated(column, i);
}

static plim_status describe_columns(plim_book_facts *out, const plim_book *book, plim_error *err)
{
    size_t n = 0;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        n += frame_of(book, t)->n_columns;
    out->columns = plim_alloc(n, sizeof *out->columns);
    if (out->columns == NULL)
        return plim_fail_memory(err, "describing a book");
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        const plim_frame *frame = frame_of(book, t);
        out->rows[t] = frame->n_rows;
        for (size_t c = 0; c < frame->n_columns; c++)
            describe_column(&out->columns[out->n_columns++], book, t, &frame->columns[c]);
    }
    return PLIM_OK;
}

/* ---- banks ------------------------------------------------------------------------------ */

static const char *text_or_empty(const plim_frame *frame, const char *name, size_t row)
{
    const plim_column *column = plim_frame_find(frame, name);
    return column != NULL && column->kind == PLIM_COLUMN_TEXT ? plim_column_text(column, row) : "";
}

static plim_status describe_banks(plim_book_facts *out, const plim_book *book, plim_error *err)
{
    out->n_banks = book->banks.n_rows;
    out->banks = plim_alloc(out->n_banks, sizeof *out->banks);
    if (out->banks == NULL)
        return plim_fail_memory(err, "describing a book");
    for (size_t k = 0; k < out->n_banks; k++)
        out->banks[k] = (plim_bank_facts){.id = plim_frame_id(&book->banks, k),
                                          .name = text_or_empty(&book->banks, "name", k),
                                          .type = text_or_empty(&book->banks, "type", k),
                                          .excluded_fen = book->excluded_fen[k],
                                          .control_total_fen = book->control_total_fen[k],
                                          .difference_fen = PLIM_FEN_EMPTY};
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        plim_bank_facts *bank = &out->banks[book->loan_bank[l]];
        /* Loans are sorted by borrower, then bank: a pair's first loan follows another pair's. */
        bool first = l == 0 || book->loan_borrower[l] != book->loan_borrower[l - 1] ||
                     book->loan_bank[l] != book->loan_bank[l - 1];
        bank->loans++;
        bank->borrowers += first;
        bank->balance_fen += book->balance_fen[l];
        bank->exposure_fen += book->exposure_fen[l];
        bank->defaulted_fen += book->loan_defaulted[l] ? book->exposure_fen[l] : 0;
    }
    for (size_t k = 0; k < out->n_banks; k++) {
        plim_bank_facts *bank = &out->banks[k];
        plim_int128 difference =
            (plim_int128)bank->balance_fen + bank->excluded_fen - bank->control_total_fen;
        if (bank->control_total_fen != PLIM_FEN_EMPTY && difference > INT64_MIN)
            bank->difference_fen = (int64_t)difference;
    }
    return PLIM_OK;
}

/* ---- sectors ---------------------------------------------------------------------------- */

static void section_of(const char *sector, char key[8])
{
    size_t length = strlen(sector);
    size_t at = 1;
    while (at < length && at < 4 && ((unsigned char)sector[at] & 0xC0U) == 0x80U)
        at++;
    memset(key, 0, 8);
    memcpy(key, sector, length < at ? length : at);
}

static int compare_sectors(const void *a, const void *b)
{
    return strcmp(((const plim_sector_facts *)a)->key, ((const plim_sector_facts *)b)->key);
}

static plim_status fill_sectors(plim_book_facts *out, const plim_book *book,
                                const plim_column *sector, plim_names *keys, plim_error *err)
{
    size_t capacity = 0;
    for (uint32_t b = 0; b < book->borrowers.n_rows; b++) {
        char key[8];
        uint32_t at;
        section_of(plim_column_text(sector, b), key);
        PLIM_TRY(plim_names_add(keys, key, &at, err));
        void *sectors = out->sectors;
        if (plim_grow(&sectors, &capacity, keys->count, sizeof *out->sectors) != 0)
            return plim_fail_memory(err, "describing a book");
        out->sectors = sectors;
        if (at == out->n_sectors) {
            out->sectors[out->n_sectors++] = (plim_sector_facts){0};
            memcpy(out->sectors[at].key, key, sizeof key);
        }
        plim_sector_facts *facts = &out->sectors[at];
        facts->borrowers++;
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++) {
            facts->loans++;
            facts->exposure_fen += book->exposure_fen[l];
            facts->defaulted_fen += book->loan_defaulted[l] ? book->exposure_fen[l] : 0;
        }
    }
    return PLIM_OK;
}

static plim_status describe_sectors(plim_book_facts *out, const plim_book *book, plim_error *err)
{
    const plim_column *sector = plim_frame_find(&book->borrowers, "sector");
    if (sector == NULL)
        return PLIM_OK;
    plim_names keys = {0};
    plim_status status = fill_sectors(out, book, sector, &keys, err);
    plim_names_free(&keys);
    if (status == PLIM_OK && out->n_sectors > 0)
        qsort(out->sectors, out->n_sectors, sizeof *out->sectors, compare_sectors);
    return status;
}

/* ---- sites ------------------------------------------------------------------------------ */

static bool states(const plim_frame *frame, const char *name, size_t row)
{
    const plim_column *column = plim_frame_find(frame, name);
    return column != NULL && is_stated(column, row);
}

uint64_t plim_book_sites_without_place(const plim_book *book)
{
    const plim_frame *sites = &book->sites;
    uint64_t n = 0;
    for (size_t i = 0; i < sites->n_rows; i++)
        n += !states(sites, "region", i) && !(states(sites, "lat", i) && states(sites, "lon", i));
    return n;
}

/* ---- totals ----------------------------------------------------------------------------- */

static void describe_totals(plim_book_facts *out, const plim_book *book)
{
    const plim_column *lgd = plim_frame_find(&book->loans, "lgd");
    double pd_sum = 0, lgd_sum = 0, living = 0;
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        out->balance_fen += book->balance_fen[l];
        out->exposure_fen += book->exposure_fen[l];
        if (book->loan_defaulted[l]) {
            out->defaulted_fen += book->exposure_fen[l];
            continue;
        }
        double weight = (double)book->exposure_fen[l];
        living += weight;
        pd_sum += weight * plim_book_pd(book, book->loan_borrower[l], 0);
        lgd_sum += lgd != NULL ? weight * lgd->number[l] : 0;
    }
    for (size_t b = 0; b < book->borrowers.n_rows; b++)
        out->borrowers_without_loans += book->first_loan[b] == book->first_loan[b + 1];
    bool any = out->exposure_fen > 0;
    out->defaulted_share =
        any ? (double)out->defaulted_fen / (double)out->exposure_fen : (double)NAN;
    out->mean_pd = living > 0 ? pd_sum / living : (double)NAN;
    out->mean_lgd = living > 0 ? lgd_sum / living : (double)NAN;
}

plim_status plim_book_describe(plim_book_facts *out, const plim_book *book, plim_error *err)
{
    *out = (plim_book_facts){
        .as_of = book->as_of, .currency = book->currency, .n_conflicts = book->n_conflicts};
    plim_status status = describe_columns(out, book, err);
    if (status == PLIM_OK)
        status = describe_banks(out, book, err);
    if (status == PLIM_OK)
        status = describe_sectors(out, book, err);
    if (status != PLIM_OK) {
        plim_book_facts_free(out);
        return status;
    }
    describe_totals(out, book);
    return PLIM_OK;
}

void plim_book_facts_free(plim_book_facts *facts)
{
    plim_free(facts->columns);
    plim_free(facts->banks);
    plim_free(facts->sectors);
    *facts = (plim_book_facts){0};
}

#include "book/slab_pieces.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/check_value.h"
#include "book/loan_fen.h"
#include "book/slab_index.h"
#include "book/slab_key.h"
#include "book/slab_scan.h"

/* A row of a shared piece. */
typedef struct secured {
    uint32_t piece, loan; /* of `ids`, of `loans` */
} secured;

typedef struct making {
    plim_slab_pieces *out;
    const plim_slab_index *index;
    int64_t *shared; /* hashes that rows of several slabs have, rising */
    size_t n_shared;
    plim_names loans; /* that such rows name: by id, or by row number in digits */
    bool by_number;
    secured *rows;
    size_t n_rows, capacity;
    int64_t *exposure_fen; /* one a loan */
    const char *currency;
} making;

/* ---- by key ----------------------------------------------------------------------------- */

static plim_status add_keys(void *user, plim_frame *block, size_t first, plim_error *err)
{
    (void)err;
    making *m = user;
    const plim_column *ids = plim_frame_find(block, "id");
    const uint8_t *group = m->index->group[PLIM_BOOK_COLLATERAL] + first;
    for (size_t i = 0; ids != NULL && i < ids->n_rows; i++) {
        char digits[32];
        const char *id = plim_slab_text(ids, i, digits);
        if (id[0] != '\0')
            m->out->key[m->out->n_keys++] = plim_slab_key(id, group[i]);
    }
    return PLIM_OK;
}

/* Sorted keys of one hash: the slabs of its rows rise. */
static plim_status find_shared(making *m, plim_error *err)
{
    const int64_t *key = m->out->key;
    size_t n = m->out->n_keys, capacity = 0;
    for (size_t i = 1; i < n; i++) {
        int64_t hash = plim_slab_key_hash(key[i]);
        bool shared = plim_slab_key_hash(key[i - 1]) == hash && key[i - 1] != key[i];
        if (!shared || (m->n_shared > 0 && m->shared[m->n_shared - 1] == hash))
            continue;
        void *hashes = m->shared;
        if (plim_grow(&hashes, &capacity, m->n_shared + 1, sizeof *m->shared) != 0)
            return plim_fail_memory(err, "pieces of collateral");
        m->shared = hashes;
        m->shared[m->n_shared++] = hash;
    }
    return PLIM_OK;
}

/* ---- by id ------------------------------------------------------------------------------ */

static plim_status add_row(making *m, const char *id, uint8_t slab, const char *loan,
                           plim_error *err)
{
    uint32_t at, secures;
    plim_slab_pieces *out = m->out;
    PLIM_TRY(plim_names_add(&out->ids, id, &at, err));
    void *pieces = out->piece, *rows = m->rows;
    size_t before = out->capacity;
    if (plim_grow(&pieces, &out->capacity, out->ids.count, sizeof *out->piece) != 0)
        return plim_fail_memory(err, "pieces of collateral");
    out->piece = pieces;
    if (out->capacity > before)
        memset(out->piece + before, 0, (out->capacity - before) * sizeof *out->piece);
    out->piece[at].whole.rows++;
    out->piece[at].slabs[slab / 64] |= UINT64_C(1) << slab % 64;
    if (loan[0] == '\0')
        return PLIM_OK;
    PLIM_TRY(plim_names_add(&m->loans, loan, &secures, err));
    if (plim_grow(&rows, &m->capacity, m->n_rows + 1, sizeof *m->rows) != 0)
        return plim_fail_memory(err, "pieces of collateral");
    m->rows = rows;
    m->rows[m->n_rows++] = (secured){at, secures};
    return PLIM_OK;
}

static plim_status add_shared(void *user, plim_frame *block, size_t first, plim_error *err)
{
    making *m = user;
    const plim_column *ids = plim_frame_find(block, "id");
    const plim_column *loans = plim_frame_find(block, "loan");
    const uint8_t *group = m->index->group[PLIM_BOOK_COLLATERAL] + first;
    m->by_number = loans != NULL && loans->kind == PLIM_COLUMN_INTEGER &&
                   !m->index->integer_ids[PLIM_BOOK_LOANS];
    for (size_t i = 0; ids != NULL && i < ids->n_rows; i++) {
        char digits[32], loan_digits[32];
        const char *id = plim_slab_text(ids, i, digits);
        if (plim_slab_keys_find(m->shared, m->n_shared, id) < m->n_shared)
            PLIM_TRY(add_row(m, id, group[i], plim_slab_text(loans, i, loan_digits), err));
    }
    return PLIM_OK;
}

/* ---- exposures -------------------------------------------------------------------------- */

/* Amounts in the unit in which the check judges them. What is wrong with them, the check will say.
 */
static plim_status fit_units(const making *m, plim_frame *block, plim_error *err)
{
    plim_faults unsaid = {.book = m->index->source->path};
    plim_status status = PLIM_OK;
    for (size_t c = 0; c < block->n_columns && status == PLIM_OK; c++) {
        plim_column *column = &block->columns[c];
        const plim_book_field *field = plim_book_field_find("loans", column->name);
        if (field != NULL)
            status = plim_check_column(block, column, field, m->currency, &unsaid, err);
    }
    plim_text_free(&unsaid.text);
    return status;
}

static plim_status take_exposures(void *user, plim_frame *block, size_t first, plim_error *err)
{
    making *m = user;
    PLIM_TRY(fit_units(m, block, err));
    const plim_column *ids = plim_frame_find(block, "id");
    const plim_loan_columns columns = plim_loan_columns_of(block);
    for (size_t i = 0; i < block->n_rows; i++) {
        char digits[32];
        if (m->by_number)
            (void)snprintf(digits, sizeof digits, "%zu", first + i);
        uint32_t at =
            plim_names_find(&m->loans, m->by_number ? digits : plim_slab_text(ids, i, digits));
        int64_t balance_fen;
        if (at != PLIM_NO_NAME)
            (void)plim_loan_fen(&columns, i, &balance_fen, &m->exposure_fen[at]);
    }
    return PLIM_OK;
}

static plim_status sum_exposures(making *m, plim_error *err)
{
    static const char *const columns[] = {"id", "balance", "undrawn", "ccf", NULL};
    const plim_source *source = m->index->source;
    const char *currency = source->attribute(source, "currency");
    m->currency = currency != NULL ? currency : "";
    m->exposure_fen = plim_alloc(m->loans.count, sizeof *m->exposure_fen);
    if (m->exposure_fen == NULL)
        return plim_fail_memory(err, "pieces of collateral");
    plim_slab_scan scan = {source, "loans", columns, 0, 0, take_exposures, m};
    PLIM_TRY(plim_slab_scan_run(&scan, err));
    for (size_t i = 0; i < m->n_rows; i++)
        m->out->piece[m->rows[i].piece].whole.exposure_fen += m->exposure_fen[m->rows[i].loan];
    return PLIM_OK;
}

/* ---- all of it -------------------------------------------------------------------------- */

static plim_status make(making *m, plim_error *err)
{
    static const char *const ids[] = {"id", NULL}, *const rows[] = {"id", "loan", NULL};
    const plim_source *source = m->index->source;
    PLIM_TRY(
        plim_slab_scan_run(&(plim_slab_scan){source, "collateral", ids, 0, 0, add_keys, m}, err));
    PLIM_TRY(plim_slab_keys_sort(m->out->key, m->out->n_keys, err));
    PLIM_TRY(find_shared(m, err));
    if (m->n_shared == 0)
        return PLIM_OK;
    PLIM_TRY(plim_slab_scan_run(&(plim_slab_scan){source, "collateral", rows, 0, 0, add_shared, m},
                                err));
    return sum_exposures(m, err);
}

plim_status plim_slab_pieces_find(plim_slab_pieces *out, const plim_slab_index *index,
                                  plim_error *err)
{
    *out = (plim_slab_pieces){
        .key = plim_alloc(index->n_rows[PLIM_BOOK_COLLATERAL], sizeof *out->key)};
    if (out->key == NULL)
        return plim_fail_memory(err, "pieces of collateral");
    making m = {.out = out, .index = index};
    plim_status status = make(&m, err);
    plim_free(m.shared);
    plim_names_free(&m.loans);
    plim_free(m.rows);
    plim_free(m.exposure_fen);
    if (status != PLIM_OK)
        plim_slab_pieces_free(out);
    return status;
}

plim_status plim_slab_pieces_place(plim_slab_pieces *pieces, size_t row, const char *id,
                                   uint8_t *slab, plim_error *err)
{
    uint32_t piece = plim_names_find(&pieces->ids, id);
    if (piece == PLIM_NO_NAME) {
        size_t at = plim_slab_keys_find(pieces->key, pieces->n_keys, id);
        *slab = at < pieces->n_keys ? (uint8_t)((uint64_t)pieces->key[at] & 0xFF) : 0;
        return PLIM_OK;
    }
    void *places = pieces->places;
    if (plim_grow(&places, &pieces->places_capacity, pieces->n_places + 1,
                  sizeof *pieces->places) != 0)
        return plim_fail_memory(err, "places of collateral");
    pieces->places = places;
    pieces->places[pieces->n_places++] = (plim_slab_place){(uint32_t)row, piece};
    *slab = PLIM_SLAB_SHARED;
    return PLIM_OK;
}

void plim_slab_pieces_settle(plim_slab_pieces *pieces)
{
    plim_free(pieces->key);
    pieces->key = NULL;
    pieces->n_keys = 0;
}

bool plim_slab_piece_in(const plim_slab_piece *piece, uint8_t slab)
{
    return (piece->slabs[slab / 64] >> slab % 64 & 1) != 0;
}

void plim_slab_pieces_renumber(plim_slab_pieces *pieces, const uint8_t *now)
{
    for (size_t p = 0; p < pieces->ids.count; p++) {
        plim_slab_piece *piece = &pieces->piece[p], was = *piece;
        memset(piece->slabs, 0, sizeof piece->slabs);
        for (unsigned k = 0; k < PLIM_SLABS_MOST; k++)
            if (plim_slab_piece_in(&was, (uint8_t)k))
                piece->slabs[now[k] / 64] |= UINT64_C(1) << now[k] % 64;
    }
}

void plim_slab_pieces_free(plim_slab_pieces *pieces)
{
    plim_names_free(&pieces->ids);
    plim_free(pieces->piece);
    plim_free(pieces->places);
    plim_free(pieces->key);
    *pieces = (plim_slab_pieces){0};
}

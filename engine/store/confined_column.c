/* Columns of a loan book as the child that reads it gives them. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/confined.h"
#include "store/confined_parts.h"
#include "store/fixed_text.h"
#include "store/hdf5_text.h"

/* Labels of a piece as they came. */
typedef struct label_piece {
    size_t n;
    uint32_t *length, *code_of; /* one each: bytes, code in the column */
    char *bytes;                /* one label after the other */
    size_t n_bytes;
} label_piece;

static void free_labels(label_piece *labels)
{
    plim_free(labels->length);
    plim_free(labels->code_of);
    plim_free(labels->bytes);
}

/* Sizes before anything is kept that large. */
static plim_status get_labels(plim_confined_book *book, label_piece *out, plim_error *err)
{
    uint64_t n, total = 0, said;
    if (!plim_wire_get_number(&book->wire, PLIM_NO_NAME - 1, &n) || n == 0)
        return plim_confined_give_up(book, err);
    out->n = (size_t)n;
    out->length = plim_alloc(out->n, sizeof *out->length);
    out->code_of = plim_alloc(out->n, sizeof *out->code_of);
    if (out->length == NULL || out->code_of == NULL)
        return plim_fail_memory(err, "the labels of a column");
    bool fit = plim_wire_get(&book->wire, out->length, out->n * sizeof *out->length);
    for (size_t i = 0; i < out->n && fit; i++) {
        total += out->length[i];
        fit = out->length[i] <= PLIM_CONFINED_TEXT_MOST;
    }
    if (!fit || !plim_wire_get_number(&book->wire, total, &said) || said != total)
        return plim_confined_give_up(book, err);
    out->n_bytes = (size_t)total;
    out->bytes = plim_alloc(out->n_bytes, 1);
    if (out->bytes == NULL)
        return plim_fail_memory(err, "the labels of a column");
    return plim_wire_get(&book->wire, out->bytes, (size_t)total) ? PLIM_OK
                                                                 : plim_confined_give_up(book, err);
}

/* ASCII without a zero byte, as nearly all labels are: then each of them is a sound text. */
static bool is_plain(const char *bytes, size_t n)
{
    unsigned char odd = 0;
    for (size_t i = 0; i < n; i++)
        odd |= (unsigned char)((unsigned char)(bytes[i] - 1) >= 0x7f);
    return odd == 0;
}

static plim_status add_labels(plim_confined_book *book, const label_piece *labels, plim_names *out,
                              plim_error *err)
{
    const char *at = labels->bytes;
    bool plain = is_plain(at, labels->n_bytes);
    for (size_t i = 0; i < labels->n; at += labels->length[i++]) {
        size_t length = labels->length[i];
        if (!plain && (memchr(at, '\0', length) != NULL || !plim_utf8_valid(at, length)))
            return plim_confined_give_up(book, err);
        /* Every piece has "", which is only looked for: adding it after others would end the rising
           order in which ids come, and what that spares. */
        uint32_t empty = length == 0 ? plim_names_find(out, "") : PLIM_NO_NAME;
        if (empty != PLIM_NO_NAME)
            labels->code_of[i] = empty;
        else
            PLIM_TRY(plim_names_add_bytes(out, at, length, &labels->code_of[i], err));
    }
    return PLIM_OK;
}

/* Some rows of a column that come together. */
typedef struct column_piece {
    plim_column *out;
    size_t at, n;
} column_piece;

/* Codes of the child's labels become the column's own. */
static plim_status get_labelled(plim_confined_book *book, const column_piece *piece,
                                plim_error *err)
{
    label_piece labels = {0};
    uint32_t *code = piece->out->code + piece->at;
    plim_status status = get_labels(book, &labels, err);
    if (status == PLIM_OK)
        status = add_labels(book, &labels, &piece->out->labels, err);
    if (status == PLIM_OK && !plim_wire_get_block(&book->wire, code, piece->n * sizeof *code))
        status = plim_confined_give_up(book, err);
    for (size_t i = 0; i < piece->n && status == PLIM_OK; i++)
        if (code[i] < labels.n)
            code[i] = labels.code_of[code[i]];
        else
            status = plim_confined_give_up(book, err);
    free_labels(&labels);
    return status;
}

/* The child gives texts as they stand in the file; i: among the rows that were asked for. */
static plim_status refuse_text(const plim_confined_book *book, const char *column, size_t i,
                               plim_error *err)
{
    plim_hdf5_place place = {book->file.path, book->table, column};
    return plim_hdf5_refuse_text(&place,
                                 book->choice != NULL ? plim_choice_row(book->choice, i) : i, err);
}

/* Elements of one size, group by group, so that a group is still in the processor's cache when its
   labels are found. */
static plim_status get_groups(plim_confined_book *book, plim_fixed_texts *texts,
                              const column_piece *piece, plim_error *err)
{
    size_t group = PLIM_CONFINED_GROUP(texts->size), end = piece->at + piece->n;
    char *elements = plim_alloc(group * texts->size + PLIM_FIXED_SLACK, 1);
    plim_status status = elements != NULL ? PLIM_OK : plim_fail_memory(err, "a text column");
    for (size_t at = piece->at; at < end && status == PLIM_OK; at += group) {
        size_t here = end - at < group ? end - at : group;
        status = plim_wire_get_block(&book->wire, elements, here * texts->size)
                     ? plim_fixed_texts_add(texts, elements, here, at, err)
                     : plim_confined_give_up(book, err);
        if (status == PLIM_OK && texts->odd < here)
            status = refuse_text(book, piece->out->name, at + texts->odd, err);
    }
    plim_free(elements);
    return status;
}

static plim_status get_elements(plim_confined_book *book, size_t size, const column_piece *piece,
                                plim_error *err)
{
    uint64_t padding;
    if (!plim_wire_get_number(&book->wire, H5T_STR_SPACEPAD, &padding))
        return plim_confined_give_up(book, err);
    if (piece->out->labels.count == 0)
        PLIM_TRY(plim_names_add(&piece->out->labels, "", NULL, err));
    plim_fixed_texts *texts = plim_alloc(1, sizeof *texts);
    if (texts == NULL)
        return plim_fail_memory(err, "a text column");
    plim_status status = plim_fixed_texts_make(texts, piece->out, size, (H5T_str_t)padding, err);
    if (status == PLIM_OK)
        status = get_groups(book, texts, piece, err);
    plim_fixed_texts_free(texts);
    plim_free(texts);
    return status;
}

static plim_status get_texts(plim_confined_book *book, const column_piece *piece, plim_error *err)
{
    uint64_t size;
    if (!plim_wire_get_number(&book->wire, PLIM_CONFINED_TEXT_MOST, &size))
        return plim_confined_give_up(book, err);
    return size > 0 ? get_elements(book, (size_t)size, piece, err) : get_labelled(book, piece, err);
}

static plim_status get_piece(plim_confined_book *book, const column_piece *piece, plim_error *err)
{
    plim_column *out = piece->out;
    if (out->kind == PLIM_COLUMN_TEXT)
        return get_texts(book, piece, err);
    void *cells = out->kind == PLIM_COLUMN_NUMBER ? (void *)(out->number + piece->at)
                                                  : (void *)(out->integer + piece->at);
    return plim_wire_get_block(&book->wire, cells, piece->n * sizeof(int64_t))
               ? PLIM_OK
               : plim_confined_give_up(book, err);
}

static plim_status get_cells(plim_confined_book *book, size_t n_rows, plim_column *out,
                             plim_error *err)
{
    for (size_t at = 0; at < n_rows;) {
        uint64_t n;
        PLIM_TRY(plim_confined_outcome(book, err));
        if (!plim_wire_get_number(&book->wire, n_rows - at, &n) || n == 0)
            return plim_confined_give_up(book, err);
        PLIM_TRY(get_piece(book, &(column_piece){out, at, (size_t)n}, err));
        at += (size_t)n;
    }
    return PLIM_OK;
}

static plim_status make_column(plim_confined_book *book, const char *name, size_t n_rows,
                               plim_column *out, plim_error *err)
{
    uint64_t kind;
    PLIM_TRY(plim_confined_outcome(book, err));
    if (!plim_wire_get_number(&book->wire, PLIM_COLUMN_TEXT, &kind))
        return plim_confined_give_up(book, err);
    PLIM_TRY(plim_column_make_room(out, name, (plim_column_kind)kind, n_rows, err));
    if (kind == PLIM_COLUMN_TEXT && n_rows > 0)
        plim_names_free(&out->labels); /* they come in the child's order */
    if (!plim_wire_get_text(&book->wire, PLIM_CONFINED_TEXT_MOST, &out->unit) ||
        !plim_wire_get_text(&book->wire, PLIM_CONFINED_TEXT_MOST, &out->description))
        return plim_confined_give_up(book, err);
    return PLIM_OK;
}

plim_status plim_confined_get_column(plim_confined_book *book, size_t i, size_t n_rows,
                                     plim_column *out, plim_error *err)
{
    *out = (plim_column){0};
    plim_confined_give_time(book, book->n_rows);
    plim_status status = make_column(book, book->columns.text[i], n_rows, out, err);
    if (status == PLIM_OK)
        status = get_cells(book, n_rows, out, err);
    if (status != PLIM_OK)
        plim_column_free(out);
    return status;
}

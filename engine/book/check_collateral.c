#include "book/check_collateral.h"

#include "base/memory.h"

/* ---- shares ----------------------------------------------------------------------------- */

/* Every sum is one of integers, so that the order of rows can't change a bit of the quotient. */
static double share_of(const plim_piece *piece, int64_t exposure_fen)
{
    return piece->exposure_fen > 0 ? (double)exposure_fen / (double)piece->exposure_fen
                                   : 1 / (double)piece->rows;
}

static int64_t exposure_of(const plim_book_part *part, size_t row)
{
    uint32_t loan = part->collateral_loan[row];
    return loan != PLIM_NO_NAME ? part->exposure_fen[loan] : 0;
}

/* What secures loans outside the part that is read counts too. By label of their id. */
static void sum_pieces(plim_piece *pieces, const plim_check *check, const plim_column *id)
{
    const plim_source *source = check->faults.source;
    for (size_t i = 0; i < id->n_rows; i++) {
        plim_piece *piece = &pieces[id->code[i]];
        piece->exposure_fen += exposure_of(check->part, i);
        piece->rows++;
    }
    for (size_t l = 0; source->whole_piece != NULL && l < id->labels.count; l++)
        source->whole_piece(source, id->labels.text[l], &pieces[l]);
}

static plim_status fill_shares(plim_check *check, const plim_column *id, plim_error *err)
{
    plim_book_part *part = check->part;
    size_t n = part->table[PLIM_BOOK_COLLATERAL].n_rows;
    part->collateral_share = plim_alloc(n, sizeof *part->collateral_share);
    if (part->collateral_share == NULL)
        return plim_fail_memory(err, "shares of collateral");
    for (size_t i = 0; i < n; i++)
        part->collateral_share[i] = 1;
    if (id == NULL)
        return PLIM_OK;
    plim_piece *pieces = plim_alloc(id->labels.count, sizeof *pieces);
    if (pieces == NULL)
        return plim_fail_memory(err, "shares of collateral");
    sum_pieces(pieces, check, id);
    const uint32_t empty = plim_names_find(&id->labels, "");
    for (size_t i = 0; i < n; i++)
        if (id->code[i] != empty)
            part->collateral_share[i] = share_of(&pieces[id->code[i]], exposure_of(part, i));
    plim_free(pieces);
    return PLIM_OK;
}

/* ---- places ----------------------------------------------------------------------------- */

/* A label of the pieces' ids. */
typedef struct plim_piece_place {
    bool occurs; /* a row has it */
    uint32_t site;
} plim_piece_place;

/* NULL when out of memory. */
static plim_piece_place *list_pieces(const plim_column *id)
{
    plim_piece_place *pieces = plim_alloc(id != NULL ? id->labels.count : 0, sizeof *pieces);
    for (size_t l = 0; pieces != NULL && id != NULL && l < id->labels.count; l++)
        pieces[l].site = PLIM_NO_NAME;
    for (size_t i = 0; pieces != NULL && id != NULL && i < id->n_rows; i++)
        pieces[id->code[i]].occurs = true;
    return pieces;
}

/* A site that says of which piece it is the place. */
static void place_piece(plim_check *check, const plim_column *id, plim_piece_place *pieces,
                        size_t row, const char *text)
{
    const plim_frame *sites = &check->part->table[PLIM_BOOK_SITES];
    plim_place place = {sites->name, "collateral", row, plim_frame_id(sites, row)};
    uint32_t label = id != NULL ? plim_names_find(&id->labels, text) : PLIM_NO_NAME;
    if (label == PLIM_NO_NAME || !pieces[label].occurs)
        plim_faults_add(&check->faults, &place,
                        "'%.*s' is no id of collateral; accepted: an id that it holds",
                        plim_shown(text), text);
    else if (pieces[label].site != PLIM_NO_NAME)
        plim_faults_add(&check->faults, &place,
                        "'%.*s' has its place in row %zu already; accepted: one site for a piece",
                        plim_shown(text), text,
                        plim_faults_row(&check->faults, sites->name, pieces[label].site));
    else
        pieces[label].site = (uint32_t)row;
}

/* Columns of the sites that say whose each is, or NULL. */
typedef struct plim_site_owners {
    const plim_column *borrower, *collateral;
} plim_site_owners;

/* Whose a site is. */
static void check_site(plim_check *check, const plim_column *id, plim_piece_place *pieces,
                       const plim_site_owners *owners, size_t row)
{
    const char *text = owners->collateral != NULL ? plim_column_text(owners->collateral, row) : "";
    bool of_borrower = check->part->site_borrower[row] != PLIM_NO_NAME ||
                       (owners->borrower != NULL && plim_reference_stated(owners->borrower, row));
    bool of_piece = text[0] != '\0';
    const plim_frame *sites = &check->part->table[PLIM_BOOK_SITES];
    if (of_borrower == of_piece)
        plim_faults_add(&check->faults,
                        &(plim_place){sites->name, of_piece ? "collateral" : "borrower", row,
                                      plim_frame_id(sites, row)},
                        "borrower and collateral are %s; accepted: exactly one of them",
                        of_piece ? "both stated" : "both missing");
    else if (of_piece)
        place_piece(check, id, pieces, row, text);
}

static plim_status fill_places(plim_check *check, const plim_column *id, plim_error *err)
{
    plim_book_part *part = check->part;
    const plim_frame *sites = &part->table[PLIM_BOOK_SITES];
    const plim_site_owners owners = {plim_frame_find(sites, "borrower"),
                                     plim_frame_find(sites, "collateral")};
    size_t n = part->table[PLIM_BOOK_COLLATERAL].n_rows;
    part->collateral_site = plim_alloc(n, sizeof *part->collateral_site);
    if (part->collateral_site == NULL)
        return plim_fail_memory(err, "places of collateral");
    for (size_t i = 0; i < n; i++)
        part->collateral_site[i] = PLIM_NO_NAME;
    if (owners.collateral != NULL && owners.collateral->kind != PLIM_COLUMN_TEXT)
        return PLIM_OK; /* refused already */
    plim_piece_place *pieces = list_pieces(id);
    if (pieces == NULL)
        return plim_fail_memory(err, "places of collateral");
    for (size_t i = 0; i < sites->n_rows; i++)
        check_site(check, id, pieces, &owners, i);
    const uint32_t empty = id != NULL ? plim_names_find(&id->labels, "") : PLIM_NO_NAME;
    for (size_t i = 0; id != NULL && i < n; i++)
        if (id->code[i] != empty)
            part->collateral_site[i] = pieces[id->code[i]].site;
    plim_free(pieces);
    return PLIM_OK;
}

plim_status plim_check_collateral(plim_check *check, plim_error *err)
{
    const plim_column *id = plim_frame_find(&check->part->table[PLIM_BOOK_COLLATERAL], "id");
    if (id != NULL && id->kind != PLIM_COLUMN_TEXT)
        id = NULL; /* refused already */
    PLIM_TRY(fill_shares(check, id, err));
    return fill_places(check, id, err);
}

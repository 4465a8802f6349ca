#include "report/warning_digest.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum {
    LEVELS = PLIM_WARNING_LEVELS,
    RANK_BITS = 3, /* of a slot, below the hash: rank of the level + 1; 0: the slot is free */
    LEAST_SLOTS = 1024,
};
#define RANK_MASK ((UINT64_C(1) << RANK_BITS) - 1)

const char *const plim_warning_levels[PLIM_WARNING_LEVELS] = {"red", "orange", "yellow", "blue"};

/* Rank of a level: 0 is the highest, LEVELS none. */
static size_t rank_of(const char *level)
{
    size_t rank = 0;
    while (rank < LEVELS && strcmp(plim_warning_levels[rank], level) != 0)
        rank++;
    return rank;
}

/* ---- the baseline's ---- */

static uint64_t *slot_of(uint64_t *slots, size_t n_slots, uint64_t hash)
{
    size_t at = (size_t)(hash >> RANK_BITS);
    uint64_t *slot;
    do
        slot = &slots[at++ & (n_slots - 1)];
    while (*slot != 0 && (*slot ^ hash) >> RANK_BITS != 0);
    return slot;
}

static plim_status widen(plim_warning_digest *d, plim_error *err)
{
    size_t n_slots = d->n_slots == 0 ? LEAST_SLOTS : 2 * d->n_slots;
    uint64_t *slots = plim_alloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return plim_fail_memory(err, "the digest");
    for (size_t i = 0; i < d->n_slots; i++)
        if (d->known[i] != 0)
            *slot_of(slots, n_slots, d->known[i]) = d->known[i];
    plim_free(d->known);
    d->known = slots;
    d->n_slots = n_slots;
    return PLIM_OK;
}

static plim_status know(plim_warning_digest *d, uint64_t hash, size_t rank, plim_error *err)
{
    if (d->n_slots < 2 * (d->n_known + 1))
        PLIM_TRY(widen(d, err));
    uint64_t *slot = slot_of(d->known, d->n_slots, hash);
    d->n_known += *slot == 0;
    *slot = (hash & ~RANK_MASK) | (uint64_t)(rank + 1);
    return PLIM_OK;
}

/* Does the baseline warn of the same at that level or a higher one? */
static bool is_known(const plim_warning_digest *d, uint64_t hash, size_t rank)
{
    if (d->n_slots == 0)
        return false;
    uint64_t held = *slot_of(d->known, d->n_slots, hash) & RANK_MASK;
    return held != 0 && held - 1 <= rank;
}

/* ---- rows ---- */

/* Fields of the table of warnings. */
typedef struct fields {
    size_t scenario, subject, key, indicator, level;
} fields;

static fields fields_of(const plim_table *table)
{
    return (fields){.scenario = plim_table_field(table, "scenario"),
                    .subject = plim_table_field(table, "subject"),
                    .key = plim_table_field(table, "key"),
                    .indicator = plim_table_field(table, "indicator"),
                    .level = plim_table_field(table, "level")};
}

/* What is warned of: subject, key and indicator. */
static uint64_t hash_of(const plim_table *rows, size_t row, const fields *f)
{
    char name[512];
    int length =
        snprintf(name, sizeof name, "%s/%s/%s", plim_table_text(rows, row, f->subject),
                 plim_table_text(rows, row, f->indicator), plim_table_text(rows, row, f->key));
    size_t n = length < 0 ? 0 : (size_t)length;
    return plim_names_hash(name, n < sizeof name ? n : sizeof name - 1);
}

static plim_status keep_row(plim_warning_digest *d, const plim_table *rows, size_t row, size_t *out,
                            plim_error *err)
{
    plim_table *kept = &d->kept;
    if (kept->spec == NULL)
        PLIM_TRY(plim_table_init(kept, rows->spec, err));
    *out = kept->n_rows;
    PLIM_TRY(plim_table_add_row(kept, err));
    for (size_t f = 0; f < rows->spec->n_fields; f++) {
        const plim_table_column *from = &rows->columns[f];
        if (from->integer != NULL)
            kept->columns[f].integer[*out] = from->integer[row];
        else if (from->number != NULL)
            kept->columns[f].number[*out] = from->number[row];
        else
            PLIM_TRY(plim_table_set_text(kept, f, plim_table_text(rows, row, f), err));
    }
    return PLIM_OK;
}

/* Rank of a row that is kept. */
static size_t rank_kept(const plim_warning_digest *d, size_t row)
{
    return rank_of(plim_table_text(&d->kept, row, plim_table_field(&d->kept, "level")));
}

/* Puts a row behind those that are as high; the last one falls out where there is no room. */
static plim_status show(plim_warning_digest *d, plim_warning_scenario *of, const plim_table *rows,
                        size_t row, size_t rank, plim_error *err)
{
    size_t place = of->n_shown, kept;
    while (place > 0 && rank_kept(d, of->shown[place - 1]) > rank)
        place--;
    if (place == PLIM_WARNINGS_SHOWN)
        return PLIM_OK;
    PLIM_TRY(keep_row(d, rows, row, &kept, err));
    of->n_shown += of->n_shown < PLIM_WARNINGS_SHOWN;
    for (size_t i = of->n_shown - 1; i > place; i--)
        of->shown[i] = of->shown[i - 1];
    of->shown[place] = kept;
    return PLIM_OK;
}

static plim_status find_scenario(plim_warning_digest *d, const char *name, uint32_t *out,
                                 plim_error *err)
{
    size_t before = d->scenarios.count;
    PLIM_TRY(plim_names_add(&d->scenarios, name, out, err));
    if (plim_grow((void **)&d->of, &d->capacity, d->scenarios.count, sizeof *d->of) != 0)
        return plim_fail_memory(err, "the digest");
    if (d->scenarios.count > before)
        d->of[before] = (plim_warning_scenario){0};
    return PLIM_OK;
}

static plim_status add_row(plim_warning_digest *d, const plim_table *rows, size_t row,
                           const fields *f, plim_error *err)
{
    const char *scenario = plim_table_text(rows, row, f->scenario);
    size_t rank = rank_of(plim_table_text(rows, row, f->level)), number = d->n_rows++;
    uint32_t s;
    PLIM_TRY(find_scenario(d, scenario, &s, err));
    if (rank == LEVELS)
        return PLIM_OK;
    d->of[s].count[rank]++;
    if (d->first[rank] == 0) {
        PLIM_TRY(keep_row(d, rows, row, &d->first[rank], err));
        d->first[rank]++;
        d->first_row[rank] = number;
    }
    uint64_t hash = hash_of(rows, row, f);
    if (strcmp(scenario, "baseline") == 0)
        return know(d, hash, rank, err);
    return is_known(d, hash, rank) ? PLIM_OK : show(d, &d->of[s], rows, row, rank, err);
}

plim_status plim_warning_digest_add(plim_warning_digest *digest, const plim_table *rows,
                                    plim_error *err)
{
    fields f = fields_of(rows);
    for (size_t row = 0; row < rows->n_rows; row++)
        PLIM_TRY(add_row(digest, rows, row, &f, err));
    return PLIM_OK;
}

const plim_warning_scenario *plim_warning_digest_of(const plim_warning_digest *digest,
                                                    const char *scenario)
{
    uint32_t s = plim_names_find(&digest->scenarios, scenario);
    return s == PLIM_NO_NAME ? NULL : &digest->of[s];
}

size_t plim_warning_digest_count(const plim_warning_digest *digest, const char *level,
                                 size_t *first)
{
    size_t count = 0, earliest = SIZE_MAX;
    for (size_t rank = 0; rank < LEVELS && rank <= rank_of(level); rank++) {
        for (size_t s = 0; s < digest->scenarios.count; s++)
            count += digest->of[s].count[rank];
        if (digest->first[rank] == 0 || digest->first_row[rank] >= earliest)
            continue;
        earliest = digest->first_row[rank];
        *first = digest->first[rank] - 1;
    }
    return count;
}

void plim_warning_digest_free(plim_warning_digest *digest)
{
    plim_names_free(&digest->scenarios);
    plim_free(digest->of);
    if (digest->kept.spec != NULL)
        plim_table_free(&digest->kept);
    plim_free(digest->known);
    *digest = (plim_warning_digest){0};
}

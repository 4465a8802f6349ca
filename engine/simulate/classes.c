#include "simulate/classes.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK PLIM_EVALUATE_BLOCK

/* A set of slots, and how many borrowers have it. */
typedef struct slot_set {
    uint64_t hash;
    uint32_t n_borrowers, first_borrower;
    uint8_t class;
} slot_set;

typedef struct classing {
    const plim_plan *plan;
    plim_classes *out;
    uint32_t most;   /* classes */
    size_t n_words;  /* of a set */
    uint64_t *words; /* [row of the block * n_words] */
    uint64_t *hash;  /* [borrower]: of its set; 0 where nothing varies */
    slot_set *set;   /* those that there are, the most frequent first */
    uint32_t n_sets;
} classing;

/* ---- sets of borrowers ---- */

static uint64_t hash_of(const uint64_t *words, size_t n)
{
    uint64_t hash = 1;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash | 1; /* never that of nothing */
}

static plim_status mark_rows(classing *c, plim_varying *varying, const uint32_t *row, uint32_t n,
                             plim_error *err)
{
    const plim_plan *plan = c->plan;
    memset(c->words, 0, (size_t)BLOCK * c->n_words * sizeof *c->words);
    for (plim_cell_at of = {1, 0}; of.scenario < plan->n_scenarios; of.scenario++)
        for (of.year = 0; of.year < plan->n_years && plan->pd_varies[of.scenario]; of.year++)
            PLIM_TRY(plim_varying_slots_of(varying, of,
                                           &(plim_slot_sets){row, n, c->words, c->n_words}, err));
    return PLIM_OK;
}

static bool varies(const plim_plan *plan, uint32_t borrower)
{
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        if (plim_plan_pd_varies(plan, borrower, s))
            return true;
    return false;
}

/* The next borrowers whose PDs vary, from *next on. */
static uint32_t take_rows(const plim_plan *plan, uint32_t *next, uint32_t row[BLOCK])
{
    uint32_t n = 0;
    for (; *next < plan->n_borrowers && n < BLOCK; (*next)++)
        if (varies(plan, *next))
            row[n++] = *next;
    return n;
}

static plim_status hash_borrowers(classing *c, plim_varying *varying, plim_error *err)
{
    uint32_t row[BLOCK], next = 0, n;
    while ((n = take_rows(c->plan, &next, row)) > 0) {
        PLIM_TRY(mark_rows(c, varying, row, n, err));
        for (uint32_t i = 0; i < n; i++)
            c->hash[row[i]] = hash_of(c->words + i * c->n_words, c->n_words);
    }
    return PLIM_OK;
}

/* ---- the most frequent ---- */

static int by_hash(const void *a, const void *b)
{
    const slot_set *x = a, *y = b;
    return x->hash != y->hash
               ? (x->hash > y->hash) - (x->hash < y->hash)
               : (x->first_borrower > y->first_borrower) - (x->first_borrower < y->first_borrower);
}

static int by_size(const void *a, const void *b)
{
    const slot_set *x = a, *y = b;
    return x->n_borrowers != y->n_borrowers
               ? (x->n_borrowers < y->n_borrowers) - (x->n_borrowers > y->n_borrowers)
               : (x->first_borrower > y->first_borrower) - (x->first_borrower < y->first_borrower);
}

static void count_sets(classing *c)
{
    uint32_t n = 0, n_sets = 0;
    for (uint32_t b = 0; b < c->plan->n_borrowers; b++)
        if (c->hash[b] != 0)
            c->set[n++] = (slot_set){.hash = c->hash[b], .n_borrowers = 1, .first_borrower = b};
    qsort(c->set, n, sizeof *c->set, by_hash);
    for (uint32_t i = 0; i < n; i++) {
        if (n_sets > 0 && c->set[n_sets - 1].hash == c->set[i].hash)
            c->set[n_sets - 1].n_borrowers++;
        else
            c->set[n_sets++] = c->set[i];
    }
    qsort(c->set, n_sets, sizeof *c->set, by_size);
    c->n_sets = n_sets;
    for (uint32_t i = 0; i < n_sets; i++)
        c->set[i].class = i + 1 < c->most ? (uint8_t)(i + 1) : 0;
    c->out->n = n_sets + 1 < c->most ? n_sets + 1 : c->most;
    qsort(c->set, n_sets, sizeof *c->set, by_hash);
}

static void set_classes(classing *c)
{
    plim_classes *out = c->out;
    for (uint32_t b = 0; b < c->plan->n_borrowers; b++) {
        out->of[b] = PLIM_NO_CLASS;
        if (c->hash[b] == 0)
            continue;
        uint32_t low = 0, high = c->n_sets - 1;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (c->set[middle].hash < c->hash[b])
                low = middle + 1;
            else
                high = middle;
        }
        out->of[b] = c->set[low].class;
        out->first[out->of[b] + 1]++;
    }
    for (uint32_t k = 0; k < out->n; k++)
        out->first[k + 1] += out->first[k];
}

/* Two sets of one hash would be one class with the slots of both: what a class uses is collected
   from all of its borrowers. */
static plim_status collect_uses(classing *c, plim_varying *varying, plim_error *err)
{
    uint32_t row[BLOCK], next = 0, n, filled[PLIM_CLASSES_MOST] = {0};
    uint32_t n_slots = c->plan->randoms.n_slots;
    while ((n = take_rows(c->plan, &next, row)) > 0) {
        PLIM_TRY(mark_rows(c, varying, row, n, err));
        for (uint32_t i = 0; i < n; i++) {
            uint32_t class = c->out->of[row[i]];
            const uint64_t *words = c->words + i * c->n_words;
            c->out->order[c->out->first[class] + filled[class]++] = row[i];
            for (uint32_t slot = 0; slot < n_slots; slot++)
                if (words[slot / 64] >> slot % 64 & 1)
                    c->out->uses[(size_t) class * n_slots + slot] = true;
        }
    }
    return PLIM_OK;
}

/* ---- the whole ---- */

static plim_status make(classing *c, plim_varying *varying, plim_error *err)
{
    const plim_plan *plan = c->plan;
    plim_classes *out = c->out;
    c->n_words = ((size_t)plan->randoms.n_slots + 63) / 64;
    c->words = plim_alloc((size_t)BLOCK * c->n_words, sizeof *c->words);
    c->hash = plim_alloc(plan->n_borrowers, sizeof *c->hash);
    c->set = plim_alloc(plan->n_borrowers, sizeof *c->set);
    out->of = plim_alloc(plan->n_borrowers, sizeof *out->of);
    out->order = plim_alloc(plan->n_borrowers, sizeof *out->order);
    out->first = plim_alloc(PLIM_CLASSES_MOST + 1, sizeof *out->first);
    out->uses = plim_alloc((size_t)PLIM_CLASSES_MOST * plan->randoms.n_slots, sizeof *out->uses);
    if (c->words == NULL || c->hash == NULL || c->set == NULL || out->of == NULL ||
        out->order == NULL || out->first == NULL || out->uses == NULL)
        return plim_fail_memory(err, "classes of borrowers");
    PLIM_TRY(hash_borrowers(c, varying, err));
    count_sets(c);
    set_classes(c);
    return collect_uses(c, varying, err);
}

plim_status plim_classes_make(plim_classes *out, const plim_plan *plan, uint32_t most,
                              plim_error *err)
{
    *out = (plim_classes){0};
    classing c = {.plan = plan, .out = out, .most = most};
    plim_varying *varying = NULL;
    plim_status status = plim_varying_create(&varying, plan, err);
    if (status == PLIM_OK)
        status = make(&c, varying, err);
    plim_varying_destroy(varying);
    plim_free(c.words);
    plim_free(c.hash);
    plim_free(c.set);
    if (status != PLIM_OK)
        plim_classes_free(out);
    return status;
}

void plim_classes_free(plim_classes *classes)
{
    plim_free(classes->of);
    plim_free(classes->uses);
    plim_free(classes->order);
    plim_free(classes->first);
    *classes = (plim_classes){0};
}

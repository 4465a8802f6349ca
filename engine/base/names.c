#define _DEFAULT_SOURCE /* be64toh */
#include "base/names.h"

#include <endian.h>
#include <string.h>

#include "base/memory.h"

enum {
    BLOCK_LEAST = 1 << 8,
    BLOCK_MOST = 1 << 25, /* long enough to lie in huge pages */
};

/* Texts with their terminators, one after the other. */
typedef struct plim_names_block {
    struct plim_names_block *next;
    size_t used, size;
    char bytes[];
} plim_names_block;

/* ---- the hash map ----------------------------------------------------------------------- */

/* A slot holds index + 1 below and 32 bits of the hash above, so that a search looks at a text only
   where it will very likely be the one, and growing looks at none. 0: the slot is free. */
static uint64_t slot_value(uint64_t hash, size_t index)
{
    return hash << 32 | (uint64_t)(index + 1);
}

static size_t index_in(uint64_t slot)
{
    return (size_t)(uint32_t)slot - 1;
}

/* Multiply and fold, eight bytes at a time. */
uint64_t plim_names_hash(const char *bytes, size_t length)
{
    const uint64_t prime = 0x9E3779B97F4A7C15U;
    uint64_t h = prime ^ length, word;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&word, bytes, 8);
        h = (h ^ word) * prime;
        h ^= h >> 32;
    }
    word = 0;
    for (size_t i = 0; i < length; i++)
        word = word << 8 | (unsigned char)bytes[i];
    h = (h ^ word) * 0xC2B2AE3D27D4EB4FU;
    h ^= h >> 29;
    return h * prime;
}

/* 32 bits, the best ones. */
static uint64_t hash(const char *bytes, size_t length)
{
    return plim_names_hash(bytes, length) >> 32;
}

static bool is_text(const char *text, const char *bytes, size_t length)
{
    return strncmp(text, bytes, length) == 0 && text[length] == '\0';
}

/* The slot that holds the bytes, or the free one where they belong. n_slots is a power of two and
   more than the number of names, so there is always a free one. */
static size_t slot_of(const plim_names *names, const char *bytes, size_t length, uint64_t h)
{
    size_t mask = names->n_slots - 1;
    size_t slot = (size_t)h & mask;
    for (uint64_t held; (held = names->slots[slot]) != 0; slot = (slot + 1) & mask)
        if (held >> 32 == h && is_text(names->text[index_in(held)], bytes, length))
            break;
    return slot;
}

static void insert(uint64_t *slots, size_t n_slots, uint64_t value)
{
    size_t mask = n_slots - 1, slot = (size_t)(value >> 32) & mask;
    while (slots[slot] != 0)
        slot = (slot + 1) & mask;
    slots[slot] = value;
}

/* Makes room for one name more, or the map itself out of names that came in rising order. */
static plim_status widen(plim_names *names, plim_error *err)
{
    size_t n_slots = names->n_slots > 0 ? names->n_slots : 32;
    while (n_slots < 2 * (names->count + 1))
        n_slots *= 2;
    uint64_t *slots = plim_alloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return plim_fail_memory(err, "a set of names");
    for (size_t i = 0; i < names->n_slots; i++)
        if (names->slots[i] != 0)
            insert(slots, n_slots, names->slots[i]);
    for (size_t i = 0; names->n_slots == 0 && i < names->count; i++)
        insert(slots, n_slots, slot_value(hash(names->text[i], strlen(names->text[i])), i));
    plim_free(names->slots);
    plim_free(names->rising);
    names->slots = slots;
    names->n_slots = n_slots;
    names->rising = NULL;
    return PLIM_OK;
}

/* ---- texts ------------------------------------------------------------------------------ */

/* `size` bytes in the newest block, or NULL when out of memory. Blocks grow with the set. */
static char *take_bytes(plim_names *names, size_t size)
{
    plim_names_block *block = names->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t wanted = block == NULL                  ? BLOCK_LEAST
                        : block->size < BLOCK_MOST / 2 ? block->size * 2
                                                       : BLOCK_MOST;
        wanted = wanted < size ? size : wanted;
        block = plim_resize(NULL, sizeof *block + wanted, 1);
        if (block == NULL)
            return NULL;
        *block = (plim_names_block){.next = names->blocks, .size = wanted};
        names->blocks = block;
    }
    char *bytes = block->bytes + block->used;
    block->used += size;
    return bytes;
}

/* Most ids have 8 to 32 bytes, which two moves copy in less time than a call takes. */
static void copy_bytes(char *to, const char *from, size_t length)
{
    enum { SHORT = 8, LONG = 16 };
    if (length >= LONG && length <= 2 * LONG) {
        char last[LONG];
        memcpy(last, from + length - LONG, LONG);
        memcpy(to, from, LONG);
        memcpy(to + length - LONG, last, LONG);
    } else if (length >= SHORT && length < LONG) {
        char last[SHORT];
        memcpy(last, from + length - SHORT, SHORT);
        memcpy(to, from, SHORT);
        memcpy(to + length - SHORT, last, SHORT);
    } else {
        memcpy(to, from, length);
    }
}

static plim_status make_room(plim_names *names, plim_error *err)
{
    void *text = names->text;
    if (names->count >= PLIM_NO_NAME - 1 ||
        plim_grow(&text, &names->capacity, names->count + 1, sizeof *names->text) != 0)
        return plim_fail_memory(err, "a set of names");
    names->text = text;
    return PLIM_OK;
}

static plim_status append(plim_names *names, const char *bytes, size_t length, plim_error *err)
{
    if (names->count == names->capacity)
        PLIM_TRY(make_room(names, err));
    char *copy = take_bytes(names, length + 1);
    if (copy == NULL)
        return plim_fail_memory(err, "a set of names");
    copy_bytes(copy, bytes, length);
    copy[length] = '\0';
    names->text[names->count++] = copy;
    names->last_length = length;
    return PLIM_OK;
}

/* ---- names in rising order -------------------------------------------------------------- */

/* Index of the place-th name in rising order. */
static uint32_t index_at(const plim_names *names, size_t place)
{
    return names->rising != NULL ? names->rising[place] : (uint32_t)place;
}

/* Searches the places from `low` to below `high` of the rising order. */
static uint32_t search(const plim_names *names, const char *name, size_t low, size_t high)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t index = index_at(names, middle);
        int order = strcmp(names->text[index], name);
        if (order == 0)
            return index;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return PLIM_NO_NAME;
}

/* The same among all names, which stand in rising order, by steps that double from `low` on. */
static uint32_t search_from(const plim_names *names, const char *name, size_t low)
{
    low = low < names->count ? low : 0;
    size_t at = low, step = 1;
    while (at < names->count) {
        int order = strcmp(names->text[at], name);
        if (order == 0)
            return (uint32_t)at;
        if (order > 0)
            return search(names, name, at == low ? 0 : low, at);
        low = at + 1;
        at += step;
        step *= 2;
    }
    return search(names, name, low, names->count);
}

/* memcmp, without a call where there are eight bytes or more. */
static int compare_bytes(const char *left, const char *right, size_t length)
{
    enum { WORD = 8 };
    uint64_t a = 0, b = 0;
    if (length < WORD)
        return memcmp(left, right, length);
    for (size_t at = 0; at < length && a == b; at += WORD) {
        size_t from = at + WORD <= length ? at : length - WORD;
        memcpy(&a, left + from, WORD);
        memcpy(&b, right + from, WORD);
    }
    a = be64toh(a);
    b = be64toh(b);
    return (a > b) - (a < b);
}

/* The newest name against the bytes: < 0 where they come after it, 0 where they are the same. */
static int compare_with_last(const plim_names *names, const char *bytes, size_t length)
{
    if (names->count == 0)
        return -1;
    size_t both = names->last_length < length ? names->last_length : length;
    int order = compare_bytes(names->text[names->count - 1], bytes, both);
    if (order != 0)
        return order;
    return (names->last_length > length) - (names->last_length < length);
}

/* ---- the set ---------------------------------------------------------------------------- */

static plim_status add_by_hash(plim_names *names, const char *bytes, size_t length, uint32_t *out,
                               plim_error *err)
{
    if (names->n_slots < 2 * (names->count + 1))
        PLIM_TRY(widen(names, err));
    uint64_t h = hash(bytes, length);
    size_t slot = slot_of(names, bytes, length, h);
    if (names->slots[slot] == 0) {
        PLIM_TRY(append(names, bytes, length, err));
        names->slots[slot] = slot_value(h, names->count - 1);
    }
    if (out != NULL)
        *out = (uint32_t)index_in(names->slots[slot]);
    return PLIM_OK;
}

plim_status plim_names_add_bytes(plim_names *names, const char *bytes, size_t length, uint32_t *out,
                                 plim_error *err)
{
    bool in_order = names->slots == NULL && names->rising == NULL;
    int order = in_order ? compare_with_last(names, bytes, length) : 1;
    if (order > 0)
        return add_by_hash(names, bytes, length, out, err);
    if (order < 0)
        PLIM_TRY(append(names, bytes, length, err));
    if (out != NULL)
        *out = (uint32_t)(names->count - 1);
    return PLIM_OK;
}

plim_status plim_names_add(plim_names *names, const char *name, uint32_t *out, plim_error *err)
{
    return plim_names_add_bytes(names, name, strlen(name), out, err);
}

uint32_t plim_names_find(const plim_names *names, const char *name)
{
    if (names->slots == NULL)
        return search(names, name, 0, names->count);
    size_t length = strlen(name);
    uint64_t held = names->slots[slot_of(names, name, length, hash(name, length))];
    return held == 0 ? PLIM_NO_NAME : (uint32_t)index_in(held);
}

uint32_t plim_names_find_after(const plim_names *names, const char *name, uint32_t before)
{
    uint32_t next = before + 1; /* 0 after PLIM_NO_NAME */
    if (names->slots == NULL && names->rising == NULL)
        return search_from(names, name, next);
    if (next < names->count && strcmp(names->text[next], name) == 0)
        return next;
    return plim_names_find(names, name);
}

bool plim_names_rising(const plim_names *names)
{
    bool in_order = names->slots == NULL && names->rising == NULL;
    for (size_t i = 1; i < names->count && !in_order; i++)
        if (strcmp(names->text[i - 1], names->text[i]) >= 0)
            return false;
    return true;
}

/* ---- another order ---------------------------------------------------------------------- */

/* The hash map of the strings that remain, at their new indices. */
static uint64_t *arrange_slots(const plim_names *names, const uint32_t *now)
{
    uint64_t *slots = plim_alloc(names->n_slots, sizeof *slots);
    for (size_t i = 0; slots != NULL && i < names->n_slots; i++) {
        uint64_t held = names->slots[i];
        if (held != 0 && now[index_in(held)] != PLIM_NO_NAME)
            insert(slots, names->n_slots, slot_value(held >> 32, now[index_in(held)]));
    }
    return slots;
}

/* The new indices of the strings that remain, in rising order of the strings. */
static uint32_t *arrange_rising(const plim_names *names, const uint32_t *now, size_t n)
{
    uint32_t *rising = plim_alloc(n, sizeof *rising);
    size_t kept = 0;
    for (size_t i = 0; rising != NULL && i < names->count; i++) {
        uint32_t index = now[index_at(names, i)];
        if (index != PLIM_NO_NAME)
            rising[kept++] = index;
    }
    return rising;
}

plim_status plim_names_arrange(plim_names *names, const uint32_t *now, size_t n, plim_error *err)
{
    char **text = plim_alloc(n, sizeof *text);
    bool hashed = names->slots != NULL;
    uint64_t *slots = hashed ? arrange_slots(names, now) : NULL;
    uint32_t *rising = hashed ? NULL : arrange_rising(names, now, n);
    if (text == NULL || (hashed ? (void *)slots : (void *)rising) == NULL) {
        plim_free(text);
        plim_free(slots);
        plim_free(rising);
        return plim_fail_memory(err, "a set of names");
    }
    for (size_t i = 0; i < names->count; i++)
        if (now[i] != PLIM_NO_NAME)
            text[now[i]] = names->text[i];
    plim_free(names->text);
    plim_free(names->slots);
    plim_free(names->rising);
    names->text = text;
    names->slots = slots;
    names->rising = rising;
    names->count = names->capacity = n;
    return PLIM_OK;
}

/* ---- a copy ------------------------------------------------------------------------------ */

static bool lies_in(const plim_names_block *block, const char *text)
{
    return block != NULL && text >= block->bytes && text < block->bytes + block->used;
}

/* What is in the blocks goes as a whole, with a place in the copy for each of its bytes. */
static plim_names_block *copy_blocks(const plim_names *names)
{
    size_t used = 0;
    for (const plim_names_block *block = names->blocks; block != NULL; block = block->next)
        used += block->used;
    plim_names_block *all = plim_resize(NULL, sizeof *all + used, 1);
    if (all == NULL)
        return NULL;
    *all = (plim_names_block){.used = 0, .size = used};
    for (const plim_names_block *block = names->blocks; block != NULL; block = block->next) {
        memcpy(all->bytes + all->used, block->bytes, block->used);
        all->used += block->used;
    }
    return all;
}

/* Texts that follow one another mostly lie in one block. */
static void point_into(plim_names *out, const plim_names *names)
{
    const plim_names_block *block = NULL;
    size_t before = 0; /* bytes of the copy before the block's */
    for (size_t i = 0; i < names->count; i++) {
        if (!lies_in(block, names->text[i])) {
            block = names->blocks;
            for (before = 0; !lies_in(block, names->text[i]); block = block->next)
                before += block->used;
        }
        out->text[i] = out->blocks->bytes + before + (names->text[i] - block->bytes);
    }
}

static void *copy_array(const void *array, size_t count, size_t size)
{
    void *copy = plim_resize(NULL, count, size);
    if (copy != NULL)
        memcpy(copy, array, count * size);
    return copy;
}

plim_status plim_names_copy(plim_names *out, const plim_names *names, plim_error *err)
{
    *out = (plim_names){.count = names->count,
                        .capacity = names->count,
                        .n_slots = names->n_slots,
                        .last_length = names->last_length};
    out->text = plim_resize(NULL, names->count, sizeof *out->text);
    out->blocks = copy_blocks(names);
    if (names->slots != NULL)
        out->slots = copy_array(names->slots, names->n_slots, sizeof *out->slots);
    if (names->rising != NULL)
        out->rising = copy_array(names->rising, names->count, sizeof *out->rising);
    if (out->text == NULL || out->blocks == NULL || (names->slots != NULL && !out->slots) ||
        (names->rising != NULL && !out->rising)) {
        plim_names_free(out);
        return plim_fail_memory(err, "a set of names");
    }
    point_into(out, names);
    return PLIM_OK;
}

void plim_names_free(plim_names *names)
{
    for (plim_names_block *block = names->blocks; block != NULL;) {
        plim_names_block *next = block->next;
        plim_free(block);
        block = next;
    }
    plim_free(names->text);
    plim_free(names->slots);
    plim_free(names->rising);
    *names = (plim_names){0};
}

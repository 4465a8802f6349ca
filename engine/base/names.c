#include "base/names.h"

#include <string.h>

#include "base/memory.h"

enum { SLOT_FREE = 0 }; /* a slot holds index + 1 */

/* FNV-1a, then a mix of the high bits down, where the slot number is taken. */
static uint64_t hash(const char *text)
{
    uint64_t h = 14695981039346656037U;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        h = (h ^ *at) * 1099511628211U;
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15U;
    return h ^ h >> 29;
}

/* The slot that holds `name`, or the free one where it belongs. n_slots is a power of two and more
   than the number of names, so there is always a free one. */
static size_t slot_of(const plim_names *names, const char *name)
{
    size_t mask = names->n_slots - 1;
    size_t slot = (size_t)hash(name) & mask;
    while (names->slots[slot] != SLOT_FREE &&
           strcmp(names->text[names->slots[slot] - 1], name) != 0)
        slot = (slot + 1) & mask;
    return slot;
}

static int widen(plim_names *names)
{
    size_t n_slots = names->n_slots > 0 ? names->n_slots * 2 : 32;
    uint32_t *slots = plim_alloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return -1;
    plim_free(names->slots);
    names->slots = slots;
    names->n_slots = n_slots;
    for (size_t i = 0; i < names->count; i++)
        slots[slot_of(names, names->text[i])] = (uint32_t)i + 1;
    return 0;
}

static plim_status append(plim_names *names, const char *name, plim_error *err)
{
    void *text = names->text;
    if (names->count >= PLIM_NO_NAME - 1 ||
        plim_grow(&text, &names->capacity, names->count + 1, sizeof *names->text) != 0)
        return plim_fail_memory(err, "a set of names");
    names->text = text;
    char *copy = plim_strdup(name);
    if (copy == NULL)
        return plim_fail_memory(err, "a set of names");
    names->text[names->count++] = copy;
    return PLIM_OK;
}

plim_status plim_names_add(plim_names *names, const char *name, uint32_t *out, plim_error *err)
{
    if (names->n_slots < 2 * (names->count + 1) && widen(names) != 0)
        return plim_fail_memory(err, "a set of names");
    size_t slot = slot_of(names, name);
    if (names->slots[slot] == SLOT_FREE) {
        PLIM_TRY(append(names, name, err));
        names->slots[slot] = (uint32_t)names->count;
    }
    if (out != NULL)
        *out = names->slots[slot] - 1;
    return PLIM_OK;
}

uint32_t plim_names_find(const plim_names *names, const char *name)
{
    if (names->n_slots == 0)
        return PLIM_NO_NAME;
    uint32_t held = names->slots[slot_of(names, name)];
    return held == SLOT_FREE ? PLIM_NO_NAME : held - 1;
}

void plim_names_free(plim_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        plim_free(names->text[i]);
    plim_free(names->text);
    plim_free(names->slots);
    *names = (plim_names){0};
}

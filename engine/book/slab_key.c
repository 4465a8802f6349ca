#include "book/slab_key.h"

#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "book/fault.h"
#include "book/slab_scan.h"

int64_t plim_slab_key(const char *id, uint8_t slab)
{
    return (int64_t)((plim_names_hash(id, strlen(id)) & ~UINT64_C(0xFF)) | slab);
}

int64_t plim_slab_key_hash(int64_t key)
{
    return (int64_t)((uint64_t)key & ~UINT64_C(0xFF));
}

plim_status plim_slab_keys_sort(int64_t *keys, size_t n, plim_error *err)
{
    int64_t *scratch = plim_alloc(n, sizeof *scratch);
    if (scratch == NULL)
        return plim_fail_memory(err, "ids of a table");
    plim_sort_fen(keys, scratch, (uint32_t)n);
    plim_free(scratch);
    return PLIM_OK;
}

size_t plim_slab_keys_find(const int64_t *keys, size_t n, const char *id)
{
    int64_t wanted = plim_slab_key(id, 0);
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && plim_slab_key_hash(keys[low]) == wanted ? low : n;
}

/* ---- rows of one id --------------------------------------------------------------------- */

enum { MOST_SUSPECTS = 64 };

/* Hashes that two rows have: is it one id, or chance? */
typedef struct suspects {
    const char *table;
    int64_t hash[MOST_SUSPECTS];
    char *id[MOST_SUSPECTS]; /* of the first row met */
    size_t row[MOST_SUSPECTS];
    size_t count;
    plim_faults faults;
} suspects;

static plim_status meet(void *user, plim_frame *block, size_t first, plim_error *err)
{
    suspects *s = user;
    const plim_column *ids = plim_frame_find(block, "id");
    for (size_t i = 0; ids != NULL && i < ids->n_rows; i++) {
        char digits[32];
        const char *id = plim_slab_text(ids, i, digits);
        int64_t hash = plim_slab_key(id, 0);
        for (size_t k = 0; k < s->count; k++) {
            if (s->hash[k] != hash)
                continue;
            if (s->id[k] == NULL) {
                s->row[k] = first + i;
                s->id[k] = plim_strdup(id);
                if (s->id[k] == NULL)
                    return plim_fail_memory(err, "ids of a table");
            } else if (strcmp(s->id[k], id) == 0 && id[0] != '\0') {
                plim_faults_add(&s->faults, &(plim_place){s->table, "id", first + i, id},
                                "this id occurs already in row %zu; ids are unique", s->row[k]);
            }
        }
    }
    return PLIM_OK;
}

static void find_suspects(suspects *out, const int64_t *keys, size_t n)
{
    for (size_t i = 1; i < n && out->count < MOST_SUSPECTS; i++) {
        int64_t hash = plim_slab_key_hash(keys[i]);
        bool twice = plim_slab_key_hash(keys[i - 1]) == hash;
        bool known = out->count > 0 && out->hash[out->count - 1] == hash;
        if (twice && !known)
            out->hash[out->count++] = hash;
    }
}

plim_status plim_slab_keys_unique(const int64_t *keys, size_t n, const plim_source *source,
                                  const char *table, plim_error *err)
{
    static const char *const columns[] = {"id", NULL};
    suspects s = {.table = table, .faults = {.book = source->path}};
    plim_status status = PLIM_OK;
    find_suspects(&s, keys, n);
    plim_slab_scan scan = {source, table, columns, 0, 0, meet, &s};
    if (s.count > 0)
        status = plim_slab_scan_run(&scan, err);
    for (size_t k = 0; k < s.count; k++)
        plim_free(s.id[k]);
    plim_status faults = plim_faults_finish(&s.faults, status == PLIM_OK ? err : NULL);
    return status != PLIM_OK ? status : faults;
}

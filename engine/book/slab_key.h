/* Ids of a table, in 8 bytes a row: which of them recur, and in which slab a row is. Private to the
 * room. */
#ifndef PLIM_BOOK_SLAB_KEY_H
#define PLIM_BOOK_SLAB_KEY_H

#include "base/source.h"

/* 56 bits of the id's hash, and the slab of its row in the lowest eight. Of ten million ids, two
   agree in 56 bits with a probability of 1e-3: whoever decides by a key looks at the ids then. */
int64_t plim_slab_key(const char *id, uint8_t slab);
/* The hash alone: the key with slab 0. */
int64_t plim_slab_key_hash(int64_t key);
/* Sorts by hash, then slab. Takes as much memory again. */
PLIM_NODISCARD plim_status plim_slab_keys_sort(int64_t *keys, size_t n, plim_error *err);
/* The first of n sorted keys with the hash of `id`; n if there is none. */
size_t plim_slab_keys_find(const int64_t *keys, size_t n, const char *id);

/* PLIM_INPUT, with rows of the file, if two rows of the table have one id. `keys`: of all its rows,
   sorted. Empty ids are left to the check of a slab. */
PLIM_NODISCARD plim_status plim_slab_keys_unique(const int64_t *keys, size_t n,
                                                 const plim_source *source, const char *table,
                                                 plim_error *err);

#endif

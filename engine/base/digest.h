/* SHA-256 (libcrypto). */
#ifndef PLIM_BASE_DIGEST_H
#define PLIM_BASE_DIGEST_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define PLIM_DIGEST_HEX 65 /* 64 hex digits and the terminator */

PLIM_NODISCARD plim_status plim_digest_bytes(const void *bytes, size_t length,
                                             char hex[PLIM_DIGEST_HEX], plim_error *err);
/* Of a whole file, read in pieces. A file that can't be read is PLIM_INPUT with its reason. */
PLIM_NODISCARD plim_status plim_digest_file(const char *path, char hex[PLIM_DIGEST_HEX],
                                            plim_error *err);
/* The key of a borrower (or factor, ...): the first 8 bytes of the SHA-256 of its id, read as a
   little-endian integer. */
PLIM_NODISCARD plim_status plim_digest_key(const char *id, uint64_t *key, plim_error *err);
/* The same for n ids at once, which takes a third of the time. Thread-safe. */
PLIM_NODISCARD plim_status plim_digest_keys(const char *const *ids, size_t n, uint64_t *keys,
                                            plim_error *err);

#endif

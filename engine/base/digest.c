#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define OPENSSL_API_COMPAT 0x10101000L /* SHA256_Init and the like */
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/memory.h"

enum { SHA256_BYTES = 32, PIECE = 1 << 18 };

static plim_status fail_library(plim_error *err)
{
    return plim_fail(err, PLIM_MACHINE, "libcrypto could not compute a SHA-256");
}

static void to_hex(const unsigned char *bytes, char hex[PLIM_DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[PLIM_DIGEST_HEX - 1] = '\0';
}

static plim_status sha256(const void *bytes, size_t length, unsigned char out[SHA256_BYTES],
                          plim_error *err)
{
    unsigned int written = 0;
    if (EVP_Digest(bytes, length, out, &written, EVP_sha256(), NULL) != 1 ||
        written != SHA256_BYTES)
        return fail_library(err);
    return PLIM_OK;
}

plim_status plim_digest_bytes(const void *bytes, size_t length, char hex[PLIM_DIGEST_HEX],
                              plim_error *err)
{
    unsigned char out[SHA256_BYTES];
    PLIM_TRY(sha256(bytes, length, out, err));
    to_hex(out, hex);
    return PLIM_OK;
}

static plim_status digest_open(int file, const char *path, EVP_MD_CTX *context, plim_error *err)
{
    char *piece = plim_alloc(PIECE, 1);
    if (piece == NULL)
        return plim_fail_memory(err, "reading a file");
    plim_status status = PLIM_OK;
    for (;;) {
        ssize_t got = read(file, piece, PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = plim_fail(err, PLIM_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        else if (got > 0 && EVP_DigestUpdate(context, piece, (size_t)got) != 1)
            status = fail_library(err);
        if (got <= 0 || status != PLIM_OK)
            break;
    }
    plim_free(piece);
    return status;
}

plim_status plim_digest_file(const char *path, char hex[PLIM_DIGEST_HEX], plim_error *err)
{
    unsigned char out[SHA256_BYTES];
    plim_status status = PLIM_OK;
    EVP_MD_CTX *context = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return plim_fail(err, PLIM_INPUT, "%s: cannot be opened: %s", path, strerror(errno));

    context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        status = fail_library(err);
        goto done;
    }
    PLIM_GOTO(done, status, digest_open(file, path, context, err));
    if (EVP_DigestFinal_ex(context, out, NULL) != 1)
        status = fail_library(err);
    else
        to_hex(out, hex);
done:
    EVP_MD_CTX_free(context);
    (void)close(file);
    return status;
}

static uint64_t key_of(const unsigned char digest[SHA256_BYTES])
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | digest[i];
    return value;
}

plim_status plim_digest_key(const char *id, uint64_t *key, plim_error *err)
{
    return plim_digest_keys(&id, 1, key, err);
}

/* By libcrypto's plain functions: for texts as short as ids, the general ones take twice the time.
   They fail for no reason that a caller could bring about. */
plim_status plim_digest_keys(const char *const *ids, size_t n, uint64_t *keys, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char out[SHA256_BYTES];
        SHA256_CTX context;
        if (SHA256_Init(&context) != 1 || SHA256_Update(&context, ids[i], strlen(ids[i])) != 1 ||
            SHA256_Final(out, &context) != 1)
            return fail_library(err);
        keys[i] = key_of(out);
    }
    return PLIM_OK;
}

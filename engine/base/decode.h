/* Text files of other programs as UTF-8: encodings found and undone (glibc's iconv). */
#ifndef PLIM_BASE_DECODE_H
#define PLIM_BASE_DECODE_H

#include "base/status.h"

#include <stddef.h>

typedef enum plim_encoding {
    PLIM_ENCODING_UTF8, /* with or without byte-order mark, as UTF-16 */
    PLIM_ENCODING_GB18030,
    PLIM_ENCODING_UTF16LE,
    PLIM_ENCODING_UTF16BE,
    PLIM_ENCODING_COUNT,
} plim_encoding;

/* "UTF-8", "GB18030", "UTF-16LE", "UTF-16BE". */
const char *plim_encoding_name(plim_encoding encoding);
/* The encoding of a name, in any case, with or without hyphens; GBK and GB2312 are GB18030, UTF-16
   is UTF-16LE. PLIM_ENCODING_COUNT if it is none. */
plim_encoding plim_encoding_find(const char *name);

/* What a file is written in, judged by a byte-order mark, else by its first 4 MiB: UTF-8 where that
   is valid, UTF-16 where every second byte of many is zero, else GB18030. PLIM_INPUT if it can't be
   read, or if it is none of these. */
PLIM_NODISCARD plim_status plim_encoding_guess(const char *path, plim_encoding *out,
                                               plim_error *err);

/* A file read piece by piece. */
typedef struct plim_decoder plim_decoder;
PLIM_NODISCARD plim_status plim_decoder_open(plim_decoder **out, const char *path,
                                             plim_encoding encoding, plim_error *err);
/* The next piece of valid UTF-8 without zero bytes and byte-order mark, borrowed until the next
   call; a length of 0 is the end. PLIM_INPUT names the line (counting "\n" and the like) at which
   bytes are not text of the encoding. */
PLIM_NODISCARD plim_status plim_decoder_next(plim_decoder *decoder, const char **text,
                                             size_t *length, plim_error *err);
void plim_decoder_close(plim_decoder *decoder); /* NULL is fine */

#endif

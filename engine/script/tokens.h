/* Splits Lua 5.4 text into tokens. Private to the room. */
#ifndef PLIM_SCRIPT_TOKENS_H
#define PLIM_SCRIPT_TOKENS_H

#include "script/faults.h"

#include <stdint.h>

typedef enum plim_token_kind {
    PLIM_TOKEN_NAME,
    PLIM_TOKEN_KEYWORD,
    PLIM_TOKEN_NUMBER,
    PLIM_TOKEN_STRING,
    PLIM_TOKEN_SYMBOL,
} plim_token_kind;

#define PLIM_NO_TOKEN UINT32_MAX

typedef struct plim_token {
    uint32_t start, length; /* bytes of the text */
    uint32_t line;          /* from 1 */
    uint32_t match;         /* of a bracket: its partner, else PLIM_NO_TOKEN */
    plim_token_kind kind;
} plim_token;

/* Zero-initialise; release with plim_tokens_free. The text is borrowed. */
typedef struct plim_tokens {
    const char *text;
    plim_token *items;
    uint32_t count;
    size_t capacity;
} plim_tokens;

/* A text that Lua itself refuses may give any tokens. Characters outside of quotes and comments
   that Lua does not know go to `faults`, full-width ones by name, the first of each line. */
PLIM_NODISCARD plim_status plim_tokens_read(plim_tokens *tokens, const char *text, size_t length,
                                            const char *file, plim_script_faults *faults,
                                            plim_error *err);
void plim_tokens_free(plim_tokens *tokens);
bool plim_token_is(const plim_tokens *tokens, uint32_t i,
                   const char *text); /* false beyond the end */

#endif

/* Where hidden calls go so that `==`, `~=`, `not` and keys can be checked. Private to the room. */
#ifndef PLIM_SCRIPT_GUARDS_H
#define PLIM_SCRIPT_GUARDS_H

#include "script/tokens.h"

/* What stands around a token: calls opened before it, brackets closed after it. */
typedef struct plim_guards {
    bool key;     /* open a key's guard (outermost) */
    int equal;    /* then so many guards of comparison */
    bool negated; /* then the guard of the operand of `not` */
    int closing;  /* close so many */
} plim_guards;

/* `guards`: one a token, zeroed. What is compared with the word `nil`, and operands and keys that
   are a literal, need no guard. */
void plim_guards_place(plim_guards *guards, const plim_tokens *tokens);

#endif

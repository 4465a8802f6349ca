/* The line of a text file that a message speaks of, with a caret under the place. */
#ifndef PLIM_BASE_EXCERPT_H
#define PLIM_BASE_EXCERPT_H

#include "base/text.h"

/* A place in a text. */
typedef struct plim_place {
    int line;            /* from 1; 0: the text as a whole */
    uint32_t at, length; /* the bytes to be marked; length 0: none in particular */
} plim_place;

/* Adds, each after a line end,
       12 |   local x = b.revenue + d.price
          |                       ^
   to `out`; without carets if none are known. Tabs are written as spaces, bytes that are not UTF-8
   as `?`, and of a long line the part around the place. A place beyond the text, of the text as a
   whole or of an empty line adds nothing. Chinese characters count as two columns wide. */
void plim_excerpt_add(plim_text *out, const char *text, size_t length, plim_place place);

#endif

/* A connected socket between two processes of one machine, with what is said put together to larger
 * pieces. Whoever reads believes nothing: every length is checked against what the caller allows,
 * every text is UTF-8. Private to the room. */
#ifndef PLIM_STORE_WIRE_H
#define PLIM_STORE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "store/wire_area.h"

enum { PLIM_WIRE_BYTES = 1 << 16 };

/* Once `broken`, because the other side is gone or said what can't be, nothing is sent or received
   any more and every function gives false. */
typedef struct plim_wire {
    int socket;           /* the caller's, as is */
    plim_wire_area *area; /* for blocks; NULL: they go through the socket */
    size_t next_slot;     /* private: to be filled, or emptied */
    bool broken;
    bool late;      /* because the socket's time limit was reached */
    bool no_memory; /* because there was none for a text */
    size_t n_out, n_in, at_in;
    unsigned char out[PLIM_WIRE_BYTES], in[PLIM_WIRE_BYTES];
} plim_wire;

bool plim_wire_put(plim_wire *wire, const void *bytes, size_t n);
bool plim_wire_put_number(plim_wire *wire, uint64_t number);
bool plim_wire_put_text(plim_wire *wire, const char *text); /* NULL is told from "" */
/* What is got by plim_wire_get_block of the same n. Of two sides that share an area, one alone may
   put blocks. */
bool plim_wire_put_block(plim_wire *wire, const void *bytes, size_t n);
bool plim_wire_flush(plim_wire *wire);

bool plim_wire_get(plim_wire *wire, void *bytes, size_t n);
bool plim_wire_get_block(plim_wire *wire, void *bytes, size_t n);
/* At most `most`, else broken. */
bool plim_wire_get_number(plim_wire *wire, uint64_t most, uint64_t *out);
/* A text of at most `most` bytes, NULL where NULL was put; to be plim_free()d. Broken where it is
   not UTF-8 or has a zero byte in it. */
bool plim_wire_get_text(plim_wire *wire, size_t most, char **out);

#endif

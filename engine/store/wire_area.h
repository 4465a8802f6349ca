/* Memory that two processes of one machine share, for what is too long to go through a socket: the
 * one that speaks fills slots in turn, the one that listens empties them. Private to the room.
 *
 * Whoever listens believes nothing: it copies a slot before it looks at it, and of what the other
 * side may write here it reads nothing else. */
#ifndef PLIM_STORE_WIRE_AREA_H
#define PLIM_STORE_WIRE_AREA_H

#include <stdbool.h>
#include <stddef.h>

/* All of them stay in a processor's cache. Slots of 128 KiB to 1 MiB were as fast. */
enum { PLIM_AREA_SLOT_BYTES = 1 << 18, PLIM_AREA_SLOTS = 8 };

typedef struct plim_wire_area plim_wire_area;

/* Before the other process is forked. NULL where the system has none to give: do without. */
plim_wire_area *plim_wire_area_make(void);
/* In the parent, after the fork: children that it has later don't get this. */
void plim_wire_area_withhold(plim_wire_area *area);
void plim_wire_area_free(plim_wire_area *area);

/* Copies n <= PLIM_AREA_SLOT_BYTES bytes into slot `at`, waiting until it is empty; telling the
   other side that it is full is the caller's. */
void plim_wire_area_fill(plim_wire_area *area, size_t at, const void *bytes, size_t n);
/* Copies the first n bytes of slot `at`, and gives it back. */
void plim_wire_area_empty(plim_wire_area *area, size_t at, void *bytes, size_t n);

#endif

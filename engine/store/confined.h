/* What a process that reads a loan book and the one that asks say to each other. Private to the
 * room.
 *
 * The child begins: a number, 1 where its system calls are filtered; then an outcome; then the
 * attributes of the root (number, and key and value each) and the tables (number, names).
 *
 * The parent asks, by a number of plim_confined_call and what goes with it; the child answers each
 * but ROWS with an outcome, and where that is good, with what was asked for:
 *   TABLE   name                        rows, columns, their names; the table stays open
 *   ROWS    first, end, whether a byte a row follows, those bytes (1: wanted)
 *   COLUMN  number, 1: rows, 1: those   kind, unit, description; then pieces until there are as
 *           that ROWS chose             many rows as wanted: outcome, n and n values; or, of
 *                                       texts, outcome, n, size and, where that is 0, n_labels,
 *                                       labels, n codes; else the padding (of HDF5) and n texts
 *                                       of that size as they stand in the file, in groups
 * Values, codes and groups go as blocks (store/wire.h). An outcome is a plim_status and, unless it
 * is PLIM_OK, a message. Numbers are 64 bits. */
#ifndef PLIM_STORE_CONFINED_H
#define PLIM_STORE_CONFINED_H

#include "store/confine.h"
#include "store/store.h"
#include "store/wire_area.h"

typedef enum plim_confined_call {
    PLIM_CONFINED_TABLE,
    PLIM_CONFINED_ROWS,
    PLIM_CONFINED_COLUMN,
} plim_confined_call;

/* Texts of a group: those of a size that fit a slot of shared memory. */
#define PLIM_CONFINED_GROUP(size)                                                                  \
    ((size) < PLIM_AREA_SLOT_BYTES ? PLIM_AREA_SLOT_BYTES / (size) : 1)

/* The child's work: `path` (user) is what messages call the book. Ends when the other side is gone.
 */
void plim_confined_serve(void *path, int file, int socket, const plim_confinement *held);

/* plim_store_confine_book with another work of the child, of the same kind: tests have it lie. */
typedef void plim_confined_server(void *path, int file, int socket, const plim_confinement *held);
PLIM_NODISCARD plim_status plim_confined_attach(plim_source *out, const char *path,
                                                const plim_store_limits *limits,
                                                plim_confined_server *server, plim_error *err);

#endif

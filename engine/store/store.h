/* HDF5 files: loan books and results. The only room that sees hdf5.h.
 *
 * Files are composed in memory (core driver) and written with plain system calls by
 * plim_file_write: HDF5 1.10 reports success after losing data on a full disk, and may crash at
 * exit after a failed write. Never published in part. */
#ifndef PLIM_STORE_STORE_H
#define PLIM_STORE_STORE_H

#include "base/source.h"
#include "base/spool.h"
#include "base/table.h"
#include "book/synthetic.h"

#include <stdbool.h>

/* Opens a loan book for reading. PLIM_INPUT: missing, not HDF5, truncated, not a plimsoll.book, or
   of a version that this build does not know; each with its own message. */
PLIM_NODISCARD plim_status plim_store_open_book(plim_source *out, const char *path,
                                                plim_error *err);

/* The same without the SHA-256, whose text stays empty: for whoever has no use for it, or computes
   it beside the reading (plim_digest_file of the source's path). */
PLIM_NODISCARD plim_status plim_store_attach_book(plim_source *out, const char *path,
                                                  plim_error *err);

/* The same, read by a child process that holds nothing but the file: HDF5 answers a damaged or
   hostile file with anything, and what the child says is checked like any input. A child that dies,
   or asks for more than the limits, is PLIM_INPUT; the source then refuses whatever else is asked.
   Memory of the child: its limit at most, usually a few MiB; a column never lies in it whole.
   Starts a process: not to be called while other threads read HDF5 files. PLIM_MACHINE if none can
   be started. Where the system lets no filter of system calls be set, the source says so
   (is_unfiltered) and the other limits hold. */
typedef struct plim_store_limits {
    unsigned seconds; /* of processor time for a request, more for one of many rows; and ten times
                         as long of silence */
    uint64_t memory;  /* bytes of address space */
} plim_store_limits;
#define PLIM_STORE_LIMITS                                                                          \
    (plim_store_limits)                                                                            \
    {                                                                                              \
        .seconds = 60, .memory = UINT64_C(1) << 30                                                 \
    }
PLIM_NODISCARD plim_status plim_store_confine_book(plim_source *out, const char *path,
                                                   const plim_store_limits *limits,
                                                   plim_error *err); /* NULL: PLIM_STORE_LIMITS */

/* What users are told where a source is_unfiltered, and is not trusted. */
#define PLIM_STORE_UNFILTERED                                                                      \
    "this system lets no filter of system calls be set: loan books are read in a process of "      \
    "their "                                                                                       \
    "own under limits alone"

/* plim_store_confine_book; or, where the file is trusted, plim_store_attach_book. */
PLIM_NODISCARD plim_status plim_store_read_book(plim_source *out, const char *path, bool trusted,
                                                plim_error *err);

/* Writes a book: V110 format, chunks of 131,072 rows, Fletcher-32, no time stamps, so that the same
   tables give the same bytes. Texts become fixed-length UTF-8 strings; only a column that would
   take more than 8 MiB and whose texts recur becomes codes with `labels`. A column without unit
   gets the documented one. Attributes are fixed-length strings, which lie within HDF5's checksums.
 */
PLIM_NODISCARD plim_status plim_store_write_book(const plim_book_tables_data *tables,
                                                 const char *path, plim_error *err);

/* The same bytes, for tables that fill the memory: written to the disk as they come, each column
   let go of when it is written. The frames are left without their cells. */
PLIM_NODISCARD plim_status plim_store_write_large_book(plim_book_tables_data *tables,
                                                       const char *path, plim_error *err);

/* An input kept in a result: scenario text, library, model, rules; or a book by path and digest
   only (text NULL). */
typedef struct plim_kept_input {
    char *kind; /* "scenario", "library", "model", "rules", "book" */
    char *path; /* as given, or library name */
    char *text; /* NULL for books */
    size_t length;
    char sha256[PLIM_DIGEST_HEX];
} plim_kept_input;

/* A result in memory: tables in the order of plim_table_specs, inputs kept, and the settings that
   repeat the run (key, value). */
typedef struct plim_result {
    plim_table *tables; /* plim_table_spec_count of them */
    plim_kept_input *inputs;
    size_t n_inputs;
    plim_names setting_keys; /* "paths", "seed", "tile", "on_conflict", ... */
    char **setting_value;    /* one a key */
} plim_result;

PLIM_NODISCARD plim_status plim_result_init(plim_result *result, plim_error *err);
PLIM_NODISCARD plim_status plim_result_set(plim_result *result, const char *key, const char *value,
                                           plim_error *err);
const char *plim_result_setting(const plim_result *result, const char *key); /* NULL if absent */
PLIM_NODISCARD plim_status plim_result_keep(plim_result *result, const plim_kept_input *input,
                                            plim_error *err); /* copies */
void plim_result_free(plim_result *result);

PLIM_NODISCARD plim_status plim_store_write_result(const plim_result *result, const char *path,
                                                   plim_error *err);
/* Rows [first, first + n) of a piece of a spool. */
typedef struct plim_table_run {
    uint32_t piece;
    size_t first, n;
} plim_table_run;
/* A table whose rows lie in a spool; its runs in the order in which they stand in the result. */
typedef struct plim_long_table {
    const plim_table_spec *spec;
    const plim_spool *spool;
    const plim_table_run *runs;
    size_t n_runs;
} plim_long_table;
/* The same, with some tables taken from a spool instead, in memory for a column of a piece: the
   file grows on the disk, under a temporary name until it is whole. */
PLIM_NODISCARD plim_status plim_store_write_long_result(const plim_result *result,
                                                        const plim_long_table *longs,
                                                        size_t n_longs, const char *path,
                                                        plim_error *err);
/* Reads the tables of a list that NULL ends, with inputs and settings; the others stay empty. */
PLIM_NODISCARD plim_status plim_store_read_tables(plim_result *out, const char *path,
                                                  const char *const *tables, plim_error *err);
/* Reads one table (by name) or, with NULL, all. Refuses what is not a plimsoll.result. */
PLIM_NODISCARD plim_status plim_store_read_result(plim_result *out, const char *path,
                                                  const char *table, plim_error *err);

/* How many rows each table of a result has, in the order of plim_table_specs; no cell is read. */
PLIM_NODISCARD plim_status plim_store_count_rows(const char *path, size_t *n_rows, plim_error *err);

/* Takes rows of a table that stand next to each other; they are the caller's. */
typedef struct plim_table_taker {
    plim_status (*take)(void *user, const plim_table *rows, plim_error *err);
    void *user;
} plim_table_taker;
/* Hands out all rows of a table of a result in order, at most `at_once` at a time, so that it need
   not fit into memory. */
PLIM_NODISCARD plim_status plim_store_scan_table(const char *path, const char *table,
                                                 size_t at_once, const plim_table_taker *taker,
                                                 plim_error *err);

typedef enum plim_file_kind {
    PLIM_FILE_ABSENT,
    PLIM_FILE_BOOK,
    PLIM_FILE_RESULT,
    PLIM_FILE_OTHER,
} plim_file_kind;
/* What stands at `path`; anything that is not clearly ours is OTHER. */
plim_file_kind plim_store_file_kind(const char *path);

#endif

/* Import of an export's files by a map (book/map.h). */
#ifndef PLIM_BOOK_MAPPED_H
#define PLIM_BOOK_MAPPED_H

#include "book/map.h"
#include "book/rejects.h"
#include "book/tables.h"

/* What there was to be read, and what became of it. */
typedef struct plim_mapped_report {
    uint64_t rows;                /* of data in all files */
    uint64_t footers;             /* 合计 and the like */
    uint64_t excluded;            /* rows left out by the map */
    plim_int128 excluded_balance; /* fen */
    uint64_t unjoined;            /* rows for which a joined file has no row */
    plim_rejects rejects;
} plim_mapped_report;

/* Reads the files of a map (paths[i] for map->files[i]) into tables that are not checked as a book
   yet. Rows at fault are left out and listed in the report: refusing them all is the caller's
   choice; they are in table `excluded` too, with the balances that the map leaves out on purpose.
   A bank or borrower that several rows state must be the same in all of them. PLIM_INPUT for what
   concerns a file as a whole: it can't be decoded, lacks a column, ends within quotes. `out` and
   `report` are zero-initialised and freed by the caller in any case. */
PLIM_NODISCARD plim_status plim_book_map_read(plim_book_tables_data *out,
                                              plim_mapped_report *report, const plim_map *map,
                                              const char *const *paths, plim_error *err);
void plim_mapped_report_free(plim_mapped_report *report);

#endif

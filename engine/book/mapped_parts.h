/* An import by a map under way. Private to book/mapped*.c. */
#ifndef PLIM_BOOK_MAPPED_PARTS_H
#define PLIM_BOOK_MAPPED_PARTS_H

#include "book/map_lookup.h"
#include "book/map_value.h"
#include "book/mapped.h"

#define PLIM_NO_COLUMN (-1)

/* A table that the file being read has rows of. */
typedef struct plim_feed {
    plim_book_table_index table;
    size_t *at;           /* of each column: position in the row; with a lookup: wanted column */
    size_t *minus_at;     /* of each column: position of what is taken off it */
    size_t *join_at;      /* of each join: position of its key */
    size_t *exclusion_at; /* of each exclusion */
    uint32_t *join_of;    /* of each column: its join, or n_joins */
    plim_staged *value;   /* of each column */
    char (*room)[PLIM_VALUE_ROOM]; /* of each column */
    char (*made)[PLIM_VALUE_ROOM]; /* of each column: an id made of the line's number */
} plim_feed;

typedef struct plim_importing {
    const plim_map *map;
    const char *const *paths;
    plim_mapped_report *report;
    plim_staging table[PLIM_BOOK_TABLE_COUNT];
    plim_map_lookup *lookups;      /* one a file */
    int id[PLIM_BOOK_TABLE_COUNT]; /* the column `id`, or PLIM_NO_COLUMN */
    int balance, bank;             /* columns of loans */
    /* of the file that is read */
    uint32_t file;
    plim_feed feeds[PLIM_BOOK_TABLE_COUNT];
    size_t n_feeds, n_cells;
    bool header_seen;
} plim_importing;

/* What a row comes to for the rejects and exclusions: of a loan, where it is one. */
typedef struct plim_standing {
    int64_t balance_fen; /* PLIM_FEN_EMPTY: not known */
    char bank[128];      /* "": not known */
} plim_standing;

static inline const plim_map_table *plim_mapped_table(const plim_importing *im,
                                                      plim_book_table_index t)
{
    return &im->map->tables[t];
}

/* Adds a row to table `excluded`. */
PLIM_NODISCARD plim_status plim_mapped_exclude(plim_importing *im, plim_book_table_index t,
                                               size_t line, const char *reason,
                                               const plim_standing *is, plim_error *err);
/* When all files are read: rows that refer to ids that no row has are refused. */
PLIM_NODISCARD plim_status plim_mapped_check_references(plim_importing *im, plim_error *err);
/* Balances of `excluded` whose bank is not in the book are booked to none. */
void plim_mapped_clear_banks(plim_importing *im);

#endif

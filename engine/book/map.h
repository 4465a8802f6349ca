/* How the files of an export become the tables of a book: what a map file says (docs/formats.md,
 * "Map"), as plain data. Read from Lua by script/read_map.h. */
#ifndef PLIM_BOOK_MAP_H
#define PLIM_BOOK_MAP_H

#include "base/rows.h"
#include "book/cell.h"
#include "book/columns.h"
#include "book/proxy.h"

#define PLIM_NO_FILE UINT32_MAX

/* A file that is read. */
typedef struct plim_map_file {
    char *name;   /* by which the map speaks of it */
    char *path;   /* as given in the map: relative to its folder, unless replaced */
    bool guessed; /* dialect.encoding is found in the file */
    plim_dialect dialect;
    char decimal;  /* '.' or ',' */
    char **footer; /* a row whose first cell with a text begins so is no data */
    size_t n_footer;
} plim_map_file;

/* Old value -> new one. */
typedef struct plim_map_codes {
    plim_names from;
    char **to;       /* one a name of `from` */
    size_t capacity; /* private */
    bool by_prefix;  /* the longest one that a cell begins with */
    char *otherwise; /* for what is not listed; NULL: it is refused */
} plim_map_codes;

typedef enum plim_map_check {
    PLIM_MAP_CHECK_NONE,
    PLIM_MAP_CHECK_CREDIT_CODE,
    PLIM_MAP_CHECK_RESIDENT,
    PLIM_MAP_CHECK_EITHER,
} plim_map_check;

/* A column of the book. */
typedef struct plim_map_column {
    char *name;
    const plim_book_field *field; /* NULL: one that the schema does not know */
    bool is_number;
    uint32_t file; /* of the map */
    char *source;  /* column of the file; NULL: a fixed value */
    char *value;   /* the fixed value */
    char *row;     /* the value is this and the number of the line; or NULL */
    char *empty;   /* for cells that are empty; NULL: the value is missing */
    char *minus;   /* column of the table's own file that is taken off; or NULL */
    double scale;  /* numbers are multiplied by it, after form.shift */
    char *unit;    /* of an unknown column, or NULL */
    plim_map_codes codes;
    plim_map_check check;
    bool of_words; /* what the bank calls it: a proxy's rule makes one of the book's words of it */
    plim_cell_form form;
} plim_map_column;

/* Rows of a further file are found by a key. */
typedef struct plim_map_join {
    uint32_t file;
    char *from; /* column of the table's own file */
    char *to;   /* column of the further file: its values must be unique */
} plim_map_join;

/* Rows left out on purpose. */
typedef struct plim_map_exclusion {
    char *source;  /* column of the table's file */
    plim_names is; /* its values */
    char *reason;
} plim_map_exclusion;

typedef struct plim_map_table {
    bool used;
    uint32_t file; /* that has a row for each row of the table; PLIM_NO_FILE: none is read */
    plim_map_column *columns;
    size_t n_columns;
    plim_map_join *joins;
    size_t n_joins;
    plim_map_exclusion *exclusions;
    size_t n_exclusions;
} plim_map_table;

/* Zero-initialise; release with plim_map_free. */
typedef struct plim_map {
    char *path; /* of the map itself */
    bool confirmed;
    char *as_of, *currency;
    plim_map_file *files;
    size_t n_files;
    plim_map_table tables[PLIM_BOOK_TABLE_COUNT];
    bool has_proxies;
    plim_proxy_rules proxies;
} plim_map;

void plim_map_free(plim_map *map);
/* A scale by name as a power of ten: 元 0, 千元 3, 万元 4, 百万元 6, 亿元 8, % -2, ‰ -3, bp -4;
   false if it is none. */
bool plim_map_scale(const char *name, int *out);
/* The names, for messages. */
#define PLIM_MAP_SCALES "元, 千元, 万元, 百万元, 亿元, %, ‰, bp"

#endif

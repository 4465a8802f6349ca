/* A table of a loan book: its columns, opened together and read one by one. Private to the room. */
#ifndef PLIM_STORE_FILE_TABLE_H
#define PLIM_STORE_FILE_TABLE_H

#include "store/store_column.h"

typedef struct plim_file_column {
    char *name;
    hid_t dataset;
    haddr_t address, labels; /* private: of the dataset, and of its labels if it has any */
    size_t n_rows;           /* the same for all columns of a table */
} plim_file_column;

typedef struct plim_file_table {
    const char *path; /* of the file; borrowed */
    char *name;
    hid_t group;
    plim_file_column *columns;
    size_t n_columns, n_rows;
} plim_file_table;

/* Opens a table with all its columns, in the order of their names. PLIM_INPUT: a table or column
   that is a link, lies in another file or needs a filter that would have to be loaded; columns that
   are no lists, or of unequal length. Close it in any case. */
PLIM_NODISCARD plim_status plim_file_table_open(plim_file_table *out, hid_t file, const char *path,
                                                const char *name, plim_error *err);
/* Which rows of a column: none (its name, kind, unit and description alone), all, or the chosen. */
typedef struct plim_file_rows {
    bool rows;
    const plim_row_choice *choice; /* NULL: all */
} plim_file_rows;
PLIM_NODISCARD plim_status plim_file_table_read(const plim_file_table *table, size_t column,
                                                const plim_file_rows *rows, plim_column *out,
                                                plim_error *err);
/* Bytes of a cell of a column whose texts may be read as they stand in the file: of one fixed
   length, not too long, none of them a mark of what is missing. 0: they may not. */
PLIM_NODISCARD plim_status plim_file_table_elements_size(const plim_file_table *table,
                                                         size_t column, size_t *size,
                                                         H5T_str_t *padding, plim_error *err);
/* Those cells, of `choice` or (NULL) all, sound texts or not. */
PLIM_NODISCARD plim_status plim_file_table_elements(const plim_file_table *table, size_t column,
                                                    const plim_row_choice *choice, char *out,
                                                    plim_error *err);
/* Rows of the file that are best read together, where a column is read in pieces: whole chunks, and
   so many that a list of labels is not read again for a few rows. */
PLIM_NODISCARD plim_status plim_file_table_piece(const plim_file_table *table, size_t column,
                                                 size_t *n, plim_error *err);
void plim_file_table_close(plim_file_table *table);

#endif

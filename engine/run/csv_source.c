#include "run/csv_source.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/memory.h"
#include "book/columns.h"

#define MAX_FAULTS 20

typedef struct csv_source {
    char as_of[16], currency[16];
    char *name;        /* of the first file or the folder, for messages */
    plim_names tables; /* those that were given ... */
    char **path;       /* ... and their files */
} csv_source;

/* ---- the interface ---- */

static const char *get_attribute(const plim_source *source, const char *key)
{
    const csv_source *self = source->self;
    if (strcmp(key, "format") == 0)
        return "plimsoll.book";
    if (strcmp(key, "version") == 0)
        return "1";
    if (strcmp(key, "as_of") == 0)
        return self->as_of;
    return strcmp(key, "currency") == 0 ? self->currency : NULL;
}

static const plim_names *get_tables(const plim_source *source)
{
    return &((const csv_source *)source->self)->tables;
}

static void release(csv_source *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->path && i < plim_book_table_count; i++)
        plim_free(self->path[i]);
    plim_free(self->path);
    plim_free(self->name);
    plim_names_free(&self->tables);
    plim_free(self);
}

static void close_source(plim_source *source)
{
    release(source->self);
    *source = (plim_source){0};
}

/* ---- columns ---- */

typedef struct faults {
    plim_text text;
    size_t count;
} faults;

static bool is_number_field(const plim_book_field *field)
{
    return field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
}

static const char *cell_of(const plim_csv *csv, size_t row, size_t column)
{
    return csv->cell[row * csv->n_columns + column];
}

static bool holds_numbers(const plim_csv *csv, size_t column)
{
    size_t numbers = 0;
    double value;
    for (size_t row = 0; row < csv->n_rows; row++) {
        const char *cell = cell_of(csv, row, column);
        if (*cell && !plim_parse_double(cell, &value))
            return false;
        numbers += *cell != '\0';
    }
    return numbers > 0;
}

static void add_fault(faults *all, const char *path, const plim_csv *csv, size_t row, size_t column)
{
    if (all->count++ >= MAX_FAULTS)
        return;
    plim_text_format(&all->text, "%s%s: line %zu, column %s: '%s' is not a number",
                     all->count > 1 ? "\n" : "", path, csv->line[row], csv->header[column],
                     cell_of(csv, row, column));
}

static void read_numbers(plim_column *out, const char *path, const plim_csv *csv, size_t column,
                         faults *all)
{
    for (size_t row = 0; row < csv->n_rows; row++) {
        const char *cell = cell_of(csv, row, column);
        double value = (double)NAN;
        if (*cell && !plim_parse_double(cell, &value))
            add_fault(all, path, csv, row, column);
        out->number[row] = value;
    }
}

static plim_status read_column(plim_frame *out, const char *table, const char *path,
                               const plim_csv *csv, size_t column, faults *all, plim_error *err)
{
    const plim_book_field *field = plim_book_field_find(table, csv->header[column]);
    bool number = field ? is_number_field(field) : holds_numbers(csv, column);
    plim_column made;
    PLIM_TRY(plim_column_make(&made, csv->header[column],
                              number ? PLIM_COLUMN_NUMBER : PLIM_COLUMN_TEXT, csv->n_rows, err));
    plim_status status = PLIM_OK;
    if (number)
        read_numbers(&made, path, csv, column, all);
    for (size_t row = 0; !number && row < csv->n_rows && status == PLIM_OK; row++)
        status = plim_column_set_text(&made, row, cell_of(csv, row, column), err);
    if (status == PLIM_OK)
        status = plim_frame_add(out, &made, err);
    if (status != PLIM_OK)
        plim_column_free(&made);
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    const csv_source *self = source->self;
    uint32_t index = plim_names_find(&self->tables, table);
    *out = (plim_frame){.name = plim_strdup(table)};
    if (!out->name)
        return plim_fail_memory(err, "a table");
    if (index == PLIM_NO_NAME)
        return PLIM_OK;
    plim_csv csv = {0};
    PLIM_TRY(plim_csv_read(self->path[index], &csv, err));
    out->n_rows = csv.n_rows;
    faults all = {0};
    plim_status status = PLIM_OK;
    for (size_t column = 0; column < csv.n_columns && status == PLIM_OK; column++)
        status = read_column(out, table, self->path[index], &csv, column, &all, err);
    if (status == PLIM_OK && all.count > MAX_FAULTS)
        plim_text_format(&all.text, "\n%zu more", all.count - MAX_FAULTS);
    if (status == PLIM_OK && all.count > 0)
        status = plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&all.text));
    plim_text_free(&all.text);
    plim_csv_free(&csv);
    return status;
}

/* ---- opening ---- */

static plim_status add_file(csv_source *self, const char *table, const char *path, plim_error *err)
{
    uint32_t index = 0;
    if (plim_names_find(&self->tables, table) != PLIM_NO_NAME)
        return plim_fail(err, PLIM_USAGE, "%s: there is another file for table %s", path, table);
    PLIM_TRY(plim_names_add(&self->tables, table, &index, err));
    self->path[index] = plim_strdup(path);
    return self->path[index] ? PLIM_OK : plim_fail_memory(err, "the list of CSV files");
}

/* The table that a file is called after, or NULL. */
static const char *table_of_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    for (size_t i = 0; i < plim_book_table_count; i++) {
        const char *table = plim_book_tables[i].name;
        size_t length = strlen(table);
        if (strncmp(base, table, length) == 0 && strcmp(base + length, ".csv") == 0)
            return table;
    }
    return NULL;
}

static void list_tables(plim_text *out)
{
    for (size_t i = 0; i < plim_book_table_count; i++)
        plim_text_format(out, "%s%s.csv", i ? ", " : "", plim_book_tables[i].name);
}

static plim_status add_files(csv_source *self, const char *const *paths, size_t n_paths,
                             plim_error *err)
{
    for (size_t i = 0; i < n_paths; i++) {
        const char *table = table_of_file(paths[i]);
        if (!table) {
            plim_text names = {0};
            list_tables(&names);
            plim_status status =
                plim_fail(err, PLIM_INPUT, "%s: a file is called after its table; accepted: %s",
                          paths[i], plim_text_get(&names));
            plim_text_free(&names);
            return status;
        }
        PLIM_TRY(add_file(self, table, paths[i], err));
    }
    return PLIM_OK;
}

static plim_status add_folder(csv_source *self, const char *folder, plim_error *err)
{
    for (size_t i = 0; i < plim_book_table_count; i++) {
        plim_text path = {0};
        plim_text_format(&path, "%s/%s.csv", folder, plim_book_tables[i].name);
        struct stat info;
        plim_status status = path.failed ? plim_fail_memory(err, "the list of CSV files") : PLIM_OK;
        if (status == PLIM_OK && stat(plim_text_get(&path), &info) == 0)
            status = add_file(self, plim_book_tables[i].name, plim_text_get(&path), err);
        plim_text_free(&path);
        PLIM_TRY(status);
    }
    if (self->tables.count > 0)
        return PLIM_OK;
    plim_text names = {0};
    list_tables(&names);
    plim_status status =
        plim_fail(err, PLIM_INPUT, "%s: holds none of %s", folder, plim_text_get(&names));
    plim_text_free(&names);
    return status;
}

plim_status plim_csv_source_open(plim_source *out, const char *const *paths, size_t n_paths,
                                 const char *as_of, const char *currency, plim_error *err)
{
    struct stat info;
    if (n_paths == 0)
        return plim_fail(err, PLIM_USAGE, "no CSV file given");
    for (size_t i = 0; i < n_paths; i++)
        if (stat(paths[i], &info) != 0)
            return plim_fail(err, PLIM_INPUT, "%s: %s", paths[i], strerror(errno));
    csv_source *self = plim_alloc(1, sizeof *self);
    if (!self)
        return plim_fail_memory(err, "the CSV files");
    snprintf(self->as_of, sizeof self->as_of, "%s", as_of);
    snprintf(self->currency, sizeof self->currency, "%s", currency);
    self->name = plim_strdup(paths[0]);
    self->path = plim_alloc(plim_book_table_count, sizeof *self->path);
    bool folder = n_paths == 1 && stat(paths[0], &info) == 0 && S_ISDIR(info.st_mode);
    plim_status status = PLIM_OK;
    if (!self->name || !self->path)
        status = plim_fail_memory(err, "the CSV files");
    else
        status = folder ? add_folder(self, paths[0], err) : add_files(self, paths, n_paths, err);
    if (status != PLIM_OK) {
        release(self);
        return status;
    }
    *out = (plim_source){.self = self,
                         .path = self->name,
                         .attribute = get_attribute,
                         .read_table = read_table,
                         .tables = get_tables,
                         .close = close_source};
    return PLIM_OK;
}

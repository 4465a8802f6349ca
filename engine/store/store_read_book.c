/* Loan books in HDF5 files as a source of tables. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"
#include "store/store.h"
#include "store/store_column.h"
#include "store/store_open.h"

typedef struct book_file {
    hid_t file;
    char *path;
    plim_names tables;
    plim_names keys; /* root attributes */
    char **value;    /* one a key */
    size_t capacity;
} book_file;

/* ---- a table ---------------------------------------------------------------------------- */

/* What stands under one name in a table's group. */
typedef struct member {
    char *name;
    hid_t dataset;
    haddr_t address, labels; /* of the dataset, and of its labels if it has any */
    size_t n_rows;
} member;

typedef struct table_reader {
    const char *path, *table;
    bool rows;                        /* or the outline only */
    const plim_column_filter *filter; /* NULL: all columns */
    const plim_row_choice *choice;    /* NULL: all rows */
    size_t *n_rows;                   /* NULL, or: only this is asked for */
    hid_t group;
    member *members;
    size_t n_members;
} table_reader;

static bool is_label_list(const table_reader *reader, const member *candidate)
{
    for (size_t m = 0; m < reader->n_members; m++)
        if (reader->members[m].labels == candidate->address)
            return true;
    return false;
}

static plim_status find_address(hid_t object, const plim_hdf5_place *place, haddr_t *out,
                                plim_error *err)
{
    H5O_info_t info;
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return plim_hdf5_damaged(err, place, "the column");
    *out = info.addr;
    return PLIM_OK;
}

static plim_status find_labels(const table_reader *reader, member *of, const plim_hdf5_place *place,
                               plim_error *err)
{
    hid_t labels;
    PLIM_TRY(plim_store_column_labels(of->dataset, reader->group, place, &labels, err));
    plim_status status = labels >= 0 ? find_address(labels, place, &of->labels, err) : PLIM_OK;
    plim_hdf5_close(labels);
    return status;
}

/* Adds what stands under `name`, which it takes over; groups and named types are no columns. */
static plim_status add_member(table_reader *reader, char *name, plim_error *err)
{
    plim_hdf5_place place = {reader->path, reader->table, name};
    member *m = &reader->members[reader->n_members++];
    *m = (member){name, H5I_INVALID_HID, HADDR_UNDEF, HADDR_UNDEF, 0};
    if (name == NULL)
        return plim_hdf5_damaged(err, &place, "the list of columns");
    if (!plim_utf8_valid(name, strlen(name)))
        return plim_fail(err, PLIM_INPUT, "%s: a column of %s has a name that is not UTF-8",
                         reader->path, reader->table);
    if (!plim_hdf5_is_hard(reader->group, name))
        return plim_hdf5_refuse(err, &place,
                                "it is a link to another place; accepted: values in the table "
                                "itself");
    hid_t object = H5Oopen(reader->group, name, H5P_DEFAULT);
    if (object < 0)
        return plim_hdf5_damaged(err, &place, "the column");
    if (H5Iget_type(object) != H5I_DATASET) {
        plim_hdf5_close(object);
        return PLIM_OK;
    }
    m->dataset = object;
    PLIM_TRY(find_address(object, &place, &m->address, err));
    return find_labels(reader, m, &place, err);
}

static plim_status list_members(table_reader *reader, plim_error *err)
{
    H5G_info_t info;
    plim_hdf5_place place = {reader->path, reader->table, NULL};
    if (H5Gget_info(reader->group, &info) < 0)
        return plim_hdf5_damaged(err, &place, "the table");
    reader->members = plim_alloc(info.nlinks, sizeof *reader->members);
    if (reader->members == NULL)
        return plim_fail_memory(err, reader->table);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char *name = NULL;
        PLIM_TRY(plim_hdf5_link_name(reader->group, i, &name, err));
        PLIM_TRY(add_member(reader, name, err));
    }
    return PLIM_OK;
}

/* Lists of labels that lie among the columns are none themselves. */
static bool is_column(const table_reader *reader, const member *candidate)
{
    return candidate->dataset >= 0 && !is_label_list(reader, candidate);
}

/* All columns are as long as `id`, or as the first one where there is none. */
static plim_status check_lengths(table_reader *reader, plim_error *err)
{
    const member *model = NULL;
    for (size_t i = 0; i < reader->n_members; i++) {
        member *m = &reader->members[i];
        if (!is_column(reader, m))
            continue;
        plim_hdf5_place place = {reader->path, reader->table, m->name};
        PLIM_TRY(plim_store_column_rows(m->dataset, &place, &m->n_rows, err));
        if (model == NULL || strcmp(m->name, "id") == 0)
            model = m;
    }
    for (size_t i = 0; i < reader->n_members; i++) {
        const member *m = &reader->members[i];
        if (is_column(reader, m) && m->n_rows != model->n_rows)
            return plim_hdf5_refuse(
                err, &(plim_hdf5_place){reader->path, reader->table, m->name},
                "it has %zu rows, but column %s has %zu; all columns of a table are equally long",
                m->n_rows, model->name, model->n_rows);
    }
    return PLIM_OK;
}

static bool keeps_integers(const char *table, const char *column)
{
    const plim_book_field *field = plim_book_field_find(table, column);
    return strcmp(column, "id") == 0 ||
           (field != NULL && (field->kind == PLIM_FIELD_ID || field->refers_to != NULL));
}

/* Reads one column and adds it to `out` if it is wanted. */
static plim_status read_member(const table_reader *reader, const member *m, plim_frame *out,
                               plim_error *err)
{
    const plim_column_filter *filter = reader->filter;
    if (filter != NULL && filter->reads != NULL && !filter->reads(filter->user, m->name))
        return PLIM_OK;
    plim_hdf5_place place = {reader->path, reader->table, m->name};
    size_t n_rows = reader->choice != NULL ? reader->choice->n : m->n_rows;
    plim_store_column_request request = {m->dataset,
                                         reader->group,
                                         reader->rows ? n_rows : 0,
                                         keeps_integers(reader->table, m->name),
                                         &place,
                                         reader->choice};
    plim_column column;
    PLIM_TRY(plim_store_read_column(&request, &column, err));
    plim_status status = filter == NULL || filter->wanted(filter->user, &column)
                             ? plim_frame_add(out, &column, err)
                             : PLIM_OK;
    plim_column_free(&column);
    return status;
}

static plim_status read_columns(table_reader *reader, plim_frame *out, plim_error *err)
{
    PLIM_TRY(list_members(reader, err));
    PLIM_TRY(check_lengths(reader, err));
    for (size_t i = 0; i < reader->n_members; i++) {
        const member *m = &reader->members[i];
        if (!is_column(reader, m))
            continue;
        if (reader->n_rows != NULL)
            *reader->n_rows = m->n_rows;
        else
            PLIM_TRY(read_member(reader, m, out, err));
    }
    return PLIM_OK;
}

static plim_status read_group(table_reader *reader, const book_file *book, plim_frame *out,
                              plim_error *err)
{
    plim_hdf5_place place = {book->path, reader->table, NULL};
    if (!plim_hdf5_is_hard(book->file, reader->table))
        return plim_hdf5_refuse(err, &place,
                                "it is a link to another place; accepted: a group in the file "
                                "itself");
    reader->group = H5Oopen(book->file, reader->table, H5P_DEFAULT);
    if (reader->group < 0)
        return plim_hdf5_damaged(err, &place, "the table");
    plim_status status = H5Iget_type(reader->group) == H5I_GROUP
                             ? read_columns(reader, out, err)
                             : plim_hdf5_refuse(err, &place,
                                                "it is not a group; accepted: a group with a "
                                                "dataset for each column");
    for (size_t i = 0; i < reader->n_members; i++) {
        plim_hdf5_close(reader->members[i].dataset);
        plim_free(reader->members[i].name);
    }
    plim_free(reader->members);
    plim_hdf5_close(reader->group);
    return status;
}

static plim_status read_frame(const plim_source *source, table_reader *reader, plim_frame *out,
                              plim_error *err)
{
    const book_file *book = source->self;
    plim_hdf5_quiet();
    *out = (plim_frame){.name = plim_strdup(reader->table)};
    if (out->name == NULL)
        return plim_fail_memory(err, reader->table);
    if (plim_names_find(&book->tables, reader->table) == PLIM_NO_NAME)
        return PLIM_OK;
    reader->path = book->path;
    plim_status status = read_group(reader, book, out, err);
    if (status != PLIM_OK)
        plim_frame_free(out);
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    return read_frame(source, &(table_reader){.table = table, .rows = true}, out, err);
}

static plim_status read_wanted(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    return read_frame(source, &(table_reader){.table = table, .rows = true, .filter = filter}, out,
                      err);
}

static plim_status read_outline(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    return read_frame(source, &(table_reader){.table = table}, out, err);
}

static plim_status read_chosen(const plim_source *source, const char *table,
                               const plim_row_choice *choice, const plim_column_filter *filter,
                               plim_frame *out, plim_error *err)
{
    return read_frame(
        source, &(table_reader){.table = table, .rows = true, .filter = filter, .choice = choice},
        out, err);
}

static plim_status count_rows(const plim_source *source, const char *table, size_t *n,
                              plim_error *err)
{
    plim_frame nothing;
    *n = 0;
    plim_status status =
        read_frame(source, &(table_reader){.table = table, .n_rows = n}, &nothing, err);
    plim_frame_free(&nothing);
    return status;
}

/* ---- the file --------------------------------------------------------------------------- */

static const char *attribute(const plim_source *source, const char *key)
{
    const book_file *book = source->self;
    uint32_t at = plim_names_find(&book->keys, key);
    return at != PLIM_NO_NAME ? book->value[at] : NULL;
}

static const plim_names *tables(const plim_source *source)
{
    return &((const book_file *)source->self)->tables;
}

static void close_book(plim_source *source)
{
    book_file *book = source->self;
    if (book != NULL) {
        plim_hdf5_quiet();
        if (book->file >= 0)
            (void)H5Fclose(book->file);
        for (size_t i = 0; book->value != NULL && i < book->keys.count; i++)
            plim_free(book->value[i]);
        plim_free(book->value);
        plim_names_free(&book->keys);
        plim_names_free(&book->tables);
        plim_free(book->path);
        plim_free(book);
    }
    *source = (plim_source){0};
}

/* Keeps what is text or number among the root's attributes that a book has. */
static plim_status keep_attribute(book_file *book, const char *key, plim_error *err)
{
    plim_hdf5_value found;
    plim_hdf5_place place = {book->path, NULL, NULL};
    PLIM_TRY(plim_hdf5_attribute(book->file, key, &place, &found, err));
    if (found.text == NULL)
        return PLIM_OK;
    void *values = book->value;
    plim_status status = PLIM_OK;
    if (plim_grow(&values, &book->capacity, book->keys.count + 1, sizeof *book->value) != 0)
        status = plim_fail_memory(err, key);
    else
        book->value = values;
    if (status == PLIM_OK)
        status = plim_names_add(&book->keys, key, NULL, err);
    if (status == PLIM_OK) {
        book->value[book->keys.count - 1] = found.text;
        found.text = NULL;
    }
    plim_hdf5_value_free(&found);
    return status;
}

static plim_status list_attributes(book_file *book, plim_error *err)
{
    H5O_info_t info;
    plim_hdf5_place place = {book->path, NULL, NULL};
    if (H5Oget_info2(book->file, &info, H5O_INFO_NUM_ATTRS) < 0)
        return plim_hdf5_damaged(err, &place, "its attributes");
    for (hsize_t i = 0; i < info.num_attrs; i++) {
        char key[256];
        ssize_t length = H5Aget_name_by_idx(book->file, ".", H5_INDEX_NAME, H5_ITER_INC, i, key,
                                            sizeof key, H5P_DEFAULT);
        if (length < 0)
            return plim_hdf5_damaged(err, &place, "its attributes");
        if ((size_t)length < sizeof key)
            PLIM_TRY(keep_attribute(book, key, err));
    }
    return PLIM_OK;
}

static plim_status list_tables(book_file *book, plim_error *err)
{
    H5G_info_t info;
    plim_hdf5_place place = {book->path, NULL, NULL};
    hid_t root = H5Oopen(book->file, "/", H5P_DEFAULT);
    plim_status status = PLIM_OK;
    if (root < 0 || H5Gget_info(root, &info) < 0)
        status = plim_hdf5_damaged(err, &place, "its list of tables");
    for (hsize_t i = 0; status == PLIM_OK && i < info.nlinks; i++) {
        char *name = NULL;
        status = plim_hdf5_link_name(root, i, &name, err);
        if (status == PLIM_OK)
            status = name != NULL ? plim_names_add(&book->tables, name, NULL, err)
                                  : plim_hdf5_damaged(err, &place, "its list of tables");
        plim_free(name);
    }
    plim_hdf5_close(root);
    return status;
}

plim_status plim_store_attach_book(plim_source *out, const char *path, plim_error *err)
{
    plim_hdf5_quiet();
    *out = (plim_source){.attribute = attribute,
                         .read_table = read_table,
                         .read_wanted = read_wanted,
                         .read_outline = read_outline,
                         .count_rows = count_rows,
                         .read_chosen = read_chosen,
                         .tables = tables,
                         .close = close_book};
    book_file *book = plim_alloc(1, sizeof *book);
    if (book == NULL)
        return plim_fail_memory(err, path);
    out->self = book;
    book->file = H5I_INVALID_HID;
    book->path = plim_strdup(path);
    out->path = book->path;
    plim_status status = book->path != NULL ? PLIM_OK : plim_fail_memory(err, path);
    if (status == PLIM_OK)
        status = plim_store_open(path, "plimsoll.book", &book->file, err);
    if (status == PLIM_OK)
        status = list_attributes(book, err);
    if (status == PLIM_OK)
        status = list_tables(book, err);
    if (status != PLIM_OK)
        close_book(out);
    return status;
}

plim_status plim_store_open_book(plim_source *out, const char *path, plim_error *err)
{
    PLIM_TRY(plim_store_attach_book(out, path, err));
    plim_status status = plim_digest_file(path, out->sha256, err);
    if (status != PLIM_OK)
        close_book(out);
    return status;
}

#include "store/book_file.h"

#include "base/memory.h"
#include "base/text.h"
#include "store/store_open.h"

const char *plim_book_file_attribute(const plim_book_file *book, const char *key)
{
    uint32_t at = plim_names_find(&book->keys, key);
    return at != PLIM_NO_NAME ? book->value[at] : NULL;
}

plim_status plim_book_file_keep(plim_book_file *book, const char *key, const char *value,
                                plim_error *err)
{
    void *values = book->value;
    if (plim_names_find(&book->keys, key) != PLIM_NO_NAME)
        return PLIM_OK;
    if (plim_grow(&values, &book->capacity, book->keys.count + 1, sizeof *book->value) != 0)
        return plim_fail_memory(err, key);
    book->value = values;
    char *copy = plim_strdup(value);
    if (copy == NULL)
        return plim_fail_memory(err, key);
    plim_status status = plim_names_add(&book->keys, key, NULL, err);
    if (status != PLIM_OK) {
        plim_free(copy);
        return status;
    }
    book->value[book->keys.count - 1] = copy;
    return PLIM_OK;
}

/* Keeps what is text or number among the root's attributes that a book has. */
static plim_status keep_attribute(plim_book_file *book, const char *key, plim_error *err)
{
    plim_hdf5_value found;
    plim_hdf5_place place = {book->path, NULL, NULL};
    PLIM_TRY(plim_hdf5_attribute(book->file, key, &place, &found, err));
    plim_status status =
        found.text != NULL ? plim_book_file_keep(book, key, found.text, err) : PLIM_OK;
    plim_hdf5_value_free(&found);
    return status;
}

static plim_status list_attributes(plim_book_file *book, plim_error *err)
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

static plim_status list_tables(plim_book_file *book, plim_error *err)
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

plim_status plim_book_file_open(plim_book_file *out, const char *path, int descriptor,
                                plim_error *err)
{
    *out = (plim_book_file){.file = H5I_INVALID_HID, .path = plim_strdup(path)};
    if (out->path == NULL)
        return plim_fail_memory(err, path);
    PLIM_TRY(plim_store_open(path, descriptor, "plimsoll.book", &out->file, err));
    PLIM_TRY(list_attributes(out, err));
    return list_tables(out, err);
}

void plim_book_file_close(plim_book_file *book)
{
    plim_hdf5_quiet();
    if (book->file >= 0 && book->path != NULL)
        (void)H5Fclose(book->file);
    for (size_t i = 0; book->value != NULL && i < book->keys.count; i++)
        plim_free(book->value[i]);
    plim_free(book->value);
    plim_names_free(&book->keys);
    plim_names_free(&book->tables);
    plim_free(book->path);
    *book = (plim_book_file){.file = H5I_INVALID_HID};
}

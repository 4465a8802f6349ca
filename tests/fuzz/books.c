/* Damaged loan books, read as every command reads them: each is refused with a message, or gives
 * bit for bit what the sound one gave. Nothing that happens to the reading may happen to this
 * process.
 *
 *   fuzz_books [--executions N] [--seed S] [--from I] [--book FILE] [--keep FILE]
 *
 * N damages (default 2,000) of a book as the engine writes it, and a sixteenth as many of the same
 * tables as h5py writes them: texts of variable length, no checksums, so that what a value became
 * can't be known; other numbers are counted there, and are no failure. With --book, N damages of
 * that file instead, which is taken to have no checksums. A failure says the number of its damage:
 * `--from I --executions 1 --keep FILE` leaves the damaged book at FILE (that like
 * h5py's at FILE.h5py). Exit code 1 if any failed. */
#include <hdf5.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "book/columns.h"
#include "store/store.h"

enum {
    BORROWERS = 50,
    BOOK_MOST = 1 << 26,
    RANGE_MOST = 600,
    NEAR = 96,
    SECONDS = 0 /* less than one then */
};
#define MEMORY (UINT64_C(256) << 20)

static void must(plim_status status, const plim_error *err)
{
    if (status == PLIM_OK)
        return;
    fprintf(stderr, "fuzz: %s\n", err->message);
    exit(2);
}

/* ---- random numbers: splitmix64, one stream a damage ------------------------------------- */

static uint64_t random_state;

static uint64_t next_random(void)
{
    uint64_t z = random_state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static size_t below(size_t n)
{
    return n > 0 ? (size_t)(next_random() % n) : 0;
}

/* ---- what a book holds, in one number (FNV-1a) ------------------------------------------- */

static void mix(uint64_t *sum, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *sum = (*sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211U;
}

static void mix_text(uint64_t *sum, const char *text)
{
    mix(sum, text != NULL ? text : "\xff", text != NULL ? strlen(text) + 1 : 1);
}

static void mix_column(uint64_t *sum, const plim_column *column)
{
    mix_text(sum, column->name);
    mix_text(sum, column->unit);
    mix_text(sum, column->description);
    mix(sum, &column->kind, sizeof column->kind);
    for (size_t i = 0; i < column->n_rows; i++)
        if (column->kind == PLIM_COLUMN_TEXT)
            mix_text(sum, plim_column_text(column, i));
        else
            mix(sum,
                column->kind == PLIM_COLUMN_NUMBER ? (const void *)&column->number[i]
                                                   : (const void *)&column->integer[i],
                8);
}

/* Reads every table, in one of the ways in which runs do. */
static plim_status sum_of_book(plim_source *source, uint64_t *sum, plim_error *err)
{
    static const char *const attributes[] = {"as_of", "currency"};
    *sum = 14695981039346656037U;
    for (size_t a = 0; a < sizeof attributes / sizeof *attributes; a++)
        mix_text(sum, source->attribute(source, attributes[a]));
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < plim_book_table_count && status == PLIM_OK; t++) {
        plim_frame frame = {0};
        size_t n = 0;
        status = source->count_rows(source, plim_book_tables[t].name, &n, err);
        if (status == PLIM_OK)
            status = source->read_table(source, plim_book_tables[t].name, &frame, err);
        mix(sum, &n, sizeof n);
        for (size_t c = 0; c < frame.n_columns && status == PLIM_OK; c++)
            mix_column(sum, &frame.columns[c]);
        plim_frame_free(&frame);
    }
    return status;
}

static plim_status sum_of_file(const char *path, uint64_t *sum, plim_error *err)
{
    plim_source source;
    plim_store_limits limits = {.seconds = SECONDS, .memory = MEMORY};
    plim_status status = plim_store_confine_book(&source, path, &limits, err);
    if (status != PLIM_OK)
        return status;
    status = sum_of_book(&source, sum, err);
    source.close(&source);
    return status;
}

/* ---- a book as h5py writes it ------------------------------------------------------------- */

static void check(bool fine)
{
    if (fine)
        return;
    fprintf(stderr, "fuzz: HDF5 does not write\n");
    exit(2);
}

static void write_attribute(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    check(H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    check(H5Awrite(attribute, type, &text) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

static void write_column(hid_t group, const plim_column *column)
{
    hsize_t n = column->n_rows;
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    check(H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
    const char **texts = malloc((n + 1) * sizeof *texts);
    const void *data = column->kind == PLIM_COLUMN_NUMBER ? (const void *)column->number
                                                          : (const void *)column->integer;
    check(texts != NULL);
    if (column->kind == PLIM_COLUMN_TEXT) {
        for (size_t i = 0; i < n; i++)
            texts[i] = plim_column_text(column, i);
        data = texts;
    }
    hid_t memory = column->kind == PLIM_COLUMN_TEXT     ? type
                   : column->kind == PLIM_COLUMN_NUMBER ? H5T_NATIVE_DOUBLE
                                                        : H5T_NATIVE_INT64;
    hid_t dataset =
        H5Dcreate2(group, column->name, memory, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    check(dataset >= 0 &&
          (n == 0 || H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0));
    if (column->unit != NULL)
        write_attribute(dataset, "unit", column->unit);
    H5Dclose(dataset);
    free(texts);
    H5Sclose(space);
    H5Tclose(type);
}

static void write_like_h5py(plim_book_tables_data *tables, const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t version = H5Acreate2(file, "version", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
    check(file >= 0 && H5Awrite(version, H5T_NATIVE_INT64, &(int64_t){1}) >= 0);
    H5Aclose(version);
    H5Sclose(space);
    write_attribute(file, "format", "plimsoll.book");
    write_attribute(file, "as_of", tables->as_of);
    write_attribute(file, "currency", tables->currency);
    for (size_t t = 0; t < plim_book_table_count; t++) {
        const plim_frame *frame = plim_book_tables_data_frame(tables, (plim_book_table_index)t);
        hid_t group =
            H5Gcreate2(file, plim_book_tables[t].name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        check(group >= 0);
        for (size_t c = 0; c < frame->n_columns; c++)
            write_column(group, &frame->columns[c]);
        H5Gclose(group);
    }
    check(H5Fclose(file) >= 0);
}

/* ---- damage ------------------------------------------------------------------------------- */

typedef struct bytes {
    unsigned char *data;
    size_t length;
} bytes;

/* Places where HDF5 keeps what leads to the rest. */
typedef struct places {
    size_t *at;
    size_t count;
} places;

static void find_places(const bytes *book, places *out)
{
    static const char *const marks[] = {"OHDR", "OCHK", "FRHP", "FHDB", "FHIB",   "FSHD",
                                        "FSSE", "BTHD", "BTIN", "BTLF", "FAHD",   "FADB",
                                        "TREE", "SNOD", "HEAP", "GCOL", "\x89HDF"};
    *out = (places){malloc(book->length * sizeof *out->at), 0};
    check(out->at != NULL);
    for (size_t i = 0; i + 4 <= book->length; i++)
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
            if (memcmp(book->data + i, marks[m], 4) == 0)
                out->at[out->count++] = i;
}

/* Half of the damages lie near a place that leads to others. */
static size_t pick(const bytes *book, const places *near)
{
    if (near->count == 0 || below(2) == 0)
        return below(book->length);
    size_t at = near->at[below(near->count)] + below(NEAR);
    return at < book->length ? at : book->length - 1;
}

static void damage_range(bytes *book, const places *near, bool zeros)
{
    size_t at = pick(book, near), n = 1 + below(RANGE_MOST);
    for (size_t i = at; i < at + n && i < book->length; i++)
        book->data[i] = zeros ? 0 : (unsigned char)next_random();
}

/* Of `copy`, which has room for RANGE_MOST bytes more than it holds. */
static void damage(bytes *copy, const places *near)
{
    size_t changes = 1 + below(4), n = 1 + below(RANGE_MOST);
    switch (below(8)) {
    case 0:
        copy->length = below(copy->length);
        return;
    case 1: /* a few bytes too many, or none where some were */
        for (size_t i = 0; i < n; i++)
            copy->data[copy->length++] = (unsigned char)next_random();
        return;
    case 2:
    case 3:
        damage_range(copy, near, below(2) == 0);
        return;
    case 4: { /* a piece lies where another belongs */
        size_t to = pick(copy, near), from = pick(copy, near), end = to > from ? to : from;
        n = n < copy->length - end ? n : copy->length - end;
        memmove(copy->data + to, copy->data + from, n);
        return;
    }
    case 5:
        for (size_t i = 0; i < changes; i++)
            copy->data[pick(copy, near)] ^= (unsigned char)(1U << below(8));
        return;
    default:
        for (size_t i = 0; i < changes; i++)
            copy->data[pick(copy, near)] = (unsigned char)(below(3) == 0 ? 0xff : next_random());
    }
}

/* ---- trials ------------------------------------------------------------------------------- */

typedef struct plan {
    uint64_t executions, seed, from;
    const char *book, *keep;
    char folder[64];
} plan;

typedef struct tally {
    uint64_t intact, refused, died, other, failed;
} tally;

static void write_file(const char *path, const bytes *content)
{
    FILE *file = fopen(path, "wb");
    check(file != NULL && fwrite(content->data, 1, content->length, file) == content->length &&
          fclose(file) == 0);
}

static void fail(const plan *p, const char *name, uint64_t number, const char *what)
{
    fprintf(stderr, "fuzz: %s: damage %" PRIu64 " of seed %" PRIu64 ": %s\n", name, number, p->seed,
            what);
}

/* `checked`: whether the book has checksums, so that other numbers are a failure. */
static void try_one(const plan *p, const char *path, uint64_t expected, bool checked, tally *count,
                    uint64_t number)
{
    plim_error err = {0};
    uint64_t sum = 0;
    plim_status status = sum_of_file(path, &sum, &err);
    if (status == PLIM_OK && sum == expected) {
        count->intact++;
    } else if (status == PLIM_OK) {
        count->other++;
        if (checked)
            fail(p, path, number, "other numbers without a word");
    } else if (status == PLIM_INPUT && strstr(err.message, path) != NULL) {
        count->refused++;
        count->died +=
            strstr(err.message, "(signal") != NULL || strstr(err.message, "took too long") != NULL;
    } else {
        count->failed++;
        fail(p, path, number, err.message);
    }
}

/* Damages of one book; true if none failed. */
static bool damage_book(const plan *p, const char *name, const char *sound, uint64_t executions)
{
    char path[1024], *data;
    size_t length;
    plim_error err = {0};
    uint64_t expected;
    tally count = {0};
    struct timespec start, end;
    bool checked = strcmp(name, "written") == 0;
    snprintf(path, sizeof path, "%s/damaged.book.h5", p->folder);
    if (p->keep != NULL)
        snprintf(path, sizeof path, "%s%s", p->keep, checked ? "" : ".h5py");
    must(plim_file_read(sound, BOOK_MOST, &data, &length, &err), &err);
    must(sum_of_file(sound, &expected, &err), &err);
    bytes whole = {(unsigned char *)data, length}, copy = {malloc(length + RANGE_MOST), length};
    places near;
    check(copy.data != NULL);
    find_places(&whole, &near);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t i = p->from; i < p->from + executions; i++) {
        random_state = p->seed * 0xD1342543DE82EF95U + i;
        copy.length = length;
        memcpy(copy.data, data, length);
        damage(&copy, &near);
        write_file(path, &copy);
        try_one(p, path, expected, checked, &count, i);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%s: %" PRIu64 " damages in %.1f s: %" PRIu64 " read as before, %" PRIu64
           " refused (in %" PRIu64 " the reading process died), %" PRIu64
           " with other content%s, %" PRIu64 " failures\n",
           name, executions,
           (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec),
           count.intact, count.refused, count.died, count.other, checked ? "" : " (no checksums)",
           count.failed);
    free(near.at);
    free(copy.data);
    plim_free(data);
    if (p->keep == NULL)
        (void)unlink(path);
    return count.failed == 0 && !(checked && count.other > 0);
}

static bool damage_both(const plan *p)
{
    char written[128], like_h5py[128];
    plim_book_tables_data tables = {.as_of = ""};
    plim_error err = {0};
    plim_synthetic config = {.preset = "rongchang", .n_borrowers = BORROWERS, .seed = 1};
    must(plim_synthetic_make(&tables, &config, &err), &err);
    snprintf(written, sizeof written, "%s/written.book.h5", p->folder);
    snprintf(like_h5py, sizeof like_h5py, "%s/like_h5py.book.h5", p->folder);
    must(plim_store_write_book(&tables, written, &err), &err);
    write_like_h5py(&tables, like_h5py);
    plim_book_tables_data_free(&tables);
    bool fine = damage_book(p, "written", written, p->executions);
    fine = damage_book(p, "as h5py writes", like_h5py, (p->executions + 15) / 16) && fine;
    (void)unlink(written);
    (void)unlink(like_h5py);
    return fine;
}

/* ----------------------------------------------------------------------------------------- */

static uint64_t number_of(const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text ? text : "", &end, 10);
    if (errno != 0 || !text || end == text || *end) {
        fprintf(stderr, "fuzz: '%s' is no number\n", text ? text : "");
        exit(2);
    }
    return value;
}

static plan read_arguments(int argc, char **argv)
{
    plan p = {.executions = 2000, .seed = 1, .folder = "/tmp/plimsoll-fuzz-XXXXXX"};
    for (int i = 1; i < argc; i += 2)
        if (strcmp(argv[i], "--executions") == 0)
            p.executions = number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--seed") == 0)
            p.seed = number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--from") == 0)
            p.from = number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--book") == 0 && i + 1 < argc)
            p.book = argv[i + 1];
        else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
            p.keep = argv[i + 1];
        else {
            fprintf(stderr, "fuzz: unknown word '%s'\n", argv[i]);
            exit(2);
        }
    return p;
}

int main(int argc, char **argv)
{
    plan p = read_arguments(argc, argv);
    check(mkdtemp(p.folder) != NULL);
    bool fine = p.book != NULL ? damage_book(&p, p.book, p.book, p.executions) : damage_both(&p);
    (void)rmdir(p.folder);
    return fine ? 0 : 1;
}

/* A written book with a few bytes changed is refused, or reads as what was written: never a crash,
 * never other content without a word. Each trial runs in a child of its own. */
#include "../support/book_fixture.h"
#include "../unit/base_temporary.h"

#include <sys/wait.h>

#include "base/file.h"
#include "store/store.h"

enum { TRIALS = 400, SAME = 0, OTHER = 1, REFUSED_IT = 3 };

static uint64_t random_state = 88172645463325252U;

static uint64_t next_random(void) /* xorshift64 (Marsaglia 2003) */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void mix(uint64_t *sum, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        *sum = (*sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211U;
}

static void mix_text(uint64_t *sum, const char *text)
{
    mix(sum, text != NULL ? text : "(none)", text != NULL ? strlen(text) + 1 : 7);
}

/* Everything that the five tables and the attributes hold, in one number. */
static plim_status sum_of_book(const char *path, uint64_t *sum, plim_error *err)
{
    plim_source source;
    PLIM_TRY(plim_store_open_book(&source, path, err));
    *sum = 14695981039346656037U;
    mix_text(sum, source.attribute(&source, "as_of"));
    mix_text(sum, source.attribute(&source, "currency"));
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < plim_book_table_count && status == PLIM_OK; t++) {
        plim_frame frame = {0};
        status = source.read_table(&source, plim_book_tables[t].name, &frame, err);
        for (size_t c = 0; c < frame.n_columns && status == PLIM_OK; c++) {
            const plim_column *column = &frame.columns[c];
            mix_text(sum, column->name);
            mix_text(sum, column->unit);
            for (size_t i = 0; i < column->n_rows; i++) {
                if (column->kind == PLIM_COLUMN_TEXT)
                    mix_text(sum, plim_column_text(column, i));
                else
                    mix(sum,
                        column->number != NULL ? (void *)&column->number[i]
                                               : (void *)&column->integer[i],
                        8);
            }
        }
        plim_frame_free(&frame);
    }
    source.close(&source);
    return status;
}

static int child(const char *path, uint64_t expected)
{
    plim_error err = {0};
    uint64_t sum = 0;
    plim_status status = sum_of_book(path, &sum, &err);
    if (status != PLIM_OK)
        return status == PLIM_INPUT && err.message[0] != '\0' ? REFUSED_IT : OTHER;
    return sum == expected ? SAME : OTHER;
}

static void damage(char *data, size_t length)
{
    int changes = 1 + (int)(next_random() % 4);
    for (int i = 0; i < changes; i++)
        data[next_random() % length] ^= (char)(1 + next_random() % 255);
}

static void random_damage(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    char *data, *copy;
    size_t length;
    uint64_t expected;
    fixture_tables(&tables);
    TEXTS(&tables.collateral, "loan", "l1", "", "l2");
    MUST(plim_store_write_book(&tables, temporary_path("good.book.h5"), &must_err));
    plim_book_tables_data_free(&tables);
    MUST(sum_of_book(temporary_path("good.book.h5"), &expected, &must_err));
    MUST(plim_file_read(temporary_path("good.book.h5"), 1U << 24, &data, &length, &must_err));
    copy = malloc(length);
    assert_non_null(copy);
    int count[4] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        memcpy(copy, data, length);
        damage(copy, length);
        assert_int_equal(temporary_write("bad.book.h5", copy, length), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            (void)alarm(20);
            _exit(child(temporary_path("bad.book.h5"), expected));
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status)); /* no signal */
        assert_true(WEXITSTATUS(status) == SAME || WEXITSTATUS(status) == REFUSED_IT);
        count[WEXITSTATUS(status)]++;
    }
    assert_true(count[SAME] > 0 && count[REFUSED_IT] > 0);
    free(copy);
    plim_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_damage)};
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}

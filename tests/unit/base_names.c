#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/names.h"

static void indices_follow_addition(void **state)
{
    (void)state;
    enum { N = 50000 };
    plim_names names = {0};
    char text[32];
    uint32_t index = 0;
    assert_int_equal(plim_names_find(&names, "x"), PLIM_NO_NAME);
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "91500153MA%06d", i * 7);
        assert_int_equal(plim_names_add(&names, text, &index, NULL), PLIM_OK);
        assert_int_equal(index, i);
    }
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "91500153MA%06d", i * 7);
        assert_int_equal(plim_names_find(&names, text), i);
        assert_string_equal(names.text[i], text);
    }
    assert_int_equal(plim_names_find(&names, "91500153MA000001"), PLIM_NO_NAME);
    assert_int_equal(names.count, N);
    plim_names_free(&names);
    assert_int_equal(names.count, 0);
}

static void adding_again_finds(void **state)
{
    (void)state;
    plim_names names = {0};
    uint32_t index = 9;
    assert_int_equal(plim_names_add(&names, "", &index, NULL), PLIM_OK);
    assert_int_equal(index, 0);
    assert_int_equal(plim_names_add(&names, "b", NULL, NULL), PLIM_OK);
    assert_int_equal(plim_names_add(&names, "b", &index, NULL), PLIM_OK);
    assert_int_equal(index, 1);
    assert_int_equal(names.count, 2);
    assert_int_equal(plim_names_find(&names, ""), 0);
    plim_names_free(&names);
}

static void strings_are_copied(void **state)
{
    (void)state;
    plim_names names = {0};
    char text[] = "abc";
    assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
    text[0] = 'X';
    assert_int_equal(plim_names_find(&names, "abc"), 0);
    plim_names_free(&names);
}

/* Rising names first, then some that are not: the set changes its index on the way. */
static void order_does_not_matter(void **state)
{
    (void)state;
    enum { N = 3000 };
    plim_names names = {0};
    char text[32];
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "id%06d", 2 * i);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
    }
    assert_true(plim_names_rising(&names));
    assert_int_equal(plim_names_find(&names, "id000003"), PLIM_NO_NAME);
    assert_int_equal(plim_names_find(&names, "id00000"), PLIM_NO_NAME);
    assert_int_equal(plim_names_find(&names, "id0000040"), PLIM_NO_NAME);
    for (int i = N - 1; i >= 0; i--) {
        (void)snprintf(text, sizeof text, "id%06d", 2 * i + 1);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
    }
    assert_false(plim_names_rising(&names));
    assert_int_equal(names.count, 2 * N);
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "id%06d", 2 * i);
        assert_int_equal(plim_names_find(&names, text), i);
        (void)snprintf(text, sizeof text, "id%06d", 2 * i + 1);
        assert_int_equal(plim_names_find(&names, text), 2 * N - 1 - i);
    }
    plim_names_free(&names);
}

/* What one string begins with is another string; bytes above 127 are above all ASCII. */
static void prefixes_and_high_bytes(void **state)
{
    (void)state;
    static const char *const texts[] = {"",      "C",     "C3", "C307",
                                        "C3071", "C3072", "D",  "\xe9\x87\x8d"};
    enum { N = sizeof texts / sizeof *texts };
    plim_names names = {0};
    uint32_t index;
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(plim_names_add_bytes(&names, texts[i], strlen(texts[i]), &index, NULL),
                         PLIM_OK);
        assert_int_equal(index, i);
    }
    assert_true(plim_names_rising(&names));
    assert_int_equal(plim_names_add_bytes(&names, "C3071xxx", 4, &index, NULL), PLIM_OK);
    assert_int_equal(index, 3);
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(plim_names_find(&names, texts[i]), i);
    assert_int_equal(names.count, N);
    plim_names_free(&names);
}

/* Whatever their index was, names that are brought into another order are found there, and more may
   come. */
static void arranged_as_told(bool rising)
{
    enum { N = 1000, KEPT = N / 2 };
    plim_names names = {0};
    uint32_t now[N], index;
    char text[32];
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "%06d", rising ? i : N - 1 - i);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
        now[i] = i % 2 == 0 ? (uint32_t)(i / 2 * 7 % KEPT) : PLIM_NO_NAME; /* 7 and 500: coprime */
    }
    assert_int_equal(plim_names_arrange(&names, now, KEPT, NULL), PLIM_OK);
    assert_int_equal(names.count, KEPT);
    assert_false(plim_names_rising(&names));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N; i++) {
            (void)snprintf(text, sizeof text, "%06d", rising ? i : N - 1 - i);
            assert_int_equal(plim_names_find(&names, text), now[i]);
            assert_int_equal(plim_names_find_after(&names, text, PLIM_NO_NAME), now[i]);
            if (now[i] != PLIM_NO_NAME)
                assert_string_equal(names.text[now[i]], text);
        }
        assert_int_equal(plim_names_add(&names, "zebra", &index, NULL), PLIM_OK);
        assert_int_equal(index, KEPT);
        assert_int_equal(plim_names_add(&names, "zebra", &index, NULL), PLIM_OK);
        assert_int_equal(index, KEPT);
    }
    plim_names_free(&names);
}

static void names_change_places(void **state)
{
    (void)state;
    arranged_as_told(true);
    arranged_as_told(false);
}

/* Whatever its index, a copy has the same strings at the same places, and goes its own way. */
static void is_copied(const plim_names *names)
{
    plim_names copy;
    uint32_t index;
    assert_int_equal(plim_names_copy(&copy, names, NULL), PLIM_OK);
    assert_int_equal(copy.count, names->count);
    for (uint32_t i = 0; i < names->count; i++) {
        assert_string_equal(copy.text[i], names->text[i]);
        assert_ptr_not_equal(copy.text[i], names->text[i]);
        assert_int_equal(plim_names_find(&copy, names->text[i]), i);
    }
    assert_int_equal(plim_names_add(&copy, "another", &index, NULL), PLIM_OK);
    assert_int_equal(index, names->count);
    assert_int_equal(plim_names_find(names, "another"), PLIM_NO_NAME);
    plim_names_free(&copy);
}

static void copies_are_alike(void **state)
{
    (void)state;
    enum { N = 3000 };
    plim_names names = {0};
    uint32_t now[N];
    char text[300];
    is_copied(&names);
    for (int i = 0; i < N; i++) { /* texts of many lengths, so that there are several blocks */
        (void)snprintf(text, sizeof text, "%06d%*d", i, i % 200, i);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
        now[i] = (uint32_t)(N - 1 - i);
    }
    is_copied(&names);
    assert_int_equal(plim_names_arrange(&names, now, N, NULL), PLIM_OK);
    is_copied(&names);
    assert_int_equal(plim_names_add(&names, "0", NULL, NULL), PLIM_OK);
    is_copied(&names);
    for (long nth = 1; nth <= 3; nth++) {
        plim_names copy;
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_names_copy(&copy, &names, NULL), PLIM_MACHINE);
        plim_memory_fail_at(0, 0);
        assert_int_equal(copy.count, 0);
    }
    plim_names_free(&names);
}

/* Wherever the search begins, rising names are found, and those between them are not. */
static void found_from_anywhere(void **state)
{
    (void)state;
    enum { N = 100 };
    plim_names names = {0};
    char text[32];
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "%06d", 2 * i);
        assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
    }
    for (uint32_t before = 0; before <= N; before++)
        for (int i = -1; i < 2 * N; i++) {
            (void)snprintf(text, sizeof text, "%06d", i);
            uint32_t wanted = i >= 0 && i % 2 == 0 ? (uint32_t)(i / 2) : PLIM_NO_NAME;
            assert_int_equal(
                plim_names_find_after(&names, text, before == N ? PLIM_NO_NAME : before), wanted);
        }
    plim_names_free(&names);
}

/* Texts longer than a block, and a failure at every allocation, leave a set that can be used. */
static void long_texts_and_no_memory(void **state)
{
    (void)state;
    enum { LENGTH = 3000000 };
    char *text = plim_alloc(LENGTH + 1, 1);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    plim_names names = {0};
    for (long nth = 1; nth <= 4; nth++) {
        plim_memory_fail_at(nth, 0);
        (void)!plim_names_add(&names, text, NULL, NULL);
        (void)!plim_names_add(&names, "a", NULL, NULL);
        (void)!plim_names_add(&names, "b", NULL, NULL);
        plim_memory_fail_at(0, 0);
    }
    assert_int_equal(names.count, 3);
    assert_int_not_equal(plim_names_find(&names, text), PLIM_NO_NAME);
    assert_int_not_equal(plim_names_find(&names, "a"), PLIM_NO_NAME);
    assert_int_not_equal(plim_names_find(&names, "b"), PLIM_NO_NAME);
    for (long nth = 1; nth <= 2; nth++) {
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_names_arrange(&names, (uint32_t[]){2, 1, 0}, 3, NULL), PLIM_MACHINE);
        plim_memory_fail_at(0, 0);
    }
    assert_int_not_equal(plim_names_find(&names, "a"), PLIM_NO_NAME);
    assert_int_equal(names.count, 3);
    plim_names_free(&names);
    plim_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_follow_addition), cmocka_unit_test(adding_again_finds),
        cmocka_unit_test(strings_are_copied),      cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(prefixes_and_high_bytes), cmocka_unit_test(long_texts_and_no_memory),
        cmocka_unit_test(names_change_places),     cmocka_unit_test(found_from_anywhere),
        cmocka_unit_test(copies_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

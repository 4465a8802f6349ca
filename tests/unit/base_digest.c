#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base_temporary.h"

/* FIPS 180-4, the examples of SHA-256 */
#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OF_MILLION "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void known_digests(void **state)
{
    (void)state;
    char hex[PLIM_DIGEST_HEX];
    assert_int_equal(plim_digest_bytes("", 0, hex, NULL), PLIM_OK);
    assert_string_equal(hex, OF_NOTHING);
    assert_int_equal(plim_digest_bytes("abc", 3, hex, NULL), PLIM_OK);
    assert_string_equal(hex, OF_ABC);
}

static void files_are_read_to_the_end(void **state)
{
    (void)state;
    static char million[1000000];
    char hex[PLIM_DIGEST_HEX];
    memset(million, 'a', sizeof million);
    assert_int_equal(temporary_write("million", million, sizeof million), 0);
    assert_int_equal(plim_digest_file(temporary_path("million"), hex, NULL), PLIM_OK);
    assert_string_equal(hex, OF_MILLION);
    assert_int_equal(temporary_write("empty", "", 0), 0);
    assert_int_equal(plim_digest_file(temporary_path("empty"), hex, NULL), PLIM_OK);
    assert_string_equal(hex, OF_NOTHING);
}

static void unreadable_files_are_refused(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    char hex[PLIM_DIGEST_HEX];
    assert_int_equal(plim_digest_file(temporary_path("absent"), hex, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "absent: cannot be opened: No such file"));
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_digest_file(temporary_folder, hex, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "Is a directory"));
}

static void keys_are_the_first_eight_bytes(void **state)
{
    (void)state;
    uint64_t key = 0;
    assert_int_equal(plim_digest_key("abc", &key, NULL), PLIM_OK);
    assert_true(key == 0xeacf018fbf1678baU);
    const char *const ids[] = {"", "abc", "91500153MA0001", "abc"};
    uint64_t keys[4] = {0};
    assert_int_equal(plim_digest_keys(ids, 4, keys, NULL), PLIM_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(plim_digest_key(ids[i], &key, NULL), PLIM_OK);
        assert_true(keys[i] == key);
    }
    assert_int_equal(plim_digest_keys(ids, 0, keys, NULL), PLIM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
        cmocka_unit_test(files_are_read_to_the_end),
        cmocka_unit_test(unreadable_files_are_refused),
        cmocka_unit_test(keys_are_the_first_eight_bytes),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}

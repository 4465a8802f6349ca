#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/file_image.h"
#include "base/memory.h"
#include "base_temporary.h"

static plim_error err;

static plim_file_image *open_image(const char *name)
{
    plim_file_image *image;
    err = (plim_error){0};
    if (plim_file_image_open(&image, temporary_path(name), &err) != PLIM_OK)
        fail_msg("%s", err.message);
    return image;
}

/* What is put into the image, also before it grows and after its pages were let go, is the file. */
static void becomes_a_file(void **state)
{
    (void)state;
    plim_file_image *image = open_image("a");
    assert_null(plim_file_image_bytes(image));
    char *bytes = plim_file_image_resize(image, 10000);
    memset(bytes, 'a', 10000);
    plim_file_image_drop(image);
    bytes = plim_file_image_resize(image, 50 << 20);
    assert_ptr_equal(bytes, plim_file_image_bytes(image));
    assert_int_equal(bytes[9999], 'a');
    assert_int_equal(bytes[10000], 0);
    bytes[20000] = 'z';
    assert_int_equal(plim_file_image_publish(image, 20001, &err), PLIM_OK);
    plim_file_image_close(image);
    char *data;
    size_t length;
    assert_int_equal(plim_file_read(temporary_path("a"), 1 << 20, &data, &length, NULL), PLIM_OK);
    assert_int_equal(length, 20001);
    assert_true(data[0] == 'a' && data[9999] == 'a' && data[10000] == 0 && data[20000] == 'z');
    plim_free(data);
    assert_int_equal(temporary_count(), 1);
}

static void what_is_not_published_goes(void **state)
{
    (void)state;
    assert_int_equal(plim_file_write(temporary_path("kept"), "old", 3, NULL), PLIM_OK);
    int count = temporary_count();
    plim_file_image *image = open_image("kept");
    assert_non_null(plim_file_image_resize(image, 5000));
    plim_file_image_close(image);
    assert_int_equal(temporary_count(), count);
    plim_file_image_close(NULL);
}

/* The limit on the size of files stands in for a full disk: an error where it happens, no signal.
 */
static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct rlimit before, tight;
    int count = temporary_count();
    plim_file_image *image = open_image("full");
    char *bytes = plim_file_image_resize(image, 4096);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 8192;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    void *larger = plim_file_image_resize(image, 1 << 20);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_null(larger);
    memset(bytes, 'a', 4096); /* what was there before stands */
    assert_int_equal(plim_file_image_check(image, &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "full: cannot be written: File too large"));
    assert_int_equal(plim_file_image_publish(image, 4096, &err), PLIM_MACHINE);
    plim_file_image_close(image);
    assert_int_equal(temporary_count(), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(becomes_a_file),
        cmocka_unit_test(what_is_not_published_goes),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}

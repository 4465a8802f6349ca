#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base_temporary.h"
#include "parallel/cgroup.h"

static void put(const char *name, const char *text)
{
    assert_int_equal(plim_file_write(temporary_path(name), text, strlen(text), NULL), PLIM_OK);
}

static plim_cgroup limits(const char *membership, const char *mount)
{
    char first[PATH_MAX], second[PATH_MAX];
    (void)snprintf(first, sizeof first, "%.900s", temporary_path(membership));
    (void)snprintf(second, sizeof second, "%.900s", temporary_path(mount));
    return plim_cgroup_read(first, second);
}

static void version_2_takes_the_tightest_on_the_way_up(void **state)
{
    (void)state;
    put("two/self", "0::/job/step\n");
    put("two/fs/cpu.max", "max 100000\n");
    put("two/fs/job/cpu.max", "250000 100000\n");
    put("two/fs/job/step/cpu.max", "800000 100000\n");
    put("two/fs/job/memory.max", "max\n");
    put("two/fs/job/step/memory.max", "8589934592\n");
    put("two/fs/memory.max", "4294967296\n");
    plim_cgroup got = limits("two/self", "two/fs");
    assert_int_equal(got.cpus, 3); /* 2.5 rounded up */
    assert_true(got.bytes == 4294967296U);
}

static void version_1_has_a_folder_for_each_controller(void **state)
{
    (void)state;
    put("one/self", "5:devices:/x\n4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n");
    put("one/fs/cpu/docker/abc/cpu.cfs_quota_us", "100000\n");
    put("one/fs/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
    put("one/fs/cpu/cpu.cfs_quota_us", "-1\n");
    put("one/fs/cpu/cpu.cfs_period_us", "100000\n");
    put("one/fs/memory/docker/abc/memory.limit_in_bytes", "1073741824\n");
    put("one/fs/memory/memory.limit_in_bytes", "9223372036854771712\n");
    plim_cgroup got = limits("one/self", "one/fs");
    assert_int_equal(got.cpus, 1);
    assert_true(got.bytes == 1073741824U);
}

static void in_a_container_the_path_may_not_be_there(void **state)
{
    (void)state;
    put("box/self", "0::/kubepods/pod7/abc\n");
    put("box/fs/cpu.max", "400000 100000\n");
    plim_cgroup got = limits("box/self", "box/fs");
    assert_int_equal(got.cpus, 4);
    assert_true(got.bytes == UINT64_MAX);
}

static void what_cannot_be_read_sets_no_limit(void **state)
{
    (void)state;
    put("odd/self", "no colons\n0::/\n");
    put("odd/fs/cpu.max", "lots\n");
    put("odd/fs/memory.max", "0x10\n");
    plim_cgroup got = limits("odd/self", "odd/fs");
    assert_true(got.cpus == INT64_MAX && got.bytes == UINT64_MAX);
    got = limits("absent", "absent");
    assert_true(got.cpus == INT64_MAX && got.bytes == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_2_takes_the_tightest_on_the_way_up),
        cmocka_unit_test(version_1_has_a_folder_for_each_controller),
        cmocka_unit_test(in_a_container_the_path_may_not_be_there),
        cmocka_unit_test(what_cannot_be_read_sets_no_limit),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}

/* What one process puts into a wire the other gets out of it, through shared memory or the socket.
 */
#define _DEFAULT_SOURCE /* usleep */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/wire.h"

/* From nothing to more than all slots hold, about slots and the least block. */
static const size_t lengths[] = {0,
                                 1,
                                 8191,
                                 8192,
                                 PLIM_AREA_SLOT_BYTES - 1,
                                 PLIM_AREA_SLOT_BYTES,
                                 PLIM_AREA_SLOT_BYTES + 1,
                                 100000,
                                 3 * PLIM_AREA_SLOT_BYTES + 5,
                                 (PLIM_AREA_SLOTS + 2) * PLIM_AREA_SLOT_BYTES + 77,
                                 70000};
enum { N_LENGTHS = sizeof lengths / sizeof *lengths, LONGEST = 12 * PLIM_AREA_SLOT_BYTES };

static unsigned char byte_of(size_t block, size_t i)
{
    return (unsigned char)(i * 31 + (i >> 8) * 7 + block);
}

/* A child at the other end of `wire` that runs `speak` with the area, if there is one. */
static pid_t start(plim_wire **wire, bool shared, void (*speak)(plim_wire *wire))
{
    int sockets[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    *wire = plim_alloc(1, sizeof **wire);
    assert_non_null(*wire);
    (*wire)->area = shared ? plim_wire_area_make() : NULL;
    assert_true(!shared || (*wire)->area != NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(sockets[0]);
        (*wire)->socket = sockets[1];
        speak(*wire);
        _exit(0);
    }
    (void)close(sockets[1]);
    (*wire)->socket = sockets[0];
    plim_wire_area_withhold((*wire)->area);
    return child;
}

static void end(pid_t child, plim_wire *wire)
{
    int status;
    (void)close(wire->socket);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    plim_wire_area_free(wire->area);
    plim_free(wire);
}

static void speak_blocks(plim_wire *wire)
{
    unsigned char *bytes = malloc(LONGEST);
    for (size_t b = 0; bytes != NULL && b < N_LENGTHS; b++) {
        for (size_t i = 0; i < lengths[b]; i++)
            bytes[i] = byte_of(b, i);
        (void)plim_wire_put_number(wire, b);
        (void)plim_wire_put_block(wire, bytes, lengths[b]);
    }
    (void)plim_wire_flush(wire);
}

static void listen_to_blocks(bool shared, unsigned pause_us)
{
    plim_wire *wire;
    pid_t child = start(&wire, shared, speak_blocks);
    unsigned char *bytes = malloc(LONGEST);
    assert_non_null(bytes);
    for (size_t b = 0; b < N_LENGTHS; b++) {
        uint64_t number;
        (void)usleep(pause_us); /* whoever speaks waits for slots, or whoever listens for them */
        assert_true(plim_wire_get_number(wire, N_LENGTHS, &number));
        assert_int_equal(number, b);
        assert_true(plim_wire_get_block(wire, bytes, lengths[b]));
        for (size_t i = 0; i < lengths[b]; i++)
            if (bytes[i] != byte_of(b, i))
                fail_msg("byte %zu of block %zu is another", i, b);
    }
    free(bytes);
    end(child, wire);
}

static void blocks_arrive(void **state)
{
    (void)state;
    listen_to_blocks(true, 0);
    listen_to_blocks(true, 20000);
    listen_to_blocks(false, 0);
}

/* Says that more, or less, is in a slot than there can be. */
static void speak_falsely(plim_wire *wire)
{
    (void)plim_wire_put_number(wire, PLIM_AREA_SLOT_BYTES + 1);
    (void)plim_wire_put_number(wire, 5);
    (void)plim_wire_flush(wire);
}

static void lengths_that_lie_break_it(void **state)
{
    (void)state;
    plim_wire *wire;
    pid_t child = start(&wire, true, speak_falsely);
    static unsigned char bytes[PLIM_AREA_SLOT_BYTES];
    assert_false(plim_wire_get_block(wire, bytes, sizeof bytes));
    assert_true(wire->broken);
    wire->broken = false;
    assert_false(plim_wire_get_block(wire, bytes, sizeof bytes));
    end(child, wire);
}

/* A child of later on has not the memory that an earlier one writes to. */
static void later_children_share_nothing(void **state)
{
    (void)state;
    plim_wire *wire;
    pid_t child = start(&wire, true, speak_falsely), later = fork();
    if (later == 0) {
        (void)signal(SIGSEGV, SIG_DFL); /* cmocka's handler would tell it as a failure */
        plim_wire_area_fill(wire->area, 0, "x", 1);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(later, &status, 0), later);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    end(child, wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_arrive),
        cmocka_unit_test(lengths_that_lie_break_it),
        cmocka_unit_test(later_children_share_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

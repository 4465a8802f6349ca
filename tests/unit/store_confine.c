/* What a confined child can't do, and what becomes of a child that dies, loops or lies. */
#define _GNU_SOURCE /* SYS_ calls by number, MAP_ANONYMOUS */
#include "../support/book_fixture.h"
#include "base_temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "book/synthetic.h"
#include "store/confined.h"
#include "store/wire.h"

#define MEMORY (UINT64_C(64) << 20)

/* ---- what it can't do --------------------------------------------------------------------- */

enum { TRIED = 10 };

/* Tries what code that took over the child would: true where it went through. */
static void try_all(void *user, int file, int socket, const plim_confinement *held)
{
    bool done[TRIED] = {0};
    size_t page = 4096;
    const char *path = user;
    done[0] = open(path, O_RDONLY) >= 0;
    done[1] = open("/tmp/plimsoll-escape", O_WRONLY | O_CREAT, 0600) >= 0;
    done[2] = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0) >= 0;
    done[3] = fork() >= 0;
    done[4] = execl("/bin/true", "true", (char *)NULL) == 0;
    done[5] =
        mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    done[6] = mmap(NULL, page, PROT_READ, MAP_PRIVATE, file, 0) != MAP_FAILED;
    done[7] = kill(getppid(), 0) == 0;
    done[8] = write(2, "x", 1) == 1;
    done[9] = mmap(NULL, 2 * MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
              MAP_FAILED;
    char byte;
    bool reads = pread(file, &byte, 1, 0) == 1 && byte == 'p';
    unsigned char word[2 + TRIED] = {held->filtered, reads};
    for (size_t i = 0; i < TRIED; i++)
        word[2 + i] = done[i];
    (void)!send(socket, word, sizeof word, MSG_NOSIGNAL);
}

static void nothing_but_the_file(void **state)
{
    (void)state;
    assert_int_equal(temporary_write("file", "plain", 5), 0);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", temporary_path("file"));
    int sockets[2], file = open(path, O_RDONLY);
    assert_true(file >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    pid_t child;
    plim_confined_work work = {file, sockets[1], try_all, path};
    MUST(plim_confine(&child, &work, &(plim_confinement){.memory = MEMORY}, &must_err));
    (void)close(file);
    (void)close(sockets[1]);
    unsigned char word[2 + TRIED];
    assert_int_equal(recv(sockets[0], word, sizeof word, MSG_WAITALL), sizeof word);
    (void)close(sockets[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(word[1], 1);
    assert_int_equal(word[2], 0); /* no descriptor is left to open anything by */
    assert_int_equal(word[2 + 1], 0);
    assert_int_equal(word[2 + 9], 0); /* nor memory beyond the limit */
    for (size_t i = 0; i < TRIED && word[0] == 1; i++)
        if (word[2 + i] != 0)
            fail_msg("a confined child gets through with attempt %zu", i);
}

/* ---- a child that dies or loops ----------------------------------------------------------- */

static char book_path[PATH_MAX];

static void write_book(void)
{
    plim_book_tables_data tables;
    fixture_tables(&tables);
    snprintf(book_path, sizeof book_path, "%s", temporary_path("a.book.h5"));
    MUST(plim_store_write_book(&tables, book_path, &must_err));
    plim_book_tables_data_free(&tables);
}

static plim_status attach(plim_confined_server *server)
{
    plim_source source;
    plim_store_limits limits = {.seconds = 0, .memory = MEMORY};
    plim_status status = plim_confined_attach(&source, book_path, &limits, server, &must_err);
    if (status == PLIM_OK)
        source.close(&source);
    return status;
}

static void leaves(void *path, int file, int socket, const plim_confinement *held)
{
    (void)path, (void)file, (void)socket, (void)held;
}

static void crashes(void *path, int file, int socket, const plim_confinement *held)
{
    (void)path, (void)file, (void)socket, (void)held;
    raise(SIGSEGV);
}

static void loops(void *path, int file, int socket, const plim_confinement *held)
{
    (void)path, (void)file, (void)socket;
    while (held->memory == MEMORY)
        continue;
}

static void is_silent(void *path, int file, int socket, const plim_confinement *held)
{
    char byte;
    (void)path, (void)file, (void)held;
    (void)!recv(socket, &byte, 1, 0);
}

static void children_that_die(void **state)
{
    (void)state;
    write_book();
    REFUSED(attach(leaves), book_path, "damaged", "ended early");
    REFUSED(attach(crashes), book_path, "damaged", "signal 11");
    REFUSED(attach(loops), book_path, "damaged", "took too long");
    REFUSED(attach(is_silent), book_path, "damaged", "gave nothing for 3 s");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none is left */
    assert_int_equal(errno, ECHILD);
}

/* A source whose child has died goes on refusing, and can be closed. */
static void dies_later(void *path, int file, int socket, const plim_confinement *held)
{
    plim_wire *wire = plim_alloc(1, sizeof *wire);
    (void)path, (void)file;
    wire->socket = socket;
    (void)plim_wire_put_number(wire, held->filtered);
    (void)plim_wire_put_number(wire, PLIM_OK);
    (void)plim_wire_put_number(wire, 0);
    (void)plim_wire_put_number(wire, 1);
    (void)plim_wire_put_text(wire, "loans");
    (void)plim_wire_flush(wire);
    uint64_t call;
    (void)plim_wire_get_number(wire, UINT64_MAX, &call);
    raise(SIGSEGV);
}

static void a_source_that_died(void **state)
{
    (void)state;
    write_book();
    plim_source source;
    plim_store_limits limits = PLIM_STORE_LIMITS;
    plim_frame frame;
    MUST(plim_confined_attach(&source, book_path, &limits, dies_later, &must_err));
    for (int again = 0; again < 3; again++)
        REFUSED(source.read_table(&source, "loans", &frame, &must_err), book_path, "signal 11");
    source.close(&source);
}

/* ---- a child that tells the truth --------------------------------------------------------- */

static void same_frames(const plim_frame *a, const plim_frame *b)
{
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->n_columns, b->n_columns);
    for (size_t c = 0; c < a->n_columns; c++) {
        const plim_column *x = &a->columns[c], *y = &b->columns[c];
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->kind, y->kind);
        if (x->kind == PLIM_COLUMN_NUMBER)
            assert_memory_equal(x->number, y->number, x->n_rows * sizeof(double));
        for (size_t i = 0; i < x->n_rows && x->kind == PLIM_COLUMN_TEXT; i++)
            assert_string_equal(plim_column_text(x, i), plim_column_text(y, i));
    }
}

static bool is_wanted(void *user, const plim_column *column)
{
    (void)user, (void)column;
    return true;
}

/* A table as a whole, and every third of its rows from the hundredth on. */
static void read_both(plim_source *one, plim_source *other, const char *table)
{
    plim_source *const sources[2] = {one, other};
    plim_frame whole[2], some[2];
    size_t n;
    MUST(one->count_rows(one, table, &n, &must_err));
    uint8_t *group = plim_alloc(n, 1);
    assert_non_null(group);
    for (size_t i = 0; i < n; i++)
        group[i] = i % 3 == 0;
    plim_row_choice choice = {.first = n > 200 ? 100 : 0, .end = n, .group = group, .wanted = 1};
    choice.n = plim_choice_count(&choice, 0, n);
    plim_column_filter filter = {.wanted = is_wanted};
    for (int i = 0; i < 2; i++) {
        MUST(sources[i]->read_table(sources[i], table, &whole[i], &must_err));
        MUST(sources[i]->read_chosen(sources[i], table, &choice, &filter, &some[i], &must_err));
    }
    same_frames(&whole[0], &whole[1]);
    same_frames(&some[0], &some[1]);
    for (int i = 0; i < 2; i++) {
        plim_frame_free(&whole[i]);
        plim_frame_free(&some[i]);
    }
    plim_free(group);
}

/* Of tables so long that they come in pieces, and pieces in slots of shared memory. */
static void both_ways_read_the_same(void **state)
{
    (void)state;
    enum { BORROWERS = 100000 };
    plim_book_tables_data tables = {0};
    MUST(plim_synthetic_make(&tables, &(plim_synthetic){"rongchang", BORROWERS, 1}, &must_err));
    snprintf(book_path, sizeof book_path, "%s", temporary_path("large.book.h5"));
    MUST(plim_store_write_book(&tables, book_path, &must_err));
    plim_book_tables_data_free(&tables);
    plim_source trusted, confined;
    MUST(plim_store_read_book(&trusted, book_path, true, &must_err));
    MUST(plim_store_read_book(&confined, book_path, false, &must_err));
    static const char *const names[] = {"banks", "borrowers", "loans", "collateral", "sites"};
    for (size_t t = 0; t < sizeof names / sizeof *names; t++)
        read_both(&trusted, &confined, names[t]);
    trusted.close(&trusted);
    confined.close(&confined);
}

/* ---- a child that lies -------------------------------------------------------------------- */

static unsigned char *answers;
static size_t n_answers;
static uint64_t seed;
static long lingers = 1000; /* ms */

static uint64_t next_random(void) /* xorshift64 (Marsaglia 2003) */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static const char *const tables_read[] = {"banks", "borrowers", "loans"};
enum { N_TABLES = 3, COLUMNS_MOST = 8 };

/* Asks as the source does, and keeps what comes back. */
static void record(void)
{
    int sockets[2], file = open(book_path, O_RDONLY);
    assert_true(file >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    pid_t child;
    plim_confined_work work = {file, sockets[1], plim_confined_serve, book_path};
    MUST(plim_confine(&child, &work, &(plim_confinement){.memory = MEMORY}, &must_err));
    (void)close(file);
    (void)close(sockets[1]);
    plim_wire *wire = plim_alloc(1, sizeof *wire);
    assert_non_null(wire);
    wire->socket = sockets[0];
    const size_t n_columns[N_TABLES] = {3, 5, 8};
    for (size_t t = 0; t < N_TABLES; t++) {
        (void)plim_wire_put_number(wire, PLIM_CONFINED_TABLE);
        (void)plim_wire_put_text(wire, tables_read[t]);
        for (size_t c = 0; c < n_columns[t]; c++) {
            const uint64_t request[] = {PLIM_CONFINED_COLUMN, c, 1, 0};
            (void)plim_wire_put(wire, request, sizeof request);
        }
    }
    assert_true(plim_wire_flush(wire) && shutdown(sockets[0], SHUT_WR) == 0);
    answers = malloc(1 << 20);
    assert_non_null(answers);
    for (ssize_t n; (n = recv(sockets[0], answers + n_answers, (1 << 20) - n_answers, 0)) > 0;)
        n_answers += (size_t)n;
    (void)close(sockets[0]);
    (void)waitpid(child, NULL, 0);
    plim_free(wire);
    assert_true(n_answers > 1000);
}

static void replay(void *path, int file, int socket, const plim_confinement *held)
{
    (void)path, (void)file, (void)held;
    char ignored[4096];
    for (size_t at = 0; at < n_answers;) {
        ssize_t n = send(socket, answers + at, n_answers - at, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        at += (size_t)n;
    }
    /* For a moment it still takes questions, so that what it said can be read; then it ends. */
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        (void)!recv(socket, ignored, sizeof ignored, MSG_DONTWAIT);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 <
             lingers);
}

/* Whatever came through is a frame as it should be. */
static void check_frame(const plim_frame *frame)
{
    for (size_t c = 0; c < frame->n_columns; c++) {
        const plim_column *column = &frame->columns[c];
        assert_int_equal(column->n_rows, frame->n_rows);
        for (size_t i = 0; i < column->n_rows && column->kind == PLIM_COLUMN_TEXT; i++)
            assert_true(column->code[i] < column->labels.count);
    }
}

static plim_status read_replayed(void)
{
    plim_source source;
    plim_store_limits limits = {.seconds = 1, .memory = MEMORY};
    PLIM_TRY(plim_confined_attach(&source, book_path, &limits, replay, &must_err));
    plim_status status = PLIM_OK;
    for (size_t t = 0; t < N_TABLES && status == PLIM_OK; t++) {
        plim_frame frame;
        status = source.read_table(&source, tables_read[t], &frame, &must_err);
        if (status == PLIM_OK)
            check_frame(&frame);
        plim_frame_free(&frame);
    }
    source.close(&source);
    return status;
}

/* Lengths, counts and codes are where numbers of 64 bits begin: so large ones come often. */
static void falsify(void)
{
    static const uint64_t odd[] = {0, 1, 2, 255, 65536, UINT32_MAX, UINT64_MAX, UINT64_MAX / 8};
    for (size_t i = 0; i <= next_random() % 3; i++) {
        size_t at = next_random() % (n_answers - 8);
        if (next_random() % 2 == 0)
            answers[at] ^= (unsigned char)(1 + next_random() % 255);
        else
            memcpy(answers + at, &odd[next_random() % (sizeof odd / sizeof *odd)], 8);
    }
}

static void answers_that_lie(void **state)
{
    (void)state;
    enum { TRIALS = 1500 };
    write_book();
    record();
    MUST(read_replayed());
    unsigned char *sound = malloc(n_answers);
    assert_non_null(sound);
    memcpy(sound, answers, n_answers);
    size_t whole = n_answers, refused = 0;
    seed = 88172645463325252U;
    lingers = 3;
    for (int trial = 0; trial < TRIALS; trial++) {
        memcpy(answers, sound, whole);
        n_answers = whole;
        falsify();
        if (next_random() % 8 == 0)
            n_answers = next_random() % whole;
        must_err = (plim_error){0};
        plim_status status = read_replayed();
        assert_true(status == PLIM_OK || (status == PLIM_INPUT && must_err.message[0] != '\0') ||
                    status == PLIM_MACHINE);
        refused += status != PLIM_OK;
    }
    assert_true(refused > TRIALS / 4 && refused < TRIALS);
    free(sound);
    free(answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_the_file), cmocka_unit_test(children_that_die),
        cmocka_unit_test(a_source_that_died), cmocka_unit_test(both_ways_read_the_same),
        cmocka_unit_test(answers_that_lie)};
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}

/* Runs texts near the corpus through the target, a fixed sequence for a seed.
 *
 *   fuzz_scripts [--executions N] [--seed S] [--from I] [--print] [--maps]
 *
 * With --maps texts start from the maps of the corpus alone.
 * First the corpus itself, then N texts (default 5,000) from number I on. What a failing text was
 * is said on stderr by its number: `--from I --executions 1 --print` shows and repeats it. A text
 * that takes more than half a minute is a hang. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"
#include "target.h"

enum { HANG_SECONDS = 30, REPORT = 50000 };

static struct {
    volatile uint64_t number; /* of the text that runs */
    uint64_t seed;
} now;

/* Only what a signal handler may call. */
static void write_number(uint64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    (void)!write(STDERR_FILENO, digits + at, sizeof digits - at);
}

static void on_failure(int number)
{
    static const char *const before = "\nfuzz: failed at text ", *const middle = " of seed ",
                             *const after = ", signal ";
    (void)!write(STDERR_FILENO, before, strlen(before));
    write_number(now.number);
    (void)!write(STDERR_FILENO, middle, strlen(middle));
    write_number(now.seed);
    (void)!write(STDERR_FILENO, after, strlen(after));
    write_number((uint64_t)number);
    (void)!write(STDERR_FILENO, "\n", 1);
    signal(number, SIG_DFL);
    raise(number);
}

typedef struct plan {
    uint64_t executions, from;
    bool print, maps;
} plan;

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
    plan p = {.executions = 5000};
    now.seed = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--executions") == 0)
            p.executions = number_of(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0)
            now.seed = number_of(argv[++i]);
        else if (strcmp(argv[i], "--from") == 0)
            p.from = number_of(argv[++i]);
        else if (strcmp(argv[i], "--print") == 0)
            p.print = true;
        else if (strcmp(argv[i], "--maps") == 0)
            p.maps = true;
        else {
            fprintf(stderr, "fuzz: unknown option '%s'\n", argv[i]);
            exit(2);
        }
    }
    return p;
}

static void watch(void)
{
    static const int failures[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        signal(failures[i], on_failure);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - start->tv_sec) + (double)(t.tv_nsec - start->tv_nsec) * 1e-9;
}

static void report(const struct timespec *start, uint64_t done, uint64_t accepted)
{
    double seconds = seconds_since(start);
    fprintf(stderr, "fuzz: %" PRIu64 " texts, %" PRIu64 " accepted, %.0f a second\n", done,
            accepted, seconds > 0 ? (double)done / seconds : 0.0);
}

static void run_mutations(const fuzz_corpus *corpus, const plan *p)
{
    static char text[FUZZ_LONGEST + 1];
    struct timespec start;
    uint64_t accepted = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t i = 0; i < p->executions; i++) {
        now.number = p->from + i;
        size_t length = fuzz_mutate(corpus, now.seed, now.number, text);
        if (p->print)
            fwrite(text, 1, length, stdout), fflush(stdout);
        alarm(HANG_SECONDS);
        accepted += (uint64_t)fuzz_target_run(text, length);
        if ((i + 1) % REPORT == 0)
            report(&start, i + 1, accepted);
    }
    alarm(0);
    report(&start, p->executions, accepted);
}

static void read_corpus(fuzz_corpus *corpus)
{
    static const char *const folders[] = {
        PLIM_SOURCE_DIR "/tests/fuzz/corpus", PLIM_SOURCE_DIR "/scenarios",
        PLIM_SOURCE_DIR "/scenarios/models", PLIM_SOURCE_DIR "/scenarios/lib"};
    size_t n_folders = sizeof folders / sizeof *folders;
    for (size_t i = 0; i < n_folders; i++) {
        if (i == n_folders - 1)
            corpus->bases = corpus->count; /* a library is no script to start from */
        if (!fuzz_corpus_add(corpus, folders[i])) {
            fprintf(stderr, "fuzz: %s can't be read\n", folders[i]);
            exit(2);
        }
    }
}

/* Maps to the front, which texts start from. */
static void put_maps_first(fuzz_corpus *corpus)
{
    size_t n = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        fuzz_sample sample = corpus->samples[i];
        if (strstr(sample.text, "return map") == NULL)
            continue;
        corpus->samples[i] = corpus->samples[n];
        corpus->samples[n++] = sample;
    }
    corpus->bases = n;
}

int main(int argc, char **argv)
{
    plan p = read_arguments(argc, argv);
    fuzz_corpus corpus = {0};
    fuzz_target_open(PLIM_SOURCE_DIR);
    read_corpus(&corpus);
    if (p.maps)
        put_maps_first(&corpus);
    watch();
    if (chdir("/") != 0 || !fuzz_target_lock())
        fprintf(stderr, "fuzz: no lock on system calls here; escapes show as inputs only\n");
    size_t accepted = 0;
    for (size_t i = 0; i < corpus.count; i++) {
        alarm(HANG_SECONDS);
        accepted += (size_t)fuzz_target_run(corpus.samples[i].text, corpus.samples[i].length);
    }
    fprintf(stderr, "fuzz: %zu of %zu texts of the corpus accepted\n", accepted, corpus.count);
    run_mutations(&corpus, &p);
    fuzz_corpus_free(&corpus);
    fuzz_target_close();
    return 0;
}

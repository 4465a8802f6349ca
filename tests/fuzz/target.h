/* What is fuzzed: a text goes through sandbox and tracer as a scenario (or, if it says `return
 * model` or `return map`, as a portfolio model or the map of a bank's export). Whatever the text,
 * the answer is a program whose graph holds together, or a message that names a file; anything else
 * aborts. */
#ifndef PLIM_TESTS_FUZZ_TARGET_H
#define PLIM_TESTS_FUZZ_TARGET_H

#include <stddef.h>

/* Reads the library (`source`/scenarios/lib) once. Exits with a message if it can't. */
void fuzz_target_open(const char *source);
void fuzz_target_close(void);

/* From now on the process may open no file, start no program, reach no network, remove and rename
   nothing: a script that gets out of the sandbox ends the process with SIGSYS. False where the
   system has no such lock. */
int fuzz_target_lock(void);

/* Runs one text. Returns 1 if it was accepted, 0 if it was refused. */
int fuzz_target_run(const char *text, size_t length);

#endif

/* Texts near a corpus of scripts, cut at tokens and brackets rather than at bytes alone, so that
 * many of them still run. Each is a function of the corpus, a seed and its number. */
#ifndef PLIM_TESTS_FUZZ_MUTATE_H
#define PLIM_TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_LONGEST 30000 /* bytes of a text */

typedef struct fuzz_sample {
    char *name, *text;
    size_t length;
} fuzz_sample;

typedef struct fuzz_corpus {
    fuzz_sample *samples;
    size_t count;
    size_t bases; /* the first ones, which texts start from; all are borrowed from */
} fuzz_corpus;

/* Adds the *.lua of a folder, in the order of their names. Returns 0 if it can't be read. */
int fuzz_corpus_add(fuzz_corpus *corpus, const char *folder);
void fuzz_corpus_free(fuzz_corpus *corpus);

/* Writes text `number` of `seed` to out[FUZZ_LONGEST] and returns its length. */
size_t fuzz_mutate(const fuzz_corpus *corpus, uint64_t seed, uint64_t number, char *out);

#endif

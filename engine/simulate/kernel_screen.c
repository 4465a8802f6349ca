/* The second stage; see simulate/kernel.h. Compiled once per instruction set.
 *
 * Philox4x32-7 (math/draw.h) over borrowers, with what does not depend on the path taken out of the
 * loop over paths: of the counter's four words only the third does. Words of a round are called a,
 * b, c, d; each is kept twice, for the borrowers at even and at odd places. */
#include "simulate/kernel.h"
#include "simulate/lanes.h"

enum { WIDTH = PLIM_LANES_WIDTH, ROUNDS = 7, OCTET = 8 };

#define MULTIPLIER_A 0xD2511F53U
#define MULTIPLIER_C 0xCD9E8D57U
#define WEYL_LOW     0x9E3779B9U
#define WEYL_HIGH    0xBB67AE85U

/* Half of the borrowers of a vector, as far as two rounds can go without the path: after the second
   the words are (kept_a ^ path, b, c ^ upper(first x multiplier), product). */
typedef struct half {
    plim_lanes first;  /* word a after round 1, without the path's part */
    plim_lanes kept_a; /* word a after round 2, without the path's part */
    plim_lanes b;      /* word b after round 2 */
    plim_lanes kept_c; /* word c after round 2, without the product */
} half;

static inline half prepare(plim_lanes key_low, plim_lanes key_high, const plim_screen_job *job)
{
    const plim_lanes by_a = plim_lanes_all(MULTIPLIER_A), by_c = plim_lanes_all(MULTIPLIER_C);
    plim_lanes product = plim_lanes_multiply(key_low, by_a);
    plim_lanes c =
        plim_lanes_xor(plim_lanes_upper(product), plim_lanes_all(job->domain ^ job->seed_high));
    plim_lanes second = plim_lanes_multiply(c, by_c);
    half h = {.first = plim_lanes_xor(key_high, plim_lanes_all(job->seed_low)),
              .kept_a = plim_lanes_xor(plim_lanes_upper(second),
                                       plim_lanes_all(job->seed_low + WEYL_LOW)),
              .b = second,
              .kept_c = plim_lanes_xor(product, plim_lanes_all(job->seed_high + WEYL_HIGH))};
    return h;
}

/* What a path brings into the first round: upper and lower half of path x multiplier. */
typedef struct path_words {
    plim_lanes upper, lower;
} path_words;

static inline void draw(const half *h, const path_words *path, const plim_screen_job *job,
                        plim_lanes out[4])
{
    const plim_lanes by_a = plim_lanes_all(MULTIPLIER_A), by_c = plim_lanes_all(MULTIPLIER_C);
    plim_lanes product = plim_lanes_multiply(plim_lanes_xor(h->first, path->upper), by_a);
    plim_lanes a = plim_lanes_xor(h->kept_a, path->lower), b = h->b;
    plim_lanes c = plim_lanes_xor(h->kept_c, plim_lanes_upper(product)), d = product;
    uint32_t low = job->seed_low + 2 * WEYL_LOW, high = job->seed_high + 2 * WEYL_HIGH;
    for (int round = 2; round < ROUNDS; round++) {
        plim_lanes from_a = plim_lanes_multiply(a, by_a), from_c = plim_lanes_multiply(c, by_c);
        a = plim_lanes_xor3(plim_lanes_upper(from_c), b, plim_lanes_all(low));
        c = plim_lanes_xor3(plim_lanes_upper(from_a), d, plim_lanes_all(high));
        b = from_c;
        d = from_a;
        low += WEYL_LOW;
        high += WEYL_HIGH;
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
}

/* Place in the chunk and on the paths of what `list` lists. */
typedef struct corner {
    uint32_t position, path;
} corner;

/* Lists the set bits of two words' comparison. `upper` are their 16-bit halves, in order of word,
   borrower, path of the pair; `word` is the number of the first. */
static inline plim_candidate *list(plim_candidate *out, uint64_t within, const uint16_t *upper,
                                   const corner *at, uint32_t word)
{
    while (within != 0) {
        uint32_t i = (uint32_t)__builtin_ctzll(within) / PLIM_LANES_BITS;
        within &= within - 1;
#if PLIM_LANES_BITS == 2
        within &= within - 1; /* a hit sets two bits */
#endif
        uint32_t second = i / (2 * WIDTH), in_word = i % (2 * WIDTH);
        *out++ = (plim_candidate){.position = (uint16_t)(at->position + in_word / 2),
                                  .upper = upper[i],
                                  .path = at->path + 2 * (word + second) + in_word % 2};
    }
    return out;
}

/* One vector of borrowers over all paths. */
static inline plim_candidate *screen_vector(const plim_screen_job *job, uint32_t first,
                                            const path_words *paths, plim_candidate *out)
{
    enum { BITS_OF_WORD = 2 * WIDTH * PLIM_LANES_BITS };
    plim_lanes low = plim_lanes_load(job->key_low + first);
    plim_lanes high = plim_lanes_load(job->key_high + first);
    half even = prepare(low, high, job);
    half odd = prepare(plim_lanes_upper(low), plim_lanes_upper(high), job);
    union {
        uint32_t word[4 * WIDTH];
        uint16_t upper[8 * WIDTH];
    } drawn;
    for (uint32_t o = 0; o < job->n_octets; o++) {
        plim_lanes at_even[4], at_odd[4], words[4];
        uint64_t within[4];
        draw(&even, &paths[o], job, at_even);
        draw(&odd, &paths[o], job, at_odd);
        const uint16_t *bound = job->bound + (size_t)o * OCTET;
        for (int w = 0; w < 4; w++) {
            words[w] = plim_lanes_weave(at_even[w], at_odd[w]);
            uint32_t pair = (uint32_t)bound[2 * w] | (uint32_t)bound[2 * w + 1] << 16;
            within[w] = plim_lanes_within(words[w], plim_lanes_all(pair));
        }
        if ((within[0] | within[1] | within[2] | within[3]) == 0)
            continue;
        for (int w = 0; w < 4; w++)
            plim_lanes_store(drawn.word + w * WIDTH, words[w]);
        corner at = {first, o * OCTET};
        out = list(out, within[0] | within[1] << BITS_OF_WORD, drawn.upper, &at, 0);
        out = list(out, within[2] | within[3] << BITS_OF_WORD, drawn.upper + 4 * WIDTH, &at, 2);
    }
    return out;
}

uint32_t PLIM_ISA_NAME(plim_kernel_screen)(const plim_screen_job *job)
{
    enum { MOST = 64 }; /* paths' words prepared at a time: they stay in the first-level cache */
    path_words paths[MOST];
    plim_candidate *out = job->out;
    plim_screen_job part = *job;
    for (uint32_t done = 0; done < job->n_octets; done += part.n_octets) {
        part.n_octets = job->n_octets - done < MOST ? job->n_octets - done : MOST;
        part.bound = job->bound + (size_t)done * OCTET;
        for (uint32_t o = 0; o < part.n_octets; o++) {
            uint64_t product = (uint64_t)job->octet[done + o] * MULTIPLIER_C;
            paths[o] = (path_words){plim_lanes_all((uint32_t)(product >> 32)),
                                    plim_lanes_all((uint32_t)product)};
        }
        plim_candidate *begin = out;
        for (uint32_t first = 0; first < job->n; first += WIDTH)
            out = screen_vector(&part, first, paths, out);
        for (; done > 0 && begin < out; begin++)
            begin->path += done * OCTET;
    }
    return (uint32_t)(out - job->out);
}

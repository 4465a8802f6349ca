#include "run/selfcheck_parts.h"

#include <fenv.h>
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "math/draw.h"
#include "math/functions.h"
#include "parallel/team.h"

/* ---- known answers ---- */

static void draws(plim_selfcheck *check)
{
    /* Random123's kat_vectors, philox4x32 with 7 rounds, the one with the digits of pi. */
    static const uint32_t published[4] = {0x4dfccaba, 0x190a87f0, 0xc47362ba, 0xb6b5242a};
    const plim_draw_id id = {.purpose = PLIM_DRAW_FACTOR,
                             .key = 0x85a308d3243f6a88U,
                             .path = 0x13198a2e,
                             .year = 0x70,
                             .sub = 0x7344};
    uint32_t words[4];
    char expected[64], got[64];
    plim_draw_words(0x299f31d0a4093822U, &id, words);
    plim_selfcheck_line line = {.name = "random numbers",
                                .what = "Philox4x32-7 gives the words that Random123 publishes",
                                .passed = memcmp(words, published, sizeof words) == 0};
    if (!line.passed) {
        (void)snprintf(expected, sizeof expected, "%08x %08x %08x %08x", published[0], published[1],
                       published[2], published[3]);
        (void)snprintf(got, sizeof got, "%08x %08x %08x %08x", words[0], words[1], words[2],
                       words[3]);
        line.expected = expected;
        line.got = got;
    }
    plim_selfcheck_say(check, &line);
}

static plim_status digest(plim_selfcheck *check, plim_error *err)
{
    static const char published[] =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char hex[PLIM_DIGEST_HEX];
    PLIM_TRY(plim_digest_bytes("abc", 3, hex, err));
    plim_selfcheck_line line = {.name = "digests",
                                .what = "SHA-256 of \"abc\" is the one of FIPS 180-4",
                                .passed = strcmp(hex, published) == 0};
    if (!line.passed) {
        line.expected = published;
        line.got = hex;
    }
    plim_selfcheck_say(check, &line);
    return PLIM_OK;
}

typedef struct known_value {
    const char *name;
    double (*function)(double);
    double x, value;
} known_value;

/* The doubles that the functions give, each within its error bound (math/functions.h) of the true
   value by multiple-precision arithmetic. */
static const known_value known_values[] = {
    {"exp", plim_exp, 1, 0x1.5bf0a8b14576ap+1},
    {"exp", plim_exp, -0.5, 0x1.368b2fc6f960ap-1},
    {"exp", plim_exp, 12.25, 0x1.982aa4f9aec9p+17},
    {"exp", plim_exp, -700, 0x1.14f2b0fb9307fp-1010},
    {"log", plim_log, 2, 0x1.62e42fefa39efp-1},
    {"log", plim_log, 10, 0x1.26bb1bbb55516p+1},
    {"log", plim_log, 1e-300, -0x1.5963447f87fb5p+9},
    {"log", plim_log, 0.69999999999999996, -0x1.6d3c324e13f5p-2},
    {"normal_cdf", plim_normal_cdf, 1.96, 0x1.f33379d3bd367p-1},
    {"normal_cdf", plim_normal_cdf, -3.0901999999999998, 0x1.062c2a10b5551p-10},
    {"normal_cdf", plim_normal_cdf, -0.10000000000000001, 0x1.d7375f15b2f1cp-2},
    {"normal_cdf", plim_normal_cdf, -20, 0x1.c0bd0f1880783p-295},
    {"normal_inv", plim_normal_inv, 0.97499999999999998, 0x1.f5c0331eeff82p+0},
    {"normal_inv", plim_normal_inv, 0.999, 0x1.8b8cbb720447p+1},
    {"normal_inv", plim_normal_inv, 0.02, -0x1.06e13e8aadfdbp+1},
    {"normal_inv", plim_normal_inv, 9.9999999999999998e-13, -0x1.c234fba57a32ap+2},
};

static void functions(plim_selfcheck *check)
{
    char expected[64], got[64];
    plim_selfcheck_line line = {
        .name = "functions",
        .what = "exp, log, normal distribution and its inverse give the recorded bits",
        .passed = true};
    for (size_t i = 0; i < sizeof known_values / sizeof *known_values && line.passed; i++) {
        const known_value *known = &known_values[i];
        double value = known->function(known->x);
        if (memcmp(&value, &known->value, sizeof value) == 0)
            continue;
        line.passed = false;
        (void)snprintf(expected, sizeof expected, "%s(%.17g) = %a", known->name, known->x,
                       known->value);
        (void)snprintf(got, sizeof got, "%a", value);
        line.expected = expected;
        line.got = got;
    }
    plim_selfcheck_say(check, &line);
}

/* The array functions run on the kernel of the processor. */
static void array_functions(plim_selfcheck *check)
{
    enum { n = 1000 };
    static const struct {
        const char *name;
        double (*one)(double);
        void (*many)(double *out, const double *x, int n);
        double low, high;
    } pairs[] = {{"exp", plim_exp, plim_exp_n, -40, 40},
                 {"log", plim_log, plim_log_n, 0, 1000},
                 {"normal_cdf", plim_normal_cdf, plim_normal_cdf_n, -12, 12}};
    plim_selfcheck_line line = {.name = "vector functions",
                                .what = "arrays and single numbers give the same bits",
                                .passed = true};
    char got[64];
    double x[n], many[n];
    for (size_t f = 0; f < sizeof pairs / sizeof *pairs && line.passed; f++) {
        for (int i = 0; i < n; i++)
            x[i] = pairs[f].low + (pairs[f].high - pairs[f].low) * i / n;
        pairs[f].many(many, x, n);
        for (int i = 0; i < n && line.passed; i++) {
            double one = pairs[f].one(x[i]);
            if (memcmp(&one, &many[i], sizeof one) == 0)
                continue;
            line.passed = false;
            (void)snprintf(got, sizeof got, "%s(%a)", pairs[f].name, x[i]);
            line.expected = "equal";
            line.got = got;
        }
    }
    plim_selfcheck_say(check, &line);
}

plim_status plim_selfcheck_known(plim_selfcheck *check, plim_error *err)
{
    draws(check);
    PLIM_TRY(digest(check, err));
    functions(check);
    array_functions(check);
    return PLIM_OK;
}

/* ---- arithmetic ---- */

/* What is wrong with the arithmetic of the calling thread, or NULL. */
static const char *wrong_arithmetic(void)
{
    /* volatile: worked out by the processor, not by the compiler */
    volatile double smallest = DBL_MIN, quarter = 0.25, large = 0x1p60, one = 1, third = 3;
    volatile double subnormal = smallest * quarter;
    if (fegetround() != FE_TONEAREST || one / third != 0x1.5555555555555p-2)
        return "rounding is not to nearest";
    if (!(subnormal > 0))
        return "subnormal results are flushed to zero";
    if (!(subnormal * large > 0))
        return "subnormal operands are taken as zero";
    return NULL;
}

static plim_status check_thread(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)job;
    (void)task;
    const char *wrong = wrong_arithmetic();
    return wrong ? plim_fail(err, PLIM_BUG, "thread %d: %s", worker, wrong) : PLIM_OK;
}

static plim_status rounding(plim_selfcheck *check, plim_error *err)
{
    const char *wrong = wrong_arithmetic();
    plim_selfcheck_line line = {.name = "rounding",
                                .what = "to nearest, subnormals kept, in every thread",
                                .passed = !wrong};
    int threads = plim_team_default_threads();
    const plim_team team = {.threads = threads < 3 ? 3 : threads};
    plim_status status = PLIM_OK;
    if (wrong) {
        line.expected = "rounding to nearest, subnormals kept";
        line.got = wrong;
    } else
        status = plim_team_run(&team, check_thread, NULL, 4 * (uint64_t)team.threads, err);
    return plim_selfcheck_outcome(check, &line, status, err);
}

/* (1 + 2^-27)^2 = 1 + 2^-26 + 2^-54: the last term is lost when the product is rounded, and comes
   out alone when it is not. */
static void contraction(plim_selfcheck *check)
{
    volatile double factor = 1 + 0x1p-27, less = -(1 + 0x1p-26);
    double a = factor, b = factor, c = less;
    double left = a * b + c;
    plim_selfcheck_line line = {.name = "contraction",
                                .what = "products are rounded before they are added to",
                                .passed = left == 0};
    char got[32];
    if (!line.passed) {
        (void)snprintf(got, sizeof got, "%a", left);
        line.expected = "0";
        line.got = got;
    }
    plim_selfcheck_say(check, &line);
}

plim_status plim_selfcheck_arithmetic(plim_selfcheck *check, plim_error *err)
{
    PLIM_TRY(rounding(check, err));
    contraction(check);
    return PLIM_OK;
}

/* One hash of each function's results over compilers, optimisation levels and instruction sets: the
   constants below were the same for gcc 12 and clang 14 at -O0 to -O3. If one changes, every result
   that was ever published with the same seed changes: raise PLIMSOLL_STREAM_VERSION and say why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/isa.h"
#include "math/functions.h"
#include "math/kernel_functions.h"

enum { N = 150000 };

static double inputs[N], results[N];

/* A third of all bit patterns (subnormals, infinities and NaN among them), a third spread over what
   the functions tell apart, a third between 0 and 1. */
static int make_inputs(void **state)
{
    (void)state;
    uint64_t mix = 88172645463325252U;
    for (int i = 0; i < N; i++) {
        mix ^= mix << 13;
        mix ^= mix >> 7;
        mix ^= mix << 17;
        double unit = (double)(mix >> 11) * 0x1p-53;
        if (i % 3 == 0)
            memcpy(&inputs[i], &mix, sizeof mix);
        else
            inputs[i] = i % 3 == 1 ? -760.0 + 1500.0 * unit : unit;
    }
    const double ends[] = {
        0.0,   -0.0,   1.0,  -1.0, (double)INFINITY, -(double)INFINITY, (double)NAN, 0x1p-1074,
        710.0, -746.0, 38.7, -38.7};
    memcpy(inputs, ends, sizeof ends);
    return 0;
}

/* FNV-1a over the bits; what a NaN carries besides is not compared. */
static uint64_t hash_of(const double *values, int n)
{
    uint64_t hash = 14695981039346656037U;
    for (int i = 0; i < n; i++) {
        uint64_t bits = 0x7ff8000000000000U;
        if (values[i] == values[i])
            memcpy(&bits, &values[i], sizeof bits);
        for (int b = 0; b < 8; b++)
            hash = (hash ^ (bits >> (8 * b) & 0xFFU)) * 1099511628211U;
    }
    return hash;
}

static void expect(const char *what, uint64_t expected)
{
    uint64_t got = hash_of(results, N);
    if (got != expected)
        fail_msg("%s: hash 0x%016llx, not 0x%016llx", what, (unsigned long long)got,
                 (unsigned long long)expected);
}

typedef struct function {
    const char *name;
    uint64_t hash;
    double (*scalar)(double);
    void (*array)(double *, const double *, int); /* by the processor's set, or none */
    void (*by_isa[PLIM_ISA_COUNT])(double *, const double *, int);
} function;

static const function functions[] = {
    {"exp",
     0x302bad43a5bcac97U,
     plim_exp,
     plim_exp_n,
     {plim_exp_n_base, plim_exp_n_avx2, plim_exp_n_avx512}},
    {"log",
     0x9e1cb0f6df3b33c4U,
     plim_log,
     plim_log_n,
     {plim_log_n_base, plim_log_n_avx2, plim_log_n_avx512}},
    {"normal_cdf",
     0x6cc1906243c63a47U,
     plim_normal_cdf,
     plim_normal_cdf_n,
     {plim_normal_cdf_n_base, plim_normal_cdf_n_avx2, plim_normal_cdf_n_avx512}},
    {"normal_inv", 0xb1528c28fa3e822fU, plim_normal_inv, NULL, {NULL}},
    {"logit", 0xd2b5d9ae02731cc6U, plim_logit, NULL, {NULL}},
    {"logistic", 0xc7d3e1f6e6badf2bU, plim_logistic, NULL, {NULL}},
};
enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

static void scalar_functions(void **state)
{
    (void)state;
    for (int f = 0; f < N_FUNCTIONS; f++) {
        for (int i = 0; i < N; i++)
            results[i] = functions[f].scalar(inputs[i]);
        expect(functions[f].name, functions[f].hash);
    }
}

static void power(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        double y = inputs[(i * 7 + 5) % N];
        results[i] = plim_pow(fabs(inputs[i]), i % 5 == 0 ? floor(y) : y);
    }
    expect("pow", 0x5b6efc032cd6b68cU);
}

static bool machine_has(plim_isa isa)
{
    plim_isa found;
    assert_int_equal(setenv("PLIMSOLL_ISA", plim_isa_name(isa), 1), 0);
    plim_status status = plim_isa_choose(&found, NULL);
    assert_int_equal(unsetenv("PLIMSOLL_ISA"), 0);
    return status == PLIM_OK;
}

static void every_instruction_set(void **state)
{
    (void)state;
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        if (!machine_has((plim_isa)isa)) {
            print_message("no %s on this machine\n", plim_isa_name((plim_isa)isa));
            continue;
        }
        for (int f = 0; f < N_FUNCTIONS; f++) {
            if (functions[f].by_isa[isa] == NULL)
                continue;
            functions[f].by_isa[isa](results, inputs, N);
            expect(functions[f].name, functions[f].hash);
        }
    }
}

static void the_chosen_set(void **state)
{
    (void)state;
    for (int f = 0; f < N_FUNCTIONS; f++) {
        if (functions[f].array == NULL)
            continue;
        functions[f].array(results, inputs, N);
        expect(functions[f].name, functions[f].hash);
    }
}

/* The rest of a loop that does not fill a vector, and results written over the inputs. */
static void short_and_in_place(void **state)
{
    (void)state;
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        if (!machine_has((plim_isa)isa))
            continue;
        for (int f = 0; f < N_FUNCTIONS; f++) {
            if (functions[f].by_isa[isa] == NULL)
                continue;
            for (int n = 0; n <= 33; n++) {
                double data[40], expected[40];
                for (int i = 0; i < 40; i++) {
                    data[i] = inputs[1000 + 3 * i + 1] / 100.0;
                    expected[i] = i < n ? functions[f].scalar(data[i]) : data[i];
                }
                functions[f].by_isa[isa](data, data, n);
                assert_true(hash_of(data, 40) == hash_of(expected, 40));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalar_functions),      cmocka_unit_test(power),
        cmocka_unit_test(every_instruction_set), cmocka_unit_test(the_chosen_set),
        cmocka_unit_test(short_and_in_place),
    };
    return cmocka_run_group_tests(tests, make_inputs, NULL);
}

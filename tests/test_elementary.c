/* tests/test_elementary.c - compares exp, log, sin, cos, tanh, sigmoid and softplus with the C
 * library's in double precision, which are correct to far more digits than a float has.
 *
 * `test_elementary all` tests every float instead of a sample, and prints the table of
 * docs/numerics.md; scripts/check-code functions does so.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <float.h>
#include <math.h>
#include <pthread.h>

#include "base/cores.h"
#include "known_answers.h"
#include "math/compute.h"

#include "base/banned.h"

typedef void (*vector_function)(int n, const float *x, float *y);

static const double pi = 3.14159265358979323846;

/* Takes off the quarter turns first, which is exact. */
static double exact_sin_turns(double x)
{
    double quarters = floor(4 * x + 0.5);
    double r = 2 * pi * (x - quarters / 4);
    switch ((int)quarters % 4) {
    case 0:
        return sin(r);
    case 1:
        return cos(r);
    case 2:
        return -sin(r);
    default:
        return -cos(r);
    }
}

static double exact_cos_turns(double x)
{
    return exact_sin_turns(x + 0.25);
}

static double exact_sigmoid(double x)
{
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static double exact_softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

/* The function is defined for the floats from `first` to `last` (bit patterns), or for all floats
 * including NaNs if these are 0 and 0xffffffff. `most` is the error that docs/numerics.md states,
 * in units in the last place. */
typedef struct function {
    const char *name, *range;
    size_t offset; /* in struct kernels */
    double (*exact)(double x);
    uint32_t first, last;
    double most;
} function;

#define AT(member) offsetof(kernels, member)
static const function functions[] = {
    { "exp", "all", AT(exp), exp, 0, UINT32_MAX, 0.78 },
    { "log", "positive, finite", AT(log), log, 1, 0x7f7fffff, 0.96 },
    { "sin_turns", "0 to 1", AT(sin_turns), exact_sin_turns, 0, 0x3f800000, 1.6 },
    { "cos_turns", "0 to 1", AT(cos_turns), exact_cos_turns, 0, 0x3f800000, 1.6 },
    { "tanh", "all", AT(tanh), tanh, 0, UINT32_MAX, 1.35 },
    { "sigmoid", "all", AT(sigmoid), exact_sigmoid, 0, UINT32_MAX, 1.97 },
    { "softplus", "all", AT(softplus), exact_softplus, 0, UINT32_MAX, 2.03 },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static vector_function of_set(const function *f, const kernels *k)
{
    vector_function call;
    memcpy(&call, (const char *)k + f->offset, sizeof call);
    return call;
}

/* |got - exact| in units of the distance between the floats around `exact`. An infinity counts as
 * the number after the largest float, and is right if `exact` rounds to it. */
static double error_in_ulp(float got, double exact)
{
    if (isnan(exact) || isnan(got))
        return isnan(exact) && isnan(got) ? 0 : INFINITY;
    if (fabs(exact) >= 0x1.ffffffp127)
        return got == (exact < 0 ? -INFINITY : INFINITY) ? 0 : INFINITY;
    int exponent;
    frexp(exact, &exponent);
    exponent = exponent - 1 < FLT_MIN_EXP - 1 || exact == 0 ? FLT_MIN_EXP - 1 : exponent - 1;
    double value = isinf(got) ? copysign(0x1p128, (double)got) : (double)got;
    return ldexp(fabs(value - exact), 23 - exponent);
}

typedef struct worst {
    double error;
    uint32_t at;
    uint64_t count;   /* floats tried */
    uint64_t differs; /* floats for which two instruction sets disagree */
    uint32_t differs_at;
} worst;

enum { CHUNK = 4096 };

static worst measure_values(const function *f, int n, const float *x)
{
    worst w = { .count = (uint64_t)n };
    float y[CHUNK], other[CHUNK];
    of_set(f, &kernels_generic)(n, x, y);
    for (int i = 0; i < n; i++) {
        double error = error_in_ulp(y[i], f->exact((double)x[i]));
        if (error > w.error) {
            w.error = error;
            w.at = to_bits(x[i]);
        }
    }
    for (int s = 0; kernels_usable(s); s++) {
        of_set(f, kernels_usable(s))(n, x, other);
        for (int i = 0; i < n; i++)
            if (to_bits(y[i]) != to_bits(other[i]) && !(isnan(y[i]) && isnan(other[i]))) {
                w.differs++;
                w.differs_at = to_bits(x[i]);
            }
    }
    return w;
}

static void merge(worst *into, const worst *w)
{
    into->count += w->count;
    into->differs += w->differs;
    if (w->differs > 0)
        into->differs_at = w->differs_at;
    if (w->error > into->error || (w->error == into->error && w->at < into->at)) {
        into->error = w->error;
        into->at = w->at;
    }
}

typedef struct measurement {
    const function *f;
    uint32_t first, step;
    int64_t count;
    pthread_mutex_t *mutex;
    worst *all;
} measurement;

static void measure_part(const void *context, int i)
{
    const measurement *m = context;
    int64_t from = (int64_t)i * CHUNK;
    int n = m->count - from < CHUNK ? (int)(m->count - from) : CHUNK;
    float x[CHUNK] = { 0 };
    for (int j = 0; j < n; j++)
        x[j] = from_bits(m->first + (uint32_t)(from + j) * m->step);
    worst w = measure_values(m->f, n, x);
    pthread_mutex_lock(m->mutex);
    merge(m->all, &w);
    pthread_mutex_unlock(m->mutex);
}

static team *everyone;

/* Every step-th float from first to last. */
static worst measure(const function *f, uint32_t first, uint32_t last, uint32_t step)
{
    worst all = { 0 };
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    measurement m = { f, first, step, ((int64_t)last - first) / step + 1, &mutex, &all };
    team_run(everyone, (int)((m.count + CHUNK - 1) / CHUNK), measure_part, &m);
    return all;
}

static void check(const function *f, const worst *w)
{
    if (w->differs > 0)
        fail_msg("%s: the sets disagree on %llu of %llu values, for example %a", f->name,
                 (unsigned long long)w->differs, (unsigned long long)w->count,
                 (double)from_bits(w->differs_at));
    if (!(w->error <= f->most))
        fail_msg("%s(%a): error of %.3f ulp, more than %.3f", f->name, (double)from_bits(w->at),
                 w->error, f->most);
}

static uint32_t stride = 4099; /* a prime, so that all low bits occur */

static void every_function_keeps_its_error_bound(void **state)
{
    (void)state;
    for (int i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        worst w = measure(f, f->first, f->last, stride);
        if (stride == 1)
            printf("| `%s` | %s | %llu | %.3f | `%a` |\n", f->name, f->range,
                   (unsigned long long)w.count, w.error, (double)from_bits(w.at));
        check(f, &w);
    }
}

/* The borders between formulas, quadrants and exponents. */
static void every_function_keeps_its_error_bound_at_its_borders(void **state)
{
    (void)state;
    static const float borders[] = { 0,           FLT_MIN,     1,           2,          0.5f,
                                     0.25f,       0.75f,       0.125f,      0.375f,     0.625f,
                                     0.875f,      104,         103.972077f, 103.27893f, 89,
                                     88.7228394f, 87.3365448f, 0.34657359f, 1.0397208f, 0.70710678f,
                                     1.41421356f, 9.01f,       16.6f,       FLT_MAX,    INFINITY };
    enum { AROUND = 1000 };
    for (int i = 0; i < FUNCTIONS; i++)
        for (size_t k = 0; k < 2 * (sizeof borders / sizeof *borders); k++) {
            const function *f = &functions[i];
            uint32_t at = to_bits(k % 2 == 0 ? borders[k / 2] : -borders[k / 2]);
            if (at < f->first || at > f->last)
                continue;
            uint32_t low = at - f->first < AROUND ? f->first : at - AROUND;
            uint32_t high = f->last - at < AROUND ? f->last : at + AROUND;
            worst w = measure(f, low, high, 1);
            check(f, &w);
        }
}

/* The normal numbers use these arguments: u and t are multiples of 2^-24. */
static void every_function_keeps_its_error_bound_on_the_grid_of_the_normal_numbers(void **state)
{
    (void)state;
    static float x[CHUNK];
    for (int i = 1; i <= 3; i++)
        for (uint32_t k = 0; k < 1u << 24; k += CHUNK) {
            for (uint32_t j = 0; j < CHUNK; j++)
                x[j] = (float)(k + j + 1) * 0x1p-24f;
            int n = stride == 1 ? CHUNK : 67; /* numbers per chunk; few in the everyday test */
            worst w = measure_values(&functions[i], n, x);
            check(&functions[i], &w);
        }
}

static void special_values_are_exact_in_every_set(void **state)
{
    (void)state;
    static const struct {
        int function;
        float x, y;
    } cases[] = {
        { 0, -INFINITY, 0 },
        { 0, INFINITY, INFINITY },
        { 0, 0, 1 },
        { 0, -0.0f, 1 },
        { 0, 88.8f, INFINITY },
        { 0, -104, 0 },
        { 0, NAN, NAN },
        { 1, 1, 0 },
        { 2, 0, 0 },
        { 2, 0.25f, 1 },
        { 2, 0.5f, -0.0f },
        { 2, 0.75f, -1 },
        { 2, 1, 0 },
        { 3, 0, 1 },
        { 3, 0.25f, -0.0f },
        { 3, 0.5f, -1 },
        { 3, 0.75f, 0 },
        { 3, 1, 1 },
        { 4, 0, 0 },
        { 4, -0.0f, -0.0f },
        { 4, INFINITY, 1 },
        { 4, -INFINITY, -1 },
        { 4, 0x1p-149f, 0x1p-149f },
        { 4, -FLT_MIN, -FLT_MIN },
        { 4, NAN, NAN },
        { 5, 0, 0.5f },
        { 5, INFINITY, 1 },
        { 5, -INFINITY, 0 },
        { 5, 1000, 1 },
        { 5, -1000, 0 },
        { 5, NAN, NAN },
        { 6, -INFINITY, 0 },
        { 6, INFINITY, INFINITY },
        { 6, FLT_MAX, FLT_MAX },
        { 6, -1000, 0 },
        { 6, 1000, 1000 },
        { 6, NAN, NAN },
    };
    for (int s = 0; kernels_usable(s); s++)
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            const function *f = &functions[cases[k].function];
            /* More numbers than a vector, so that both the loop and its remainder are tested. */
            float x[19], y[19];
            for (int i = 0; i < 19; i++)
                x[i] = cases[k].x;
            of_set(f, kernels_usable(s))(19, x, y);
            for (int i = 0; i < 19; i++)
                if (isnan(cases[k].y) ? !isnan(y[i]) : to_bits(y[i]) != to_bits(cases[k].y))
                    fail_msg("%s %s(%a): expected %a, got %a", kernels_usable(s)->name, f->name,
                             (double)x[0], (double)cases[k].y, (double)y[i]);
        }
}

/* The checksum of docs/numerics.md over 8192 floats from `first` on, `step` apart. */
static uint32_t checksum(vector_function call, uint32_t first, uint32_t step)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 8192; i++) {
        float x = from_bits(first + i * step), y;
        call(1, &x, &y);
        if (!isnan(x))
            sum = 31 * sum + to_bits(y);
    }
    return sum;
}

static void check_known(const function *f, const known_answer *k)
{
    for (int s = 0; kernels_usable(s); s++) {
        vector_function call = of_set(f, kernels_usable(s));
        uint32_t first = (uint32_t)k->argument[0], got;
        float x = from_bits(first), y;
        call(1, &x, &y);
        got = k->arguments == 1 ? to_bits(y) : checksum(call, first, (uint32_t)k->argument[1]);
        if (got != k->result[0])
            fail_msg("%s %s %#x: expected %#x, got %#x", kernels_usable(s)->name, f->name, first,
                     (unsigned)k->result[0], got);
    }
}

/* tests/oracle/streams computed them from the document, without this code. */
static void the_functions_are_those_of_the_document(void **state)
{
    (void)state;
    int count = 0;
    FILE *f = known_open("docs/numerics.md");
    known_answer k;
    while (known_next(f, &k))
        for (int i = 0; i < FUNCTIONS; i++)
            if (strcmp(k.name, functions[i].name) == 0) {
                check_known(&functions[i], &k);
                count++;
            }
    fclose(f);
    assert_in_range(count, 74, 1000);
}

static void no_function_needs_a_whole_vector_or_another_place(void **state)
{
    (void)state;
    enum { MOST = 67 };
    for (int s = 0; kernels_usable(s); s++)
        for (int i = 0; i < FUNCTIONS; i++)
            for (int n = 0; n <= MOST; n++) {
                vector_function call = of_set(&functions[i], kernels_usable(s));
                float x[MOST + 2], apart[MOST + 2], place[MOST + 2];
                for (int j = 0; j < MOST + 2; j++)
                    x[j] = apart[j] = place[j] = (float)(j + 1) / (MOST + 2);
                call(n, x + 1, apart + 1);
                call(n, place + 1, place + 1);
                assert_memory_equal(apart, place, sizeof apart);
                assert_true(apart[0] == x[0] && apart[n + 1] == x[n + 1]);
            }
}

static int open_team(void **state)
{
    (void)state;
    return team_open(&everyone, cores_usable()) == STATUS_OK ? 0 : -1;
}

static int close_team(void **state)
{
    (void)state;
    team_close(everyone);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "all") == 0)
        stride = 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_keeps_its_error_bound),
        cmocka_unit_test(every_function_keeps_its_error_bound_at_its_borders),
        cmocka_unit_test(every_function_keeps_its_error_bound_on_the_grid_of_the_normal_numbers),
        cmocka_unit_test(special_values_are_exact_in_every_set),
        cmocka_unit_test(the_functions_are_those_of_the_document),
        cmocka_unit_test(no_function_needs_a_whole_vector_or_another_place),
    };
    return cmocka_run_group_tests_name("elementary", tests, open_team, close_team);
}

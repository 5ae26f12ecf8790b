// Float64 functions for tables made at load time. Plain multiplications and additions, one order, no libm.
#include "CReproKernels.h"

#include <math.h>
#include <string.h>

// 2^n for −1022 ≤ n ≤ 1023.
static double power_of_two(int64_t n) {
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

// The nearest integer, for |x| < 2^51.
static double nearest(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

// ln 2 in a part of 32 bits, whose products with small integers are exact, and the rest.
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

double repro_exp64(double x) {
    if (x != x) return x;
    if (x > 709.0) return INFINITY;
    if (x < -708.0) return 0;
    double n = nearest(x * 0x1.71547652b82fep0);
    double r = (x - n * ln2_high) - n * ln2_low;
    double p = 1.0;
    for (int i = 14; i >= 1; i--) p = 1.0 + p * r / i;
    return p * power_of_two((int64_t)n);
}

double repro_log64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        exponent += 1;
    }
    // log m = 2 artanh((m − 1) / (m + 1)), a series in squares below 0.0295.
    double s = (m - 1.0) / (m + 1.0), z = s * s, p = 0;
    for (int i = 25; i >= 3; i -= 2) p = (p + 1.0 / i) * z;
    double e = (double)exponent;
    return e * ln2_high + (e * ln2_low + (2.0 * s * p + 2.0 * s));
}

// The quadrant of x and its distance from the nearest multiple of π/2, which is taken away in three parts of 33
// bits, so that the first two products are exact.
static int64_t reduce(double x, double *r) {
    double n = nearest(x * 0x1.45f306dc9c883p-1);
    *r = ((x - n * 0x1.921fb544p0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69;
    return (int64_t)n & 3;
}

static double sine_series(double r) {
    double z = r * r, p = 1.0;
    for (int i = 18; i >= 2; i -= 2) p = 1.0 - p * z / (i * (i + 1));
    return p * r;
}

static double cosine_series(double r) {
    double z = r * r, p = 1.0;
    for (int i = 19; i >= 1; i -= 2) p = 1.0 - p * z / (i * (i + 1));
    return p;
}

double repro_sin64(double x) {
    double r;
    int64_t quadrant = reduce(x, &r);
    double value = (quadrant & 1) ? cosine_series(r) : sine_series(r);
    return (quadrant & 2) ? -value : value;
}

double repro_cos64(double x) {
    double r;
    int64_t quadrant = reduce(x, &r);
    double value = (quadrant & 1) ? sine_series(r) : cosine_series(r);
    return (quadrant == 1 || quadrant == 2) ? -value : value;
}

// Sixteen FP32 lanes: loads, folds and elementary functions with a fixed order of operations.
typedef float v16 __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef uint32_t u16 __attribute__((ext_vector_type(16)));
typedef float v8 __attribute__((ext_vector_type(8)));
typedef float v4 __attribute__((ext_vector_type(4), aligned(4)));
typedef double d16 __attribute__((ext_vector_type(16)));
typedef double d8 __attribute__((ext_vector_type(8)));
typedef double d4 __attribute__((ext_vector_type(4)));
typedef int64_t l16 __attribute__((ext_vector_type(16)));
typedef int64_t l8 __attribute__((ext_vector_type(8)));

#define INLINE static inline __attribute__((always_inline))

#if defined(REPRO_HARDWARE_FMA) || defined(__aarch64__)
INLINE v16 fma16(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }
#else
// Exact without the instruction: the product of two FP32 values is exact in Float64, the sum is rounded to odd
// there (the error of the sum decides), and Float64 has the two spare bits that make the final rounding correct.
INLINE v16 fma16(v16 a, v16 b, v16 c) {
    d16 p = __builtin_convertvector(a, d16) * __builtin_convertvector(b, d16);
    d16 q = __builtin_convertvector(c, d16);
    d16 s = p + q;
    d16 t = s - p;
    d16 e = (p - (s - t)) + (q - t);
    l16 bits = __builtin_bit_cast(l16, s);
    l16 error = __builtin_bit_cast(l16, e);
    // All ones where the sum was inexact and came out even. An infinite or NaN sum has a NaN error: left alone.
    l16 change = ((e < 0) | (e > 0)) & ((bits & 1) == 0);
    // Away from zero when the error has the sum's sign, towards it otherwise.
    l16 step = ((bits ^ error) < 0) | 1;
    bits += change & step;
    return __builtin_convertvector(__builtin_bit_cast(d16, bits), v16);
}
#endif

INLINE v16 load(const float *p) { return *(const v16 *)p; }
INLINE void store(float *p, v16 x) { *(v16 *)p = x; }
INLINE v16 splat(float x) { return (v16)x; }

// The first `count` (1…16) values, and `fill` in the other lanes.
INLINE v16 load_part(const float *p, int64_t count, float fill) {
    if (count >= 16) return load(p);
    v16 x = splat(fill);
    float lanes[16];
    memcpy(lanes, &x, sizeof lanes);
    memcpy(lanes, p, (size_t)count * sizeof(float));
    memcpy(&x, lanes, sizeof lanes);
    return x;
}

INLINE void store_part(float *p, int64_t count, v16 x) {
    if (count >= 16) {
        store(p, x);
        return;
    }
    float lanes[16];
    memcpy(lanes, &x, sizeof lanes);
    memcpy(p, lanes, (size_t)count * sizeof(float));
}

INLINE float fold_sum(v16 x) {
    v8 a = x.lo + x.hi;
    v4 b = a.lo + a.hi;
    float c0 = b[0] + b[2], c1 = b[1] + b[3];
    return c0 + c1;
}

// a where a > b, otherwise b: a NaN in b stays, one in a goes.
INLINE v16 larger(v16 a, v16 b) { return a > b ? a : b; }

INLINE float fold_max(v16 x) {
    v8 a = x.lo > x.hi ? x.lo : x.hi;
    v4 b = a.lo > a.hi ? a.lo : a.hi;
    float c0 = b[0] > b[2] ? b[0] : b[2], c1 = b[1] > b[3] ? b[1] : b[3];
    return c0 > c1 ? c0 : c1;
}

INLINE v16 sqrt16(v16 x) { return __builtin_elementwise_sqrt(x); }

// e^x: x = n ln 2 + r with |r| ≤ ln 2 / 2, a polynomial of degree 7 in r, and two exact scalings by powers of two,
// so that results below the normal range are rounded once.
INLINE v16 exp16(v16 x) {
    x = x < splat(-104.0f) ? splat(-104.0f) : x;
    x = x > splat(89.0f) ? splat(89.0f) : x;
    // Adding 1.5 · 2^23 rounds to an integer and leaves it in the low bits: no conversion, which NaN would upset.
    v16 shifted = fma16(x, splat(0x1.715476p+0f), splat(0x1.8p+23f));
    i16 n = __builtin_bit_cast(i16, shifted) - 0x4B400000;
    v16 nf = shifted - splat(0x1.8p+23f);
    v16 r = fma16(nf, splat(-0x1.63p-1f), x);
    r = fma16(nf, splat(0x1.bd0106p-13f), r);
    v16 p = splat(1.9875691500e-4f);
    p = fma16(p, r, splat(1.3981999507e-3f));
    p = fma16(p, r, splat(8.3334519073e-3f));
    p = fma16(p, r, splat(4.1665795894e-2f));
    p = fma16(p, r, splat(1.6666665459e-1f));
    p = fma16(p, r, splat(5.0000001201e-1f));
    p = fma16(p * r, r, r) + splat(1.0f);
    i16 half = n >> 1;
    v16 s1 = __builtin_bit_cast(v16, (half + 127) << 23);
    v16 s2 = __builtin_bit_cast(v16, (n - half + 127) << 23);
    return (p * s1) * s2;
}

INLINE v16 sigmoid16(v16 x) { return splat(1.0f) / (splat(1.0f) + exp16(-x)); }

// Natural logarithm: x = 2^e m with √½ ≤ m < √2, a polynomial of degree 9 in m − 1. Zero gives −∞, negative
// numbers NaN, +∞ and NaN themselves.
INLINE v16 log16(v16 x) {
    i16 tiny = x < splat(0x1p-126f);
    v16 y = tiny ? x * splat(0x1p+23f) : x;
    i16 bits = __builtin_bit_cast(i16, y);
    // The exponent after moving the mantissa's range to [√½, √2).
    i16 e = (bits - 0x3F3504F3) >> 23;
    v16 m = __builtin_bit_cast(v16, bits - (e << 23)) - splat(1.0f);
    e = tiny ? e - 23 : e;
    // |e| < 256: exact through the same addition as in exp16.
    v16 ef = __builtin_bit_cast(v16, e + 0x4B400000) - splat(0x1.8p+23f);
    v16 z = m * m;
    v16 p = splat(7.0376836292e-2f);
    p = fma16(p, m, splat(-1.1514610310e-1f));
    p = fma16(p, m, splat(1.1676998740e-1f));
    p = fma16(p, m, splat(-1.2420140846e-1f));
    p = fma16(p, m, splat(1.4249322787e-1f));
    p = fma16(p, m, splat(-1.6668057665e-1f));
    p = fma16(p, m, splat(2.0000714765e-1f));
    p = fma16(p, m, splat(-2.4999993993e-1f));
    p = fma16(p, m, splat(3.3333331174e-1f));
    p = (p * m) * z;
    p = fma16(ef, splat(-2.12194440e-4f), p);
    p = fma16(z, splat(-0.5f), p);
    v16 result = fma16(ef, splat(0.693359375f), m + p);
    result = x == splat(0.0f) ? splat(-INFINITY) : result;
    result = x < splat(0.0f) ? splat(NAN) : result;
    return ((x == splat(INFINITY)) | (x != x)) ? x : result;
}

#define MAP(name, function)                                                    \
    static void name(int64_t count, const float *x, float *y) {                \
        for (int64_t i = 0; i < count; i += 16) {                              \
            store_part(y + i, count - i, function(load_part(x + i, count - i, 1.0f))); \
        }                                                                      \
    }
MAP(map_exp, exp16)
MAP(map_log, log16)
MAP(map_sigmoid, sigmoid16)
#undef MAP

static void map_fma(int64_t count, const float *a, const float *b, const float *c, float *y) {
    for (int64_t i = 0; i < count; i += 16) {
        int64_t left = count - i;
        store_part(y + i, left, fma16(load_part(a + i, left, 0), load_part(b + i, left, 0), load_part(c + i, left, 0)));
    }
}

// Four rows of four to four columns of four.
INLINE void transpose4(const float *s, int64_t s_row, float *d, int64_t d_row) {
    v4 a = *(const v4 *)s, b = *(const v4 *)(s + s_row);
    v4 c = *(const v4 *)(s + 2 * s_row), e = *(const v4 *)(s + 3 * s_row);
    v4 ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    v4 ce0 = __builtin_shufflevector(c, e, 0, 4, 1, 5), ce1 = __builtin_shufflevector(c, e, 2, 6, 3, 7);
    *(v4 *)d = __builtin_shufflevector(ab0, ce0, 0, 1, 4, 5);
    *(v4 *)(d + d_row) = __builtin_shufflevector(ab0, ce0, 2, 3, 6, 7);
    *(v4 *)(d + 2 * d_row) = __builtin_shufflevector(ab1, ce1, 0, 1, 4, 5);
    *(v4 *)(d + 3 * d_row) = __builtin_shufflevector(ab1, ce1, 2, 3, 6, 7);
}

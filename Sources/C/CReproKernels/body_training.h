// What only training needs: dropout, the adapter's input gradient, gradient norm, AdamW.

// Philox4x32-10 for 16 consecutive values of the counter's low 64 bits.
INLINE void philox16(const repro_dropout *t, uint64_t block, u16 out[4]) {
    u16 c0, c1;
    for (int lane = 0; lane < 16; lane++) {
        uint64_t counter = block + (uint64_t)lane;
        c0[lane] = (uint32_t)counter;
        c1[lane] = (uint32_t)(counter >> 32);
    }
    u16 c2 = (u16)t->counter_high[0], c3 = (u16)t->counter_high[1];
    uint32_t k0 = t->key[0], k1 = t->key[1];
    typedef uint64_t w16 __attribute__((ext_vector_type(16)));
    for (int round = 0; round < 10; round++) {
        w16 p0 = __builtin_convertvector(c0, w16) * 0xD2511F53u;
        w16 p1 = __builtin_convertvector(c2, w16) * 0xCD9E8D57u;
        u16 high0 = __builtin_convertvector(p0 >> 32, u16), low0 = __builtin_convertvector(p0, u16);
        u16 high1 = __builtin_convertvector(p1 >> 32, u16), low1 = __builtin_convertvector(p1, u16);
        c0 = high1 ^ c1 ^ (u16)k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ (u16)k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

// The kept bits of elements e…e+127 (e a multiple of 128).
INLINE void dropout_bits(const repro_dropout *t, uint64_t e, uint8_t bits[16]) {
    u16 words[4];
    philox16(t, e / 8, words);
    // Lane b holds block e / 8 + b, which decides elements 8b…8b+7: one byte of bits.
    u16 kept = (u16)0;
    u16 threshold = (u16)t->threshold;
    for (int w = 0; w < 4; w++) {
        u16 low = words[w] & 0xFFFFu, high = words[w] >> 16;
        kept |= (low >= threshold ? (u16)(1u << (2 * w)) : (u16)0);
        kept |= (high >= threshold ? (u16)(1u << (2 * w + 1)) : (u16)0);
    }
    for (int lane = 0; lane < 16; lane++) bits[lane] = (uint8_t)kept[lane];
}

INLINE i16 expand(uint16_t mask) {
    const i16 bit = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
    return ((i16)(int32_t)mask & bit) != 0;
}

static void dropout_forward(const repro_dropout *t, int64_t first_row, int64_t row0, int64_t row1, int64_t n,
                            const float *x, int64_t x_row, float *y, int64_t y_row, uint16_t *mask) {
    const int64_t words = (n + 15) / 16;
    uint64_t have = UINT64_MAX;  // the first element of the 128 in `bits`
    uint8_t bits[16];
    for (int64_t row = row0; row < row1; row++) {
        uint64_t start = (uint64_t)(first_row + row) * (uint64_t)n;
        for (int64_t i = 0; i < n; i += 16) {
            uint32_t kept = 0;
            for (int lane = 0; lane < 16;) {
                uint64_t e = start + (uint64_t)i + (uint64_t)lane;
                if ((e & ~(uint64_t)127) != have) {
                    have = e & ~(uint64_t)127;
                    dropout_bits(t, have, bits);
                }
                // Up to the next byte boundary at once.
                int offset = (int)(e & 7), take = 8 - offset < 16 - lane ? 8 - offset : 16 - lane;
                uint32_t piece = (uint32_t)(bits[(e & 127) >> 3] >> offset) & ((1u << take) - 1);
                kept |= piece << lane;
                lane += take;
            }
            mask[row * words + i / 16] = (uint16_t)kept;
            v16 value = load_part(x + row * x_row + i, n - i, 0) * splat(t->factor);
            store_part(y + row * y_row + i, n - i, expand((uint16_t)kept) ? value : splat(0));
        }
    }
}

static void lora_input_backward(int64_t row0, int64_t row1, int64_t n, int64_t rank, const float *d, int64_t d_row,
                                const float *a, int64_t a_row, const uint16_t *mask, float factor, float *dx,
                                int64_t dx_row) {
    const int64_t words = (n + 15) / 16;
    for (int64_t row = row0; row < row1; row++) {
        for (int64_t i = 0; i < n; i += 16) {
            v16 sum = splat(0);
            for (int64_t r = 0; r < rank; r++) sum = fma16(splat(d[row * d_row + r]), load_part(a + r * a_row + i, n - i, 0), sum);
            v16 keep = !mask ? splat(factor) : expand(mask[row * words + i / 16]) ? splat(factor) : splat(0);
            float *out = dx + row * dx_row + i;
            store_part(out, n - i, fma16(sum, keep, load_part(out, n - i, 0)));
        }
    }
}

static double sum_of_squares(const float *x, int64_t count) {
    d8 sum = (d8)0.0;
    for (int64_t i = 0; i < count; i += 8) {
        d8 value = (d8)0.0;
        int64_t lanes = count - i < 8 ? count - i : 8;
        for (int64_t lane = 0; lane < lanes; lane++) value[lane] = (double)x[i + lane];
        // The square of an FP32 value is exact in Float64, so there is nothing for a fused operation to save.
        sum += value * value;
    }
    d4 a = sum.lo + sum.hi;
    double c0 = a[0] + a[2], c1 = a[1] + a[3];
    return c0 + c1;
}

static void adamw(const repro_adamw *t, int64_t first, int64_t last, const float *gradient, float *m, float *v,
                  float *w) {
    for (int64_t i = first; i < last; i += 16) {
        int64_t left = last - i;
        v16 g = load_part(gradient + i, left, 0) * splat(t->factor);
        v16 mean = fma16(splat(t->beta1), load_part(m + i, left, 0), splat(t->one_minus_beta1) * g);
        v16 square = fma16(splat(t->beta2), load_part(v + i, left, 0), (splat(t->one_minus_beta2) * g) * g);
        v16 weight = load_part(w + i, left, 0);
        weight = weight - splat(t->decay) * weight;
        v16 step = (splat(t->rate) * (mean * splat(t->m_factor))) / (sqrt16(square * splat(t->v_factor)) + splat(t->epsilon));
        store_part(m + i, left, mean);
        store_part(v + i, left, square);
        store_part(w + i, left, weight - step);
    }
}

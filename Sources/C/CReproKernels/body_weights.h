// Weights in their file's encoding, converted to FP32: each function converts `blocks` blocks. Plain loops over the
// values of a block, which the compiler vectorises; every operation is rounded by itself, so nothing depends on how.

INLINE uint16_t word16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

INLINE float from_bits(uint32_t bits) { return __builtin_bit_cast(float, bits); }

// The exact FP32 value of a binary16 bit pattern; NaN payloads are kept.
INLINE float from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7FFF;
    // A subnormal is an integer times 2^-24, which is exact in FP32.
    uint32_t small = __builtin_bit_cast(uint32_t, (float)(int32_t)magnitude * 0x1p-24f);
    uint32_t normal = (magnitude << 13) + (112u << 23);
    uint32_t special = magnitude << 13 | 0x7F800000;
    return from_bits(sign | (magnitude < 0x400 ? small : magnitude < 0x7C00 ? normal : special));
}

static void decode_f16(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t i = 0; i < blocks; i++) out[i] = from_half(word16(s + 2 * i));
}

static void decode_bf16(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t i = 0; i < blocks; i++) out[i] = from_bits((uint32_t)word16(s + 2 * i) << 16);
}

static void decode_q4_0(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 18, out += 32) {
        float d = from_half(word16(s));
        for (int i = 0; i < 16; i++) {
            out[i] = d * (float)((s[2 + i] & 15) - 8);
            out[i + 16] = d * (float)((s[2 + i] >> 4) - 8);
        }
    }
}

static void decode_q4_1(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 20, out += 32) {
        float d = from_half(word16(s)), m = from_half(word16(s + 2));
        for (int i = 0; i < 16; i++) {
            out[i] = d * (float)(s[4 + i] & 15) + m;
            out[i + 16] = d * (float)(s[4 + i] >> 4) + m;
        }
    }
}

static void decode_q5_0(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 22, out += 32) {
        float d = from_half(word16(s));
        uint32_t high = (uint32_t)word16(s + 2) | (uint32_t)word16(s + 4) << 16;
        for (int i = 0; i < 16; i++) {
            out[i] = d * (float)((int)((s[6 + i] & 15) | (high >> i & 1) << 4) - 16);
            out[i + 16] = d * (float)((int)((s[6 + i] >> 4) | (high >> (i + 16) & 1) << 4) - 16);
        }
    }
}

static void decode_q5_1(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 24, out += 32) {
        float d = from_half(word16(s)), m = from_half(word16(s + 2));
        uint32_t high = (uint32_t)word16(s + 4) | (uint32_t)word16(s + 6) << 16;
        for (int i = 0; i < 16; i++) {
            out[i] = d * (float)(int)((s[8 + i] & 15) | (high >> i & 1) << 4) + m;
            out[i + 16] = d * (float)(int)((s[8 + i] >> 4) | (high >> (i + 16) & 1) << 4) + m;
        }
    }
}

static void decode_q8_0(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 34, out += 32) {
        float d = from_half(word16(s));
        for (int i = 0; i < 32; i++) out[i] = (float)(int8_t)s[2 + i] * d;
    }
}

// The six-bit scale and minimum of one of the eight parts of a K block, packed in twelve bytes.
INLINE void scale_and_minimum(const uint8_t *packed, int part, float *scale, float *minimum) {
    int s, m;
    if (part < 4) {
        s = packed[part] & 63;
        m = packed[part + 4] & 63;
    } else {
        s = (packed[part + 4] & 15) | (packed[part - 4] >> 6) << 4;
        m = (packed[part + 4] >> 4) | (packed[part] >> 6) << 4;
    }
    *scale = (float)s;
    *minimum = (float)m;
}

static void decode_q4_k(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 144, out += 256) {
        float scale = from_half(word16(s)), minimum = from_half(word16(s + 2));
        for (int part = 0; part < 8; part += 2) {
            float d0, m0, d1, m1;
            scale_and_minimum(s + 4, part, &d0, &m0);
            scale_and_minimum(s + 4, part + 1, &d1, &m1);
            d0 = scale * d0, m0 = minimum * m0, d1 = scale * d1, m1 = minimum * m1;
            const uint8_t *q = s + 16 + 16 * part;
            for (int i = 0; i < 32; i++) {
                out[32 * part + i] = d0 * (float)(q[i] & 15) - m0;
                out[32 * part + 32 + i] = d1 * (float)(q[i] >> 4) - m1;
            }
        }
    }
}

static void decode_q5_k(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 176, out += 256) {
        float scale = from_half(word16(s)), minimum = from_half(word16(s + 2));
        const uint8_t *high = s + 16;
        for (int part = 0; part < 8; part++) {
            float d, m;
            scale_and_minimum(s + 4, part, &d, &m);
            d = scale * d, m = minimum * m;
            const uint8_t *q = s + 48 + 32 * (part / 2);
            int shift = part % 2 * 4;
            for (int i = 0; i < 32; i++) {
                out[32 * part + i] = d * (float)((q[i] >> shift & 15) | (high[i] >> part & 1) << 4) - m;
            }
        }
    }
}

static void decode_q6_k(const uint8_t *s, int64_t blocks, float *out) {
    for (int64_t block = 0; block < blocks; block++, s += 210, out += 256) {
        float scale = from_half(word16(s + 208));
        for (int part = 0; part < 16; part++) {
            // Two halves of 128 values; in each, four quarters of 32 share 64 low bytes and 32 high bytes. Sixteen
            // values have one scale.
            int group = part / 8, quarter = part / 2 % 4, offset = part % 2 * 16;
            const uint8_t *low = s + 64 * group + 32 * (quarter % 2) + offset, *high = s + 128 + 32 * group + offset;
            float d = scale * (float)(int8_t)s[192 + part];
            int low_shift = quarter / 2 * 4, high_shift = quarter * 2;
            for (int i = 0; i < 16; i++) {
                out[16 * part + i] = d * (float)(((low[i] >> low_shift & 15) | (high[i] >> high_shift & 3) << 4) - 32);
            }
        }
    }
}

static void decode_row(const repro_weights *w, int64_t row, int64_t k0, int64_t depth, float *out) {
    if (w->half > 0) {
        int64_t r = row % (2 * w->half);
        row += (r < w->half ? 2 * r : 2 * (r - w->half) + 1) - r;
    }
    const uint8_t *s = w->data + row * repro_row_bytes(w->encoding, w->columns) + repro_row_bytes(w->encoding, k0);
    switch (w->encoding) {
        case REPRO_F32: memcpy(out, s, (size_t)depth * sizeof(float)); break;
        case REPRO_F16: decode_f16(s, depth, out); break;
        case REPRO_BF16: decode_bf16(s, depth, out); break;
        case REPRO_Q4_0: decode_q4_0(s, depth / 32, out); break;
        case REPRO_Q4_1: decode_q4_1(s, depth / 32, out); break;
        case REPRO_Q5_0: decode_q5_0(s, depth / 32, out); break;
        case REPRO_Q5_1: decode_q5_1(s, depth / 32, out); break;
        case REPRO_Q8_0: decode_q8_0(s, depth / 32, out); break;
        case REPRO_Q4_K: decode_q4_k(s, depth / 256, out); break;
        case REPRO_Q5_K: decode_q5_k(s, depth / 256, out); break;
        case REPRO_Q6_K: decode_q6_k(s, depth / 256, out); break;
    }
}

static void weights_panel(const repro_weights *w, int64_t row0, int64_t k0, int64_t depth, float *out) {
    // Sixteen rows at a time, whose values fill whole lines of the output.
    float lines[16 * REPRO_WEIGHT_DEPTH] __attribute__((aligned(64)));
    for (int64_t r = 0; r < REPRO_PANEL; r += 16) {
        for (int64_t i = 0; i < 16; i++) {
            float *line = lines + i * REPRO_WEIGHT_DEPTH;
            if (row0 + r + i < w->rows) {
                decode_row(w, row0 + r + i, k0, depth, line);
            } else {
                memset(line, 0, (size_t)depth * sizeof(float));
            }
        }
        int64_t k = 0;
        for (; k + 4 <= depth; k += 4) {
            for (int64_t i = 0; i < 16; i += 4) {
                transpose4(lines + i * REPRO_WEIGHT_DEPTH + k, REPRO_WEIGHT_DEPTH, out + k * REPRO_PANEL + r + i, REPRO_PANEL);
            }
        }
        for (; k < depth; k++) {
            for (int64_t i = 0; i < 16; i++) out[k * REPRO_PANEL + r + i] = lines[i * REPRO_WEIGHT_DEPTH + k];
        }
    }
}

static bool all_finite(const float *values, int64_t count) {
    uint32_t bad = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits = __builtin_bit_cast(uint32_t, values[i]);
        bad |= (bits & 0x7F800000) == 0x7F800000;
    }
    return !bad;
}

// Kernels that work on rows.

// 1/√(mean(x²) + epsilon).
INLINE float inverse_rms(const float *x, int64_t n, float epsilon) {
    v16 sum = splat(0);
    for (int64_t i = 0; i < n; i += 16) {
        v16 value = load_part(x + i, n - i, 0);
        sum = fma16(value, value, sum);
    }
    float mean = fold_sum(sum) / (float)n;
    return (splat(1.0f) / sqrt16(splat(mean + epsilon)))[0];
}

static void rmsnorm(int64_t row0, int64_t row1, int64_t n, float *x, int64_t x_row, const float *residual,
                    int64_t residual_row, const float *weight, float epsilon, float *y, int64_t y_row) {
    for (int64_t row = row0; row < row1; row++) {
        float *in = x + row * x_row;
        if (residual) {
            const float *more = residual + row * residual_row;
            for (int64_t i = 0; i < n; i += 16) {
                store_part(in + i, n - i, load_part(in + i, n - i, 0) + load_part(more + i, n - i, 0));
            }
        }
        v16 r = splat(inverse_rms(in, n, epsilon));
        float *out = y + row * y_row;
        for (int64_t i = 0; i < n; i += 16) {
            store_part(out + i, n - i, load_part(weight + i, n - i, 0) * (load_part(in + i, n - i, 0) * r));
        }
    }
}

// With g = weight · dy and r = 1/√(mean(x²) + ε): dx = r g − x r³ mean(g x).
static void rmsnorm_backward(int64_t row0, int64_t row1, int64_t n, const float *x, int64_t x_row,
                             const float *weight, float epsilon, const float *dy, int64_t dy_row, float *dx,
                             int64_t dx_row) {
    for (int64_t row = row0; row < row1; row++) {
        const float *in = x + row * x_row, *gradient = dy + row * dy_row;
        float *out = dx + row * dx_row;
        float r = inverse_rms(in, n, epsilon);
        v16 sum = splat(0);
        for (int64_t i = 0; i < n; i += 16) {
            v16 g = load_part(weight + i, n - i, 0) * load_part(gradient + i, n - i, 0);
            sum = fma16(g, load_part(in + i, n - i, 0), sum);
        }
        float mean = fold_sum(sum) / (float)n;
        v16 back = splat(-(mean * r * r * r)), scale = splat(r);
        for (int64_t i = 0; i < n; i += 16) {
            v16 g = load_part(weight + i, n - i, 0) * load_part(gradient + i, n - i, 0);
            v16 d = fma16(back, load_part(in + i, n - i, 0), load_part(out + i, n - i, 0));
            store_part(out + i, n - i, fma16(scale, g, d));
        }
    }
}

static void rope(int64_t row0, int64_t row1, int64_t heads, int64_t d, float *x, int64_t x_row,
                 const int32_t *positions, const float *cosines, const float *sines, bool inverse) {
    const int64_t half = d / 2;
    const v16 sign = splat(inverse ? -1.0f : 1.0f);
    for (int64_t row = row0; row < row1; row++) {
        const float *cosine = cosines + positions[row] * half, *sine = sines + positions[row] * half;
        for (int64_t head = 0; head < heads; head++) {
            float *low = x + row * x_row + head * d, *high = low + half;
            for (int64_t i = 0; i < half; i += 16) {
                int64_t left = half - i;
                v16 a = load_part(low + i, left, 0), b = load_part(high + i, left, 0);
                v16 c = load_part(cosine + i, left, 0), s = sign * load_part(sine + i, left, 0);
                store_part(low + i, left, fma16(a, c, -(b * s)));
                store_part(high + i, left, fma16(b, c, a * s));
            }
        }
    }
}

static void swiglu(int64_t row0, int64_t row1, int64_t n, const float *gate, const float *up, float *y, int64_t row) {
    for (int64_t r = row0; r < row1; r++) {
        const float *g = gate + r * row, *u = up + r * row;
        float *out = y + r * row;
        for (int64_t i = 0; i < n; i += 16) {
            v16 x = load_part(g + i, n - i, 0);
            store_part(out + i, n - i, (x * sigmoid16(x)) * load_part(u + i, n - i, 0));
        }
    }
}

static void swiglu_backward(int64_t row0, int64_t row1, int64_t n, float *gate, float *up, const float *dy,
                            int64_t row) {
    for (int64_t r = row0; r < row1; r++) {
        float *g = gate + r * row, *u = up + r * row;
        const float *gradient = dy + r * row;
        for (int64_t i = 0; i < n; i += 16) {
            v16 x = load_part(g + i, n - i, 0), z = load_part(u + i, n - i, 0), d = load_part(gradient + i, n - i, 0);
            v16 s = sigmoid16(x);
            // silu' = σ (1 + x (1 − σ))
            v16 slope = s * fma16(x, splat(1.0f) - s, splat(1.0f));
            store_part(g + i, n - i, (d * z) * slope);
            store_part(u + i, n - i, d * (x * s));
        }
    }
}

static void add(int64_t row0, int64_t row1, int64_t n, const float *x, int64_t x_row, const float *z, int64_t z_row,
                float *y, int64_t y_row) {
    for (int64_t r = row0; r < row1; r++) {
        for (int64_t i = 0; i < n; i += 16) {
            store_part(y + r * y_row + i, n - i,
                       load_part(x + r * x_row + i, n - i, 0) + load_part(z + r * z_row + i, n - i, 0));
        }
    }
}

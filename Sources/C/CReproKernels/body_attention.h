// Causal attention of one sequence and one key/value head with all its query heads.
//
// Query rows go in blocks of REPRO_ATTENTION_ROWS from the sequence's start; the block, not the processor, decides
// how far a chain over keys runs, and keys that a row must not see enter it with weight zero.

// Writes the transpose of rows [0, count) of width d, as [d][padded] with zeros past count.
INLINE void transpose_rows(const float *x, int64_t x_row, int64_t count, int64_t d, float *out, int64_t padded) {
    int64_t row = 0;
    int64_t whole = d % 4 == 0 ? count & ~(int64_t)3 : 0;
    for (; row < whole; row += 4) {
        for (int64_t i = 0; i < d; i += 4) transpose4(x + row * x_row + i, x_row, out + i * padded + row, padded);
    }
    for (; row < count; row++) {
        for (int64_t i = 0; i < d; i++) out[i * padded + row] = x[row * x_row + i];
    }
    for (; row < padded; row++) {
        for (int64_t i = 0; i < d; i++) out[i * padded + row] = 0;
    }
}

// Softmax of scale · s over the first `seen` values; the rest up to `width` becomes 0.
INLINE void softmax_row(float *s, int64_t seen, int64_t width, float scale) {
    v16 top = splat(-INFINITY);
    for (int64_t i = 0; i < seen; i += 16) top = larger(load_part(s + i, seen - i, -INFINITY), top);
    v16 shift = splat(-(fold_max(top) * scale));
    v16 sum = splat(0);
    for (int64_t i = 0; i < seen; i += 16) {
        v16 e = exp16(fma16(load_part(s + i, seen - i, -INFINITY), splat(scale), shift));
        sum += e;
        store_part(s + i, seen - i, e);
    }
    v16 inverse = splat(1.0f / fold_sum(sum));
    for (int64_t i = 0; i < seen; i += 16) store_part(s + i, seen - i, load_part(s + i, seen - i, 0) * inverse);
    for (int64_t i = seen; i < width; i++) s[i] = 0;
}

static void attention_forward(const repro_attention *t, int64_t sequence, int64_t kv_head, float *scratch) {
    const repro_sequence s = t->sequences[sequence];
    const int64_t d = t->d, group = t->heads / t->kv_heads, padded = (s.k_count + 15) & ~(int64_t)15;
    const int64_t past = s.k_count - s.q_count;
    const float *k = t->k + s.k_start * t->k_row + kv_head * d, *v = t->v + s.k_start * t->v_row + kv_head * d;
    float *keys = scratch, *scores = scratch + d * padded;
    transpose_rows(k, t->k_row, s.k_count, d, keys, padded);
    for (int64_t h = kv_head * group; h < (kv_head + 1) * group; h++) {
        for (int64_t row0 = 0; row0 < s.q_count; row0 += REPRO_ATTENTION_ROWS) {
            int64_t rows = s.q_count - row0 < REPRO_ATTENTION_ROWS ? s.q_count - row0 : REPRO_ATTENTION_ROWS;
            int64_t width = past + row0 + rows;
            const float *q = t->q + (s.q_start + row0) * t->q_row + h * d;
            multiply(rows, width, d, q, t->q_row, 1, keys, padded, scores, padded, false);
            for (int64_t r = 0; r < rows; r++) softmax_row(scores + r * padded, past + row0 + r + 1, width, t->scale);
            multiply(rows, d, width, scores, padded, 1, v, t->v_row,
                     t->out + (s.q_start + row0) * t->out_row + h * d, t->out_row, false);
        }
    }
}

static void attention_backward(const repro_attention *t, int64_t sequence, int64_t kv_head, float *scratch) {
    const repro_sequence s = t->sequences[sequence];
    const int64_t d = t->d, group = t->heads / t->kv_heads, padded = (s.k_count + 15) & ~(int64_t)15;
    const int64_t past = s.k_count - s.q_count;
    const float *k = t->k + s.k_start * t->k_row + kv_head * d, *v = t->v + s.k_start * t->v_row + kv_head * d;
    float *dk = t->dk + s.k_start * t->dk_row + kv_head * d, *dv = t->dv + s.k_start * t->dv_row + kv_head * d;
    float *keys = scratch, *values = keys + d * padded, *scores = values + d * padded;
    float *dscores = scores + REPRO_ATTENTION_ROWS * padded;
    transpose_rows(k, t->k_row, s.k_count, d, keys, padded);
    transpose_rows(v, t->v_row, s.k_count, d, values, padded);
    for (int64_t r = 0; r < s.k_count; r++) {
        for (int64_t i = 0; i < d; i++) dk[r * t->dk_row + i] = dv[r * t->dv_row + i] = 0;
    }
    for (int64_t h = kv_head * group; h < (kv_head + 1) * group; h++) {
        for (int64_t row0 = 0; row0 < s.q_count; row0 += REPRO_ATTENTION_ROWS) {
            int64_t rows = s.q_count - row0 < REPRO_ATTENTION_ROWS ? s.q_count - row0 : REPRO_ATTENTION_ROWS;
            int64_t width = past + row0 + rows;
            const float *q = t->q + (s.q_start + row0) * t->q_row + h * d;
            const float *dout = t->dout + (s.q_start + row0) * t->dout_row + h * d;
            multiply(rows, width, d, q, t->q_row, 1, keys, padded, scores, padded, false);
            for (int64_t r = 0; r < rows; r++) softmax_row(scores + r * padded, past + row0 + r + 1, width, t->scale);
            multiply(rows, width, d, dout, t->dout_row, 1, values, padded, dscores, padded, false);
            for (int64_t r = 0; r < rows; r++) {
                const float *p = scores + r * padded;
                float *g = dscores + r * padded;
                v16 sum = splat(0);
                for (int64_t i = 0; i < width; i += 16) {
                    sum = fma16(load_part(p + i, width - i, 0), load_part(g + i, width - i, 0), sum);
                }
                v16 mean = splat(fold_sum(sum)), scale = splat(t->scale);
                for (int64_t i = 0; i < width; i += 16) {
                    v16 difference = load_part(g + i, width - i, 0) - mean;
                    store_part(g + i, width - i, (load_part(p + i, width - i, 0) * difference) * scale);
                }
            }
            multiply(rows, d, width, dscores, padded, 1, k, t->k_row,
                     t->dq + (s.q_start + row0) * t->dq_row + h * d, t->dq_row, false);
            multiply(width, d, rows, dscores, 1, padded, q, t->q_row, dk, t->dk_row, true);
            multiply(width, d, rows, scores, 1, padded, dout, t->dout_row, dv, t->dv_row, true);
        }
    }
}

// Runs every kernel on drawn inputs and prints one digest a kernel: `name digest` lines that must be the same for
// every build of the kernels, instruction set and thread count.
//
//     driver THREADS ISA      (ISA: 0 generic, 1 AVX2, 2 AVX-512; exits with 3 when this processor lacks it)
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CReproKernels.h"

static uint64_t state;

static uint64_t next(void) {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// Values in −1…1 with 24 random bits.
static float *values(int64_t count) {
    float *result = aligned_alloc(64, (size_t)(count + 64) * 4 / 64 * 64 + 64);
    for (int64_t i = 0; i < count; i++) result[i] = (float)((int64_t)(next() >> 40) - (1 << 23)) * 0x1p-23f;
    for (int64_t i = count; i < count + 64; i++) result[i] = 0;
    return result;
}

static float *zeros(int64_t count) {
    float *result = values(count);
    memset(result, 0, (size_t)count * 4);
    return result;
}

// FNV-1a over the bit patterns, any NaN as one.
static uint64_t mix(uint64_t digest, const float *x, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        if (x[i] != x[i]) bits = 0x7FC00000;
        for (int b = 0; b < 4; b++) digest = (digest ^ (bits >> (8 * b) & 0xFF)) * 0x100000001B3u;
    }
    return digest;
}

static void show(const char *name, uint64_t digest) { printf("%s %016" PRIx64 "\n", name, digest); }
#define START 0xCBF29CE484222325u

static repro_gemm product(int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *c) {
    return (repro_gemm){.m = m, .n = n, .k = k, .a = a, .a_row = k, .a_k = 1, .b = b, .b_panel = 64 * k, .b_k = 64,
                        .a2 = a, .b2 = a, .c = c, .c_row = n};
}

static void products(repro_context context) {
    static const int64_t sizes[][3] = {{1, 64, 16}, {7, 130, 37}, {29, 200, 1100}, {100, 65, 300}};
    uint64_t digest = START;
    for (int i = 0; i < 4; i++) {
        int64_t m = sizes[i][0], n = sizes[i][1], k = sizes[i][2];
        float *a = values(m * k), *w = values(n * k), *b = values(repro_packed_count(n, k)), *c = values(m * n);
        float *bias = values(n);
        repro_pack(context, w, n, k, b);
        repro_gemm jobs[2] = {product(m, n, k, a, b, c), product(m, n, k, a, b, zeros(m * n))};
        jobs[0].accumulate = true;
        jobs[1].bias = bias;
        repro_gemm_run(context, jobs, 2);
        digest = mix(mix(digest, c, m * n), jobs[1].c, m * n);
        float *t = zeros((k + 63) / 64 * 64 * n);
        repro_pack_transposed(context, b, n, k, 0, n, t);
        digest = mix(digest, t, (k + 63) / 64 * 64 * n);
    }
    show("products", digest);
}

static void weights(repro_context context) {
    for (int encoding = REPRO_F32; encoding <= REPRO_Q6_K; encoding++) {
        const int64_t m = 20, n = 96, k = 768;
        int64_t bytes = n * repro_row_bytes((repro_encoding)encoding, k);
        uint8_t *data = malloc((size_t)bytes);
        for (int64_t i = 0; i < bytes; i++) data[i] = (uint8_t)(next() & 0xBF);
        repro_gemm job = product(m, n, k, values(m * k), NULL, zeros(m * n));
        job.weights = (repro_weights){.data = data, .encoding = (repro_encoding)encoding, .rows = n, .columns = k, .half = encoding % 2 * 24};
        repro_gemm_run(context, &job, 1);
        float *t = zeros(k * n);
        repro_transpose_weights(context, &job.weights, 0, n, t);
        char name[32];
        snprintf(name, sizeof name, "encoding-%d", encoding);
        show(name, mix(mix(START, job.c, m * n), t, k * n));
    }
}

static void rows(repro_context context) {
    const int64_t r = 37, n = 300, row = 304;
    float *x = values(r * row), *y = values(r * row), *z = values(r * row), *w = values(n);
    uint64_t digest = START;
    repro_rmsnorm(context, r, n, x, row, z, row, w, 1e-5f, y, row);
    digest = mix(mix(digest, x, r * row), y, r * row);
    repro_rmsnorm_backward(context, r, n, x, row, w, 1e-5f, z, row, y, row);
    digest = mix(digest, y, r * row);
    int32_t positions[37];
    for (int i = 0; i < 37; i++) positions[i] = (i * 5) % 37;
    float *cosines = values(37 * 30), *sines = values(37 * 30);
    repro_rope(context, r, 5, 60, x, row, positions, cosines, sines, false);
    repro_rope(context, r, 5, 60, y, row, positions, cosines, sines, true);
    digest = mix(mix(digest, x, r * row), y, r * row);
    repro_swiglu(context, r, n, x, y, z, row);
    digest = mix(digest, z, r * row);
    repro_swiglu_backward(context, r, n, x, y, z, row);
    digest = mix(mix(digest, x, r * row), y, r * row);
    repro_add(context, r, n, x, row, y, row, z, row);
    show("rows", mix(digest, z, r * row));
}

static void attention(repro_context context) {
    const int64_t tokens = 130, heads = 4, kv = 2, d = 24;
    const repro_sequence sequences[3] = {{0, 70, 0, 70}, {70, 1, 70, 1}, {71, 59, 71, 59}};
    float *q = values(tokens * heads * d), *k = values(tokens * kv * d), *v = values(tokens * kv * d);
    float *out = zeros(tokens * heads * d), *dout = values(tokens * heads * d);
    float *dq = zeros(tokens * heads * d), *dk = zeros(tokens * kv * d), *dv = zeros(tokens * kv * d);
    const int64_t scratch = repro_attention_scratch(70, d, true);
    repro_attention t = {.sequences = sequences, .sequence_count = 3, .heads = heads, .kv_heads = kv, .d = d, .scale = 0.2f,
                         .q = q, .k = k, .v = v, .q_row = heads * d, .k_row = kv * d, .v_row = kv * d, .out = out,
                         .out_row = heads * d, .dout = dout, .dout_row = heads * d, .dq = dq, .dk = dk, .dv = dv,
                         .dq_row = heads * d, .dk_row = kv * d, .dv_row = kv * d,
                         .scratch = zeros(scratch * repro_pool_threads(context.pool)), .scratch_count = scratch};
    repro_attention_forward(context, &t);
    show("attention", mix(START, out, tokens * heads * d));
    repro_attention_backward(context, &t);
    show("attention-backward", mix(mix(mix(START, dq, tokens * heads * d), dk, tokens * kv * d), dv, tokens * kv * d));
}

static void loss(repro_context context) {
    const int64_t r = 60, vocabulary = 1300, k = 80, groups = repro_loss_groups(vocabulary), row = 1328;
    float *w = values(vocabulary * k), *head = zeros(repro_packed_count(vocabulary, k));
    repro_pack(context, w, vocabulary, k, head);
    int32_t targets[60];
    for (int i = 0; i < 60; i++) targets[i] = i * 21;
    repro_loss t = {.rows = r, .vocabulary = vocabulary, .k = k, .hidden = values(r * k), .hidden_row = k, .head = head,
                    .targets = targets, .losses = zeros(r), .logits = zeros(r * row), .logits_row = row,
                    .maxima = zeros(r * groups), .sums = zeros(r * groups), .target_logits = zeros(r),
                    .row_maxima = zeros(r), .row_sums = zeros(r),
                    .scratch = zeros(repro_loss_scratch(true) * repro_pool_threads(context.pool))};
    repro_loss_forward(context, &t);
    show("loss", mix(START, t.losses, r));
    repro_loss_backward(context, &t, 0.25f);
    show("loss-backward", mix(START, t.logits, r * row));
}

static void training(repro_context context) {
    const int64_t r = 33, n = 300, row = 304;
    float *x = values(r * row), *y = zeros(r * row), *d = values(r * 16), *a = values(8 * row);
    uint16_t *mask = calloc((size_t)(r * 19), 2);
    repro_dropout dropout = {{1, 2}, {3, 4}, 6554, 1.1f};
    repro_dropout_forward(context, &dropout, 5, r, n, x, row, y, row, mask);
    uint64_t digest = mix(START, y, r * row);
    repro_lora_input_backward(context, r, n, 8, d, 16, a, row, mask, 1.1f, y, row);
    digest = mix(digest, y, r * row);
    float *g = values(5000), *m = values(5000), *v = values(5000), *w = values(5000);
    for (int i = 0; i < 5000; i++) v[i] *= v[i];
    repro_adamw step = {0.7f, 0.9f, 0.1f, 0.95f, 0.05f, 2.5f, 3.5f, 1e-3f, 1e-5f, 1e-8f};
    repro_adamw_step(context, &step, 5000, g, m, v, w);
    digest = mix(mix(mix(digest, m, 5000), v, 5000), w, 5000);
    double sum = repro_sum_of_squares(context, g, 5000);
    float parts[2];
    memcpy(parts, &sum, 8);
    show("training", mix(digest, parts, 2));
}

static void functions(repro_context context) {
    const int64_t count = 20000;
    float *x = values(count), *y = zeros(count), *z = values(count);
    for (int64_t i = 0; i < count; i++) {
        // Any exponent, subnormal numbers, infinities and NaN among them.
        uint32_t bits = (uint32_t)next();
        memcpy(x + i, &bits, 4);
    }
    uint64_t digest = START;
    repro_exp(context, count, x, y);
    digest = mix(digest, y, count);
    repro_log(context, count, x, y);
    digest = mix(digest, y, count);
    repro_sigmoid(context, count, x, y);
    digest = mix(digest, y, count);
    repro_fma(context, count, x, z, y, y);
    digest = mix(digest, y, count);
    for (int i = 1; i < 2000; i++) {
        double numbers[4] = {repro_exp64(i * 0.01 - 9), repro_log64(i * 1.7), repro_sin64(i * 31.3), repro_cos64(i * 31.3)};
        float parts[8];
        memcpy(parts, numbers, 32);
        digest = mix(digest, parts, 8);
    }
    show("functions", digest);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: driver THREADS ISA\n");
        return 64;
    }
    const int threads = atoi(arguments[1]);
    const repro_isa isa = (repro_isa)atoi(arguments[2]);
    if (!repro_isa_available(isa)) return 3;
    repro_context context = {isa, threads > 0 ? repro_pool_create(threads, 0) : NULL};
    void (*const kernels[])(repro_context) = {products, weights, rows, attention, loss, training, functions};
    for (int i = 0; i < 7; i++) {
        state = (uint64_t)i + 1;
        kernels[i](context);
    }
    repro_pool_destroy(context.pool);
    return 0;
}

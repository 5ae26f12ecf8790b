// Reproducible FP32 kernels: the same bits on every machine, build and thread count.
//
// Rules that every kernel keeps:
// - IEEE FP32 operations only (Float64 where a name says so), explicit fused multiply-adds, no libm, no
//   fast-math, no contraction.
// - A dot product is one chain of fused multiply-adds over k in ascending order. Kernels are vectorised over
//   outputs, never over k.
// - A reduction over a row runs in 16 lanes (lane l takes the elements i with i mod 16 = l, in ascending order)
//   that are folded 16 → 8 → 4 → 2 → 1 by adding the upper half to the lower.
// - Work is split between threads by outputs only, so no result depends on the split.
// NaN payloads are the one thing left open: callers test for NaN and never publish its bits.
#ifndef POLAI_CREPROKERNELS_H
#define POLAI_CREPROKERNELS_H

#include <stdbool.h>
#include <stdint.h>

// Columns of one packed panel.
#define REPRO_PANEL 64
// Vocabulary columns that share one partial sum of exponentials.
#define REPRO_LOGIT_GROUP 512

// ---- Instruction sets and threads -----------------------------------------------------------------------

typedef enum {
    REPRO_GENERIC = 0,  // NEON on arm64; baseline x86-64 with fused multiply-add in software
    REPRO_AVX2 = 1,
    REPRO_AVX512 = 2,
} repro_isa;

// Whether this processor and operating system run `isa`.
bool repro_isa_available(repro_isa isa);

typedef struct repro_pool repro_pool;

// Starts `threads` threads with their niceness raised by `niceness` (0 leaves it). Returns NULL when not a
// single thread could be started.
repro_pool *repro_pool_create(int threads, int niceness);
void repro_pool_destroy(repro_pool *pool);
int repro_pool_threads(const repro_pool *pool);
// Calls body(context, index, worker) once for every index in 0..<count, on the pool's threads, and returns when
// all are done. worker is in 0..<threads. One run at a time: a second caller waits.
void repro_pool_run(repro_pool *pool, int64_t count, void (*body)(void *context, int64_t index, int worker),
                    void *context);

// Where a kernel runs. With a NULL pool everything runs on the calling thread as worker 0.
typedef struct {
    repro_isa isa;
    repro_pool *pool;
} repro_context;

// Bytes of this machine's memory; 8 GiB where the system does not say.
int64_t repro_physical_memory(void);

// ---- Weights in their file's encoding -------------------------------------------------------------------

// Encodings of GGUF files, little-endian. Every value is computed by the format's reference operations in their
// order, each rounded to FP32 and none fused, so it equals the value that a conversion at load gives, bit for bit.
typedef enum {
    REPRO_F32, REPRO_F16, REPRO_BF16,
    REPRO_Q4_0, REPRO_Q4_1, REPRO_Q5_0, REPRO_Q5_1, REPRO_Q8_0,  // blocks of 32 values
    REPRO_Q4_K, REPRO_Q5_K, REPRO_Q6_K,                          // blocks of 256 values
} repro_encoding;

// A row-major [rows, columns] matrix of whole blocks; no alignment is needed. With half > 0 the file interleaves the
// halves of each head of 2·half rows: row h·2·half + r of the matrix is row h·2·half + (r < half ? 2r : 2(r − half) + 1)
// of the file.
typedef struct {
    const uint8_t *data;  // NULL stands for no weights
    repro_encoding encoding;
    int64_t rows, columns, half;
} repro_weights;

// Bytes of one row.
int64_t repro_row_bytes(repro_encoding encoding, int64_t columns);
// Row `row` in FP32: `columns` values.
void repro_weights_row(repro_context context, const repro_weights *weights, int64_t row, float *output);
// Whether no value is NaN or infinite.
bool repro_weights_finite(repro_context context, const repro_weights *weights);
bool repro_finite(repro_context context, const float *values, int64_t count);

// ---- Matrix products ------------------------------------------------------------------------------------

// C[i,j] = chain over k of fma(A[i,k], B[k,j], ·), continued over k2 with A2 and B2. The chain starts from 0, from
// bias[j] when bias is not NULL, or from C[i,j] when accumulate is set.
// A[i,k] = a[i*a_row + k*a_k]. B[k,j] = b[(j / 64)*b_panel + k*b_k + j mod 64]; rows of B must be readable up to
// the next multiple of 16 columns. When weights.data is not NULL, B[k,j] is its value [weights_row + j, k] instead,
// converted panel by panel inside the kernel; b is not read and b_k must be 64.
typedef struct {
    int64_t m, n, k;
    const float *a;
    int64_t a_row, a_k;
    const float *b;
    int64_t b_panel, b_k;
    int64_t k2;
    const float *a2;
    int64_t a2_row;
    const float *b2;
    int64_t b2_panel, b2_k;
    const float *bias;
    float *c;
    int64_t c_row;
    bool accumulate;
    repro_weights weights;
    int64_t weights_row;  // a multiple of 64
} repro_gemm;

// Runs independent products.
void repro_gemm_run(repro_context context, const repro_gemm *jobs, int64_t count);

// Floats that hold a packed [n, k] matrix: whole panels of 64 rows.
int64_t repro_packed_count(int64_t n, int64_t k);
// Packs the row-major [n, k] matrix `source` as the B operand of x · sourceᵀ: panel p holds, for each k in turn,
// the 64 values of rows 64p…64p+63 (zeros past n). b_panel = 64 k, b_k = 64.
void repro_pack(repro_context context, const float *source, int64_t n, int64_t k, float *packed);
// The same panels from encoded weights.
void repro_pack_weights(repro_context context, const repro_weights *weights, float *packed);
// From a packed [n, k] matrix, rows [first, first + count) (first a multiple of 64) as the B operand of
// y · source: panel p holds, for each of these rows in turn, its values in columns 64p…64p+63 (zeros past k).
// Fills whole panels: 64·count floats each.
void repro_pack_transposed(repro_context context, const float *packed, int64_t n, int64_t k, int64_t first,
                           int64_t count, float *output);
// The same panels from encoded weights.
void repro_transpose_weights(repro_context context, const repro_weights *weights, int64_t first, int64_t count,
                             float *output);
// Row `row` of a packed [n, k] matrix.
void repro_unpack_row(const float *packed, int64_t k, int64_t row, float *output);

// ---- Rows -----------------------------------------------------------------------------------------------
// x, y … are row-major with the given strides in floats.

// If residual is not NULL, x += residual first. Then y = weight · (x · 1/√(mean(x²) + epsilon)).
void repro_rmsnorm(repro_context context, int64_t rows, int64_t n, float *x, int64_t x_row, const float *residual,
                   int64_t residual_row, const float *weight, float epsilon, float *y, int64_t y_row);
// dx += the gradient of repro_rmsnorm's y with respect to x.
void repro_rmsnorm_backward(repro_context context, int64_t rows, int64_t n, const float *x, int64_t x_row,
                            const float *weight, float epsilon, const float *dy, int64_t dy_row, float *dx,
                            int64_t dx_row);
// Rotates `heads` heads of width d in place: pairs (i, i + d/2) of row r by the angle whose cosine and sine stand
// in row positions[r] of the [·, d/2] tables; by the opposite angle when inverse.
void repro_rope(repro_context context, int64_t rows, int64_t heads, int64_t d, float *x, int64_t x_row,
                const int32_t *positions, const float *cosines, const float *sines, bool inverse);
// y = silu(gate) · up.
void repro_swiglu(repro_context context, int64_t rows, int64_t n, const float *gate, const float *up, float *y,
                  int64_t row);
// Replaces gate and up by the gradients of repro_swiglu with respect to them.
void repro_swiglu_backward(repro_context context, int64_t rows, int64_t n, float *gate, float *up, const float *dy,
                           int64_t row);
// y = x + z.
void repro_add(repro_context context, int64_t rows, int64_t n, const float *x, int64_t x_row, const float *z,
               int64_t z_row, float *y, int64_t y_row);

// ---- Attention ------------------------------------------------------------------------------------------

// One sequence: rows [q_start, q_start + q_count) of q attend to rows [k_start, k_start + k_count) of k and v;
// the last query row sees all keys, each earlier one a key less. 1 ≤ q_count ≤ k_count.
typedef struct {
    int64_t q_start, q_count, k_start, k_count;
} repro_sequence;

typedef struct {
    const repro_sequence *sequences;
    int64_t sequence_count;
    int64_t heads, kv_heads, d;
    float scale;
    const float *q, *k, *v;
    int64_t q_row, k_row, v_row;
    float *out;  // [·, heads · d]; read by the backward kernel
    int64_t out_row;
    // Backward only: gradient of out, and where those of q, k and v go (overwritten).
    const float *dout;
    int64_t dout_row;
    float *dq, *dk, *dv;
    int64_t dq_row, dk_row, dv_row;
    // `scratch_count` floats for each worker.
    float *scratch;
    int64_t scratch_count;
} repro_attention;

// Floats of scratch a worker needs for sequences of at most `k_count` keys.
int64_t repro_attention_scratch(int64_t k_count, int64_t d, bool backward);
// Causal softmax attention; query head h reads key and value head h / (heads / kv_heads).
void repro_attention_forward(repro_context context, const repro_attention *attention);
void repro_attention_backward(repro_context context, const repro_attention *attention);

// ---- Cross-entropy --------------------------------------------------------------------------------------

typedef struct {
    int64_t rows, vocabulary, k;
    const float *hidden;  // [rows, k]
    int64_t hidden_row;
    const float *head;       // packed [vocabulary, k]; not read when head_weights.data is not NULL
    repro_weights head_weights;
    const int32_t *targets;  // the token that each row should predict, in 0..<vocabulary
    float *losses;           // [rows]: log Σ exp(logits) − logits[target]
    // [rows, logits_row]: where the logits go, or NULL when only the losses are wanted.
    float *logits;
    int64_t logits_row;
    float *maxima, *sums;  // [rows, groups]: partial maxima and sums of exponentials
    float *target_logits;  // [rows]
    float *row_maxima, *row_sums;  // [rows]
    float *scratch;                // for each worker: repro_loss_scratch() floats
} repro_loss;

int64_t repro_loss_groups(int64_t vocabulary);
// `encoded` says whether head_weights is used.
int64_t repro_loss_scratch(bool encoded);
void repro_loss_forward(repro_context context, const repro_loss *loss);
// Turns the kept logits into weight · (softmax − onehot(target)).
void repro_loss_backward(repro_context context, const repro_loss *loss, float weight);

// ---- LoRA training --------------------------------------------------------------------------------------

// 16-bit threshold under which a dropout draw drops its element: round(p · 65536).
// Element e = row · n + column takes half (e mod 8) of the Philox4x32-10 block with key `key` and counter
// (e div 8 mod 2^32, e div 8 div 2^32, counter_high[0], counter_high[1]); word w gives half 2w from its low 16 bits
// and half 2w + 1 from its high ones. first_row is added to the row. y = kept ? x · factor : 0. Each row's kept
// bits go to mask, (n + 15) div 16 16-bit words a row, bit l of word w for column 16 w + l.
typedef struct {
    uint32_t key[2];
    uint32_t counter_high[2];
    uint32_t threshold;
    float factor;
} repro_dropout;
void repro_dropout_forward(repro_context context, const repro_dropout *dropout, int64_t first_row, int64_t rows,
                           int64_t n, const float *x, int64_t x_row, float *y, int64_t y_row, uint16_t *mask);
// dx[t,j] = fma(chain over r of fma(d[t,r], a[r,j], ·), kept ? factor : 0, dx[t,j]); a NULL mask keeps all with
// factor 1.
void repro_lora_input_backward(repro_context context, int64_t rows, int64_t n, int64_t rank, const float *d,
                               int64_t d_row, const float *a, int64_t a_row, const uint16_t *mask, float factor,
                               float *dx, int64_t dx_row);
// Σ x² in Float64: 8 lanes, folded as above.
double repro_sum_of_squares(repro_context context, const float *x, int64_t count);
// One AdamW step on `count` parameters. g = gradient · factor; then, in FP32,
// m = fma(b1, m, (1−b1)·g), v = fma(b2, v, ((1−b2)·g)·g), w = w − decay·w,
// w = w − (rate · (m·m_factor)) / (√(v·v_factor) + epsilon).
typedef struct {
    float factor, beta1, one_minus_beta1, beta2, one_minus_beta2, m_factor, v_factor, rate, decay, epsilon;
} repro_adamw;
void repro_adamw_step(repro_context context, const repro_adamw *step, int64_t count, const float *gradient, float *m,
                      float *v, float *w);

// ---- Functions ------------------------------------------------------------------------------------------

// e^x, natural logarithm and logistic function in FP32 (about 1 ulp), for tests and small uses.
void repro_exp(repro_context context, int64_t count, const float *x, float *y);
void repro_log(repro_context context, int64_t count, const float *x, float *y);
void repro_sigmoid(repro_context context, int64_t count, const float *x, float *y);
// fma(a, b, c) as the instruction set's kernels compute it.
void repro_fma(repro_context context, int64_t count, const float *a, const float *b, const float *c, float *y);
// Float64 functions for tables made at load time; finite, positive arguments for the logarithm, |x| ≤ 2^20 for
// sine and cosine. Errors below 2^-50 relative.
double repro_exp64(double x);
double repro_log64(double x);
double repro_sin64(double x);
double repro_cos64(double x);

#endif

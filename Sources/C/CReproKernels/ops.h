// The kernels that exist once for each instruction set. Each works on a range of its outputs, on one thread.
#ifndef REPRO_OPS_H
#define REPRO_OPS_H

#include "CReproKernels.h"

typedef struct {
    void (*gemm)(const repro_gemm *job, int64_t panel, int64_t row0, int64_t row1);
    // `depth` values of row `row` from column k0, a multiple of REPRO_WEIGHT_DEPTH.
    void (*decode)(const repro_weights *weights, int64_t row, int64_t k0, int64_t depth, float *output);
    // Rows [row0, row0 + 64) as a panel, columns [k0, k0 + depth): output[k][64], zeros past the last row.
    void (*weights_panel)(const repro_weights *weights, int64_t row0, int64_t k0, int64_t depth, float *output);
    bool (*finite)(const float *values, int64_t count);
    void (*pack_transposed)(const float *packed, int64_t n, int64_t k, int64_t first, int64_t count, int64_t panel,
                            float *output);
    void (*rmsnorm)(int64_t row0, int64_t row1, int64_t n, float *x, int64_t x_row, const float *residual,
                    int64_t residual_row, const float *weight, float epsilon, float *y, int64_t y_row);
    void (*rmsnorm_backward)(int64_t row0, int64_t row1, int64_t n, const float *x, int64_t x_row,
                             const float *weight, float epsilon, const float *dy, int64_t dy_row, float *dx,
                             int64_t dx_row);
    void (*rope)(int64_t row0, int64_t row1, int64_t heads, int64_t d, float *x, int64_t x_row,
                 const int32_t *positions, const float *cosines, const float *sines, bool inverse);
    void (*swiglu)(int64_t row0, int64_t row1, int64_t n, const float *gate, const float *up, float *y, int64_t row);
    void (*swiglu_backward)(int64_t row0, int64_t row1, int64_t n, float *gate, float *up, const float *dy,
                            int64_t row);
    void (*add)(int64_t row0, int64_t row1, int64_t n, const float *x, int64_t x_row, const float *z, int64_t z_row,
                float *y, int64_t y_row);
    void (*attention_forward)(const repro_attention *attention, int64_t sequence, int64_t kv_head, float *scratch);
    void (*attention_backward)(const repro_attention *attention, int64_t sequence, int64_t kv_head, float *scratch);
    void (*loss_group)(const repro_loss *loss, int64_t group, int64_t row0, int64_t row1, float *scratch);
    void (*loss_rows)(const repro_loss *loss, int64_t row0, int64_t row1);
    void (*loss_backward)(const repro_loss *loss, float weight, int64_t row0, int64_t row1);
    void (*dropout_forward)(const repro_dropout *dropout, int64_t first_row, int64_t row0, int64_t row1, int64_t n,
                            const float *x, int64_t x_row, float *y, int64_t y_row, uint16_t *mask);
    void (*lora_input_backward)(int64_t row0, int64_t row1, int64_t n, int64_t rank, const float *d, int64_t d_row,
                                const float *a, int64_t a_row, const uint16_t *mask, float factor, float *dx,
                                int64_t dx_row);
    double (*sum_of_squares)(const float *x, int64_t count);
    void (*adamw)(const repro_adamw *step, int64_t first, int64_t last, const float *gradient, float *m, float *v,
                  float *w);
    void (*exp)(int64_t count, const float *x, float *y);
    void (*log)(int64_t count, const float *x, float *y);
    void (*sigmoid)(int64_t count, const float *x, float *y);
    void (*fma)(int64_t count, const float *a, const float *b, const float *c, float *y);
} repro_ops;

// Depth of k to which a panel of encoded weights is converted at a time: whole blocks of every encoding, and a scratch
// of 64 KB on the stack.
#define REPRO_WEIGHT_DEPTH 256
// Rows of hidden states that one cross-entropy task takes; more with encoded weights, so that one conversion serves
// many rows.
#define REPRO_LOSS_ROWS 48
#define REPRO_LOSS_ROWS_ENCODED 512
// Query rows that attention handles at a time: a multiple of 6, the tile of every matrix product here.
#define REPRO_ATTENTION_ROWS 48

extern const repro_ops repro_ops_generic;
#if defined(__x86_64__)
extern const repro_ops repro_ops_avx2;
extern const repro_ops repro_ops_avx512;
#endif

// The kernels of `isa`, or the best below it that this processor runs.
const repro_ops *repro_ops_for(repro_isa isa);

#endif

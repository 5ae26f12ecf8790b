// Chooses the instruction set and splits each kernel's outputs between threads.
#include "ops.h"

#include <string.h>

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

bool repro_isa_available(repro_isa isa) {
    switch (isa) {
        case REPRO_GENERIC:
            return true;
#if defined(__x86_64__)
        case REPRO_AVX2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
        case REPRO_AVX512:
            return repro_isa_available(REPRO_AVX2) && __builtin_cpu_supports("avx512f")
                && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512dq");
#endif
        default:
            return false;
    }
}

const repro_ops *repro_ops_for(repro_isa isa) {
#if defined(__x86_64__)
    if (isa == REPRO_AVX512 && repro_isa_available(REPRO_AVX512)) return &repro_ops_avx512;
    if (isa >= REPRO_AVX2 && repro_isa_available(REPRO_AVX2)) return &repro_ops_avx2;
#else
    (void)isa;
#endif
    return &repro_ops_generic;
}

// ---- Products -------------------------------------------------------------------------------------------

typedef struct {
    const repro_ops *ops;
    const repro_gemm *jobs;
    int64_t count, parts;
} gemm_run;

// Rows of one part: all of them, or an equal share in whole tiles of 24, which every tile height divides.
static int64_t part_rows(int64_t m, int64_t parts) {
    int64_t share = (m + parts - 1) / parts;
    return parts == 1 ? m : (share + 23) / 24 * 24;
}

static void gemm_task(void *context, int64_t index, int worker) {
    (void)worker;
    const gemm_run *run = context;
    int64_t panel = index / run->parts, part = index % run->parts;
    const repro_gemm *job = run->jobs;
    for (;; job++) {
        int64_t panels = (job->n + REPRO_PANEL - 1) / REPRO_PANEL;
        if (panel < panels) break;
        panel -= panels;
    }
    int64_t rows = part_rows(job->m, run->parts), row0 = part * rows;
    int64_t row1 = row0 + rows < job->m ? row0 + rows : job->m;
    if (row0 < row1) run->ops->gemm(job, panel, row0, row1);
}

void repro_gemm_run(repro_context context, const repro_gemm *jobs, int64_t count) {
    int64_t panels = 0, rows = 0;
    for (int64_t i = 0; i < count; i++) {
        panels += (jobs[i].n + REPRO_PANEL - 1) / REPRO_PANEL;
        if (jobs[i].m > rows) rows = jobs[i].m;
    }
    if (panels == 0 || rows == 0) return;
    gemm_run run = {repro_ops_for(context.isa), jobs, count, 1};
    if (context.pool) {
        // About eight tasks a thread level out the last ones, while a part stays tall enough to reuse its panel.
        int64_t wanted = 8 * repro_pool_threads(context.pool);
        int64_t most = (rows + 47) / 48;
        run.parts = (wanted + panels - 1) / panels;
        if (run.parts > most) run.parts = most;
        if (run.parts < 1) run.parts = 1;
    }
    repro_pool_run(context.pool, panels * run.parts, gemm_task, &run);
}

int64_t repro_packed_count(int64_t n, int64_t k) { return (n + REPRO_PANEL - 1) / REPRO_PANEL * REPRO_PANEL * k; }

typedef struct {
    const repro_ops *ops;
    const float *source;
    int64_t n, k, first, count;
    float *output;
} pack_run;

static void pack_task(void *context, int64_t panel, int worker) {
    (void)worker;
    const pack_run *run = context;
    float *out = run->output + panel * REPRO_PANEL * run->k;
    const float *in = run->source + panel * REPRO_PANEL * run->k;
    int64_t rows = run->n - panel * REPRO_PANEL;
    if (rows > REPRO_PANEL) rows = REPRO_PANEL;
    // Sixteen columns at a time, so that each line of the source is used whole.
    for (int64_t k0 = 0; k0 < run->k; k0 += 16) {
        int64_t k1 = k0 + 16 < run->k ? k0 + 16 : run->k;
        for (int64_t row = 0; row < REPRO_PANEL; row++) {
            for (int64_t k = k0; k < k1; k++) out[k * REPRO_PANEL + row] = row < rows ? in[row * run->k + k] : 0;
        }
    }
}

void repro_pack(repro_context context, const float *source, int64_t n, int64_t k, float *packed) {
    pack_run run = {.source = source, .n = n, .k = k, .output = packed};
    repro_pool_run(context.pool, (n + REPRO_PANEL - 1) / REPRO_PANEL, pack_task, &run);
}

static void pack_transposed_task(void *context, int64_t panel, int worker) {
    (void)worker;
    const pack_run *run = context;
    run->ops->pack_transposed(run->source, run->n, run->k, run->first, run->count, panel, run->output);
}

void repro_pack_transposed(repro_context context, const float *packed, int64_t n, int64_t k, int64_t first,
                           int64_t count, float *output) {
    pack_run run = {repro_ops_for(context.isa), packed, n, k, first, count, output};
    repro_pool_run(context.pool, (k + REPRO_PANEL - 1) / REPRO_PANEL, pack_transposed_task, &run);
}

void repro_unpack_row(const float *packed, int64_t k, int64_t row, float *output) {
    const float *in = packed + row / REPRO_PANEL * REPRO_PANEL * k + row % REPRO_PANEL;
    for (int64_t i = 0; i < k; i++) output[i] = in[i * REPRO_PANEL];
}

// ---- Rows -----------------------------------------------------------------------------------------------

// Rows that one task takes.
#define ROW_GRAIN 16

// Defines the task `NAME` and runs it over blocks of rows: FIELDS are its arguments, CALL the kernel's call with
// `run->` before each of them, row0 and row1.
#define ROWS_BEGIN(NAME, FIELDS, CALL)                                                      \
    typedef struct {                                                                        \
        const repro_ops *ops;                                                               \
        int64_t rows;                                                                       \
        FIELDS                                                                              \
    } NAME##_run;                                                                           \
    static void NAME##_task(void *context, int64_t index, int worker) {                     \
        (void)worker;                                                                       \
        const NAME##_run *run = context;                                                    \
        int64_t row0 = index * ROW_GRAIN;                                                   \
        int64_t row1 = row0 + ROW_GRAIN < run->rows ? row0 + ROW_GRAIN : run->rows;         \
        CALL;                                                                               \
    }

#define ROWS_RUN(NAME) \
    repro_pool_run(context.pool, (run.rows + ROW_GRAIN - 1) / ROW_GRAIN, NAME##_task, &run)

ROWS_BEGIN(rmsnorm, int64_t n; float *x; int64_t x_row; const float *residual; int64_t residual_row;
           const float *weight; float epsilon; float *y; int64_t y_row;
           , run->ops->rmsnorm(row0, row1, run->n, run->x, run->x_row, run->residual, run->residual_row, run->weight,
                               run->epsilon, run->y, run->y_row))

void repro_rmsnorm(repro_context context, int64_t rows, int64_t n, float *x, int64_t x_row, const float *residual,
                   int64_t residual_row, const float *weight, float epsilon, float *y, int64_t y_row) {
    rmsnorm_run run = {repro_ops_for(context.isa), rows, n, x, x_row, residual, residual_row, weight, epsilon, y, y_row};
    ROWS_RUN(rmsnorm);
}

ROWS_BEGIN(rmsnorm_backward, int64_t n; const float *x; int64_t x_row; const float *weight; float epsilon;
           const float *dy; int64_t dy_row; float *dx; int64_t dx_row;
           , run->ops->rmsnorm_backward(row0, row1, run->n, run->x, run->x_row, run->weight, run->epsilon, run->dy,
                                        run->dy_row, run->dx, run->dx_row))

void repro_rmsnorm_backward(repro_context context, int64_t rows, int64_t n, const float *x, int64_t x_row,
                            const float *weight, float epsilon, const float *dy, int64_t dy_row, float *dx,
                            int64_t dx_row) {
    rmsnorm_backward_run run = {repro_ops_for(context.isa), rows, n, x, x_row, weight, epsilon, dy, dy_row, dx, dx_row};
    ROWS_RUN(rmsnorm_backward);
}

ROWS_BEGIN(rope, int64_t heads; int64_t d; float *x; int64_t x_row; const int32_t *positions; const float *cosines;
           const float *sines; bool inverse;
           , run->ops->rope(row0, row1, run->heads, run->d, run->x, run->x_row, run->positions, run->cosines,
                            run->sines, run->inverse))

void repro_rope(repro_context context, int64_t rows, int64_t heads, int64_t d, float *x, int64_t x_row,
                const int32_t *positions, const float *cosines, const float *sines, bool inverse) {
    rope_run run = {repro_ops_for(context.isa), rows, heads, d, x, x_row, positions, cosines, sines, inverse};
    ROWS_RUN(rope);
}

ROWS_BEGIN(swiglu, int64_t n; const float *gate; const float *up; float *y; int64_t row;
           , run->ops->swiglu(row0, row1, run->n, run->gate, run->up, run->y, run->row))

void repro_swiglu(repro_context context, int64_t rows, int64_t n, const float *gate, const float *up, float *y,
                  int64_t row) {
    swiglu_run run = {repro_ops_for(context.isa), rows, n, gate, up, y, row};
    ROWS_RUN(swiglu);
}

ROWS_BEGIN(swiglu_backward, int64_t n; float *gate; float *up; const float *dy; int64_t row;
           , run->ops->swiglu_backward(row0, row1, run->n, run->gate, run->up, run->dy, run->row))

void repro_swiglu_backward(repro_context context, int64_t rows, int64_t n, float *gate, float *up, const float *dy,
                           int64_t row) {
    swiglu_backward_run run = {repro_ops_for(context.isa), rows, n, gate, up, dy, row};
    ROWS_RUN(swiglu_backward);
}

ROWS_BEGIN(add, int64_t n; const float *x; int64_t x_row; const float *z; int64_t z_row; float *y; int64_t y_row;
           , run->ops->add(row0, row1, run->n, run->x, run->x_row, run->z, run->z_row, run->y, run->y_row))

void repro_add(repro_context context, int64_t rows, int64_t n, const float *x, int64_t x_row, const float *z,
               int64_t z_row, float *y, int64_t y_row) {
    add_run run = {repro_ops_for(context.isa), rows, n, x, x_row, z, z_row, y, y_row};
    ROWS_RUN(add);
}

ROWS_BEGIN(dropout, const repro_dropout *dropout; int64_t first_row; int64_t n; const float *x; int64_t x_row;
           float *y; int64_t y_row; uint16_t *mask;
           , run->ops->dropout_forward(run->dropout, run->first_row, row0, row1, run->n, run->x, run->x_row, run->y,
                                       run->y_row, run->mask))

void repro_dropout_forward(repro_context context, const repro_dropout *dropout, int64_t first_row, int64_t rows,
                           int64_t n, const float *x, int64_t x_row, float *y, int64_t y_row, uint16_t *mask) {
    dropout_run run = {repro_ops_for(context.isa), rows, dropout, first_row, n, x, x_row, y, y_row, mask};
    ROWS_RUN(dropout);
}

ROWS_BEGIN(lora_input_backward, int64_t n; int64_t rank; const float *d; int64_t d_row; const float *a;
           int64_t a_row; const uint16_t *mask; float factor; float *dx; int64_t dx_row;
           , run->ops->lora_input_backward(row0, row1, run->n, run->rank, run->d, run->d_row, run->a, run->a_row,
                                           run->mask, run->factor, run->dx, run->dx_row))

void repro_lora_input_backward(repro_context context, int64_t rows, int64_t n, int64_t rank, const float *d,
                               int64_t d_row, const float *a, int64_t a_row, const uint16_t *mask, float factor,
                               float *dx, int64_t dx_row) {
    lora_input_backward_run run = {repro_ops_for(context.isa), rows, n,    rank,   d,  d_row,
                                   a,                          a_row, mask, factor, dx, dx_row};
    ROWS_RUN(lora_input_backward);
}

// ---- Attention ------------------------------------------------------------------------------------------

typedef struct {
    const repro_ops *ops;
    const repro_attention *attention;
    bool backward;
} attention_run;

static void attention_task(void *context, int64_t index, int worker) {
    const attention_run *run = context;
    const repro_attention *attention = run->attention;
    float *scratch = attention->scratch + worker * attention->scratch_count;
    int64_t sequence = index / attention->kv_heads, kv_head = index % attention->kv_heads;
    if (run->backward) {
        run->ops->attention_backward(attention, sequence, kv_head, scratch);
    } else {
        run->ops->attention_forward(attention, sequence, kv_head, scratch);
    }
}

int64_t repro_attention_scratch(int64_t k_count, int64_t d, bool backward) {
    int64_t padded = (k_count + 15) / 16 * 16;
    return (backward ? 2 : 1) * (d + REPRO_ATTENTION_ROWS) * padded + REPRO_PANEL;
}

void repro_attention_forward(repro_context context, const repro_attention *attention) {
    attention_run run = {repro_ops_for(context.isa), attention, false};
    repro_pool_run(context.pool, attention->sequence_count * attention->kv_heads, attention_task, &run);
}

void repro_attention_backward(repro_context context, const repro_attention *attention) {
    attention_run run = {repro_ops_for(context.isa), attention, true};
    repro_pool_run(context.pool, attention->sequence_count * attention->kv_heads, attention_task, &run);
}

// ---- Cross-entropy --------------------------------------------------------------------------------------

typedef struct {
    const repro_ops *ops;
    const repro_loss *loss;
    float weight;
} loss_run;

int64_t repro_loss_groups(int64_t vocabulary) { return (vocabulary + REPRO_LOGIT_GROUP - 1) / REPRO_LOGIT_GROUP; }

static int64_t loss_task_rows(bool encoded) { return encoded ? REPRO_LOSS_ROWS_ENCODED : REPRO_LOSS_ROWS; }

int64_t repro_loss_scratch(bool encoded) { return loss_task_rows(encoded) * REPRO_LOGIT_GROUP; }

// Tasks take the row blocks of one group in turn, so that the group's panels stay in the cache.
static void loss_group_task(void *context, int64_t index, int worker) {
    const loss_run *run = context;
    const repro_loss *loss = run->loss;
    const bool encoded = loss->head_weights.data != NULL;
    const int64_t grain = loss_task_rows(encoded), blocks = (loss->rows + grain - 1) / grain;
    const int64_t row0 = index % blocks * grain, row1 = smaller(loss->rows, row0 + grain);
    run->ops->loss_group(loss, index / blocks, row0, row1, loss->scratch + worker * repro_loss_scratch(encoded));
}

static void loss_rows_task(void *context, int64_t index, int worker) {
    (void)worker;
    const loss_run *run = context;
    int64_t row0 = index * ROW_GRAIN, rows = run->loss->rows;
    run->ops->loss_rows(run->loss, row0, row0 + ROW_GRAIN < rows ? row0 + ROW_GRAIN : rows);
}

static void loss_backward_task(void *context, int64_t row, int worker) {
    (void)worker;
    const loss_run *run = context;
    run->ops->loss_backward(run->loss, run->weight, row, row + 1);
}

void repro_loss_forward(repro_context context, const repro_loss *loss) {
    loss_run run = {repro_ops_for(context.isa), loss, 0};
    const int64_t grain = loss_task_rows(loss->head_weights.data != NULL);
    const int64_t blocks = (loss->rows + grain - 1) / grain;
    repro_pool_run(context.pool, blocks * repro_loss_groups(loss->vocabulary), loss_group_task, &run);
    repro_pool_run(context.pool, (loss->rows + ROW_GRAIN - 1) / ROW_GRAIN, loss_rows_task, &run);
}

void repro_loss_backward(repro_context context, const repro_loss *loss, float weight) {
    loss_run run = {repro_ops_for(context.isa), loss, weight};
    repro_pool_run(context.pool, loss->rows, loss_backward_task, &run);
}

// ---- Optimiser and functions ----------------------------------------------------------------------------

double repro_sum_of_squares(repro_context context, const float *x, int64_t count) {
    return repro_ops_for(context.isa)->sum_of_squares(x, count);
}

typedef struct {
    const repro_ops *ops;
    const repro_adamw *step;
    int64_t count;
    const float *gradient;
    float *m, *v, *w;
} adamw_run;

// Parameters that one task takes: a multiple of 16.
#define ADAMW_GRAIN 65536

static void adamw_task(void *context, int64_t index, int worker) {
    (void)worker;
    const adamw_run *run = context;
    int64_t first = index * ADAMW_GRAIN;
    int64_t last = first + ADAMW_GRAIN < run->count ? first + ADAMW_GRAIN : run->count;
    run->ops->adamw(run->step, first, last, run->gradient, run->m, run->v, run->w);
}

void repro_adamw_step(repro_context context, const repro_adamw *step, int64_t count, const float *gradient, float *m,
                      float *v, float *w) {
    adamw_run run = {repro_ops_for(context.isa), step, count, gradient, m, v, w};
    repro_pool_run(context.pool, (count + ADAMW_GRAIN - 1) / ADAMW_GRAIN, adamw_task, &run);
}

void repro_exp(repro_context context, int64_t count, const float *x, float *y) {
    repro_ops_for(context.isa)->exp(count, x, y);
}

void repro_log(repro_context context, int64_t count, const float *x, float *y) {
    repro_ops_for(context.isa)->log(count, x, y);
}

void repro_sigmoid(repro_context context, int64_t count, const float *x, float *y) {
    repro_ops_for(context.isa)->sigmoid(count, x, y);
}

void repro_fma(repro_context context, int64_t count, const float *a, const float *b, const float *c, float *y) {
    repro_ops_for(context.isa)->fma(count, a, b, c, y);
}

// Encoded weights: rows, panels, checks, split between threads by rows.
#include "ops.h"

#include <stdatomic.h>
#include <string.h>

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// Rows of weights that one task takes.
#define WEIGHT_ROWS 16

typedef struct {
    const repro_ops *ops;
    const repro_weights *weights;
    int64_t first, count;
    float *output;
    const float *values;
    _Atomic bool bad;
} weights_run;

int64_t repro_row_bytes(repro_encoding encoding, int64_t columns) {
    static const int64_t lengths[] = {1, 1, 1, 32, 32, 32, 32, 32, 256, 256, 256};
    static const int64_t sizes[] = {4, 2, 2, 18, 20, 22, 24, 34, 144, 176, 210};
    return columns / lengths[encoding] * sizes[encoding];
}

void repro_weights_row(repro_context context, const repro_weights *weights, int64_t row, float *output) {
    repro_ops_for(context.isa)->decode(weights, row, 0, weights->columns, output);
}

static void pack_weights_task(void *context, int64_t panel, int worker) {
    (void)worker;
    const weights_run *run = context;
    const int64_t columns = run->weights->columns;
    for (int64_t k0 = 0; k0 < columns; k0 += REPRO_WEIGHT_DEPTH) {
        run->ops->weights_panel(run->weights, REPRO_PANEL * panel, k0, smaller(REPRO_WEIGHT_DEPTH, columns - k0),
                                run->output + REPRO_PANEL * (panel * columns + k0));
    }
}

void repro_pack_weights(repro_context context, const repro_weights *weights, float *packed) {
    weights_run run = {.ops = repro_ops_for(context.isa), .weights = weights, .output = packed};
    repro_pool_run(context.pool, (weights->rows + REPRO_PANEL - 1) / REPRO_PANEL, pack_weights_task, &run);
}

static void transpose_weights_task(void *context, int64_t index, int worker) {
    (void)worker;
    const weights_run *run = context;
    const int64_t columns = run->weights->columns, last = smaller(run->count, (index + 1) * WEIGHT_ROWS);
    float slice[REPRO_WEIGHT_DEPTH];
    for (int64_t row = index * WEIGHT_ROWS; row < last; row++) {
        for (int64_t k0 = 0; k0 < columns; k0 += REPRO_WEIGHT_DEPTH) {
            const int64_t depth = smaller(REPRO_WEIGHT_DEPTH, columns - k0);
            run->ops->decode(run->weights, run->first + row, k0, depth, slice);
            for (int64_t k = 0; k < depth; k += REPRO_PANEL) {
                float *out = run->output + ((k0 + k) * run->count) + row * REPRO_PANEL;
                const int64_t width = smaller(REPRO_PANEL, depth - k);
                memcpy(out, slice + k, (size_t)width * sizeof(float));
                memset(out + width, 0, (size_t)(REPRO_PANEL - width) * sizeof(float));
            }
        }
    }
}

void repro_transpose_weights(repro_context context, const repro_weights *weights, int64_t first, int64_t count,
                             float *output) {
    weights_run run = {.ops = repro_ops_for(context.isa), .weights = weights, .first = first, .count = count, .output = output};
    repro_pool_run(context.pool, (count + WEIGHT_ROWS - 1) / WEIGHT_ROWS, transpose_weights_task, &run);
}

static void weights_finite_task(void *context, int64_t index, int worker) {
    (void)worker;
    weights_run *run = context;
    const int64_t columns = run->weights->columns, last = smaller(run->weights->rows, (index + 1) * WEIGHT_ROWS);
    float slice[REPRO_WEIGHT_DEPTH];
    for (int64_t row = index * WEIGHT_ROWS; row < last; row++) {
        for (int64_t k0 = 0; k0 < columns; k0 += REPRO_WEIGHT_DEPTH) {
            const int64_t depth = smaller(REPRO_WEIGHT_DEPTH, columns - k0);
            run->ops->decode(run->weights, row, k0, depth, slice);
            if (!run->ops->finite(slice, depth)) atomic_store(&run->bad, true);
        }
    }
}

bool repro_weights_finite(repro_context context, const repro_weights *weights) {
    weights_run run = {.ops = repro_ops_for(context.isa), .weights = weights};
    repro_pool_run(context.pool, (weights->rows + WEIGHT_ROWS - 1) / WEIGHT_ROWS, weights_finite_task, &run);
    return !atomic_load(&run.bad);
}

// Values that one task of repro_finite looks at.
#define FINITE_GRAIN 65536

static void finite_task(void *context, int64_t index, int worker) {
    (void)worker;
    weights_run *run = context;
    const int64_t first = index * FINITE_GRAIN;
    if (!run->ops->finite(run->values + first, smaller(FINITE_GRAIN, run->count - first))) atomic_store(&run->bad, true);
}

bool repro_finite(repro_context context, const float *values, int64_t count) {
    weights_run run = {.ops = repro_ops_for(context.isa), .values = values, .count = count};
    repro_pool_run(context.pool, (count + FINITE_GRAIN - 1) / FINITE_GRAIN, finite_task, &run);
    return !atomic_load(&run.bad);
}

// Matrix products by register tiles. The tile's shape decides the speed and nothing else: every output is its own
// chain over k.
static void copy_tile(float *to, int64_t to_row, const float *from, int64_t from_row, int64_t rows, int64_t columns) {
    for (int64_t i = 0; i < rows; i++) memcpy(to + i * to_row, from + i * from_row, (size_t)columns * sizeof(float));
}

#if !REPRO_WIDE
#define TILE tile_1x6
#define MR 6
#define NV 1
#include "body_tile.h"
#endif
#define TILE tile_1x4
#define MR 4
#define NV 1
#include "body_tile.h"
#define TILE tile_1x2
#define MR 2
#define NV 1
#include "body_tile.h"
#define TILE tile_1x1
#define MR 1
#define NV 1
#include "body_tile.h"
#if REPRO_WIDE
#define TILE tile_1x24
#define MR 24
#define NV 1
#include "body_tile.h"
#define TILE tile_1x12
#define MR 12
#define NV 1
#include "body_tile.h"
#define TILE tile_2x12
#define MR 12
#define NV 2
#include "body_tile.h"
#define TILE tile_2x4
#define MR 4
#define NV 2
#include "body_tile.h"
#define TILE tile_2x1
#define MR 1
#define NV 2
#include "body_tile.h"
#define TILE tile_3x8
#define MR 8
#define NV 3
#include "body_tile.h"
#define TILE tile_3x4
#define MR 4
#define NV 3
#include "body_tile.h"
#define TILE tile_3x1
#define MR 1
#define NV 3
#include "body_tile.h"
#define TILE tile_4x6
#define MR 6
#define NV 4
#include "body_tile.h"
#define TILE tile_4x4
#define MR 4
#define NV 4
#include "body_tile.h"
#define TILE tile_4x2
#define MR 2
#define NV 4
#include "body_tile.h"
#define TILE tile_4x1
#define MR 1
#define NV 4
#include "body_tile.h"
#endif

typedef void (*tile_function)(const repro_gemm *, const float *, const float *, int64_t, const float *, const float *,
                              int64_t, const float *, float *, int64_t, bool);

// The tiles for one number of vectors, tallest first, ending with one row.
typedef struct {
    int64_t rows[5];
    tile_function functions[5];
} tile_ladder;

#if REPRO_WIDE
static const tile_ladder ladders[4] = {
    {{24, 12, 4, 2, 1}, {tile_1x24, tile_1x12, tile_1x4, tile_1x2, tile_1x1}},
    {{12, 4, 1}, {tile_2x12, tile_2x4, tile_2x1}},
    {{8, 4, 1}, {tile_3x8, tile_3x4, tile_3x1}},
    {{6, 4, 2, 1}, {tile_4x6, tile_4x4, tile_4x2, tile_4x1}},
};
#else
static const tile_ladder ladders[1] = {{{6, 4, 2, 1}, {tile_1x6, tile_1x4, tile_1x2, tile_1x1}}};
#endif

// Depth of k that one pass over the rows takes, so that a panel's slice stays in the second-level cache. The chain
// goes on from the stored outputs, which are exact.
#define K_BLOCK 1024

// Columns of one panel, rows [row0, row1), depth [k0, k0 + depth), with `panel_b` at the panel's row k0.
INLINE void gemm_depth(const repro_gemm *g, int64_t panel, int64_t row0, int64_t row1, int64_t k0, int64_t depth,
                       const float *panel_b) {
    int64_t columns = g->n - REPRO_PANEL * panel;
    if (columns > REPRO_PANEL) columns = REPRO_PANEL;
    const int64_t vectors = REPRO_WIDE ? (columns + 15) / 16 : 1;
    const tile_ladder *ladder = &ladders[vectors - 1];
    const int64_t width = 16 * vectors;
    bool accumulate = g->accumulate || k0 > 0;
    bool last = k0 + depth >= g->k;
    for (int64_t column = 0; column < columns; column += width) {
        const float *b = panel_b + column;
        const float *b2 = g->b2 + panel * g->b2_panel + column;
        const float *bias = g->bias ? g->bias + REPRO_PANEL * panel + column : (const float *)0;
        float *c = g->c + REPRO_PANEL * panel + column;
        int64_t row = row0;
        int step = 0;
        while (row < row1) {
            while (ladder->rows[step] > row1 - row) step++;
            ladder->functions[step](g, g->a + row * g->a_row + k0 * g->a_k, b, depth, g->a2 + row * g->a2_row, b2,
                                    last ? g->k2 : 0, bias, c + row * g->c_row, columns - column, accumulate);
            row += ladder->rows[step];
        }
    }
}

// Columns of one panel, rows [row0, row1).
static void gemm(const repro_gemm *g, int64_t panel, int64_t row0, int64_t row1) {
    int64_t k0 = 0;
    do {
        int64_t depth = g->k - k0 < K_BLOCK ? g->k - k0 : K_BLOCK;
        gemm_depth(g, panel, row0, row1, k0, depth, g->b + panel * g->b_panel + k0 * g->b_k);
        k0 += depth;
    } while (k0 < g->k);
}

// The same with encoded weights, of which a slice is converted before its products.
static void gemm_encoded(const repro_gemm *g, int64_t panel, int64_t row0, int64_t row1) {
    float slice[REPRO_WEIGHT_DEPTH * REPRO_PANEL] __attribute__((aligned(64)));
    for (int64_t k0 = 0; k0 < g->k; k0 += REPRO_WEIGHT_DEPTH) {
        int64_t depth = g->k - k0 < REPRO_WEIGHT_DEPTH ? g->k - k0 : REPRO_WEIGHT_DEPTH;
        weights_panel(&g->weights, g->weights_row + REPRO_PANEL * panel, k0, depth, slice);
        gemm_depth(g, panel, row0, row1, k0, depth, slice);
    }
}

static void gemm_job(const repro_gemm *g, int64_t panel, int64_t row0, int64_t row1) {
    if (g->weights.data) {
        gemm_encoded(g, panel, row0, row1);
    } else {
        gemm(g, panel, row0, row1);
    }
}

// A plain product on one thread, for the small matrices of attention.
INLINE void multiply(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_k, const float *b,
                     int64_t b_k, float *c, int64_t c_row, bool accumulate) {
    repro_gemm g = {.m = m, .n = n, .k = k, .a = a, .a_row = a_row, .a_k = a_k, .b = b, .b_panel = REPRO_PANEL,
                    .b_k = b_k, .a2 = a, .b2 = b, .c = c, .c_row = c_row, .accumulate = accumulate};
    for (int64_t panel = 0; panel * REPRO_PANEL < n; panel++) gemm(&g, panel, 0, m);
}

// Panel `panel` (64 columns of k) of the transposed operand: see repro_pack_transposed.
static void pack_transposed(const float *packed, int64_t n, int64_t k, int64_t first, int64_t count, int64_t panel,
                            float *output) {
    (void)n;
    float *out = output + panel * REPRO_PANEL * count;
    const int64_t k0 = panel * REPRO_PANEL;
    const int64_t columns = k - k0 < REPRO_PANEL ? k - k0 : REPRO_PANEL;
    for (int64_t row0 = 0; row0 < count; row0 += REPRO_PANEL) {
        const float *source = packed + (first + row0) * k + k0 * REPRO_PANEL;
        const int64_t rows = count - row0 < REPRO_PANEL ? count - row0 : REPRO_PANEL;
        if (columns == REPRO_PANEL && rows % 4 == 0) {
            for (int64_t r = 0; r < rows; r += 4) {
                for (int64_t c = 0; c < REPRO_PANEL; c += 4) {
                    transpose4(source + c * REPRO_PANEL + r, REPRO_PANEL, out + (row0 + r) * REPRO_PANEL + c, REPRO_PANEL);
                }
            }
        } else {
            for (int64_t r = 0; r < rows; r++) {
                for (int64_t c = 0; c < REPRO_PANEL; c++) {
                    out[(row0 + r) * REPRO_PANEL + c] = c < columns ? source[c * REPRO_PANEL + r] : 0;
                }
            }
        }
    }
}

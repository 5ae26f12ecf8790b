// One register tile of MR rows by NV vectors of 16 columns: included once for each size, with TILE, MR and NV set.
static void TILE(const repro_gemm *g, const float *a, const float *b, int64_t k, const float *a2, const float *b2,
                 int64_t k2, const float *bias, float *c, int64_t columns, bool accumulate) {
    v16 acc[MR][NV];
    const int64_t a_row = g->a_row, a_k = g->a_k, b_k = g->b_k;
    int64_t c_row = g->c_row;
    // An edge of the matrix goes through a whole tile of its own.
    float edge[MR * NV * 16], edge_bias[NV * 16];
    float *const target = c;
    const bool partial = columns < 16 * NV;
    if (partial) {
        c = edge;
        c_row = NV * 16;
        memset(edge, 0, sizeof edge);
        if (accumulate) copy_tile(edge, NV * 16, target, g->c_row, MR, columns);
        if (bias) {
            memset(edge_bias, 0, sizeof edge_bias);
            copy_tile(edge_bias, 0, bias, 0, 1, columns);
            bias = edge_bias;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) {
            acc[i][j] = accumulate ? load(c + i * c_row + 16 * j) : bias ? load(bias + 16 * j) : splat(0);
        }
    }
    for (int64_t kk = 0; kk < k; kk++) {
        v16 row[NV];
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) row[j] = load(b + 16 * j);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            v16 x = splat(a[i * a_row]);
#pragma clang loop unroll(full)
            for (int j = 0; j < NV; j++) acc[i][j] = fma16(x, row[j], acc[i][j]);
        }
        a += a_k;
        b += b_k;
    }
    const int64_t a2_row = g->a2_row, b2_k = g->b2_k;
    for (int64_t kk = 0; kk < k2; kk++) {
        v16 row[NV];
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) row[j] = load(b2 + 16 * j);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            v16 x = splat(a2[i * a2_row]);
#pragma clang loop unroll(full)
            for (int j = 0; j < NV; j++) acc[i][j] = fma16(x, row[j], acc[i][j]);
        }
        a2 += 1;
        b2 += b2_k;
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) store(c + i * c_row + 16 * j, acc[i][j]);
    }
    if (partial) copy_tile(target, g->c_row, edge, NV * 16, MR, columns);
}
#undef TILE
#undef MR
#undef NV

// Cross-entropy over the vocabulary, in groups of REPRO_LOGIT_GROUP columns: each group's maximum and sum of
// exponentials are taken first and then merged in ascending order, so the logits need not be kept.

static void loss_group(const repro_loss *t, int64_t group, int64_t row0, int64_t row1, float *scratch) {
    const int64_t first = group * REPRO_LOGIT_GROUP, groups = repro_loss_groups(t->vocabulary);
    const int64_t width = t->vocabulary - first < REPRO_LOGIT_GROUP ? t->vocabulary - first : REPRO_LOGIT_GROUP;
    float *tile = t->logits ? t->logits + row0 * t->logits_row + first : scratch;
    const int64_t tile_row = t->logits ? t->logits_row : REPRO_LOGIT_GROUP;
    repro_gemm g = {.m = row1 - row0, .n = width, .k = t->k, .a = t->hidden + row0 * t->hidden_row,
                    .a_row = t->hidden_row, .a_k = 1, .b = t->head ? t->head + first * t->k : (const float *)0,
                    .b_panel = REPRO_PANEL * t->k, .b_k = REPRO_PANEL, .a2 = t->hidden, .b2 = t->hidden, .c = tile,
                    .c_row = tile_row, .weights = t->head_weights, .weights_row = first};
    for (int64_t panel = 0; panel * REPRO_PANEL < width; panel++) gemm_job(&g, panel, 0, g.m);
    for (int64_t row = row0; row < row1; row++) {
        const float *l = tile + (row - row0) * tile_row;
        v16 top = splat(-INFINITY);
        for (int64_t i = 0; i < width; i += 16) top = larger(load_part(l + i, width - i, -INFINITY), top);
        float maximum = fold_max(top);
        v16 sum = splat(0);
        for (int64_t i = 0; i < width; i += 16) sum += exp16(load_part(l + i, width - i, -INFINITY) - splat(maximum));
        t->maxima[row * groups + group] = maximum;
        t->sums[row * groups + group] = fold_sum(sum);
        int64_t target = t->targets[row] - first;
        if (target >= 0 && target < width) t->target_logits[row] = l[target];
    }
}

static void loss_rows(const repro_loss *t, int64_t row0, int64_t row1) {
    const int64_t groups = repro_loss_groups(t->vocabulary);
    for (int64_t row = row0; row < row1; row++) {
        const float *m = t->maxima + row * groups, *s = t->sums + row * groups;
        v16 top = splat(-INFINITY);
        for (int64_t i = 0; i < groups; i += 16) top = larger(load_part(m + i, groups - i, -INFINITY), top);
        float maximum = fold_max(top);
        v16 sum = splat(0);
        for (int64_t i = 0; i < groups; i += 16) {
            v16 e = exp16(load_part(m + i, groups - i, -INFINITY) - splat(maximum));
            sum = fma16(e, load_part(s + i, groups - i, 0), sum);
        }
        float total = fold_sum(sum);
        t->row_maxima[row] = maximum;
        t->row_sums[row] = total;
        t->losses[row] = (maximum - t->target_logits[row]) + log16(splat(total))[0];
    }
}

static void loss_backward(const repro_loss *t, float weight, int64_t row0, int64_t row1) {
    for (int64_t row = row0; row < row1; row++) {
        float *l = t->logits + row * t->logits_row;
        v16 maximum = splat(t->row_maxima[row]), factor = splat(weight / t->row_sums[row]);
        for (int64_t i = 0; i < t->vocabulary; i += 16) {
            int64_t left = t->vocabulary - i;
            store_part(l + i, left, exp16(load_part(l + i, left, 0) - maximum) * factor);
        }
        l[t->targets[row]] -= weight;
    }
}

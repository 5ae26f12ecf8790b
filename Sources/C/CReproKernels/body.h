// The kernels, written once over 16 lanes and compiled once for each instruction set.
#include "body_lanes.h"

#include "body_weights.h"

#include "body_gemm.h"

#include "body_rows.h"

#include "body_attention.h"

#include "body_loss.h"

#include "body_training.h"

const repro_ops REPRO_OPS = {
    .gemm = gemm_job,
    .decode = decode_row,
    .weights_panel = weights_panel,
    .finite = all_finite,
    .pack_transposed = pack_transposed,
    .rmsnorm = rmsnorm,
    .rmsnorm_backward = rmsnorm_backward,
    .rope = rope,
    .swiglu = swiglu,
    .swiglu_backward = swiglu_backward,
    .add = add,
    .attention_forward = attention_forward,
    .attention_backward = attention_backward,
    .loss_group = loss_group,
    .loss_rows = loss_rows,
    .loss_backward = loss_backward,
    .dropout_forward = dropout_forward,
    .lora_input_backward = lora_input_backward,
    .sum_of_squares = sum_of_squares,
    .adamw = adamw,
    .exp = map_exp,
    .log = map_log,
    .sigmoid = map_sigmoid,
    .fma = map_fma,
};

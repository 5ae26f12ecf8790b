#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "ops.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi,bmi2"))), apply_to = function)
#define REPRO_OPS repro_ops_avx512
#define REPRO_WIDE 1
#define REPRO_HARDWARE_FMA 1
#include "body.h"
#pragma clang attribute pop
#endif

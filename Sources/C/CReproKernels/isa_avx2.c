#if defined(__x86_64__)
// Wide vectors only ever pass between inlined functions, so their calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#include <math.h>
#include <string.h>

#include "ops.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#define REPRO_OPS repro_ops_avx2
#define REPRO_WIDE 0
#define REPRO_HARDWARE_FMA 1
#include "body.h"
#pragma clang attribute pop
#endif

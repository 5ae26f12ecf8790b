// The kernels for any processor: NEON on arm64, baseline x86-64 with a software fused multiply-add.
// Wide vectors only ever pass between inlined functions, so their calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#include <math.h>
#include <string.h>

#include "ops.h"

#define REPRO_OPS repro_ops_generic
#define REPRO_WIDE 0
#include "body.h"

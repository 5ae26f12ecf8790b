#ifndef POLAI_CETHASH_H
#define POLAI_CETHASH_H
// The C API of the ethash library: epoch contexts, light hash and verification.
#include <stdbool.h>
#include <stdint.h>
#include "../upstream/include/ethash/ethash.h"
#endif

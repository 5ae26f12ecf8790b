#ifndef POLAI_CMERKLEHASH_H
#define POLAI_CMERKLEHASH_H
// SHA-256 of 64-byte blocks where the processor has SHA instructions; elsewhere nothing is done and the answer is false.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Digest `i` of `output` becomes that of block `i` of `input`, for `pairs` blocks. `output` may be `input`.
bool polai_merkle_hash_pairs(uint8_t *output, const uint8_t *input, size_t pairs);

// The same for the blocks that `picked` lists, none of which may be the place of another's digest.
bool polai_merkle_hash_picked(uint8_t *output, const uint8_t *input, const uint32_t *picked, size_t count);

#endif

#ifndef POLAI_CETHASH_H
#define POLAI_CETHASH_H
// The C API of the ethash library: epoch contexts, light hash and verification; and hashes by a dataset of
// the caller's.
#include <stdbool.h>
#include <stdint.h>
#include "../upstream/include/ethash/ethash.h"

#ifdef __cplusplus
extern "C" {
#define POLAI_NOEXCEPT noexcept
#else
#define POLAI_NOEXCEPT
#endif

// Items of the full dataset, 128 bytes each, from `first` on; `output` is aligned to 8 bytes.
void polai_ethash_dataset(
    const struct ethash_epoch_context* context, uint32_t first, uint32_t count, uint8_t* output) POLAI_NOEXCEPT;

// The hash by a full dataset that lies outside the library's own memory, aligned to 8 bytes; items that begin with eight zero bytes
// count as not there.
struct ethash_result polai_ethash_hash_with(const struct ethash_epoch_context* context, const uint8_t* dataset,
    const union ethash_hash256* header_hash, uint64_t nonce) POLAI_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif

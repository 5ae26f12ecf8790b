#pragma once
#include <stddef.h>
#include <stdint.h>

/// Keccak-256 with the original padding, as plain loops over the 25 lanes: 32 bytes go to `digest`.
void plain_keccak256(const uint8_t *bytes, size_t count, uint8_t *digest);

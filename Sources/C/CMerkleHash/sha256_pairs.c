// SHA-256 of 64-byte blocks, the nodes of Merkle trees, two at a time: the processor's SHA instructions take several cycles until
// their result is there, and the second stream fills the wait. What the padding block adds to each round is known beforehand.
#include "CMerkleHash.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

// FIPS 180-4, 4.2.2.
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The round constants plus the message schedule of the block that pads 64 bytes: 0x80, zeros, the length 512.
static const uint32_t padding_rounds[64] __attribute__((aligned(16))) = {
    0xc28a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf374,
    0x649b69c1, 0xf0fe4786, 0x0fe1edc6, 0x240cf254, 0x4fe9346f, 0x6cc984be, 0x61b9411e, 0x16f988fa,
    0xf2c65152, 0xa88e5a6d, 0xb019fc65, 0xb9d99ec7, 0x9a1231c3, 0xe70eeaa0, 0xfdb1232b, 0xc7353eb0,
    0x3069bad5, 0xcb976d5f, 0x5a0f118f, 0xdc1eeefd, 0x0a35b689, 0xde0b7a04, 0x58f4ca9d, 0xe15d5b16,
    0x007f3e86, 0x37088980, 0xa507ea32, 0x6fab9537, 0x17406110, 0x0d8cd6f1, 0xcdaa3b6d, 0xc0bbbe37,
    0x83613bda, 0xdb48a363, 0x0b02e931, 0x6fd15ca7, 0x521afaca, 0x31338431, 0x6ed41a95, 0x6d437890,
    0xc39c91f2, 0x9eccabbd, 0xb5c9a0e6, 0x532fb63c, 0xd2c741c6, 0x07237ea3, 0xa4954b68, 0x4c191d76,
};

// FIPS 180-4, 5.3.3, in the order of the SHA instructions: A, B, E, F and C, D, G, H from the highest lane down.
#define INITIAL_ABEF _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c)
#define INITIAL_CDGH _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19)

typedef struct {
    __m128i abef, cdgh;
} state_t;

SHA static inline __attribute__((always_inline)) void four_rounds(state_t *state, __m128i words) {
    state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, words);
    state->abef = _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(words, 0x0e));
}

SHA static inline __attribute__((always_inline)) void store_digest(uint8_t *output, state_t state) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b), dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)output, _mm_shuffle_epi8(_mm_blend_epi16(feba, dchg, 0xf0), big_endian));
    _mm_storeu_si128((__m128i *)(output + 16), _mm_shuffle_epi8(_mm_alignr_epi8(dchg, feba, 8), big_endian));
}

// Hashes `lanes` blocks, 1 or 2, in step.
SHA static inline __attribute__((always_inline)) void hash_blocks(
    const int lanes, const uint8_t *const input[2], uint8_t *const output[2]) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    const state_t initial = {INITIAL_ABEF, INITIAL_CDGH};
    state_t state[2] = {initial, initial}, middle[2];
    __m128i words[2][4];
    for (int lane = 0; lane < lanes; lane++)
        for (int group = 0; group < 4; group++)
            words[lane][group] =
                _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(input[lane] + 16 * group)), big_endian);
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
        const __m128i constants = _mm_load_si128((const __m128i *)(round_constants + 4 * group));
#pragma clang loop unroll(full)
        for (int lane = 0; lane < lanes; lane++) {
            __m128i *const w = words[lane];
            if (group >= 4) {
                const __m128i sum = _mm_add_epi32(
                    _mm_sha256msg1_epu32(w[group & 3], w[(group + 1) & 3]),
                    _mm_alignr_epi8(w[(group + 3) & 3], w[(group + 2) & 3], 4));
                w[group & 3] = _mm_sha256msg2_epu32(sum, w[(group + 3) & 3]);
            }
            four_rounds(&state[lane], _mm_add_epi32(w[group & 3], constants));
        }
    }
    for (int lane = 0; lane < lanes; lane++) {
        state[lane].abef = _mm_add_epi32(state[lane].abef, initial.abef);
        state[lane].cdgh = _mm_add_epi32(state[lane].cdgh, initial.cdgh);
        middle[lane] = state[lane];
    }
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
        const __m128i rounds = _mm_load_si128((const __m128i *)(padding_rounds + 4 * group));
#pragma clang loop unroll(full)
        for (int lane = 0; lane < lanes; lane++) four_rounds(&state[lane], rounds);
    }
    for (int lane = 0; lane < lanes; lane++) {
        state[lane].abef = _mm_add_epi32(state[lane].abef, middle[lane].abef);
        state[lane].cdgh = _mm_add_epi32(state[lane].cdgh, middle[lane].cdgh);
        store_digest(output[lane], state[lane]);
    }
}

SHA static void hash_one(const uint8_t *input, uint8_t *output) {
    const uint8_t *const inputs[2] = {input, input};
    uint8_t *const outputs[2] = {output, output};
    hash_blocks(1, inputs, outputs);
}

SHA static void hash_two(const uint8_t *input, uint8_t *output, const uint8_t *input2, uint8_t *output2) {
    const uint8_t *const inputs[2] = {input, input2};
    uint8_t *const outputs[2] = {output, output2};
    hash_blocks(2, inputs, outputs);
}

static bool supported;

__attribute__((constructor)) static void look_for_instructions(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool has_sha = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
    const bool has_sse41 = __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 19));
    supported = has_sha && has_sse41;
}

bool polai_merkle_hash_pairs(uint8_t *output, const uint8_t *input, size_t pairs) {
    if (!supported) return false;
    size_t index = 0;
    for (; index + 2 <= pairs; index += 2)
        hash_two(input + 64 * index, output + 32 * index, input + 64 * index + 64, output + 32 * index + 32);
    if (index < pairs) hash_one(input + 64 * index, output + 32 * index);
    return true;
}

bool polai_merkle_hash_picked(uint8_t *output, const uint8_t *input, const uint32_t *picked, size_t count) {
    if (!supported) return false;
    size_t index = 0;
    for (; index + 2 <= count; index += 2) {
        const size_t one = picked[index], two = picked[index + 1];
        hash_two(input + 64 * one, output + 32 * one, input + 64 * two, output + 32 * two);
    }
    if (index < count) hash_one(input + 64 * (size_t)picked[index], output + 32 * (size_t)picked[index]);
    return true;
}

#else

bool polai_merkle_hash_pairs(uint8_t *output, const uint8_t *input, size_t pairs) { return false; }

bool polai_merkle_hash_picked(uint8_t *output, const uint8_t *input, const uint32_t *picked, size_t count) { return false; }

#endif

// Plain loops, nothing unrolled by hand: what a compiler makes of the textbook form.
// Lanes are read and written in the machine's order, so this is for little-endian machines.
#include "CKeccak.h"

#include <string.h>

enum { RATE = 136 };

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static uint64_t rotate(uint64_t value, unsigned count) { return count ? value << count | value >> (64 - count) : value; }

static void permute(uint64_t lanes[25]) {
    for (int round = 0; round < 24; round++) {
        // Theta
        uint64_t parity[5];
        for (int x = 0; x < 5; x++) parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        for (int x = 0; x < 5; x++) {
            uint64_t change = parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) lanes[x + y] ^= change;
        }
        // Rho and pi: walk the one cycle that pi makes of all lanes but the first.
        int x = 1, y = 0;
        uint64_t held = lanes[1];
        for (unsigned step = 0; step < 24; step++) {
            int next = (2 * x + 3 * y) % 5;
            x = y;
            y = next;
            uint64_t moved = rotate(held, (step + 1) * (step + 2) / 2 % 64);
            held = lanes[x + 5 * y];
            lanes[x + 5 * y] = moved;
        }
        // Chi
        for (int row = 0; row < 25; row += 5) {
            uint64_t old[5];
            for (int column = 0; column < 5; column++) old[column] = lanes[row + column];
            for (int column = 0; column < 5; column++)
                lanes[row + column] = old[column] ^ (~old[(column + 1) % 5] & old[(column + 2) % 5]);
        }
        // Iota
        lanes[0] ^= round_constants[round];
    }
}

static void absorb(uint64_t lanes[25], const uint8_t *block) {
    for (int lane = 0; lane < RATE / 8; lane++) {
        uint64_t word;
        memcpy(&word, block + 8 * lane, 8);
        lanes[lane] ^= word;
    }
    permute(lanes);
}

void plain_keccak256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    uint64_t lanes[25] = {0};
    for (; count >= RATE; bytes += RATE, count -= RATE) absorb(lanes, bytes);
    uint8_t last[RATE] = {0};
    if (count) memcpy(last, bytes, count);
    last[count] ^= 0x01;
    last[RATE - 1] ^= 0x80;
    absorb(lanes, last);
    memcpy(digest, lanes, 32);
}

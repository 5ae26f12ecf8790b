#include "upstream/lib/keccak/keccak.c"

#include "upstream/lib/ethash/primes.c"

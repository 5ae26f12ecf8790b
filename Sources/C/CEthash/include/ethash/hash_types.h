// The library's headers include each other by <ethash/…>; importers of the module find this one here.
#include "../../upstream/include/ethash/hash_types.h"

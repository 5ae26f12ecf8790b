// Compiles the ethash library (fetched by `make setup` into upstream/).
#include "upstream/lib/ethash/ethash.cpp"

// Compiles blst (fetched by `make setup` into upstream/) as one translation unit, as its own build does.
#include "upstream/src/server.c"

#ifndef POLAI_CBLST_H
#define POLAI_CBLST_H
// The C API of blst, BLS12-381 signatures and SHA-256. `make setup` fetches the sources.
#include "../upstream/bindings/blst.h"
#include "../upstream/bindings/blst_aux.h"
#endif

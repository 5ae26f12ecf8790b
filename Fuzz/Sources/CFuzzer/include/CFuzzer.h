#ifndef POLAI_CFUZZER_H
#define POLAI_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with a program's arguments: `callback` gets one input after the other. Defined in the toolchain's
/// libclang_rt.fuzzer_no_main, which the link line names.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif

#ifndef POLAI_CREPROKERNELS_H
#define POLAI_CREPROKERNELS_H
// Reproducible FP32 kernels: see docs/learning.md.
int repro_kernels_version(void);
#endif

#include "CReproKernels.h"
int repro_kernels_version(void) { return 1; }

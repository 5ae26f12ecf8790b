#ifndef POLAI_EARLY_SIGNALS_H
#define POLAI_EARLY_SIGNALS_H

// Nothing to call: linked into a program, this room answers signals until `main` does.

#endif

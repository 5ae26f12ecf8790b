#ifndef POLAI_CTRAININGTEXTS_H
#define POLAI_CTRAININGTEXTS_H
#include <stddef.h>

// The bytes of Sources/Learning/TrainingTexts/Resources, compiled into the binary. Each pointer stays valid for
// the life of the process; the bytes are not terminated by a zero.
const unsigned char *polai_dev_texts(size_t *count);
const unsigned char *polai_corpus(size_t *count);
#endif

// Compiles the two texts into the binary, so that it finds them wherever it is moved to. A Swift array literal
// of 250,000 bytes takes the compiler over a minute; #embed (C23, an extension before) takes no time.
#include "CTrainingTexts.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char dev_texts[] = {
#embed "../../Learning/TrainingTexts/Resources/dev-texts.txt"
};

static const unsigned char corpus[] = {
#embed "../../Learning/TrainingTexts/Resources/corpus.txt"
};

const unsigned char *polai_dev_texts(size_t *count) {
    *count = sizeof dev_texts;
    return dev_texts;
}

const unsigned char *polai_corpus(size_t *count) {
    *count = sizeof corpus;
    return corpus;
}

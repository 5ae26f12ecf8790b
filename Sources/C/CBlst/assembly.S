// blst's hand-written assembly, chosen for the platform by its own dispatcher file.
#include "upstream/build/assembly.S"

#include <zlib.h>

// deflateInit2 is a macro: 15 window bits and 16 for gzip's header and checksum, 8 for the usual memory.
static inline int polai_gzip_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

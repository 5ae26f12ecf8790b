import HTTPTypes
import Hummingbird
import NIOCore

/// Compresses a body on its way, piece by piece, so that nobody waits long for a large one.
struct GzipWriter: ResponseBodyWriter {
    private static let pieceLength = 64 << 10

    var parent: any ResponseBodyWriter
    let encoder: GzipEncoder

    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(Self.pieceLength, rest.readableBytes)) {
            let packed = encoder.encode(piece, isLast: false)
            if packed.readableBytes > 0 { try await parent.write(packed) } else { await Task.yield() }
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        var parent = parent
        try await parent.write(encoder.encode(ByteBuffer(), isLast: true))
        try await parent.finish(trailingHeaders)
    }
}

import CZlib
import NIOCore

/// One gzip stream (RFC 1952) at the fastest level.
final class GzipEncoder {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Returns: `nil` when there is no memory for it, about 260 KiB.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard polai_gzip_init(stream, Z_BEST_SPEED) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The compressed form of `input`, as far as it is known yet; with the last of it, all of it.
    func encode(_ input: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var output = ByteBuffer()
        input.withUnsafeReadableBytes { bytes in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            repeat {
                _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { room in
                    stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(room.count)
                    // The only error possible here is that there is nothing to do.
                    _ = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    return room.count - Int(stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}

import CSnappy

/// Raw Snappy blocks, as the official `*.ssz_snappy` files hold them (no framing).
public enum SnappyBlock {
    /// The decompressed bytes; `nil` when `block` is malformed or claims more than `limit` bytes.
    public static func decompress(_ block: [UInt8], limit: Int = 1 << 28) -> [UInt8]? {
        block.withUnsafeBytes { input -> [UInt8]? in
            let bytes = input.bindMemory(to: CChar.self)
            var length = 0
            guard snappy_uncompressed_length(bytes.baseAddress, bytes.count, &length) == SNAPPY_OK, length <= limit else { return nil }
            var status = SNAPPY_INVALID_INPUT
            let output = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                buffer.withMemoryRebound(to: CChar.self) { target in
                    status = snappy_uncompress(bytes.baseAddress, bytes.count, target.baseAddress, &length)
                }
                initialized = status == SNAPPY_OK ? length : 0
            }
            return status == SNAPPY_OK ? output : nil
        }
    }
}

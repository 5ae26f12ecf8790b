import CSnappy

/// Snappy's block format, in which all messages behind the hello are (EIP-706).
enum MessageCompression {
    /// The most bytes that a message may unfold to (rlpx.md).
    static let limit = 16 << 20
    /// No block unfolds to more times its own length: a copy takes two bytes at least and makes 64 at most.
    private static let greatestRatio = 32

    static func compress(_ message: [UInt8]) -> [UInt8] {
        let capacity = snappy_max_compressed_length(message.count)
        return message.withUnsafeBytes { input in
            let input = input.bindMemory(to: CChar.self)
            return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                buffer.withMemoryRebound(to: CChar.self) { output in
                    var written = capacity
                    // The buffer is as large as the library asks for, so this cannot fail.
                    _ = snappy_compress(input.baseAddress, input.count, output.baseAddress, &written)
                    count = written
                }
            }
        }
    }

    /// The length that the block states is checked before anything is allocated.
    static func decompress(_ block: [UInt8], limit: Int = limit) throws(RLPxError) -> [UInt8] {
        var (stated, isValid) = (0, false)
        let output = block.withUnsafeBytes { input -> [UInt8] in
            let input = input.bindMemory(to: CChar.self)
            guard snappy_uncompressed_length(input.baseAddress, input.count, &stated) == SNAPPY_OK, stated <= limit,
                stated <= greatestRatio * input.count
            else { return [] }
            return [UInt8](unsafeUninitializedCapacity: stated) { buffer, count in
                count = 0
                buffer.withMemoryRebound(to: CChar.self) { output in
                    var written = stated
                    isValid = snappy_uncompress(input.baseAddress, input.count, output.baseAddress, &written) == SNAPPY_OK
                    if isValid { count = written }
                }
            }
        }
        guard isValid else { throw stated > limit ? .tooLarge(limit: limit, actual: stated) : .badCompression }
        return output
    }
}

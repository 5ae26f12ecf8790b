import CSnappy

/// Snappy's block format: how a gossip message, and an official vector, hold SSZ.
public enum SnappyBlock {
    /// No block unfolds to more times its own length: a copy takes two bytes at least and makes 64 at most. A short block that
    /// states a great length would otherwise cost that much memory before it is found out.
    static let greatestRatio = 32

    /// The bytes that a block holds, or `nil` for a malformed one, or one that states more than `limit`.
    ///
    /// - Parameter limit: bytes, judged before anything is unfolded.
    public static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        bytes.withUnsafeBytes { input -> [UInt8]? in
            let input = input.bindMemory(to: CChar.self)
            var length = 0
            guard snappy_uncompressed_length(input.baseAddress, input.count, &length) == SNAPPY_OK, length <= limit,
                length <= greatestRatio * input.count
            else { return nil }
            var isValid = false
            let output = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                count = 0
                buffer.withMemoryRebound(to: CChar.self) { output in
                    var written = length
                    isValid = snappy_uncompress(input.baseAddress, input.count, output.baseAddress, &written) == SNAPPY_OK
                    if isValid { count = written }
                }
            }
            return isValid ? output : nil
        }
    }

    /// A block that holds `bytes`.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        let capacity = snappy_max_compressed_length(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = 0
            buffer.withMemoryRebound(to: CChar.self) { output in
                bytes.withUnsafeBytes { input in
                    var written = capacity
                    let input = input.bindMemory(to: CChar.self)
                    if snappy_compress(input.baseAddress, input.count, output.baseAddress, &written) == SNAPPY_OK { count = written }
                }
            }
        }
    }
}

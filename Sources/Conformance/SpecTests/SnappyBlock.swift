import CSnappy

/// Snappy's block format, in which the official vectors compress SSZ.
package enum SnappyBlock {
    /// The most bytes that a vector may unfold to: 256 MiB.
    private static let limit = 256 << 20
    /// No block unfolds to more times its own length: a copy takes two bytes at least and makes 64 at most. A short file
    /// that states a great length would otherwise cost that much memory before it is found out.
    private static let greatestRatio = 32

    /// The uncompressed bytes, or `nil` for a malformed or oversized block.
    package static func decompress(_ bytes: [UInt8]) -> [UInt8]? {
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
}

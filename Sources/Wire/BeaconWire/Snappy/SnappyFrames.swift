import Primitives

/// Snappy's frame format, in which requests and answers travel: a stream of chunks of at most 64 KiB, each with its checksum.
public enum SnappyFrames {
    /// Bytes that one chunk holds at most.
    static let chunkSize = 65_536
    /// `sNaPpY` in a chunk of its own: what every stream begins with.
    static let identifier: [UInt8] = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]

    /// The stream that holds `bytes`.
    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output = identifier
        for start in stride(from: 0, to: bytes.count, by: chunkSize) {
            let plain = Array(bytes[start..<min(start + chunkSize, bytes.count)])
            let packed = SnappyBlock.compress(plain)
            let isPacked = !packed.isEmpty && packed.count < plain.count
            let body = isPacked ? packed : plain
            output.append(isPacked ? SnappyFrameReader.compressed : SnappyFrameReader.uncompressed)
            let length = body.count + 4
            output += [UInt8(length & 0xff), UInt8(length >> 8 & 0xff), UInt8(length >> 16)]
            output.append(littleEndian: CRC32C.masked(plain))
            output += body
        }
        return output
    }
}

/// Reads a stream of snappy frames as it comes, up to a number of bytes that is known before.
public struct SnappyFrameReader: Sendable {
    static let compressed: UInt8 = 0
    static let uncompressed: UInt8 = 1

    /// Bytes that are read, and no more.
    public let expected: Int
    public private(set) var output: [UInt8] = []
    private var hasIdentifier = false
    /// What came of the stream, against the most that an honest writer needs for so many bytes.
    private var consumed = 0
    private let mostConsumed: Int

    /// - Parameter expected: how many bytes the stream holds; the caller has judged that number.
    public init(expected: Int) {
        self.expected = expected
        mostConsumed = Self.mostBytes(for: expected)
    }

    /// The longest stream that may hold so many bytes (phase0 p2p-interface, `max_compressed_len`), with room for its frames.
    static func mostBytes(for count: Int) -> Int { 32 + count + count / 6 + 8 * (count / 1024 + 4) }

    public var isComplete: Bool { hasIdentifier && output.count == expected }

    /// Takes whole chunks off the front of `input`, and no more than hold the expected bytes.
    public mutating func read(_ input: inout ArraySlice<UInt8>) throws(BeaconWireError) {
        while !isComplete {
            guard input.count >= 4 else { return }
            let kind = input[input.startIndex]
            let length = Int(input[input.startIndex + 1]) | Int(input[input.startIndex + 2]) << 8 | Int(input[input.startIndex + 3]) << 16
            try judge(kind, length)
            guard input.count >= 4 + length else { return }
            let body = input.dropFirst(4).prefix(length)
            input = input.dropFirst(4 + length)
            consumed += 4 + length
            guard consumed <= mostConsumed else { throw .snappy("more chunks than \(expected) bytes need") }
            try take(kind, body)
        }
    }

    /// Refuses a chunk by its head, before its bytes are waited for.
    private func judge(_ kind: UInt8, _ length: Int) throws(BeaconWireError) {
        switch kind {
        case 0xff:
            guard length == 6 else { throw .snappy("a stream identifier of \(length) bytes") }
        case Self.compressed, Self.uncompressed:
            guard hasIdentifier else { throw .snappy("no stream identifier") }
            guard length >= 5 else { throw .snappy("a chunk of \(length) bytes") }
            // A block is never longer than this for 64 KiB.
            guard length <= 4 + 32 + SnappyFrames.chunkSize + SnappyFrames.chunkSize / 6 else {
                throw .snappy("a chunk of \(length) bytes")
            }
        case 0x80...0xfe:
            // Padding and what may be skipped.
            guard hasIdentifier else { throw .snappy("no stream identifier") }
            guard consumed + 4 + length <= mostConsumed else { throw .snappy("padding of \(length) bytes") }
        default: throw .snappy("a chunk of unknown kind \(kind)")
        }
    }

    private mutating func take(_ kind: UInt8, _ body: ArraySlice<UInt8>) throws(BeaconWireError) {
        switch kind {
        case 0xff:
            guard body.elementsEqual(SnappyFrames.identifier.dropFirst(4)) else { throw .snappy("another stream identifier") }
            hasIdentifier = true
        case Self.compressed, Self.uncompressed:
            let room = min(expected - output.count, SnappyFrames.chunkSize)
            let data = Array(body.dropFirst(4))
            guard let plain = kind == Self.uncompressed ? data : SnappyBlock.decompress(data, limit: room), plain.count <= room else {
                throw .snappy("a chunk that holds more than it may, or nothing that can be read")
            }
            guard body.littleEndian(UInt32.self, at: 0) == CRC32C.masked(plain) else { throw .snappy("a checksum does not fit") }
            output += plain
        default: break
        }
    }
}

import Primitives

/// Opens frames as their bytes arrive. A frame's length is checked before its bytes are waited for.
struct FrameReader: Sendable {
    private var cipher: FrameCipher
    private var mac: FrameMAC
    private var buffer: [UInt8] = []
    private var start = 0
    /// Of the frame whose header was read.
    private var pending: Int?

    init(_ secrets: RLPxSecrets) {
        cipher = FrameCipher(secret: secrets.aes)
        mac = FrameMAC(secrets.ingress, secret: secrets.mac)
    }

    var bufferedBytes: Int { buffer.count - start }

    mutating func append(_ bytes: some Collection<UInt8>) { buffer += bytes }

    /// The next whole frame without its padding.
    ///
    /// - Parameter limit: bytes that a frame may have.
    mutating func next(limit: Int) throws(RLPxError) -> [UInt8]? {
        if pending == nil {
            guard let bytes = take(32) else { return nil }
            let sealed = Array(bytes[..<16])
            guard try Self.equal(mac.header(sealed), bytes[16...]) else { throw .notAuthentic }
            let header = try cipher.apply(sealed)
            let size = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
            guard size <= limit else { throw .tooLarge(limit: limit, actual: size) }
            pending = size
        }
        guard let size = pending, let bytes = take(size + (-size & 15) + 16) else { return nil }
        pending = nil
        let sealed = Array(bytes.dropLast(16))
        guard try Self.equal(mac.frame(sealed), bytes.suffix(16)) else { throw .notAuthentic }
        return Array(try cipher.apply(sealed).prefix(size))
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard bufferedBytes >= count else { return nil }
        defer {
            start += count
            if start == buffer.count || start > 1 << 16 {
                buffer.removeFirst(start)
                start = 0
            }
        }
        return Array(buffer[start..<(start + count)])
    }

    /// In the same time wherever they differ.
    private static func equal(_ one: [UInt8], _ other: ArraySlice<UInt8>) -> Bool {
        one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

import Primitives

/// Seals frames: `header || header-mac || frame || frame-mac`.
struct FrameWriter: Sendable {
    /// 24 bits say a frame's length.
    static let maximumSize = (1 << 24) - 1
    /// `[capability-id, context-id]`, both zero.
    private static let headerData: [UInt8] = [0xc2, 0x80, 0x80]

    private var cipher: FrameCipher
    private var mac: FrameMAC

    init(_ secrets: RLPxSecrets) {
        cipher = FrameCipher(secret: secrets.aes)
        mac = FrameMAC(secrets.egress, secret: secrets.mac)
    }

    mutating func seal(_ frame: [UInt8]) throws(RLPxError) -> [UInt8] {
        guard frame.count <= Self.maximumSize else { throw .tooLarge(limit: Self.maximumSize, actual: frame.count) }
        var header = Array(UInt32(frame.count).bigEndianBytes.dropFirst()) + Self.headerData
        header += [UInt8](repeating: 0, count: 16 - header.count)
        let sealedHeader = try cipher.apply(header)
        let headerTag = try mac.header(sealedHeader)
        let sealed = try cipher.apply(frame + [UInt8](repeating: 0, count: -frame.count & 15))
        return sealedHeader + headerTag + sealed + (try mac.frame(sealed))
    }
}

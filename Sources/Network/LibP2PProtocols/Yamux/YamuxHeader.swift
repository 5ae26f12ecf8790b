import NIOCore

/// The twelve bytes before every Yamux frame (hashicorp's specification, as libp2p names it `/yamux/1.0.0`).
struct YamuxHeader: Equatable, Sendable {
    static let size = 12

    enum Kind: UInt8, Sendable {
        case data = 0
        case windowUpdate = 1
        case ping = 2
        case goAway = 3
    }

    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16
        static let syn = Flags(rawValue: 1)
        static let ack = Flags(rawValue: 2)
        static let fin = Flags(rawValue: 4)
        static let rst = Flags(rawValue: 8)
    }

    var kind: Kind
    var flags: Flags
    var stream: UInt32
    /// Bytes of the body, window added, ping's opaque value, or go-away's reason.
    var length: UInt32

    init(_ kind: Kind, _ flags: Flags = [], stream: UInt32, length: UInt32) {
        (self.kind, self.flags, self.stream, self.length) = (kind, flags, stream, length)
    }

    /// The header at the front of `input`, which is taken; `nil` while it is not there whole.
    init?(from input: inout ByteBuffer) throws(YamuxError) {
        guard input.readableBytes >= Self.size,
            let (version, kind, flags, stream, length) = input.readMultipleIntegers(as: (UInt8, UInt8, UInt16, UInt32, UInt32).self)
        else { return nil }
        guard version == 0 else { throw .unknownVersion(version) }
        guard let kind = Kind(rawValue: kind) else { throw .unknownFrame(kind) }
        self.init(kind, Flags(rawValue: flags), stream: stream, length: length)
    }

    func write(to output: inout ByteBuffer) {
        output.writeMultipleIntegers(UInt8(0), kind.rawValue, flags.rawValue, stream, length)
    }
}

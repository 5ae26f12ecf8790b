/// What the dialler of AutoNAT v2 says where it was asked to dial, on a stream of ``name``: `{1: nonce}`.
public struct DialBackMessage: Equatable, Sendable {
    public static let name = "/libp2p/autonat/2/dial-back"
    public static let maximumSize = 64
    /// The answer `{1: OK}`, a zero that proto3 leaves out.
    public static let taken: [UInt8] = []

    public let nonce: UInt64

    public init(nonce: UInt64) { self.nonce = nonce }

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var reader = ProtobufReader(bytes)
        var nonce: UInt64 = 0
        while let field = try reader.next() { if field.number == 1 { nonce = try DialRequestMessage.fixed(field) } }
        self.nonce = nonce
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if nonce != 0 { writer.fixed64(1, nonce) }
        return writer.bytes
    }

    /// Whether an answer says that the nonce was taken.
    public static func isTaken(_ answer: [UInt8]) -> Bool {
        var reader = ProtobufReader(answer)
        var status: UInt64 = 0
        do throws(WireError) {
            while let field = try reader.next() { if field.number == 1 { status = field.varint ?? .max } }
        } catch {
            return false
        }
        return status == 0
    }
}

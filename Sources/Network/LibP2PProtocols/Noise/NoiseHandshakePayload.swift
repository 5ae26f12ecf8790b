/// libp2p's handshake payload (libp2p specs, noise): `{1: identity_key, 2: identity_sig, 4: {2: stream_muxers}}`.
struct NoiseHandshakePayload: Equatable, Sendable {
    /// How many muxers a peer may offer early.
    static let maximumMuxers = 16
    private static let signaturePrefix = Array("noise-libp2p-static-key:".utf8)

    var identityKey: [UInt8] = []
    var identitySignature: [UInt8] = []
    var streamMuxers: [String] = []

    /// What the identity key signs for a Noise static key.
    static func signedBytes(staticKey: [UInt8]) -> [UInt8] { signaturePrefix + staticKey }

    init(identityKey: [UInt8], identitySignature: [UInt8], streamMuxers: [String]) {
        (self.identityKey, self.identitySignature, self.streamMuxers) = (identityKey, identitySignature, streamMuxers)
    }

    init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: identityKey = field.bytes ?? []
            case 2: identitySignature = field.bytes ?? []
            case 4: streamMuxers = try Self.muxers(field.bytes ?? [])
            default: break
            }
        }
    }

    private static func muxers(_ extensions: [UInt8]) throws(WireError) -> [String] {
        var (reader, muxers) = (ProtobufReader(extensions), [String]())
        while let field = try reader.next() {
            guard field.number == 2 else { continue }
            guard let muxer = field.text, muxers.count < maximumMuxers else { throw .malformed("stream muxers") }
            muxers.append(muxer)
        }
        return muxers
    }

    var bytes: [UInt8] {
        var (writer, extensions) = (ProtobufWriter(), ProtobufWriter())
        writer.bytes(1, identityKey)
        writer.bytes(2, identitySignature)
        for muxer in streamMuxers { extensions.text(2, muxer) }
        writer.bytes(4, streamMuxers.isEmpty ? nil : extensions.bytes)
        return writer.bytes
    }
}

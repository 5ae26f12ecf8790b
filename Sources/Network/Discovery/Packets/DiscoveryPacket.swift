public import NodeRecords
public import Primitives

/// Twelve bytes that no two messages of a session share.
public typealias PacketNonce = FixedBytes<12>

/// A datagram of discovery 5.1 with its header unmasked, its message still sealed (devp2p, `discv5-wire.md`).
public struct DiscoveryPacket: Hashable, Sendable {
    public static let minimumSize = 63
    public static let maximumSize = 1280
    static let ivSize = 16
    static let staticHeaderSize = 23
    static let protocolID = Array("discv5".utf8)
    static let version: UInt16 = 1

    public enum Kind: Hashable, Sendable {
        /// A message in a session.
        case message(source: NodeID)
        /// "Who are you?": the message could not be read.
        case challenge(idNonce: FixedBytes<16>, recordSequence: UInt64)
        /// The answer to a challenge, with a message in the session that it begins.
        case handshake(HandshakeProof)
    }

    /// Random bytes that mask the header.
    public var maskingIV: [UInt8]
    /// The header in clear: what masks, authenticates and challenges are made of.
    public var header: [UInt8]
    public var nonce: PacketNonce
    public var kind: Kind
    /// The message's cipher text and tag; empty in a challenge.
    public var message: [UInt8]

    /// What authenticates the message, and what a challenge's answer signs.
    public var authenticated: [UInt8] { maskingIV + header }

    /// Unmasks a datagram that is meant for `localID`.
    public init(_ datagram: [UInt8], localID: NodeID) throws(DiscoveryError) {
        guard (Self.minimumSize...Self.maximumSize).contains(datagram.count) else { throw .wrongSize(datagram.count) }
        let iv = Array(datagram.prefix(Self.ivSize))
        let clear = try DiscoveryCipher.mask(datagram.dropFirst(Self.ivSize), for: localID, iv: iv)
        guard clear.starts(with: Self.protocolID), clear.bigEndian(UInt16.self, at: 6) == Self.version,
            let nonce = PacketNonce(clear[9..<21]), let size = clear.bigEndian(UInt16.self, at: 21)
        else { throw .notDiscovery }
        let end = Self.staticHeaderSize + Int(size)
        guard end <= clear.count else { throw .badAuthData }
        let authData = Array(clear[Self.staticHeaderSize..<end])
        let kind = try Kind(flag: clear[8], authData: authData)
        let message = Array(datagram[(Self.ivSize + end)...])
        if case .challenge = kind {
            guard message.isEmpty else { throw .badAuthData }
        } else {
            guard message.count >= DiscoveryCipher.tagSize else { throw .notAuthentic }
        }
        (maskingIV, header, self.nonce, self.kind, self.message) = (iv, Array(clear[..<end]), nonce, kind, message)
    }

    /// A packet without its message.
    init(_ kind: Kind, nonce: PacketNonce, maskingIV: [UInt8]) {
        let authData = kind.authData
        var header = Self.protocolID
        header.append(bigEndian: Self.version)
        header.append(kind.flag)
        header += nonce.bytes
        header.append(bigEndian: UInt16(truncatingIfNeeded: authData.count))
        header += authData
        (self.maskingIV, self.header, self.nonce, self.kind, message) = (maskingIV, header, nonce, kind, [])
    }

    /// The bytes for `destination`.
    func datagram(for destination: NodeID) throws(DiscoveryError) -> [UInt8] {
        let datagram = maskingIV + (try DiscoveryCipher.mask(header, for: destination, iv: maskingIV)) + message
        guard datagram.count <= Self.maximumSize else { throw .wrongSize(datagram.count) }
        return datagram
    }
}

import Crypto
import Foundation
public import NIOCore
public import PeerIdentity

/// The `/noise` security handshake: Noise XX whose payloads bind the session to libp2p identities (libp2p specs, noise).
public struct NoiseSecurityHandshake: Sendable {
    /// What both sides hold in the end.
    public struct Outcome: Sendable {
        public let remoteKey: RemotePublicKey
        /// The muxer both offered inside the handshake, so that no round trip is spent on it.
        public let earlyMuxer: String?
        public let transport: NoiseTransport
    }

    /// What a step asks for.
    public struct Step: Sendable {
        public var output: [UInt8] = []
        public var outcome: Outcome?
    }

    private var noise: NoiseXX
    private let expectedPeer: PeerID?
    private let payload: NoiseHandshakePayload
    private var remote: (key: RemotePublicKey, muxers: [String])?

    /// - Parameters:
    ///   - expectedPeer: the peer that must answer; `nil` accepts any.
    ///   - muxers: what is offered early, in order of preference.
    public init(isInitiator: Bool, identity: any PeerSigner, expectedPeer: PeerID?, muxers: [String]) throws(PeerIdentityError) {
        let staticKey = NoiseXX.PrivateKey()
        noise = NoiseXX(isInitiator: isInitiator, staticKey: staticKey, ephemeralKey: NoiseXX.PrivateKey())
        self.expectedPeer = expectedPeer
        let signed = NoiseHandshakePayload.signedBytes(staticKey: Array(staticKey.publicKey.rawRepresentation))
        payload = NoiseHandshakePayload(
            identityKey: identity.publicKeyMessage, identitySignature: try identity.sign(signed), streamMuxers: muxers)
    }

    /// The initiator's first message; nothing for a responder.
    public mutating func start() throws(NoiseError) -> [UInt8] {
        noise.isInitiator ? NoiseTransport.frame(try noise.write(payload: [])) : []
    }

    /// Takes handshake messages off the front of `input`; what follows the last one stays there.
    public mutating func receive(_ input: inout ByteBuffer) throws(NoiseError) -> Step {
        var step = Step()
        while step.outcome == nil, let message = NoiseTransport.nextFrame(in: &input) {
            let bytes = try noise.read(Array(message.readableBytesView))
            if let staticKey = noise.remoteStatic { try verify(bytes, staticKey: Array(staticKey.rawRepresentation)) }
            if noise.isOurTurn { step.output += NoiseTransport.frame(try noise.write(payload: payload.bytes)) }
            if noise.isComplete, let remote {
                let (sending, receiving) = try noise.split()
                let (first, second) = noise.isInitiator ? (payload.streamMuxers, remote.muxers) : (remote.muxers, payload.streamMuxers)
                step.outcome = Outcome(
                    remoteKey: remote.key, earlyMuxer: first.first { second.contains($0) },
                    transport: NoiseTransport(sending: sending, receiving: receiving))
            }
        }
        return step
    }

    private mutating func verify(_ bytes: [UInt8], staticKey: [UInt8]) throws(NoiseError) {
        guard let theirs = try? NoiseHandshakePayload(bytes: bytes) else { throw .badPayload }
        guard let key = try? RemotePublicKey(message: theirs.identityKey) else { throw .badIdentityKey }
        if let expectedPeer, key.peerID != expectedPeer {
            throw .wrongPeer(expected: "\(expectedPeer)", actual: "\(key.peerID)")
        }
        guard key.verify(theirs.identitySignature, of: NoiseHandshakePayload.signedBytes(staticKey: staticKey)) else {
            throw .badIdentitySignature
        }
        remote = (key, theirs.streamMuxers)
    }
}

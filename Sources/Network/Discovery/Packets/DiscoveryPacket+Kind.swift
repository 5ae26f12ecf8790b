import NodeRecords
import Primitives

extension DiscoveryPacket.Kind {
    var flag: UInt8 {
        switch self {
        case .message: 0
        case .challenge: 1
        case .handshake: 2
        }
    }

    init(flag: UInt8, authData: [UInt8]) throws(DiscoveryError) {
        switch flag {
        case 0:
            guard let source = NodeID(authData) else { throw .badAuthData }
            self = .message(source: source)
        case 1:
            guard authData.count == 24, let nonce = FixedBytes<16>(authData[..<16]), let sequence = authData.bigEndian(UInt64.self, at: 16)
            else { throw .badAuthData }
            self = .challenge(idNonce: nonce, recordSequence: sequence)
        case 2: self = .handshake(try HandshakeProof(authData))
        default: throw .unknownKind(flag)
        }
    }

    var authData: [UInt8] {
        switch self {
        case .message(let source): source.bytes
        case .challenge(let nonce, let sequence): nonce.bytes + sequence.bigEndianBytes
        case .handshake(let proof): proof.authData
        }
    }
}

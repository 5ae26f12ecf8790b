public import BeaconTypes
import BeaconWire
public import PeerIdentity
public import Primitives
import SSZ
public import ServiceInterfaces

/// A peer's chain, as whoever synchronises asks for it.
public struct PeerBlockSource: BlockSource {
    public let name: String
    private let peer: PeerID
    private let requests: PeerRequests
    private let agreement: ChainAgreement

    public init(_ peer: PeerID, requests: PeerRequests, agreement: ChainAgreement) {
        (self.peer, self.requests, self.agreement) = (peer, requests, agreement)
        name = peer.description
    }

    public func status() async throws -> BlockSourceStatus {
        let told = try await requests.status(try await agreement.status(), to: peer)
        guard await agreement.judge(told) == nil else { throw RequestError.malformed("the peer follows another chain") }
        return BlockSourceStatus(
            headRoot: told.headRoot, headSlot: told.headSlot, finalized: Checkpoint(epoch: told.finalizedEpoch, root: told.finalizedRoot))
    }

    public func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] { try await requests.blocks(in: slots, of: peer) }
    public func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] { try await requests.blocks(roots: roots, of: peer) }

    public func state(after block: BeaconBlock) async throws -> BeaconState {
        try await requests.state(after: block.hashTreeRoot(requests.spec), of: peer)
    }
}

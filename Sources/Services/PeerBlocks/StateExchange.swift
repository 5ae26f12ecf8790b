import BeaconTypes
import LibP2P
import LibP2PProtocols
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces

/// The state of a node's finalised checkpoint, for which Ethereum has no protocol between peers.
enum StateExchange {
    static let maximumState = 512 << 20
    private static let patience: Duration = .seconds(120)

    /// The protocol of the chain with this fork digest: nobody is asked for another chain's.
    static func name(_ forkDigest: ForkDigest) -> String { "/polai/\(forkDigest.hex.dropFirst(2))/finalized_state/1.0.0" }

    static func serve(_ host: Host, _ forkDigest: ForkDigest, from source: any BlockSource, spec: BeaconSpec, load: ServerLoad) {
        host.handle(name(forkDigest)) { stream in
            // It is made for the question, and large: one at a time, until it is taken.
            try load.beginState()
            defer { load.endState() }
            let deadline = stream.deadline(patience)
            defer { deadline.cancel() }
            try await stream.write(VarintFrames.frame(source.finalizedState().serialize(spec)))
        }
    }

    static func fetch(from peer: PeerID, over host: Host, _ forkDigest: ForkDigest, spec: BeaconSpec) async throws -> BeaconState {
        try BeaconState(deserializing: try await host.take(name(forkDigest), from: peer, limit: maximumState, within: patience), spec)
    }
}

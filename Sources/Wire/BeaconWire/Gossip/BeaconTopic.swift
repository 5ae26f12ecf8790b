public import BeaconTypes
public import Primitives

/// A topic's whole name: `/eth2/{fork_digest}/{name}/ssz_snappy` (phase0 p2p-interface, Topics and messages).
public struct BeaconTopic: Hashable, Sendable {
    public let forkDigest: ForkDigest
    /// `beacon_block`, `beacon_attestation_7`, `update_ack`.
    public let name: String

    public init(_ forkDigest: ForkDigest, _ name: String) { (self.forkDigest, self.name) = (forkDigest, name) }

    public var wireName: String { "/eth2/\(forkDigest.hex.dropFirst(2))/\(name)/ssz_snappy" }
}

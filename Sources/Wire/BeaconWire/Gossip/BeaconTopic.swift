public import BeaconTypes
public import Primitives

/// A topic's whole name: `/eth2/{fork_digest}/{name}/ssz_snappy` (phase0 p2p-interface, Topics and messages).
public struct BeaconTopic: Hashable, Sendable {
    public let forkDigest: ForkDigest
    /// `beacon_block`, `beacon_attestation_7`, `update_ack`.
    public let name: String

    public init(_ forkDigest: ForkDigest, _ name: String) { (self.forkDigest, self.name) = (forkDigest, name) }

    /// Reads a whole name; `nil` for one of another form or encoding.
    public init?(wireName text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "eth2", parts[4] == Self.encoding, !parts[3].isEmpty,
            parts[2].utf8.count == 8, parts[2] == parts[2].lowercased(), let digest = try? ForkDigest(hex: "0x" + parts[2])
        else { return nil }
        self.init(digest, String(parts[3]))
    }

    static let encoding = "ssz_snappy"

    public var wireName: String { "/eth2/\(forkDigest.hex.dropFirst(2))/\(name)/\(Self.encoding)" }

    /// Every topic of Electra without blobs, and ours, by name.
    public static func names(attestationSubnets: UInt64, syncCommitteeSubnets: UInt64) -> [String] {
        let single = [
            "beacon_block", "beacon_aggregate_and_proof", "voluntary_exit", "proposer_slashing", "attester_slashing",
            "sync_committee_contribution_and_proof", "bls_to_execution_change", "light_client_finality_update",
            "light_client_optimistic_update", "update_candidate", "update_ack", "update_file", "ack_quorum_slashing",
            "ack_contradiction",
        ]
        return single + (0..<attestationSubnets).map { "beacon_attestation_\($0)" }
            + (0..<syncCommitteeSubnets).map { "sync_committee_\($0)" }
    }
}

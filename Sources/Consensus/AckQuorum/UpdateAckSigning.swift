public import BeaconTypes
public import Primitives
import SSZ

/// What a committee member signs: `compute_signing_root(ack, domain)`.
///
/// - Parameter domain: `get_domain(state, DOMAIN_UPDATE_ACK, epoch of ack.slot)`.
public func updateAckSigningRoot(_ ack: UpdateAck, domain: Domain, spec: BeaconSpec) -> Root {
    // SigningData is a container of two 32-byte fields: its root is one hash.
    SHA256.hash(ack.hashTreeRoot(spec), domain)
}

import BLS
import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// Judges what comes over the beacon chain's gossip topics by the conditions of the specification (`p2p-interface.md`, phase0 to
/// electra), and by those of our own topics (`docs/protocol.md`).
///
/// It holds what was seen and nothing else: the chain and the time are arguments, and nothing is sent or stored. So a caller
/// asks, and does what the outcome says. A message that is accepted is remembered, and is not the first of its kind again.
public struct GossipValidator: Sendable {
    var seen: Seen

    public init(limits: SeenLimits = SeenLimits()) {
        seen = Seen(limits)
    }

    /// Turns the first condition that does not hold into an outcome.
    mutating func judge(_ conditions: (inout Seen) throws(GossipRefusal) -> Void) -> GossipOutcome {
        do {
            try conditions(&seen)
            return .accept
        } catch {
            switch error {
            case .ignore(let reason): return .ignore(reason)
            case .reject(let reason): return .reject(reason)
            }
        }
    }
}

extension GossipChain {
    /// Demands that `signature` is the signature of `objectRoot` under all `keys`, in the domain of `type` at `epoch`.
    func demandSignature(
        _ signature: BLSSignature, of objectRoot: Root, by keys: [BLSPubkey], _ type: DomainType, _ epoch: Epoch,
        _ reason: GossipReason
    ) throws(GossipRefusal) {
        try demandSignature(signature, of: objectRoot, by: keys, headState.getDomain(type, epoch), reason)
    }

    /// The same in a given domain.
    func demandSignature(
        _ signature: BLSSignature, of objectRoot: Root, by keys: [BLSPubkey], _ domain: Domain, _ reason: GossipReason
    ) throws(GossipRefusal) {
        let message = computeSigningRoot(objectRoot: objectRoot, domain)
        try demand(BLS.fastAggregateVerify(publicKeys: keys, message: message, signature: signature), .reject(reason))
    }

    /// The validator at `index` of the head's registry.
    func demandValidator(_ index: ValidatorIndex, _ reason: GossipReason) throws(GossipRefusal) -> Validator {
        guard index < UInt64(headState.state.validators.count) else { throw .reject(reason) }
        return headState.state.validators[Int(index)]
    }
}

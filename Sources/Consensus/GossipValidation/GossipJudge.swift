import Synchronization

/// One memory of what was seen, for everybody who judges: a ``GossipValidator`` behind a lock.
public final class GossipJudge: Sendable {
    private let validator: Mutex<GossipValidator>

    public init(limits: SeenLimits = SeenLimits()) { validator = Mutex(GossipValidator(limits: limits)) }

    /// - Parameter currentTimeMs: the time at which the message came, in milliseconds since 1970.
    public func judge(_ message: GossipMessage, _ chain: GossipChain, currentTimeMs: UInt64) -> GossipOutcome {
        validator.withLock { $0.validate(message, chain, currentTimeMs: currentTimeMs) }
    }

    /// Why a vote or an aggregate is passed over whatever it is for: a valid one of its sender came already. Asked before a state is
    /// made by which to judge it.
    public func repetition(_ message: GossipMessage) -> GossipReason? { validator.withLock { $0.repetition(message) } }
}

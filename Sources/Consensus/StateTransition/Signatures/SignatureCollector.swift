import BeaconTypes
import BLS
import Primitives

/// How the signatures of a block are verified.
public enum SignatureStrategy: Sendable, Hashable {
    /// Each when it is met: the error names it.
    case individually
    /// All together at the end, which costs about a third; on failure each by itself, so that the error names it.
    case batch
    /// Not at all: for replays of blocks that were verified before, and for blocks under construction.
    case trusted
}

/// Gathers the signatures of a block and verifies them by one strategy.
public struct SignatureCollector {
    /// A signature waiting for the end of the block, and the rule that it would break.
    private struct Pending {
        let publicKeys: [BLSPubkey]
        let message: Root
        let signature: BLSSignature
        let reason: StateTransitionError.Reason
    }

    private let strategy: SignatureStrategy
    private var pending: [Pending] = []

    public init(_ strategy: SignatureStrategy) { self.strategy = strategy }

    /// Whether signatures are looked at at all.
    var isChecking: Bool { strategy != .trusted }

    /// Demands that `signature` is the aggregate of all `keys` on `message`.
    mutating func check(
        _ keys: [BLSPubkey], _ message: Root, _ signature: BLSSignature, _ reason: StateTransitionError.Reason
    ) throws(StateTransitionError) {
        switch strategy {
        case .trusted: return
        case .batch: pending.append(Pending(publicKeys: keys, message: message, signature: signature, reason: reason))
        case .individually:
            let holds = BLS.fastAggregateVerify(publicKeys: keys, message: message, signature: signature)
            if !holds { throw Self.failure(reason, keys.count) }
        }
    }

    /// Verifies what is still pending.
    public mutating func finish() throws(StateTransitionError) {
        defer { pending = [] }
        guard !pending.isEmpty else { return }
        var batch: [SignatureSet] = []
        for item in pending {
            guard
                let set = try? SignatureSet(
                    publicKeys: item.publicKeys, message: item.message, signature: item.signature)
            else { throw Self.failure(item.reason, item.publicKeys.count) }
            batch.append(set)
        }
        if BLS.verify(batch) { return }
        for item in pending {
            let holds = BLS.fastAggregateVerify(
                publicKeys: item.publicKeys, message: item.message, signature: item.signature)
            if !holds { throw Self.failure(item.reason, item.publicKeys.count) }
        }
    }

    private static func failure(_ reason: StateTransitionError.Reason, _ signers: Int) -> StateTransitionError {
        let context = "of \(signers) signer\(signers == 1 ? "" : "s")"
        return switch reason {
        case .rule(let rule): StateTransitionError(rule, context)
        case .ack(let fault): StateTransitionError(fault, context)
        }
    }
}

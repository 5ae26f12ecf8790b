import LearningStore
import LoRA
import Logging
import LoRATraining
import Primitives

extension Trainer {
    /// The change from `parent` to the adapter that this trainer was told to start from; `nil` when there is none, or the
    /// chain has spoken on it before.
    ///
    /// With nothing between the two there is nothing to send, and the matter is settled.
    func startingChange(from parent: LoRAAdapter) throws -> (adapter: Hash32, change: LoRADelta)? {
        guard let adapter = setting.start else { return nil }
        let root = adapter.root
        guard start.root != root else { return nil }
        let change = try LoRADelta(layout: setting.layout, values: zip(adapter.values, parent.values).map { $0 - $1 })
        guard change.values.contains(where: { $0 != 0 }) else {
            start.root = root
            try store.putTrainerState(state.bytes, name: setting.name, start: start.bytes)
            logger.info("The chain's adapter is the one to start from", metadata: ["adapter": "\(root.shortHex)"])
            return nil
        }
        return (root, change)
    }

    /// Counts a round that brought `adapter` instead of training. Overtaken by another update it is tried again.
    func settleStart(_ adapter: Hash32, _ verdict: RoundVerdict) {
        start.rounds += 1
        switch verdict {
        case .accepted:
            start.root = adapter
            logger.info("The chain took the adapter to start from", metadata: ["adapter": "\(adapter.shortHex)"])
        case .refused:
            start.root = adapter
            logger.warning(
                "The chain refused the adapter to start from; training goes on from the head", metadata: ["adapter": "\(adapter.shortHex)"])
        case .superseded: break
        }
    }
}

/// What a trainer keeps of the adapters it was told to start from.
struct TrainerStart: Sendable, Equatable {
    /// Rounds that brought an adapter instead of training.
    var rounds: UInt64 = 0
    /// The last adapter on which the chain has spoken.
    var root: Hash32?

    /// Reads the stored form; anything else is none.
    init(bytes: [UInt8]?) {
        guard let bytes, bytes.count == 8 || bytes.count == 40, let number = bytes.bigEndian(UInt64.self, at: 0) else { return }
        rounds = number
        root = Hash32(Array(bytes.dropFirst(8)))
    }

    /// The rounds, big-endian, and the root if there is one.
    var bytes: [UInt8] { rounds.bigEndianBytes + (root?.bytes ?? []) }
}

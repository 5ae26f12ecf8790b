import BeaconTypes
import Primitives
import StateTransition
import Synchronization

/// The states after the most recently used blocks, by block root. States share their unchanged parts, so an
/// entry costs little more than what its block changed.
final class StateCache: Sendable {
    /// Keeps a large value out of the dictionary, which is cheap to change then.
    private final class Box: Sendable {
        let state: CachedBeaconState
        init(_ state: CachedBeaconState) { self.state = state }
    }

    private struct Contents {
        var states: [Root: Box] = [:]
        var order: [Root] = []
    }

    private let contents = Mutex(Contents())
    private let capacity: Int

    init(capacity: Int = 64) {
        self.capacity = capacity
    }

    subscript(root: Root) -> CachedBeaconState? { contents.withLock { $0.states[root] }?.state }

    func insert(_ state: CachedBeaconState, for root: Root) {
        contents.withLock { contents in
            if contents.states.updateValue(Box(state), forKey: root) == nil {
                contents.order.append(root)
            } else if let index = contents.order.lastIndex(of: root), index < contents.order.count - 1 {
                contents.order.remove(at: index)
                contents.order.append(root)
            }
            while contents.order.count > capacity { contents.states[contents.order.removeFirst()] = nil }
        }
    }
}

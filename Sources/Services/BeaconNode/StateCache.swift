import BeaconTypes
import Primitives
import StateTransition

/// The states after the most recently used blocks, by block root. States share their unchanged parts, so an
/// entry costs little more than what its block changed.
struct StateCache {
    private var states: [Root: CachedBeaconState] = [:]
    private var order: [Root] = []
    private let capacity: Int

    init(capacity: Int = 64) {
        self.capacity = capacity
    }

    subscript(root: Root) -> CachedBeaconState? { states[root] }

    mutating func insert(_ state: CachedBeaconState, for root: Root) {
        if states.updateValue(state, forKey: root) == nil {
            order.append(root)
        } else if let index = order.firstIndex(of: root) {
            order.remove(at: index)
            order.append(root)
        }
        while order.count > capacity { states[order.removeFirst()] = nil }
    }
}

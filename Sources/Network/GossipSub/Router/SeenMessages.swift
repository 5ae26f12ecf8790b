/// The ids of messages that have come, for a time and up to a number.
struct SeenMessages: Sendable {
    private let life: UInt64
    private let limit: Int
    private var times: [[UInt8]: UInt64] = [:]
    private var order: [(id: [UInt8], time: UInt64)] = []
    private var first = 0

    init(life: UInt64, limit: Int) { (self.life, self.limit) = (life, limit) }

    func contains(_ id: [UInt8]) -> Bool { times[id] != nil }

    /// When a message came first.
    func time(_ id: [UInt8]) -> UInt64? { times[id] }

    mutating func insert(_ id: [UInt8], now: UInt64) -> Bool {
        guard times[id] == nil else { return false }
        times[id] = now
        order.append((id, now))
        expire(now: now)
        return true
    }

    mutating func expire(now: UInt64) {
        while first < order.count, order[first].time + life <= now || order.count - first > limit {
            times[order[first].id] = nil
            first += 1
        }
        guard first > 1024, first * 2 > order.count else { return }
        order.removeFirst(first)
        first = 0
    }
}

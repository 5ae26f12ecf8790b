import Primitives
import Synchronization

/// The filters that callers made, until they are removed or not asked for.
final class FilterTable: Sendable {
    enum Kind: Sendable, Hashable { case logs(LogQuery), blocks, transactions }

    private struct Filter {
        let kind: Kind
        /// The newest height that was told.
        var height: UInt64
        /// Transactions that waited when it was asked last.
        var told: Set<Hash32>
        var asked: ContinuousClock.Instant
    }

    /// Filters held at once; a new one takes the place of the one that was asked longest ago.
    static let limit = 1024
    /// Those of transactions among them, each of which remembers what it told.
    static let transactionLimit = 64
    /// Block hashes that one answer gives.
    static let longestAnswer: UInt64 = 1000
    /// A filter that nobody asks for so long is removed, as in geth.
    private let lifetime: Duration

    private let filters = Mutex<[String: Filter]>([:])

    init(lifetime: Duration) { self.lifetime = lifetime }

    /// - Returns: the filter's id.
    func add(_ kind: Kind, height: UInt64, told: [Hash32] = []) -> String {
        var random = SystemRandomNumberGenerator()
        let id = "0x" + (0..<2).map { _ in String(UInt64.random(in: 1...(.max), using: &random), radix: 16) }.joined()
        let now = ContinuousClock.now
        filters.withLock { filters in
            filters = filters.filter { now - $0.value.asked < lifetime }
            if filters.count >= Self.limit { Self.removeOldest(of: &filters) { _ in true } }
            if kind == .transactions, filters.values.count(where: { $0.kind == .transactions }) >= Self.transactionLimit {
                Self.removeOldest(of: &filters) { $0.kind == .transactions }
            }
            filters[id] = Filter(kind: kind, height: height, told: Set(told), asked: now)
        }
        return id
    }

    /// Removes the filter that was asked longest ago, of those that match.
    private static func removeOldest(of filters: inout [String: Filter], where matches: (Filter) -> Bool) {
        let oldest = filters.filter { matches($0.value) }.min { $0.value.asked < $1.value.asked }?.key
        if let oldest { filters[oldest] = nil }
    }

    func remove(_ id: String) -> Bool { filters.withLock { $0.removeValue(forKey: id) != nil } }

    /// The kind of a filter that is still there; it counts as asked for.
    func kind(_ id: String) -> Kind? { update(id) { $0.kind } }

    /// The height told before.
    func height(_ id: String) -> UInt64? { update(id) { $0.height } }

    /// The height told before; `height` counts as told from now on.
    func take(_ id: String, height: UInt64) -> UInt64? {
        update(id) { filter in
            defer { filter.height = max(filter.height, height) }
            return filter.height
        }
    }

    /// Which of the transactions that wait now were not told before.
    func take(_ id: String, waiting: [Hash32]) -> [Hash32] {
        update(id) { filter in
            defer { filter.told = Set(waiting) }
            return waiting.filter { !filter.told.contains($0) }
        } ?? []
    }

    private func update<Value: Sendable>(_ id: String, _ body: (inout Filter) -> Value) -> Value? {
        let now = ContinuousClock.now
        return filters.withLock { filters in
            guard var filter = filters[id], now - filter.asked < lifetime else { return nil }
            filter.asked = now
            let value = body(&filter)
            filters[id] = filter
            return value
        }
    }
}

public import BeaconTypes
public import Primitives

/// Looks for blocks by their roots, one source after the other, for as long as somebody wants them: pauses grow up to a bound
/// and never end the search.
public struct ParentSearch<Source: Hashable & Sendable>: Sendable {
    public struct Request: Hashable, Sendable {
        public let root: Root
        public let source: Source
        let number: Int
    }

    private struct Search: Sendable {
        /// Who should have it.
        var preferred: Set<Source>
        var asked: [Source: Int] = [:]
        var open: Request?
        var deadline = 0.0
        var notBefore = 0.0
        var rounds = 0
    }

    public let setting: RangeSyncSetting
    /// Blocks looked for at once; what is wanted beyond waits.
    public let limit: Int
    private var searches: [Root: Search] = [:]
    private var numbers = 0

    public init(setting: RangeSyncSetting = RangeSyncSetting(), limit: Int = 64) {
        self.setting = setting
        self.limit = limit
    }

    public var count: Int { searches.count }

    /// Looks for exactly these blocks from now on: a search for another ends, one under way goes on.
    ///
    /// - Parameter wanted: each with those who should have it.
    public mutating func want(_ wanted: [Root: Set<Source>]) {
        for root in searches.keys where wanted[root] == nil { searches[root] = nil }
        for (root, preferred) in wanted.sorted(by: { $0.key < $1.key }) {
            if searches[root] != nil {
                searches[root]?.preferred.formUnion(preferred)
            } else if searches.count < limit {
                searches[root] = Search(preferred: preferred)
            }
        }
    }

    /// Whom to ask now, of those who are there. Questions that nobody answered in time count as failed.
    public mutating func next(now: Double, sources: [Source]) -> [Request] {
        var requests: [Request] = []
        for (root, known) in searches.sorted(by: { $0.key < $1.key }) {
            var search = known
            if let open = search.open, search.deadline <= now || !sources.contains(open.source) { search.open = nil }
            if search.open == nil, search.notBefore <= now, let source = Self.choice(search, sources) {
                numbers += 1
                let request = Request(root: root, source: source, number: numbers)
                search.asked[source, default: 0] += 1
                search.open = request
                search.deadline = now + setting.timeout
                // Once everybody was asked, a pause before they are asked again.
                let least = sources.map { search.asked[$0] ?? 0 }.min() ?? 0
                if least > search.rounds {
                    search.rounds = least
                    search.notBefore = now + setting.pause(after: least)
                }
                requests.append(request)
            }
            searches[root] = search
        }
        return requests
    }

    /// The question was answered without the block, or not at all.
    public mutating func missed(_ request: Request) {
        if searches[request.root]?.open == request { searches[request.root]?.open = nil }
    }

    /// When `next` has something to do by the clock alone.
    public func nextDeadline(after now: Double) -> Double? {
        searches.values.map { $0.open == nil ? $0.notBefore : $0.deadline }.filter { $0 > now }.min()
    }

    private static func choice(_ search: Search, _ sources: [Source]) -> Source? {
        sources.min { one, other in
            let (asked, askedOther) = (search.asked[one] ?? 0, search.asked[other] ?? 0)
            if asked != askedOther { return asked < askedOther }
            return search.preferred.contains(one) && !search.preferred.contains(other)
        }
    }
}

public import Primitives
public import UpdateLife

/// Which update led from which adapter to which: the way along which an adapter that is not held is made anew.
///
/// Whether an update stands in the chain does not matter here: an adapter's root is the hash of its values, so whatever way
/// ends at that root is right.
public struct AdapterLineage: Sendable {
    /// One update: its files added to `parent` give `adapter`.
    public struct Step: Sendable, Hashable {
        public let update: Hash32
        public let parent: Hash32
        public let adapter: Hash32
        /// Every file of its manifest, in order, whether the aggregation takes it or not.
        public let files: [Hash32]
    }

    /// The first step that was told to each adapter; one of a block goes before others, for its files stay.
    private var origins: [Hash32: Step] = [:]

    public init() {}

    /// - Parameter records: the oldest first.
    public init(_ records: some Sequence<UpdateRecord>) { for record in records { note(record) } }

    /// Takes up an update, if its result is known. A file by itself is no update of the chain.
    public mutating func note(_ record: UpdateRecord) {
        guard !record.isFile, let parent = record.parent, let adapter = record.adapter, parent != adapter,
            origins[adapter] == nil || !record.filesInBlock.isEmpty
        else { return }
        let considered = record.considered?.map(\.id) ?? []
        let files = considered.isEmpty ? record.inputs : considered
        guard !files.isEmpty else { return }
        origins[adapter] = Step(update: record.id, parent: parent, adapter: adapter, files: files)
    }

    /// Whether an update is known that led to this adapter.
    public func knows(_ root: Hash32) -> Bool { origins[root] != nil }

    /// The steps from an adapter that is held to `root`, oldest first; `nil` where the way is not known. No steps where
    /// `root` is held itself.
    public func path(to root: Hash32, from isHeld: (Hash32) -> Bool) -> [Step]? {
        var steps: [Step] = []
        var cursor = root
        while !isHeld(cursor) {
            // A way that is longer than all that is known goes in a circle.
            guard let step = origins[cursor], steps.count < origins.count else { return nil }
            steps.append(step)
            cursor = step.parent
        }
        return steps.reversed()
    }

    /// `root` and the adapters before it, at most `count` in all, the newest first.
    public func newest(_ count: Int, upTo root: Hash32) -> [Hash32] {
        var roots: [Hash32] = []
        var cursor: Hash32? = root
        while let next = cursor, roots.count < min(count, origins.count + 1) {
            roots.append(next)
            cursor = origins[next]?.parent
        }
        return roots
    }
}

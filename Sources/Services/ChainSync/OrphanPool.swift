public import BeaconTypes
public import Primitives

/// Blocks that wait for their parents: bounded in count and bytes, and for each source, so that nobody crowds out the others.
///
/// Where there is no room, the block of the source that holds most goes, the one with the latest slot first: it is the farthest
/// from being of use.
public struct OrphanPool<Source: Hashable & Sendable, Block: Sendable>: Sendable {
    public typealias Link = ChainLink<Block>

    public struct Limits: Sendable {
        public var blocks = 256
        public var bytes = 32 << 20
        public var blocksPerSource = 64

        public init() {}
    }

    private struct Entry: Sendable {
        let link: Link
        let source: Source
        let since: Double
    }

    public let limits: Limits
    private var entries: [Root: Entry] = [:]
    private var children: [Root: Set<Root>] = [:]
    private var held: [Source: Int] = [:]
    /// Bytes of all blocks.
    public private(set) var bytes = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    public var count: Int { entries.count }
    public func contains(_ root: Root) -> Bool { entries[root] != nil }
    public func count(of source: Source) -> Int { held[source] ?? 0 }

    /// The blocks that somebody waits for and that are not here either, with those who brought their children.
    public var missingParents: [Root: Set<Source>] {
        var result: [Root: Set<Source>] = [:]
        for (parent, roots) in children where entries[parent] == nil {
            // Whoever brought any descendant should have it.
            result[parent] = Set(roots.compactMap { entries[$0]?.source })
        }
        return result
    }

    /// Takes a block.
    ///
    /// - Returns: whether it is held now.
    @discardableResult
    public mutating func insert(_ link: Link, from source: Source, now: Double) -> Bool {
        guard entries[link.root] == nil else { return true }
        guard link.size <= limits.bytes else { return false }
        entries[link.root] = Entry(link: link, source: source, since: now)
        children[link.parent, default: []].insert(link.root)
        held[source, default: 0] += 1
        bytes += link.size
        if held[source] ?? 0 > limits.blocksPerSource { evict(from: source) }
        while entries.count > limits.blocks || bytes > limits.bytes {
            guard let greediest = held.max(by: { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") })?.key else { break }
            evict(from: greediest)
        }
        return entries[link.root] != nil
    }

    /// Takes out the blocks whose parent is `root`, which is known now: by slot.
    public mutating func takeChildren(of root: Root) -> [(link: Link, source: Source)] {
        let taken = (children[root] ?? []).compactMap { entries[$0] }.sorted { ($0.link.slot, $0.link.root) < ($1.link.slot, $1.link.root) }
        for entry in taken { remove(entry.link.root) }
        return taken.map { ($0.link, $0.source) }
    }

    /// Takes out all that builds on `root`, which is refused.
    ///
    /// - Returns: who brought it.
    @discardableResult
    public mutating func discard(descendantsOf root: Root) -> Set<Source> {
        var (open, sources): ([Root], Set<Source>) = ([root], [])
        while let next = open.popLast() {
            for child in children[next] ?? [] {
                if let source = entries[child]?.source { sources.insert(source) }
                remove(child)
                open.append(child)
            }
        }
        return sources
    }

    /// Forgets what is not after the finalised slot, and what waited too long.
    public mutating func prune(finalized slot: Slot, heldBefore time: Double) {
        for entry in Array(entries.values) where entry.link.slot <= slot || entry.since < time { remove(entry.link.root) }
    }

    private mutating func evict(from source: Source) {
        let last = entries.values.filter { $0.source == source }.max { ($0.link.slot, $0.link.root) < ($1.link.slot, $1.link.root) }
        if let last { remove(last.link.root) }
    }

    private mutating func remove(_ root: Root) {
        guard let entry = entries.removeValue(forKey: root) else { return }
        children[entry.link.parent]?.remove(root)
        if children[entry.link.parent]?.isEmpty == true { children[entry.link.parent] = nil }
        held[entry.source, default: 1] -= 1
        if held[entry.source] == 0 { held[entry.source] = nil }
        bytes -= entry.link.size
    }
}

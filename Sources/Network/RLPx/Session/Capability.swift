/// A protocol that runs over RLPx, as it is named in hellos.
public struct Capability: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// ASCII; the specification has at most eight bytes.
    public var name: String
    public var version: UInt64

    public init(_ name: String, _ version: UInt64) { (self.name, self.version) = (name, version) }

    public static func < (one: Self, other: Self) -> Bool {
        one.name == other.name ? one.version < other.version : one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }

    public var description: String { "\(name)/\(version)" }
}

/// A capability that this node speaks, and how many message ids it takes.
public struct OfferedCapability: Sendable, Hashable {
    public var capability: Capability
    public var messages: UInt64

    public init(_ capability: Capability, messages: UInt64) { (self.capability, self.messages) = (capability, messages) }
}

/// Which message ids belong to which shared capability: from 16 on, in order of their names, the highest shared version of each.
struct MessageIDs: Sendable {
    static let first: UInt64 = 16

    struct Share: Sendable {
        let capability: Capability
        let ids: Range<UInt64>
    }

    let shares: [Share]

    init(own: [OfferedCapability], other: [Capability]) {
        var best: [String: OfferedCapability] = [:]
        let offered = Set(other)
        for candidate in own where offered.contains(candidate.capability) {
            if let known = best[candidate.capability.name], known.capability.version >= candidate.capability.version { continue }
            best[candidate.capability.name] = candidate
        }
        var (next, shares) = (Self.first, [Share]())
        for share in best.values.sorted(by: { $0.capability < $1.capability }) {
            shares.append(Share(capability: share.capability, ids: next..<(next + share.messages)))
            next += share.messages
        }
        self.shares = shares
    }

    /// Whose message this is, and its number there.
    func share(of id: UInt64) -> (capability: Capability, code: UInt64)? {
        shares.first { $0.ids.contains(id) }.map { ($0.capability, id - $0.ids.lowerBound) }
    }

    func id(of code: UInt64, in name: String) -> UInt64? {
        guard let share = shares.first(where: { $0.capability.name == name }), code < UInt64(share.ids.count) else { return nil }
        return share.ids.lowerBound + code
    }
}

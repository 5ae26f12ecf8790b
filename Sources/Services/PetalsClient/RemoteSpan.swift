public import PeerIdentity
public import PetalsWire

/// Blocks in a row that one server has.
public struct RemoteSpan: Equatable, Sendable {
    public var peer: PeerID
    public var blocks: Range<Int>
    /// What the server says of itself; nobody checked it.
    public var info: ServerInfo

    public init(peer: PeerID, blocks: Range<Int>, info: ServerInfo) { (self.peer, self.blocks, self.info) = (peer, blocks, info) }

    /// Spans that are looked at in one search for a chain: the longest.
    static let maximumSpans = 512

    /// The spans of servers that are online, the longest first.
    ///
    /// A server is believed for the blocks under whose names it stands, whatever it says elsewhere.
    ///
    /// - Parameters:
    ///   - announcements: for each block, what each server says of itself.
    ///   - adapter: only servers that have it.
    ///   - allowed: only these servers; `nil` for all.
    public static func spans(
        of announcements: [[PeerID: ServerInfo]], adapter: String? = nil, allowed: Set<PeerID>? = nil
    ) -> [RemoteSpan] {
        var (open, spans): ([PeerID: RemoteSpan], [RemoteSpan]) = ([:], [])
        for (block, servers) in announcements.enumerated() {
            let usable = servers.filter { peer, info in
                info.state == .online && (adapter.map(info.adapters.contains) ?? true) && allowed?.contains(peer) != false
            }
            for (peer, span) in open where usable[peer] == nil {
                spans.append(span)
                open[peer] = nil
            }
            for (peer, info) in usable {
                let start = open[peer]?.blocks.lowerBound ?? block
                open[peer] = RemoteSpan(peer: peer, blocks: start..<block + 1, info: open[peer]?.info ?? info)
            }
        }
        spans += open.values
        func precedes(_ left: RemoteSpan, _ right: RemoteSpan) -> Bool {
            if left.blocks.count != right.blocks.count { return left.blocks.count > right.blocks.count }
            if left.blocks.lowerBound != right.blocks.lowerBound { return left.blocks.lowerBound < right.blocks.lowerBound }
            return left.peer.bytes.lexicographicallyPrecedes(right.peer.bytes)
        }
        return Array(spans.sorted(by: precedes).prefix(maximumSpans))
    }
}

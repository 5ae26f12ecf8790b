import ContentRouting
import Kademlia
import LibP2P
import PeerIdentity
import Synchronization

/// Finds many records at once: each peer is asked one time for all the keys that it is near to.
final class RecordSearch: Sendable {
    /// Peers asked for a key before those further away are.
    private static let firstPeers = 3
    /// Lookups through the network at once, for what no known peer holds.
    private static let parallelWalks = 8
    /// Seconds for which a key that the whole network did not have is not walked for again.
    private static let pause = 20.0

    private let node: KademliaNode
    private let now: @Sendable () -> Double
    private let walked = Mutex<[[UInt8]: Double]>([:])

    init(_ node: KademliaNode, now: @escaping @Sendable () -> Double) { (self.node, self.now) = (node, now) }

    /// The best valid records that the network has of `keys`.
    func find(_ keys: [[UInt8]]) async -> [KademliaMessage.Record] {
        var found: [[UInt8]: KademliaMessage.Record] = [:]
        var near: [[UInt8]: [KademliaMessage.Peer]] = [:]
        for key in keys { near[key] = node.nearest(to: key) }
        for range in [0..<Self.firstPeers, Self.firstPeers..<RoutingTable.bucketSize] {
            var wanted: [KademliaMessage.Peer: [[UInt8]]] = [:]
            for key in keys where found[key] == nil {
                for peer in (near[key] ?? []).dropFirst(range.lowerBound).prefix(range.count) { wanted[peer, default: []].append(key) }
            }
            for record in await ask(wanted) { await take(record, into: &found) }
        }
        for record in await walk(keys.filter { found[$0] == nil }) { found[record.key] = record }
        return Array(found.values)
    }

    private func take(_ record: KademliaMessage.Record, into found: inout [[UInt8]: KademliaMessage.Record]) async {
        guard (try? await node.vault.validate(record)) != nil else { return }
        guard let old = found[record.key], old.value != record.value else { return found[record.key] = record }
        if await node.vault.select([record, old]) == 0 { found[record.key] = record }
    }

    /// What the peers say, of the keys that they were asked for.
    private func ask(_ wanted: [KademliaMessage.Peer: [[UInt8]]]) async -> [KademliaMessage.Record] {
        await withTaskGroup(of: [KademliaMessage.Record].self) { tasks in
            for (peer, keys) in wanted {
                tasks.addTask { [host = node.host] in
                    guard (try? await host.connect(to: peer.id, at: peer.addresses)) != nil else { return [] }
                    var records: [KademliaMessage.Record] = []
                    for start in stride(from: 0, to: keys.count, by: RecordExchange.maximumKeys) {
                        let part = Array(keys[start..<min(start + RecordExchange.maximumKeys, keys.count)])
                        guard let more = try? await RecordExchange.ask(host, peer.id, for: part) else { break }
                        records += more.filter { part.contains($0.key) }
                    }
                    return records
                }
            }
            return await tasks.reduce(into: []) { $0 += $1 }
        }
    }

    /// Goes through the network for keys of which no known peer has a record, where there may be peers that are not known.
    private func walk(_ keys: [[UInt8]]) async -> [KademliaMessage.Record] {
        let time = now()
        guard node.tableSize >= RoutingTable.bucketSize else { return [] }
        let due = walked.withLock { walked in
            walked = walked.filter { (0..<Self.pause).contains(time - $0.value) }
            let due = keys.filter { walked[$0] == nil }
            for key in due { walked[key] = time }
            return due
        }
        return await withTaskGroup(of: KademliaMessage.Record?.self) { tasks in
            var (rest, records) = (due[...], [KademliaMessage.Record]())
            for key in rest.prefix(Self.parallelWalks) { tasks.addTask { [node] in await node.record(key) } }
            rest = rest.dropFirst(Self.parallelWalks)
            while let record = await tasks.next() {
                if let record { records.append(record) }
                if let key = rest.popFirst() { tasks.addTask { [node] in await node.record(key) } }
            }
            return records
        }
    }
}

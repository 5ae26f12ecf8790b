import HivemindWire
import PeerIdentity

/// One value with whom it came from.
struct StoredItem: Sendable {
    /// What a value takes besides its own bytes.
    static let overhead = 256

    var value: [UInt8]
    var expiration: Double
    /// When it is let go of.
    var leaves: Double
    var holder: PeerID
    /// Bytes that it counts for.
    var cost: Int
}

/// The entries of one dictionary, with sums so that a change costs the same whatever its size.
struct StoredDictionary: Sendable {
    private(set) var items: [Subkey: StoredItem] = [:]
    private(set) var cost = 0
    /// No item leaves before.
    private(set) var earliest = Double.infinity

    subscript(subkey: Subkey) -> StoredItem? { items[subkey] }

    mutating func set(_ item: StoredItem, at subkey: Subkey) {
        cost += item.cost - (items.updateValue(item, forKey: subkey)?.cost ?? 0)
        earliest = min(earliest, item.leaves)
    }

    @discardableResult
    mutating func remove(_ subkey: Subkey) -> StoredItem? {
        guard let item = items.removeValue(forKey: subkey) else { return nil }
        cost -= item.cost
        return item
    }

    /// Takes out what has had its time.
    mutating func expire(now: Double) -> [StoredItem] {
        guard earliest <= now else { return [] }
        let gone = items.filter { $0.value.leaves <= now }
        for subkey in gone.keys { remove(subkey) }
        earliest = items.values.lazy.map(\.leaves).min() ?? .infinity
        return Array(gone.values)
    }

    /// Takes out entries of whoever has the most, those first that leave first, if that is not the new item's holder and more than it
    /// would have with the item.
    mutating func shrink(for new: StoredItem, by wanted: Int) -> [StoredItem] {
        var sums: [PeerID: Int] = [:]
        for item in items.values { sums[item.holder, default: 0] += item.cost }
        guard let most = sums.max(by: { $0.value < $1.value }), most.key != new.holder,
            most.value > sums[new.holder, default: 0] + new.cost
        else { return [] }
        var (gone, freed) = ([StoredItem](), 0)
        for (subkey, item) in items.filter({ $0.value.holder == most.key }).sorted(by: { $0.value.leaves < $1.value.leaves }) {
            guard freed < wanted else { break }
            remove(subkey)
            gone.append(item)
            freed += item.cost
        }
        return gone
    }
}

import KeyValueStore

extension WriteTransaction {
    /// Removes entries whose keys begin with a big-endian number under `oldest`, at most `limit`: a long backlog goes in
    /// several transactions, none of them long.
    mutating func remove(before oldest: UInt64, in table: KeyValueStore.Table, limit: Int) throws {
        var keys: [[UInt8]] = []
        try scan(table) { key, _ in
            guard keys.count < limit, let number = UInt64(storeBytes: key.prefix(8)), number < oldest else { return .stop }
            keys.append([UInt8](key))
            return .next
        }
        for key in keys { try remove(key, in: table) }
    }
}

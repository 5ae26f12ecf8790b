public import Primitives
import RLP

/// Roots of tries that are built once and thrown away: transactions, receipts, withdrawals of a block. Built
/// straight from the sorted entries, without the trie that changes need.
public enum TrieRoot {
    /// The root of the trie with the given entries; of equal keys the last counts, empty values are absent.
    public static func root(of entries: some Sequence<(key: [UInt8], value: [UInt8])>) -> Hash32 {
        var unique: [[UInt8]: [UInt8]] = [:]
        for entry in entries { unique[entry.key] = entry.value.isEmpty ? nil : entry.value }
        let sorted = unique.map { Entry(path: NibblePath.nibbles(of: $0.key), value: $0.value) }
            .sorted { $0.path.lexicographicallyPrecedes($1.path) }
        return Keccak256.hash(encoded(sorted[...], depth: 0))
    }

    /// The root of a block's ordered list: keys are the RLP of the positions (Yellow Paper, section 4.3).
    public static func orderedRoot(of values: [[UInt8]]) -> Hash32 {
        root(
            of: values.enumerated().map { index, value in
                var key = RLPEncoder()
                key.append(UInt64(index))
                return (key: key.bytes, value: value)
            })
    }

    private struct Entry {
        let path: [UInt8]
        let value: [UInt8]
    }

    /// The RLP of the node that holds `entries`, which agree in their first `depth` half-bytes.
    private static func encoded(_ entries: ArraySlice<Entry>, depth: Int) -> [UInt8] {
        guard let first = entries.first, let last = entries.last else { return [0x80] }
        if entries.count == 1 {
            return RLPEncoder.list { list in
                list.append(bytes: NibblePath.compact(first.path[depth...], isLeaf: true))
                list.append(bytes: first.value)
            }
        }
        let common = NibblePath.commonPrefix(first.path[depth...], last.path[depth...])
        if common > 0 {
            let child = reference(entries, depth: depth + common)
            return RLPEncoder.list { list in
                list.append(bytes: NibblePath.compact(first.path[depth..<(depth + common)], isLeaf: false))
                list.append(encoded: child)
            }
        }
        var rest = entries
        var value: [UInt8] = []
        if first.path.count == depth {
            value = first.value
            rest = rest.dropFirst()
        }
        return RLPEncoder.list { list in
            for nibble in UInt8(0)..<16 {
                let child = rest.prefix { $0.path[depth] == nibble }
                rest = rest.dropFirst(child.count)
                list.append(encoded: reference(child, depth: depth + 1))
            }
            list.append(bytes: value)
        }
    }

    private static func reference(_ entries: ArraySlice<Entry>, depth: Int) -> [UInt8] {
        let node = encoded(entries, depth: depth)
        guard node.count >= 32 else { return node }
        var encoder = RLPEncoder(capacity: 33)
        encoder.append(Keccak256.hash(node))
        return encoder.bytes
    }
}

import Primitives
import RLP

/// A node of a Merkle-Patricia trie (Yellow Paper, appendix D). `stored` stands for a subtree that is in the
/// database and not loaded; everything else is either fresh or was loaded on the way to a change.
indirect enum TrieNode: Sendable {
    case empty
    case leaf(path: [UInt8], value: [UInt8])
    case `extension`(path: [UInt8], child: TrieNode)
    /// Sixteen children, and the value of the key that ends here (empty for none).
    case branch(children: [TrieNode], value: [UInt8])
    case stored(Hash32)

    static let emptyChildren = [TrieNode](repeating: .empty, count: 16)

    /// `child` behind `path`, which may be empty.
    static func prefixed(_ path: some Collection<UInt8>, _ child: TrieNode) -> TrieNode {
        guard !path.isEmpty else { return child }
        return switch child {
        case .empty: .empty
        case .leaf(let rest, let value): .leaf(path: Array(path) + rest, value: value)
        case .extension(let rest, let grandchild): .extension(path: Array(path) + rest, child: grandchild)
        case .branch, .stored: .extension(path: Array(path), child: child)
        }
    }

    // MARK: Encoding

    /// The node's RLP. Descendants of 32 bytes and more are added to `nodes` by hash.
    func encoded(into nodes: inout StateNodes) -> [UInt8] {
        var encoder = RLPEncoder(capacity: 128)
        switch self {
        case .empty:
            encoder.append(bytes: [])
        case .leaf(let path, let value):
            encoder.appendList { list in
                list.append(bytes: NibblePath.compact(path, isLeaf: true))
                list.append(bytes: value)
            }
        case .extension(let path, let child):
            let reference = child.reference(into: &nodes)
            encoder.appendList { list in
                list.append(bytes: NibblePath.compact(path, isLeaf: false))
                list.append(encoded: reference)
            }
        case .branch(let children, let value):
            let references = children.map { $0.reference(into: &nodes) }
            encoder.appendList { list in
                for reference in references { list.append(encoded: reference) }
                list.append(bytes: value)
            }
        case .stored(let hash):
            encoder.append(hash)
        }
        return encoder.bytes
    }

    /// What a parent holds of this node: its RLP when that is shorter than 32 bytes, else its hash.
    private func reference(into nodes: inout StateNodes) -> [UInt8] {
        var encoder = RLPEncoder(capacity: 33)
        switch self {
        case .empty: return [0x80]
        case .stored(let hash): encoder.append(hash)
        default:
            let encoded = encoded(into: &nodes)
            guard encoded.count >= 32 else { return encoded }
            let hash = Keccak256.hash(encoded)
            nodes.insert(node: encoded, hash: hash)
            encoder.append(hash)
        }
        return encoder.bytes
    }

    // MARK: Decoding

    /// The node that `encoded` is. `hash` names it in errors.
    init(encoded: [UInt8], hash: Hash32) throws(StateTrieError) {
        do {
            var decoder = try RLPDecoder(encoded)
            self = try Self(&decoder)
            try decoder.finish()
        } catch let error as RLPError {
            throw .malformedNode(hash, reason: error.description)
        } catch {
            throw .malformedNode(hash, reason: "\(error)")
        }
    }

    private enum Malformed: Error, CustomStringConvertible {
        case path, itemCount, child, emptyValue

        var description: String {
            switch self {
            case .path: "a path has a wrong hex prefix"
            case .itemCount: "a node has neither 2 nor 17 items"
            case .child: "a child is neither empty, a hash nor a short node"
            case .emptyValue: "a leaf or extension leads to nothing"
            }
        }
    }

    private init(_ decoder: inout RLPDecoder) throws {
        let start = decoder
        var items = try decoder.list()
        var count = 0
        while !items.isAtEnd {
            _ = try items.encodedItem()
            count += 1
        }
        var fields = start
        var list = try fields.list()
        switch count {
        case 2:
            guard let (path, isLeaf) = NibblePath.expand(try list.slice()) else { throw Malformed.path }
            if isLeaf {
                let value = try list.bytes()
                guard !value.isEmpty else { throw Malformed.emptyValue }
                self = .leaf(path: path, value: value)
            } else {
                let child = try Self.child(&list)
                if case .empty = child { throw Malformed.emptyValue }
                guard !path.isEmpty else { throw Malformed.path }
                self = .extension(path: path, child: child)
            }
        case 17:
            var children: [TrieNode] = []
            children.reserveCapacity(16)
            for _ in 0..<16 { children.append(try Self.child(&list)) }
            self = .branch(children: children, value: try list.bytes())
        default:
            throw Malformed.itemCount
        }
    }

    private static func child(_ decoder: inout RLPDecoder) throws -> TrieNode {
        if decoder.nextIsList == true { return try TrieNode(&decoder) }
        let reference = try decoder.slice()
        if reference.isEmpty { return .empty }
        guard let hash = Hash32(reference) else { throw Malformed.child }
        return .stored(hash)
    }
}

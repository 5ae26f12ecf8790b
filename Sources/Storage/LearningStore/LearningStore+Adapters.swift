import KeyValueStore
public import LoRA
public import Primitives

extension LearningStore {
    /// The adapter with the given root, its bytes checked against it; `nil` when it is not held.
    public func adapter(_ root: Hash32, layout: LoRALayout) throws -> LoRAAdapter? {
        guard let bytes = try store.read({ txn in try txn.value(for: root, in: Self.adapterTable) }) else { return nil }
        guard let adapter = try? LoRAAdapter(layout: layout, bytes: bytes), adapter.root == root else {
            throw LearningStoreError.damagedAdapter(root)
        }
        return adapter
    }

    /// How many bytes an adapter has, and those of a range, as far as there are any, as they are stored: whoever is given
    /// them checks them. `nil` where the adapter is not held.
    public func adapterBytes(_ root: Hash32, in range: Range<Int>) throws -> (total: Int, bytes: [UInt8])? {
        try store.read { txn in
            try txn.withValue(for: root, in: Self.adapterTable) { value in
                (total: value.count, bytes: Array(value[range.clamped(to: 0..<value.count)]))
            }
        }
    }

    /// Keeps an adapter under its root.
    public func put(_ adapter: LoRAAdapter) throws {
        let root = adapter.root
        let bytes = adapter.bytes
        try store.write { txn in try txn.put(bytes, for: root, in: Self.adapterTable) }
    }

    public func adapterRoots() throws -> [Hash32] {
        try store.read { txn in
            var roots: [Hash32] = []
            try txn.scan(Self.adapterTable, prefix: [], from: nil, order: .ascending) { key, _ in
                if let root = Hash32(key) { roots.append(root) }
                return .next
            }
            return roots
        }
    }

    /// Forgets all adapters but the given ones.
    public func keepOnly(_ roots: Set<Hash32>) throws {
        let gone = try adapterRoots().filter { !roots.contains($0) }
        guard !gone.isEmpty else { return }
        try store.write { txn in
            for root in gone { try txn.remove(root, in: Self.adapterTable) }
        }
    }
}

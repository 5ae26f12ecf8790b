import Primitives

/// Merkleizes the fields' roots.
public struct RootVisitor: SSZFieldVisitor {
    public typealias Failure = Never

    @usableFromInline var accumulator = MerkleAccumulator()

    @usableFromInline init() {}

    @inlinable public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        accumulator.append(value.cachedHashTreeRoot(shape))
    }
}

/// Collects the fields' roots: the leaves of the container's tree.
struct FieldRootsVisitor: SSZFieldVisitor {
    typealias Failure = Never

    var roots: [Hash32] = []

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        roots.append(value.cachedHashTreeRoot(shape))
    }
}

/// Finds the branch inside one field.
struct FieldBranchVisitor: SSZFieldVisitor {
    typealias Failure = SSZError

    let field: Int
    let path: TreePath
    var branch = MerkleBranch(leaf: .zero)
    private var position = 0

    init(field: Int, path: TreePath) {
        self.field = field
        self.path = path
    }

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) throws(SSZError) {
        defer { position += 1 }
        guard position == field else { return }
        do {
            branch = try value.merkleBranch(path, shape)
        } catch {
            throw error.inside(field: name)
        }
    }
}

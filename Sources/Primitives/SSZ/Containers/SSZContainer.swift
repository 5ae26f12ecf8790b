public import Primitives

/// An SSZ container: a struct that names its fields once and gets everything else from that list.
public protocol SSZContainer: SSZValue {
    /// All fields zero, all collections empty: a place to decode into. Vectors have no elements yet, so this is
    /// a valid SSZ value only when there are none; `init(default:)` always is.
    init()

    /// Shows each field of the container under `shape` to `visitor`, in the specification's order.
    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Shape) throws(Visitor.Failure)
}

extension SSZContainer {
    @inlinable public static func fixedLength(_ shape: Shape) -> Int? {
        var blank = Self()
        var visitor = FixedLengthVisitor()
        blank.visitFields(&visitor, shape)
        return visitor.hasVariableFields ? nil : visitor.length
    }

    @inlinable public init(default shape: Shape) {
        self.init()
        var visitor = DefaultVisitor()
        visitFields(&visitor, shape)
    }

    @inlinable public func serialize(_ shape: Shape, into output: inout [UInt8]) {
        var copy = self
        var fixed = FixedPartWriter(output: output)
        output = []
        copy.visitFields(&fixed, shape)
        if fixed.offsetPlaces.isEmpty {
            output = fixed.output
        } else {
            var variable = VariablePartWriter(fixed)
            fixed.output = []
            copy.visitFields(&variable, shape)
            output = variable.output
        }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Shape) throws(SSZError) {
        self.init()
        var fixed = FixedPartReader(bytes)
        try visitFields(&fixed, shape)
        if fixed.offsets.isEmpty {
            guard fixed.position == bytes.count else { throw SSZError(.trailingBytes(bytes.count - fixed.position)) }
        } else {
            var variable = try VariablePartReader(fixed)
            try visitFields(&variable, shape)
        }
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Shape) -> Hash32 {
        var visitor = RootVisitor()
        visitFields(&visitor, shape)
        return visitor.accumulator.root
    }

    /// The roots of all fields in order: the leaves of the container's tree.
    package mutating func fieldRoots(_ shape: Shape) -> [Hash32] {
        var visitor = FieldRootsVisitor()
        visitFields(&visitor, shape)
        return visitor.roots
    }

    @inlinable public func validate(_ shape: Shape) throws(SSZError) {
        var copy = self
        var visitor = ValidatingVisitor()
        try copy.visitFields(&visitor, shape)
    }

    public func merkleBranch(_ path: TreePath, _ shape: Shape) throws(SSZError) -> MerkleBranch {
        var copy = self
        var visitor = FieldRootsVisitor()
        copy.visitFields(&visitor, shape)
        let depth = Merkle.depth(leaves: visitor.roots.count)
        return try MerkleBranch.inTree(of: visitor.roots, depth: depth, path: path) { (field, rest) throws(SSZError) in
            var below = FieldBranchVisitor(field: field, path: rest)
            try copy.visitFields(&below, shape)
            return below.branch
        }
    }
}

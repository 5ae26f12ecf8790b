public import JSON
public import Primitives

#if _endian(big)
    #error("SSZ takes packed elements straight from memory and so needs a little-endian machine")
#endif

/// A value with an SSZ type: it serialises, deserialises, merkleizes and proves itself (consensus-specs `ssz/simple-serialize.md`).
///
/// The Swift type fixes the kind of SSZ type; everything that is known only at run time (list limits, vector
/// lengths, the fork that decides a container's fields) comes in the `Shape`.
public protocol SSZValue: Hashable, Sendable {
    /// What the SSZ type needs to know at run time. `Unshaped` for types that need nothing.
    associatedtype Shape: Sendable = Unshaped

    /// The serialised length in bytes when every value has the same one; `nil` for variable-size types.
    static func fixedLength(_ shape: Shape) -> Int?

    /// How many elements share one 32-byte chunk when a collection of this type is merkleized: 32 divided by the size
    /// of a basic type, 1 for 32-byte hashes; `nil` for types that contribute a root each.
    ///
    /// A type that answers non-`nil` promises that its memory is its serialisation, without padding.
    static var elementsPerChunk: Int? { get }

    /// The SSZ default value: zeros, empty lists, vectors of their full length.
    init(default shape: Shape)

    /// Appends the serialisation to `output`.
    func serialize(_ shape: Shape, into output: inout [UInt8])

    /// Decodes exactly the given bytes. Memory is allocated in proportion to their number only.
    init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Shape) throws(SSZError)

    /// `hash_tree_root`, remembering what was hashed in the caches of `SSZList` and `SSZVector` inside the value.
    ///
    /// A value over its limits has no root in the specification; it gets one that no valid value has.
    mutating func cachedHashTreeRoot(_ shape: Shape) -> Hash32

    /// Checks that lists keep their limits and vectors have their lengths, which decoding guarantees and building does not.
    func validate(_ shape: Shape) throws(SSZError)

    /// The value in the beacon API's JSON form: integers as decimal strings, bytes and bits as `0x` hexadecimal,
    /// containers as objects with the specification's field names.
    func json(_ shape: Shape) -> JSONValue

    /// Reads the beacon API's JSON form. Members that the container does not have are ignored.
    init(json: JSONValue, _ shape: Shape) throws(SSZError)

    /// The node of the value's Merkle tree at `path` and its siblings up to the value's root.
    func merkleBranch(_ path: TreePath, _ shape: Shape) throws(SSZError) -> MerkleBranch
}

/// The shape of types that are fully known at compile time.
public struct Unshaped: Sendable, Hashable {
    @inlinable public init() {}
}

extension SSZValue {
    @inlinable public static var elementsPerChunk: Int? { nil }
    @inlinable public func validate(_ shape: Shape) throws(SSZError) {}

    /// The serialisation.
    @inlinable public func serialize(_ shape: Shape) -> [UInt8] {
        var output: [UInt8] = []
        serialize(shape, into: &output)
        return output
    }

    /// Decodes exactly the given bytes.
    @inlinable public init(deserializing bytes: [UInt8], _ shape: Shape) throws(SSZError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(SSZError) in
            try Self(deserializing: UnsafeRawBufferPointer(buffer), shape)
        }
    }

    /// `hash_tree_root`. Caches inside the value are used but not filled: see `cachedHashTreeRoot`.
    @inlinable public func hashTreeRoot(_ shape: Shape) -> Hash32 {
        var copy = self
        return copy.cachedHashTreeRoot(shape)
    }

    /// The node at a generalized index and its Merkle branch, siblings from the node upwards.
    public func merkleBranch(generalizedIndex: UInt64, _ shape: Shape) throws(SSZError) -> MerkleBranch {
        guard let path = TreePath(generalizedIndex: generalizedIndex) else { throw SSZError(.noSuchNode(generalizedIndex)) }
        do {
            return try merkleBranch(path, shape)
        } catch {
            guard case .noSuchNode = error.reason else { throw error }
            throw SSZError(.noSuchNode(generalizedIndex), path: error.path)
        }
    }
}

extension SSZValue where Shape == Unshaped {
    @inlinable public func serialize() -> [UInt8] { serialize(Unshaped()) }
    @inlinable public init(deserializing bytes: [UInt8]) throws(SSZError) { try self.init(deserializing: bytes, Unshaped()) }
    @inlinable public func hashTreeRoot() -> Hash32 { hashTreeRoot(Unshaped()) }
}

public import Primitives

/// What can be a key or a value: something that is a run of bytes.
///
/// Keys are ordered by their bytes, so integers are stored big-endian and scan in numeric order.
public protocol StoreBytes {
    /// Calls `body` with the bytes, valid only during the call.
    func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

extension [UInt8]: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try withUnsafeBytes(body) }
}

extension Hash32: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try withUnsafeBytes(body) }
}

extension Address: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try withUnsafeBytes(body) }
}

extension FixedBytes: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try withUnsafeBytes(body) }
}

extension UInt64: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: bigEndian, body)
    }

    /// The integer that was stored as a key or value; `nil` unless there are exactly 8 bytes.
    public init?(storeBytes bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self.init(bigEndianBytes: bytes)
    }
}

extension String: StoreBytes {
    public func withStoreBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Array(utf8).withUnsafeBytes(body)
    }
}

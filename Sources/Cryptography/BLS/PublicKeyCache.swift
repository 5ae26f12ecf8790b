public import Primitives
import Synchronization

/// A bounded memo of validated public keys, shared by threads: a key is decompressed and checked once.
///
/// A pure memo: what it answers never depends on what it holds. Keys that fail validation are not kept, so
/// nobody can fill it with rubbish. It keeps two generations of at most `capacity / 2` keys; when the young
/// one is full, the old one is dropped, and keys still in use climb back on their next use.
public final class PublicKeyCache: Sendable {
    /// The memo behind `BLS`'s functions that take compressed keys. About 45 MB when full.
    public static let shared = PublicKeyCache(capacity: 1 << 17)

    private struct Generations {
        var young: [Bytes48: PublicKey] = [:]
        var old: [Bytes48: PublicKey] = [:]
    }

    private let generationLimit: Int
    private let generations = Mutex(Generations())

    /// - Parameter capacity: the most keys held at once; at least 2.
    public init(capacity: Int) {
        generationLimit = max(1, capacity / 2)
    }

    /// The number of keys held.
    public var count: Int {
        generations.withLock { held in held.young.count + held.old.keys.count { held.young[$0] == nil } }
    }

    /// The validated key, from the memo or computed now.
    ///
    /// - Throws: `BLSError.invalidPublicKey`.
    public func publicKey(_ bytes: Bytes48) throws(BLSError) -> PublicKey {
        if let known = lookUp(bytes) { return known }
        // Outside the lock: two threads may both compute a new key, and both find the same.
        let key = try PublicKey(bytes)
        generations.withLock { insert(key, into: &$0) }
        return key
    }

    private func lookUp(_ bytes: Bytes48) -> PublicKey? {
        generations.withLock { held in
            if let key = held.young[bytes] { return key }
            guard let key = held.old[bytes] else { return nil }
            insert(key, into: &held)
            return key
        }
    }

    private func insert(_ key: PublicKey, into held: inout Generations) {
        if held.young.count >= generationLimit {
            held.old = held.young
            held.young = [:]
        }
        held.young[key.bytes] = key
    }
}

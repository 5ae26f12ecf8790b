public import ContentRouting
import KeyValueStore
public import Primitives

/// When a file came is kept beside it: the seconds since the Unix epoch, the bits of a Float64 big-endian.
extension DHTDaemon: BlobRetention {
    public func blobFill() throws -> Double {
        let held = try store.read { txn in try txn.count(in: Self.blobTable) }
        return Double(held) * Double(UpdateBlob.maximumLength) / Double(max(1, limits.blobBytes))
    }

    /// A file of a database that kept no times is taken to have come now.
    public func blobs(olderThan seconds: Double) throws -> [Hash32] {
        let time = now()
        var (old, untimed): ([Hash32], [Hash32]) = ([], [])
        try store.read { txn in
            var ids: [Hash32] = []
            try txn.scan(Self.blobTable, prefix: [], from: nil, order: .ascending) { key, _ in
                if let id = Hash32(key) { ids.append(id) }
                return .next
            }
            for id in ids {
                if let came = try txn.value(for: id, in: Self.blobTimeTable).flatMap({ UInt64(storeBytes: $0) }) {
                    // A clock that was set back must not keep a file for ever.
                    if (time - Double(bitPattern: came)).magnitude >= seconds { old.append(id) }
                } else {
                    untimed.append(id)
                }
            }
        }
        if !untimed.isEmpty {
            let stamp = Self.stamp(time)
            try store.write { txn in for id in untimed { try txn.put(stamp, for: id, in: Self.blobTimeTable) } }
        }
        return old
    }

    public func remove(_ ids: [Hash32]) throws {
        guard !ids.isEmpty else { return }
        try store.write { txn in
            for id in ids {
                try txn.remove(id, in: Self.blobTable)
                try txn.remove(id, in: Self.blobTimeTable)
            }
        }
    }

    static func stamp(_ time: Double) -> [UInt8] { withUnsafeBytes(of: time.bitPattern.bigEndian) { Array($0) } }
}

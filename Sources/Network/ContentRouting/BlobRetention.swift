public import Primitives

/// The update files that a node holds, for whoever decides which of them are still of use.
public protocol BlobRetention: Sendable {
    /// How much of the room for files is taken, from 0 to 1.
    func blobFill() async throws -> Double
    /// Ids of the files that came `seconds` ago or earlier.
    func blobs(olderThan seconds: Double) async throws -> [Hash32]
    /// Deletes files; ids that are not held are passed over.
    func remove(_ ids: [Hash32]) async throws
}

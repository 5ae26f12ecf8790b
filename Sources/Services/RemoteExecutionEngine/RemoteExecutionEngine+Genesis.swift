import JSON
public import Primitives

extension RemoteExecutionEngine {
    /// What an execution chain begins with, as far as a beacon chain on it must know.
    public struct Genesis: Sendable, Hashable {
        public let hash: Hash32
        /// Seconds since the Unix epoch.
        public let timestamp: UInt64

        public init(hash: Hash32, timestamp: UInt64) {
            self.hash = hash
            self.timestamp = timestamp
        }
    }

    /// The first block of the engine's chain.
    public func genesis() async throws -> Genesis {
        let method = "eth_getBlockByNumber"
        let block = try await result(of: method, ["0x0", false])
        guard let hash = block["hash"]?.string.flatMap({ try? Hash32(hex: $0) }),
            let time = block["timestamp"]?.string, time.hasPrefix("0x"), let timestamp = UInt64(time.dropFirst(2), radix: 16)
        else { throw RemoteEngineError.malformed(method: method, reason: "it has no first block") }
        return Genesis(hash: hash, timestamp: timestamp)
    }
}

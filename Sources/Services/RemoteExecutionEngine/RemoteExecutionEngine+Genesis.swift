import EngineWire
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
        try await call("eth_getBlockByNumber", ["0x0", false], 8) { block throws(EngineWireError) in
            Genesis(hash: try block["hash"].hash(), timestamp: try block["timestamp"].uint64())
        }
    }
}

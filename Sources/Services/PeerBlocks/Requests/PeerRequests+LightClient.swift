public import BeaconTypes
import BeaconWire
public import PeerIdentity
public import Primitives
import SSZ

/// What a light client asks (altair light-client/p2p-interface).
extension PeerRequests {
    /// Where a light client starts that trusts this block.
    public func lightClientBootstrap(_ block: Root, of peer: PeerID) async throws -> LightClientBootstrap {
        try LightClientBootstrap(deserializing: try await one(peer, .lightClientBootstrap, block.bytes), spec)
    }

    /// The best updates of sync committee periods.
    public func lightClientUpdates(from period: UInt64, count: Int, of peer: PeerID) async throws -> [LightClientUpdate] {
        let count = min(count, RequestLimit.maximumLightClientUpdates)
        guard count > 0 else { return [] }
        let request = LightClientUpdatesByRangeRequest(startPeriod: period, count: UInt64(count)).serialize(spec)
        return try await ask(peer, .lightClientUpdatesByRange, request, count: count, patience: .seconds(30))
            .map { try LightClientUpdate(deserializing: $0, spec) }
    }

    public func lightClientFinalityUpdate(of peer: PeerID) async throws -> LightClientFinalityUpdate {
        try LightClientFinalityUpdate(deserializing: try await one(peer, .lightClientFinalityUpdate, nil), spec)
    }

    public func lightClientOptimisticUpdate(of peer: PeerID) async throws -> LightClientOptimisticUpdate {
        try LightClientOptimisticUpdate(deserializing: try await one(peer, .lightClientOptimisticUpdate, nil), spec)
    }
}

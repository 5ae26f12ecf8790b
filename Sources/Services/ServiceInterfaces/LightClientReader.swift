public import BeaconTypes
public import Primitives

/// Data by which light clients follow the chain (altair `light-client/full-node.md`), made from blocks and states on demand.
public protocol LightClientReader: Sendable {
    /// Where a light client starts that trusts this block; `nil` where the block is not held, not final, or no epoch's boundary.
    func lightClientBootstrap(_ blockRoot: Root) async throws -> LightClientBootstrap?
    /// The best update of each sync committee period from `period` on, at most `count`; ends at the first period without one.
    func lightClientUpdates(from period: UInt64, count: UInt64) async throws -> [LightClientUpdate]
    /// The newest update with a finalised header, `nil` before there is one.
    func lightClientFinalityUpdate() async throws -> LightClientFinalityUpdate?
    /// The newest update of the head, `nil` before a block was signed by its sync committee.
    func lightClientOptimisticUpdate() async throws -> LightClientOptimisticUpdate?
}

public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces

/// A finalised block with the state after it, which have the roots that they must.
public struct CheckpointPair: Sendable {
    public let block: SignedBeaconBlock
    public let state: BeaconState

    /// Asks `source` for both.
    ///
    /// - Parameter root: the block that is trusted; without it, whichever the source says is final.
    /// - Throws: `ChainSyncError.wrong` where the source gives something else, `incomplete` where it has nothing.
    public init(_ root: Root? = nil, from source: any BlockSource, spec: BeaconSpec) async throws {
        let asked: Root
        if let root { asked = root } else { asked = try await source.status().finalized.root }
        guard let found = try await source.blocks(roots: [asked]).first else {
            throw ChainSyncError.incomplete("\(source.name) does not give the block \(asked)")
        }
        guard found.message.hashTreeRoot(spec) == asked else {
            throw ChainSyncError.wrong("\(source.name) gives another block than \(asked)")
        }
        block = found
        state = try await source.state(after: found.message)
        guard state.slot == found.message.slot, state.hashTreeRoot(spec) == found.message.stateRoot else {
            throw ChainSyncError.wrong("\(source.name) gives a state that is not the one after block \(asked)")
        }
    }
}

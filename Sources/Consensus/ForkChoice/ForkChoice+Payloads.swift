public import BeaconTypes
public import Primitives

/// `PayloadValidationStatus` (bellatrix p2p-interface; `sync/optimistic.md`): what the execution layer said of a block's payload.
public enum PayloadValidationStatus: Sendable, Hashable {
    /// SYNCING or ACCEPTED: the block stands in the tree, and nobody may vote for it or build on it.
    case notValidated
    case valid
    /// Such a block leaves the tree with all its descendants.
    case invalidated
}

extension ForkChoice {
    /// What the execution layer said of the block's payload; `nil` for a block that is not in the tree.
    public func payloadStatus(of root: Root) -> PayloadValidationStatus? {
        array.position(of: root).map { array.statuses[$0] }
    }

    /// `is_optimistic` (`sync/optimistic.md`): whether the block is in the tree without its payload's having been validated.
    public func isOptimistic(_ root: Root) -> Bool { payloadStatus(of: root) == .notValidated }

    /// The blocks from `root` back whose payloads are not validated, newest first.
    public func optimisticChain(to root: Root) -> [Root] {
        var chain: [Root] = []
        var position = array.position(of: root) ?? -1
        while position >= 0, array.statuses[position] == .notValidated {
            chain.append(array.nodes[position].root)
            position = array.parents[position]
        }
        return chain
    }

    /// NOT_VALIDATED → VALID: the payload's ancestors are valid with it.
    public mutating func onValidPayload(_ root: Root) {
        if let position = array.position(of: root) { array.markValid(position) }
    }

    /// NOT_VALIDATED → INVALIDATED: drops the block with its descendants, and those of its ancestors that come after the last
    /// valid one (`sync/optimistic.md`, "How to apply `latestValidHash` when payload status is `INVALID`").
    ///
    /// - Parameters:
    ///   - root: the block whose payload is invalid; for one that was not taken in, its parent.
    ///   - isTaken: whether `root` is the invalid block itself, and not its parent.
    ///   - latestValidHash: the hash of the last valid payload before it. Where it is unknown, only the block itself goes.
    /// - Returns: the roots dropped. A finalised block is never dropped.
    @discardableResult
    public mutating func onInvalidPayload(_ root: Root, isTaken: Bool, latestValidHash: Hash32?) -> [Root] {
        guard let start = array.position(of: root) else { return [] }
        var oldestInvalid = isTaken ? root : nil
        if let latestValidHash {
            var oldest = oldestInvalid
            var position = start
            if isTaken { position = array.parents[start] }
            while position >= 0 {
                if array.nodes[position].executionBlockHash == latestValidHash {
                    array.markValid(position)
                    oldestInvalid = oldest
                    break
                }
                // What was found valid stays so: the hash is of another chain.
                guard array.statuses[position] == .notValidated else { break }
                oldest = array.nodes[position].root
                position = array.parents[position]
            }
        }
        guard let oldestInvalid, isOptimistic(oldestInvalid) else { return [] }
        return remove(oldestInvalid)
    }
}

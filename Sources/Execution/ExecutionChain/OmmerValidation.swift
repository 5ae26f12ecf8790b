import Primitives

/// Why an uncle does not belong in a block.
public enum OmmerFault: String, Hashable, Sendable {
    case isAncestor = "is an ancestor of the block"
    case repeated = "was named before"
    case tooOld = "follows no ancestor of the last seven"
    case isBrother = "follows the block's own parent"
    case unsealed = "has no seal"
}

extension ChainConfig {
    /// Ancestors that an uncle may be measured by: the block's parent and six before it.
    public static let ommerGenerations = 7

    /// Whether no block of this chain is ever of the merge: all are sealed by work, and the heaviest chain wins.
    public var isWorkOnly: Bool {
        sealing == .ethereum && terminalTotalDifficulty == nil && fork(number: .max, timestamp: .max) < .paris
    }

    /// Checks the uncles of a block before the merge (Yellow Paper, section 11.1), all but their seals.
    ///
    /// - Parameter ancestors: the block's parent and up to six before it, newest first.
    public func validateOmmers(of block: Block, ancestors: [Block]) throws(BlockError) {
        guard !block.ommers.isEmpty else { return }
        guard block.ommers.count <= 2 else { throw .tooManyOmmers(count: block.ommers.count) }
        let recent = ancestors.prefix(Self.ommerGenerations)
        var parents: [Hash32: BlockHeader] = [:]
        for ancestor in recent { parents[ancestor.hash] = ancestor.header }
        var named = Set(recent.flatMap { ancestor in ancestor.ommers.map { ommer in ommer.hash } })
        for (index, ommer) in block.ommers.enumerated() {
            let hash = ommer.hash
            guard parents[hash] == nil else { throw .ommer(index: index, .isAncestor) }
            guard named.insert(hash).inserted else { throw .ommer(index: index, .repeated) }
            guard ommer.parentHash != block.header.parentHash else { throw .ommer(index: index, .isBrother) }
            guard let parent = parents[ommer.parentHash] else { throw .ommer(index: index, .tooOld) }
            try validate(ommer, parent: parent)
        }
    }
}

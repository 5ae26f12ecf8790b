extension ChainConfig {
    /// What other rules would change about blocks that are there; `nil` where they change only what comes after `head` (geth's rule for
    /// a chain that is opened with another genesis file).
    ///
    /// - Parameter head: the newest block.
    public func change(to other: ChainConfig, before head: BlockHeader) -> String? {
        guard head.number > 0 else { return nil }
        guard chainID == other.chainID else { return "chainId" }
        guard sealing == other.sealing else { return "polai" }
        for fork in ExecutionFork.allCases {
            let (own, new) = fork.isTimed ? (forkTimes[fork], other.forkTimes[fork]) : (forkBlocks[fork], other.forkBlocks[fork])
            let reached = fork.isTimed ? head.timestamp : head.number
            if Self.isPast(own, new, reached) { return "\(fork)" }
        }
        return Self.isPast(daoForkBlock, other.daoForkBlock, head.number) ? "daoForkBlock" : nil
    }

    /// Whether one of two differing beginnings is reached.
    private static func isPast(_ own: UInt64?, _ new: UInt64?, _ reached: UInt64) -> Bool {
        own != new && min(own ?? .max, new ?? .max) <= reached
    }
}

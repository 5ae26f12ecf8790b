import JSON
import Primitives
import Transactions

extension ChainConfig {
    init(_ member: GenesisMember) throws(BlockError) {
        guard member.value.object != nil else { throw .genesis(member: member.name, problem: "must be an object") }
        var blocks: [ExecutionFork: UInt64] = [:]
        var times: [ExecutionFork: UInt64] = [:]
        var limits = Self.ethereumBlobLimits
        for fork in ExecutionFork.allCases {
            guard let key = fork.configKey else { continue }
            if let start = try member[key]?.uint64() {
                if fork.isTimed { times[fork] = start } else { blocks[fork] = start }
            }
            if let blobs = member["blobSchedule"]?["\(fork)"] {
                let usual = limits[fork]?.updateFraction ?? BlobFee.pragueFraction
                let fraction = try blobs["baseFeeUpdateFraction"]?.uint64() ?? usual
                guard fraction > 0 else { throw .genesis(member: "\(blobs.name).baseFeeUpdateFraction", problem: "must be at least 1") }
                limits[fork] = BlobLimits(
                    target: try blobs.required("target").blobs(), maximum: try blobs.required("max").blobs(), updateFraction: fraction)
            }
        }
        // A terminal total difficulty of zero means that the chain begins after the merge.
        let terminal = try member["terminalTotalDifficulty"]?.uint256()
        if terminal == .zero { blocks[.paris] = 0 }
        var sealing = Sealing.ethereum
        if let polai = member["polai"] {
            let seconds = try polai.required("secondsPerSlot").uint64()
            guard seconds > 0 else { throw .genesis(member: "\(polai.name).secondsPerSlot", problem: "must be at least 1") }
            sealing = .polai(secondsPerSlot: seconds)
        }
        self.init(
            chainID: try member.required("chainId").uint64(), forkBlocks: blocks, forkTimes: times, blobLimits: limits,
            depositContract: try member["depositContractAddress"]?.address(), sealing: sealing)
        if let terminal, terminal != .zero { terminalTotalDifficulty = terminal }
        if member["daoForkSupport"]?.value == true { daoForkBlock = try member["daoForkBlock"]?.uint64() }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("chainId", .init(chainID))]
        for fork in ExecutionFork.allCases {
            guard let key = fork.configKey, let start = fork.isTimed ? forkTimes[fork] : forkBlocks[fork] else { continue }
            members.append(.init(key, .init(start)))
        }
        if let daoForkBlock { members += [.init("daoForkBlock", .init(daoForkBlock)), .init("daoForkSupport", true)] }
        if let terminalTotalDifficulty {
            members.append(.init("terminalTotalDifficulty", .number(terminalTotalDifficulty.description)))
        } else if forkBlocks[.paris] == 0 {
            members.append(.init("terminalTotalDifficulty", .init(0)))
        }
        if let depositContract { members.append(.init("depositContractAddress", .string(depositContract.hex))) }
        let limits = blobLimits.sorted { $0.key < $1.key }.map { fork, limits in
            var members: [JSONValue.Member] = [.init("target", .init(limits.target)), .init("max", .init(limits.maximum))]
            let usual = Self.ethereumBlobLimits[fork]?.updateFraction ?? BlobFee.pragueFraction
            if limits.updateFraction != usual { members.append(.init("baseFeeUpdateFraction", .init(limits.updateFraction))) }
            return JSONValue.Member("\(fork)", .object(members))
        }
        if !limits.isEmpty { members.append(.init("blobSchedule", .object(limits))) }
        if case .polai(let secondsPerSlot) = sealing {
            members.append(.init("polai", ["secondsPerSlot": .init(secondsPerSlot)]))
        }
        return .object(members)
    }
}

extension GenesisMember {
    /// A number of blobs, bounded so that blob gas cannot overflow.
    func blobs() throws(BlockError) -> UInt64 {
        let count = try uint64()
        guard count <= 4096 else { throw .genesis(member: name, problem: "is more than 4096 blobs") }
        return count
    }
}

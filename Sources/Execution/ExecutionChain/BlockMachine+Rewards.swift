import EVM
import Primitives

extension BlockMachine {
    /// What the block's and its uncles' miners get before the merge (Yellow Paper, section 11.3; EIPs 649 and 1234).
    mutating func payRewards(ommers: [BlockHeader]) {
        guard let reward = reward.map({ UInt256($0) }) else { return }
        var total = reward
        for ommer in ommers {
            let distance = header.number > ommer.number ? header.number - ommer.number : 8
            let share = (reward &* UInt256(8 - min(8, distance))) >> 3
            evm.state.credit(share, to: ommer.coinbase)
            total = total &+ (reward >> 5)
        }
        evm.state.credit(total, to: header.coinbase)
    }

    /// Wei for a block: 5, 3, then 2 ether.
    static func blockReward(_ fork: ExecutionFork) -> UInt64 {
        switch fork {
        case .constantinople...: 2_000_000_000_000_000_000
        case .byzantium...: 3_000_000_000_000_000_000
        default: 5_000_000_000_000_000_000
        }
    }
}

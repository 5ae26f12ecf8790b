public import NodeRecords
public import Primitives

extension ChainConfig {
    /// When this chain's rules change, as nodes tell each other (EIP-2124, EIP-6122).
    public func forkSchedule(genesis: Hash32, genesisTime: UInt64) -> ForkSchedule {
        ForkSchedule(genesis: genesis, genesisTime: genesisTime, blocks: forkBlocks.values, times: forkTimes.values)
    }

    /// The checksum by which nodes tell compatible chains: of the genesis hash and all forks passed.
    public func forkID(genesis: Hash32, genesisTime: UInt64, number: UInt64, time: UInt64) -> [UInt8] {
        forkSchedule(genesis: genesis, genesisTime: genesisTime).id(number: number, time: time).hash.bytes
    }
}

public import Primitives

extension ChainConfig {
    /// The checksum by which nodes tell compatible chains (EIP-2124, EIP-6122): of the genesis hash and all forks passed.
    public func forkID(genesis: Hash32, genesisTime: UInt64, number: UInt64, time: UInt64) -> [UInt8] {
        let blocks = Set(forkBlocks.values.filter { $0 > 0 && $0 <= number }).sorted()
        let times = Set(forkTimes.values.filter { $0 > genesisTime && $0 <= time }).sorted()
        var checksum = CRC32()
        checksum.update(genesis.bytes)
        for start in blocks + times { checksum.update(start.bigEndianBytes) }
        return checksum.value.bigEndianBytes
    }
}

/// The checksum of IEEE 802.3.
struct CRC32 {
    private var state = UInt32.max

    mutating func update(_ bytes: [UInt8]) {
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xedb8_8320 : state >> 1 }
        }
    }

    var value: UInt32 { ~state }
}

import EVM
import ExecutionChain
import JSON
import Primitives
import Testing

/// Blob schedules (EIP-7892) and the floor of the blob price (EIP-7918).
@Suite struct BlobScheduleTests {
    static let config: ChainConfig = {
        var config = ChainConfig.from(.prague, chainID: 1)
        config.forkTimes[.osaka] = 100
        config.forkTimes[.bpo1] = 200
        config.blobLimits[.bpo1] = .init(target: 10, maximum: 15, updateFraction: 8_346_193)
        return config
    }()

    @Test func schedulesFollowTheClock() {
        #expect(Self.config.blobLimits(under: Self.config.fork(number: 1, timestamp: 199)).maximum == 9)
        #expect(Self.config.blobLimits(under: Self.config.fork(number: 1, timestamp: 200)).maximum == 15)
        #expect(Self.config.fork(number: 1, timestamp: 200) == .bpo1 && ExecutionFork.bpo1.revision == .osaka)
    }

    /// By EIP-7918's `calc_excess_blob_gas`.
    @Test(
        arguments: [
            // Cheap execution: the target is taken off, as before.
            (time: 100, excess: 0x100_0000, used: 9, baseFee: 1, expected: 0x100_0000 + 3 * 131_072),
            // Dear execution: a third of what was used stays.
            (time: 100, excess: 0x100_0000, used: 8, baseFee: 1_000_000_000, expected: 0x100_0000 + 8 * 131_072 / 3),
            (time: 100, excess: 0x100_0000, used: 8, baseFee: 1, expected: 0x100_0000 + 2 * 131_072),
            (time: 100, excess: 0x100_0000, used: 0, baseFee: 1_000_000_000, expected: 0x100_0000),
            (time: 100, excess: 0x100_0000, used: 0, baseFee: 1, expected: 0x100_0000 - 6 * 131_072),
            // Below the target nothing stays, at it a share does.
            (time: 100, excess: 0, used: 5, baseFee: 1_000_000_000, expected: 0),
            (time: 100, excess: 0, used: 6, baseFee: 1_000_000_000, expected: 2 * 131_072),
            (time: 99, excess: 0x100_0000, used: 0, baseFee: 1_000_000_000, expected: 0x100_0000 - 6 * 131_072),
        ] as [(time: UInt64, excess: UInt64, used: UInt64, baseFee: UInt64, expected: UInt64)])
    func excess(time: UInt64, excess: UInt64, used: UInt64, baseFee: UInt64, expected: UInt64) {
        let parent = BlockHeader(baseFeePerGas: UInt256(baseFee), blobGasUsed: used * 131_072, excessBlobGas: excess)
        #expect(Self.config.nextExcessBlobGas(after: parent, Self.config.fork(number: 1, timestamp: time)) == expected)
    }

    @Test func configurationsKeepTheirFractions() throws {
        let genesis = Genesis(config: Self.config, timestamp: 0, difficulty: 0)
        #expect(try Genesis(genesis.json).config == Self.config)
        #expect(genesis.json["config"]?["bpo1Time"] == 200)
        #expect(genesis.json["config"]?["blobSchedule"]?["bpo1"]?["baseFeeUpdateFraction"] == 8_346_193)
        // What is usual is not written, so that files of before stay as they are.
        #expect(genesis.json["config"]?["blobSchedule"]?["cancun"] == ["target": 3, "max": 6])
    }

    /// The checksums of the main network (EIP-2124, EIP-6122).
    @Test func forkIdentifiers() throws {
        let config = ChainConfig(
            chainID: 1,
            forkBlocks: [
                .homestead: 1_150_000, .tangerineWhistle: 2_463_000, .spuriousDragon: 2_675_000, .byzantium: 4_370_000,
                .constantinople: 7_280_000, .petersburg: 7_280_000,
            ], forkTimes: [:], sealing: .ethereum)
        let genesis = try Hash32(hex: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3")
        func id(_ number: UInt64) -> String { config.forkID(genesis: genesis, genesisTime: 0, number: number, time: 0).hex }
        #expect(id(0) == "0xfc64ec04" && id(1_149_999) == "0xfc64ec04" && id(1_150_000) == "0x97c2c34c")
    }
}

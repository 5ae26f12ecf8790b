import JSON
import Primitives
import Testing

@testable import ExecutionChain

@Suite("Genesis")
struct GenesisTests {
    static let sample = """
        {"config": {"chainId": 13337, "homesteadBlock": 0, "eip150Block": 0, "eip158Block": 0, "byzantiumBlock": 0,
          "constantinopleBlock": 0, "petersburgBlock": 0, "istanbulBlock": 0, "muirGlacierBlock": 0, "berlinBlock": 0,
          "londonBlock": 0, "arrowGlacierBlock": 0, "grayGlacierBlock": 0, "mergeNetsplitBlock": 0, "shanghaiTime": 0,
          "cancunTime": 0, "pragueTime": 0, "terminalTotalDifficulty": 0,
          "blobSchedule": {"cancun": {"target": 0, "max": 0, "baseFeeUpdateFraction": 3338477}, "prague": {"target": 0, "max": 0}},
          "depositContractAddress": "0x1234567890123456789012345678901234567890",
          "polai": {"secondsPerSlot": 12}},
         "nonce": "0x0", "timestamp": "0x6553f100", "gasLimit": "30000000", "difficulty": 256, "unknown": [1],
         "alloc": {"aAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa": {"balance": "5"},
                   "0x00000000000000000000000000000000000000cc": {"balance": "0x0", "nonce": "0x1", "code": "0x6000",
                     "storage": {"0x1": "0xff", "02": "0x0100"}}}}
        """

    @Test("geth's format, in all spellings of numbers")
    func parse() throws {
        let genesis = try Genesis(JSONValue(parsing: Self.sample))
        #expect(genesis.config == .polai(secondsPerSlot: 12))
        #expect(genesis.timestamp == 1_700_000_000)
        #expect(genesis.gasLimit == 30_000_000)
        #expect(genesis.difficulty == 256)
        #expect(genesis.allocations.count == 2)
        let alice = try Address(hex: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        #expect(genesis.allocations[alice] == Genesis.Allocation(balance: 5))
        let contract = try #require(genesis.allocations[Address(hex: "00000000000000000000000000000000000000cc")])
        #expect(contract.nonce == 1 && contract.code == [0x60, 0])
        #expect(contract.storage == [UInt256(1).bigEndianHash: 0xff, UInt256(2).bigEndianHash: 0x100])
    }

    @Test("what is written is read back the same, and gives the same block")
    func roundTrip() throws {
        let genesis = try Genesis(JSONValue(parsing: Self.sample))
        let again = try Genesis(JSONValue(parsing: genesis.json.utf8))
        #expect(again == genesis)
        #expect(try again.block().block == genesis.block().block)
    }

    @Test("a chain that comes to the merge at some work is no chain of work alone")
    func terminalWork() throws {
        for (members, isWorkOnly, dao): (String, Bool, UInt64?) in [
            ("", true, nil), (#", "terminalTotalDifficulty": 58750000000000000000000"#, false, nil),
            (#", "terminalTotalDifficulty": 0"#, false, nil), (#", "daoForkBlock": 9, "daoForkSupport": true"#, true, 9),
            (#", "daoForkBlock": 9, "daoForkSupport": false"#, true, nil),
        ] {
            let text = #"{"config": {"chainId": 5, "homesteadBlock": 0\#(members)}, "difficulty": 256, "gasLimit": 5000, "alloc": {}}"#
            let genesis = try Genesis(JSONValue(parsing: text.utf8))
            #expect(genesis.config.isWorkOnly == isWorkOnly && genesis.config.daoForkBlock == dao, "\(members)")
            #expect(try Genesis(JSONValue(parsing: genesis.json.utf8)) == genesis)
        }
    }

    @Test("the header has exactly its fork's fields")
    func headerFields() throws {
        for (fork, count) in [(ExecutionFork.frontier, 15), (.berlin, 15), (.london, 16), (.shanghai, 17), (.cancun, 20), (.prague, 21)] {
            let genesis = Genesis(config: .from(fork, chainID: 1), timestamp: 0, difficulty: 1)
            let header = try genesis.block().block.header
            let fields = [
                header.baseFeePerGas != nil, header.withdrawalsRoot != nil, header.blobGasUsed != nil,
                header.excessBlobGas != nil, header.parentBeaconBlockRoot != nil, header.requestsHash != nil,
            ]
            #expect(15 + fields.count { $0 } == count, "\(fork)")
            #expect(genesis.config.fork(number: 0, timestamp: 0) == fork)
        }
    }

    @Test(
        "errors say where and what",
        arguments: [
            ("[]", "is not a JSON object"), ("{}", "config is missing"), (#"{"config": 3}"#, "config must be an object"),
            (#"{"config": {}}"#, "config.chainId is missing"), (#"{"config": {"chainId": -1}}"#, "config.chainId is no unsigned"),
            (#"{"config": {"chainId": 1.5}}"#, "config.chainId is no unsigned"),
            (#"{"config": {"chainId": "0x10000000000000000"}}"#, "config.chainId is too big"),
            (#"{"config": {"chainId": 1}}"#, "gasLimit is missing"),
            (
                #"{"config": {"chainId": 1, "polai": {"secondsPerSlot": 0}}, "gasLimit": 1}"#,
                "config.polai.secondsPerSlot must be at least 1"
            ),
            (#"{"config": {"chainId": 1}, "gasLimit": "0x"}"#, "gasLimit is no unsigned"),
            (#"{"config": {"chainId": 1}, "gasLimit": 1, "extraData": "0x1"}"#, "extraData is not hexadecimal"),
            (#"{"config": {"chainId": 1}, "gasLimit": 1, "mixHash": "0x11"}"#, "mixHash must have 32 bytes"),
            (#"{"config": {"chainId": 1}, "gasLimit": 1, "alloc": {"0x12": {}}}"#, "alloc.0x12 must have 20 bytes"),
            (#"{"config": {"chainId": 1}, "gasLimit": 1, "alloc": []}"#, "alloc must be an object"),
            (
                #"{"config": {"chainId": 1}, "gasLimit": 1, "alloc": {"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"balance": true}}}"#,
                "alloc.0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.balance must be a number, is a boolean"
            ),
        ])
    func malformed(text: String, problem: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: BlockError.self) { _ = try Genesis(json) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("forks begin at their block or time")
    func activation() {
        let config = ChainConfig(
            chainID: 1, forkBlocks: [.homestead: 10, .london: 20, .paris: 30], forkTimes: [.shanghai: 1000, .prague: 2000],
            sealing: .ethereum)
        #expect(config.fork(number: 9, timestamp: 0) == .frontier)
        #expect(config.fork(number: 10, timestamp: 0) == .homestead)
        #expect(config.fork(number: 29, timestamp: 999) == .london)
        #expect(config.fork(number: 30, timestamp: 999) == .paris)
        #expect(config.fork(number: 31, timestamp: 1000) == .shanghai)
        #expect(config.fork(number: 31, timestamp: 2000) == .prague)
        #expect(config.blobLimits(under: .prague).maximum == 9)
        #expect(config.blobLimits(under: .shanghai).maximum == 0)
    }
}

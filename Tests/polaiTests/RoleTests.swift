import Keys
import ArgumentParser
import ExecutionChain
import Foundation
import Logging
import NodeConfiguration
import Primitives
import TestSupport
import Testing

@testable import polai

@Suite("Roles in processes of their own")
struct RoleTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func record(_ folder: TemporaryFolder, _ arguments: [String], time: UInt64? = nil) async throws -> ExecutionRecord {
        try await ExecutionRecord.of(
            datadir: folder.path, options: ExecutionGenesisOptions.parse(["--devnet"] + arguments), genesisTime: time, seed: .sample,
            join: nil,
            logger: Self.logger)
    }

    @Test("An execution node alone begins a chain once and resumes it; other options are refused")
    func executionChain() async throws {
        let folder = TemporaryFolder()
        let begun = try await record(folder, ["--seconds-per-slot", "4"], time: 1_700_000_000)
        #expect(begun.genesisTime == 1_700_000_000 && begun.secondsPerSlot == 4)
        #expect(try await record(folder, ["--seconds-per-slot", "4"]) == begun)
        let expected = try ChainGenesis.execution(
            genesisTime: 1_700_000_000, secondsPerSlot: 4, difficulty: nil, allocations: [FundedAccount.founder(.sample)].allocations
        ).block().block.hash
        #expect(try begun.genesis.block().block.hash == expected)
        for (arguments, time) in [(["--seconds-per-slot", "5"], nil), (["--seconds-per-slot", "4"], 1_700_000_001)] as [([String], UInt64?)]
        {
            await #expect(throws: SetupError.self) { try await record(folder, arguments, time: time) }
        }
    }

    @Test("It takes over the execution side of a folder of 'polai up', another's chain whatever the options say")
    func takesOver() async throws {
        let folder = TemporaryFolder()
        try Databases.make("chain_data", in: folder.path)
        var chain = try ChainRecord(
            genesisTime: 1_700_000_000, secondsPerSlot: 6, validators: 1, aiQuorum: 0, baseModelRoot: Hash32.zero.hex,
            funded: [FundedAccount.founder(.sample)].record)
        try chain.save(datadir: folder.path)
        await #expect(throws: SetupError.self) { try await record(folder, []) }
        #expect(try await record(folder, ["--seconds-per-slot", "6"]).genesisTime == 1_700_000_000)
        let other = TemporaryFolder()
        try Databases.make("chain_data", in: other.path)
        chain.validatorKeys = ["0x00"]
        try chain.save(datadir: other.path)
        #expect(try await record(other, []).secondsPerSlot == 6)
    }

    @Test("The DHT of this machine is joined at, and stands in the place of a GENESIS_HOST that names this machine")
    func peers() throws {
        let own = try RolePeerOptions.parse(["--dht", "127.0.0.1:22001"])
        let here = try own.settings(EnvironmentFile(parsing: Array("GENESIS_HOST=localhost".utf8)))
        #expect(here.peers.bootstrap.count == 1 && !here.peers.isSolo && !here.namesOthers)
        let there = try own.settings(EnvironmentFile(parsing: Array("GENESIS_HOST=192.0.2.1".utf8)))
        #expect(there.peers.bootstrap.count == 2 && there.namesOthers)
        let alone = try RolePeerOptions.parse([]).settings(EnvironmentFile())
        #expect(alone.peers.isSolo && !alone.namesOthers)
        #expect(throws: (any Error).self) { try RolePeerOptions.parse(["--dht", "a:b"]) }
    }

    @Test(
        "The given spellings are taken",
        arguments: [
            ["geth", "--jwtsecret", "jwt.hex"],
            [
                "geth", "--jwtsecret", "jwt.hex", "--http", "--http.addr", "0.0.0.0", "--http.port", "8545", "--http.api", "eth,net,web3",
                "--http.vhosts", "*", "--http.corsdomain", "*", "--ws", "--ws.port", "8546", "--authrpc.addr", "127.0.0.1",
                "--authrpc.port",
                "8551", "--authrpc.vhosts", "localhost", "--externalcl", "http://localhost:8552",
            ],
            ["geth", "--authrpc.jwtsecret", "jwt.hex", "--externalcl", "/usr/lib/consensus.so"],
            ["beacon-chain", "--execution-endpoint", "http://localhost:8551", "--jwt-secret", "jwt.hex", "--ai-quorum", "auto"],
            ["beacon-chain", "--ai-engine", "http://localhost:8552", "--dht", "localhost:13337"],
            ["trainer", "--peer-id", "0123456789abcdef", "--steps", "1000"], ["dht", "--listen", "0.0.0.0:13337", "--solo"],
            ["validator"], ["ai-engine"], ["averager"], ["slasher"],
        ])
    func spellings(_ arguments: [String]) throws {
        _ = try Polai.parseAsRoot(arguments)
    }

    @Test(
        "Options that make no sense are refused",
        arguments: [
            ["geth", "--http.port", "70000"], ["geth", "--fund", "0x3535353535353535353535353535353535353535"],
            ["beacon-chain", "--ai-quorum", "half"], ["beacon-chain", "--validators", "0"], ["beacon-chain", "--prysm-rest-port", "-1"],
            ["averager", "--trainers", "0"], ["ai-engine", "--threads", "0"], ["slasher", "--p2p-port", "65536"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Polai.parseAsRoot(arguments) }
    }
}

import ArgumentParser
import ExecutionChain
import ExecutionNode
import Foundation
import JSON
import KeyValueStore
import TestSupport
import Primitives
import Testing

@testable import polai

@Suite("The genesis file of a folder with an ordinary chain")
struct ChainFolderTests {
    private let folder = TemporaryFolder()

    /// Opens the folder, with a file from elsewhere or with its own, as if it had so many blocks.
    ///
    /// - Returns: the genesis that it was opened with.
    @discardableResult
    private func open(_ genesis: Genesis?, blocks: UInt64 = 0) throws -> Genesis {
        let path = folder.path("given.json")
        if let genesis { try Data(genesis.json.utf8).write(to: URL(fileURLWithPath: path)) }
        let chain = try ChainFolder(datadir: folder.path, genesisFile: genesis == nil ? nil : path)
        defer { chain.store.close() }
        var head = try ChainImport(genesis: chain.genesis, store: chain.store).head
        head.number = blocks
        try chain.keepGenesis(head: head)
        return chain.genesis
    }

    @Test("rules of blocks that are to come may change and are kept, others and other chains are refused")
    func changes() throws {
        #expect(throws: SetupError.self) { try open(nil) }
        var genesis = Genesis(config: .from(.berlin, chainID: 77), timestamp: 1, difficulty: 131_072)
        try open(genesis)
        #expect(try open(nil).config.forkBlocks[.london] == nil)
        genesis.config.forkBlocks[.london] = 10
        try open(genesis, blocks: 9)
        #expect(try open(nil).config.forkBlocks[.london] == 10)
        var late = genesis
        late.config.forkBlocks[.london] = 20
        #expect(throws: SetupError.self) { try open(late, blocks: 10) }
        var other = genesis
        other.gasLimit += 1
        #expect(throws: ExecutionNodeError.self) { try open(other) }
        #expect(try open(nil, blocks: 10).config.forkBlocks[.london] == 10)
    }

    @Test("options for a chain with a consensus layer are refused on one of work")
    func options() throws {
        for arguments in [
            ["--gcmode", "full"], ["--join", "127.0.0.1:13337"], ["--devnet"], ["--genesis-time", "1700000000"], ["--jwtsecret", "x"],
            ["--authrpc.port", "1"], ["--externalcl", "x"],
        ] {
            #expect(throws: SetupError.self, "\(arguments)") { try GethCommand.parse(arguments).refuseOthersOptions() }
        }
        for arguments in [[], ["--gcmode", "archive"], ["--port", "0", "--http.api", "eth,admin"]] as [[String]] {
            try GethCommand.parse(arguments).refuseOthersOptions()
        }
    }
}

import Foundation
import JSON
import Primitives
import RLP
import TestSupport
import Testing

@testable import ExecutionChain

/// Ethereum's public block vectors, when they lie beside the repository: everything in them that needs no EVM.
@Suite("Public block vectors", .needs(vectors: "execution"))
struct PublicVectorTests {
    private func load(_ path: String) throws -> JSONValue { try JSONValue(parsing: Data(contentsOf: Present.vectors("execution/" + path))) }

    @Test("mainnet's genesis block")
    func genesisHashes() throws {
        let json = try load("BasicTests/genesishashestest.json")
        let block = try Block(encoded: Vectors.bytes(json["genesis_rlp_hex"]))
        #expect(block.hash.bytes.bareHex == json["genesis_hash"]?.string)
        #expect(block.header.stateRoot.bytes.bareHex == json["genesis_state_root"]?.string)
        #expect(block.encoded == (try Vectors.bytes(json["genesis_rlp_hex"])))
        #expect(block.header == (try HeaderTests.mainnetGenesis()))
    }

    @Test("the published test chain: genesis state, and 54 headers across every fork up to Prague")
    func chain() throws {
        let (json, url) = (try load("rpc/genesis.json"), Present.vectors("execution/rpc/chain.rlp"))
        let genesis = try Genesis(json)
        var parent = try genesis.block().block
        var decoder = try RLPDecoder([UInt8](Data(contentsOf: url)))
        var forks: Set<ExecutionFork> = []
        // The chain's file says when Osaka begins, a fork whose blob rules this node does not know.
        let osaka = try #require(json["config"]?["osakaTime"]?.uint64)
        var count = 0
        while !decoder.isAtEnd {
            let encoded = Array(try decoder.encodedItem())
            let block = try Block(encoded: encoded)
            #expect(block.encoded == encoded)
            if block.header.timestamp < osaka {
                try genesis.config.validate(block.header, parent: parent.header)
                forks.insert(genesis.config.fork(number: block.header.number, timestamp: block.header.timestamp))
            } else {
                #expect(block.header.parentHash == parent.hash)
            }
            try BlockExecution(config: genesis.config).validateBody(block)
            parent = block
            count += 1
        }
        #expect(count == 54)
        #expect(forks.count > 12)
        print("public chain: \(count) blocks, \(forks.count) forks")
    }

    @Test("valid blocks: RLP, hashes, roots, header rules and genesis states")
    func blockchainTests() throws {
        let folder = Present.vectors("execution/BlockchainTests/ValidBlocks")
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "json" } ?? []
        let config = ChainConfig.from(.cancun, chainID: 1)
        var blocks = 0
        for file in files {
            for test in try #require(JSONValue(parsing: Data(contentsOf: file)).object) where test.name != "_info" {
                #expect(test.value["network"]?.string == "Cancun")
                let first = try Block(encoded: Vectors.bytes(test.value["genesisRLP"]))
                #expect(try genesisRoot(test.value["pre"]) == first.header.stateRoot, "\(test.name)")
                var headers = [first.hash: first.header]
                for entry in try #require(test.value["blocks"]?.array) where entry["blockHeader"] != nil {
                    let encoded = try Vectors.bytes(entry["rlp"])
                    let block = try Block(encoded: encoded)
                    #expect(block.encoded == encoded, "\(test.name)")
                    #expect(block.hash.hex == entry["blockHeader"]?["hash"]?.string, "\(test.name)")
                    try config.validate(block.header, parent: #require(headers[block.header.parentHash]))
                    try BlockExecution(config: config).validateBody(block)
                    headers[block.hash] = block.header
                    blocks += 1
                }
            }
        }
        #expect(blocks == 719)
        print("public blockchain vectors: \(blocks) blocks of \(files.count) files")
    }

    /// The state root of a test's `pre` accounts, which are written like a genesis allocation.
    private func genesisRoot(_ accounts: JSONValue?) throws -> Hash32 {
        let json: JSONValue = ["config": ["chainId": 1], "gasLimit": 1, "alloc": try #require(accounts)]
        return try Genesis(json).block().block.header.stateRoot
    }
}

@testable import ExecutionChain
import FuzzDriver
import JSON
import Primitives
import RLP
@testable import StateTrie

extension FuzzTarget {
    /// The first byte chooses block, header, body, account or withdrawal list.
    static let execution = FuzzTarget("execution", "execution headers, blocks, bodies and accounts", maximumLength: 8192) { vectors in
        let json = try JSONValue(parsing: vectors.bytes("ExecutionChain", "blocks.json"))
        let headers = try (json["headers"]?.array ?? []).map { try [UInt8](hex: $0["rlp"]?.string ?? "") }
        let blocks = try (json["blocks"]?.array ?? []).map { try [UInt8](hex: $0["rlp"]?.string ?? "") }
        let bodies = blocks.compactMap { try? Block(encoded: $0).encodedBody }
        let seeds =
            blocks.map { [0] + $0 } + headers.map { [1] + $0 } + bodies.map { [2] + $0 } + [[3] + Account().encoded]
            + zip(headers, headers.dropFirst()).map { [4] + FuzzInput.part($0) + $1 }
        let parent = try BlockHeader(encoded: headers.last ?? [])
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            switch input.index(below: 5) {
            case 0:
                let bytes = input.rest()
                let block = try Block(encoded: bytes)
                promise(block.encoded == bytes, "a block has a second encoding")
                _ = BlockRoots.transactions(block.transactions)
                _ = BlockRoots.withdrawals(block.withdrawals ?? [])
                try ChainConfig.polai().validate(block.header, parent: parent)
            case 1:
                let bytes = input.rest()
                let header = try BlockHeader(encoded: bytes)
                promise(header.encoded == bytes, "a header has a second encoding")
                _ = header.sealHash
            case 2:
                let bytes = input.rest()
                let block = try Block(header: parent, encodedBody: bytes)
                promise(block.encodedBody == bytes, "a body has a second encoding")
            case 3:
                let bytes = input.rest()
                promise(try Account(encoded: bytes).encoded == bytes, "an account has a second encoding")
            default:
                // Two headers, the second made the first one's child, under the rules of every fork.
                let first = try BlockHeader(encoded: input.part())
                var second = try BlockHeader(encoded: input.rest())
                second.parentHash = first.hash
                second.number = first.number &+ 1
                for fork in ExecutionFork.allCases {
                    let config = ChainConfig.from(fork, chainID: 1, sealing: fork >= .paris ? .polai(secondsPerSlot: 12) : .ethereum)
                    do { try config.validate(second, parent: first) } catch { promise(!"\(error)".isEmpty, "an error without words") }
                }
            }
        }
    }

    static let trie = FuzzTarget("trie", "Merkle-Patricia nodes and proofs") { vectors in
        let json = try JSONValue(parsing: vectors.bytes("StateTrie", "tries.json"))
        var trie = MerklePatriciaTrie(root: MerklePatriciaTrie.emptyRoot, database: StateNodes())
        for number in UInt8(0)..<40 { try trie.set([number, number &* 7], for: Keccak256.hash([number]).bytes) }
        _ = json
        let proof = try trie.proof(for: Keccak256.hash([3]).bytes)
        let seeds = proof.map { FuzzInput.part($0) } + [proof.flatMap { FuzzInput.part($0) }]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            var nodes: [[UInt8]] = []
            while !input.isEmpty { nodes.append(input.part()) }
            for node in nodes { _ = try? TrieNode(encoded: node, hash: .zero) }
            guard let first = nodes.first else { return }
            for key in [Keccak256.hash([3]).bytes, [], [0]] {
                _ = try MerklePatriciaTrie.verify(nodes, for: key, root: Keccak256.hash(first))
            }
        }
    }

    static let genesisJSON = FuzzTarget(
        "genesis-json", "execution genesis files", words: Words.json + ["alloc", "balance", "config", "chainId", "0x", "storage"]
    ) { _ in
        let address = Address(repeatElement(0x11, count: 20)) ?? .zero
        let genesis = Genesis.polai(
            timestamp: 1_700_000_000,
            allocations: [address: .init(balance: 7, nonce: 1, code: [0x60, 0], storage: [.zero: 1])])
        return Prepared(seeds: [genesis.json.utf8]) { bytes in
            let genesis = try Genesis(JSONValue(parsing: bytes))
            promise((try? Genesis(genesis.json)) == genesis, "a genesis changes in JSON")
            _ = try genesis.block()
        }
    }
}

import JSON
import Primitives
import RLP
import Testing

@testable import ExecutionChain

@Suite("Headers")
struct HeaderTests {
    @Test("RLP, hash and seal hashes agree with the executable specification over five forks")
    func oracle() throws {
        let vectors = try Vectors.list("headers")
        #expect(vectors.count == 15)
        for vector in vectors {
            let encoded = try Vectors.bytes(vector["rlp"])
            let header = try BlockHeader(encoded: encoded)
            #expect(header.encoded == encoded)
            #expect(header.hash.hex == vector["hash"]?.string)
            #expect(header.sealHash.hex == vector["sealHash"]?.string)
            #expect(header.ethashSealHash.hex == vector["ethashSealHash"]?.string)
        }
    }

    @Test("a transaction in a block is a list or begins with a type (EIP-2718): nothing has two encodings")
    func transactionForms() throws {
        let header = try Self.mainnetGenesis()
        for transaction in [[0x00], [0x02, 0xc0], [0x7f, 0xff], [0xc1, 0x80]] as [[UInt8]] {
            let block = Block(header: header, transactions: [transaction])
            #expect(try Block(encoded: block.encoded) == block)
        }
        for content in [[], [0x80], [0xc0], [0xc1, 0x80], [0xff, 0x01]] as [[UInt8]] {
            let body = RLPEncoder.list { body in
                body.appendList { $0.append(bytes: content) }
                body.appendList { _ in }
            }
            #expect(throws: RLPError.self, "\(content)") { try Block(header: header, encodedBody: body) }
        }
    }

    /// Ethereum's genesis block.
    static func mainnetGenesis() throws -> BlockHeader {
        BlockHeader(
            stateRoot: try Hash32(hex: "d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
            difficulty: 0x4_0000_0000, gasLimit: 5000,
            extraData: try [UInt8](hex: "11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"),
            nonce: try Bytes8(hex: "0000000000000042"))
    }

    /// Ethereum's block 1.
    static func mainnetBlock1() throws -> BlockHeader {
        BlockHeader(
            parentHash: try mainnetGenesis().hash, coinbase: try Address(hex: "05a56e2d52c817161883f50c441c3228cfe54d9f"),
            stateRoot: try Hash32(hex: "d67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3"),
            difficulty: 17_171_480_576, number: 1, gasLimit: 5000, timestamp: 1_438_269_988,
            extraData: try [UInt8](hex: "476574682f76312e302e302f6c696e75782f676f312e342e32"),
            mixHash: try Hash32(hex: "969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59"),
            nonce: try Bytes8(hex: "539bd4979fef1ec4"))
    }

    @Test("real Ethereum headers hash to their block hashes")
    func mainnet() throws {
        #expect(try Self.mainnetGenesis().hash.hex == "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3")
        #expect(try Self.mainnetBlock1().hash.hex == "0x88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6")
    }

    @Test("a changed field changes the hash; the nonce does not change the seal hash, prevRandao does")
    func sensitivity() throws {
        let header = try BlockHeader(encoded: Vectors.bytes(Vectors.list("headers")[12]["rlp"]))
        var changed = header
        changed.nonce = Bytes8([1, 2, 3, 4, 5, 6, 7, 8]) ?? Bytes8()
        #expect(changed.hash != header.hash)
        #expect(changed.sealHash == header.sealHash)
        changed.mixHash = .zero
        #expect(changed.sealHash != header.sealHash)
        #expect(changed.ethashSealHash == header.ethashSealHash)
    }

    @Test("headers with fields missing, added or of the wrong size are refused")
    func malformed() throws {
        let encoded = try Vectors.bytes(Vectors.list("headers")[12]["rlp"])
        guard case .list(let items) = try RLPItem(encoded: encoded) else { throw RLPError.expectedList(offset: 0) }
        #expect(items.count == 21)
        for count in 0..<15 {
            #expect(throws: RLPError.self) { _ = try BlockHeader(encoded: RLPItem.list(Array(items.prefix(count))).encoded) }
        }
        for index in [0, 1, 2, 3, 6, 13, 14, 16, 19, 20] {
            var wrong = items
            wrong[index] = .bytes([1, 2, 3])
            #expect(throws: RLPError.self) { _ = try BlockHeader(encoded: RLPItem.list(wrong).encoded) }
        }
        #expect(throws: RLPError.self) { _ = try BlockHeader(encoded: RLPItem.list(items + [.bytes([])]).encoded) }
        #expect(throws: RLPError.self) { _ = try BlockHeader(encoded: encoded + [0]) }
        #expect(throws: RLPError.self) { _ = try BlockHeader(encoded: []) }
    }
}

@Suite("Blocks")
struct BlockTests {
    @Test("RLP and roots agree with the executable specification")
    func oracle() throws {
        for vector in try Vectors.list("blocks") {
            let encoded = try Vectors.bytes(vector["rlp"])
            let block = try Block(encoded: encoded)
            #expect(block.encoded == encoded)
            #expect(try Block(header: block.header, encodedBody: block.encodedBody) == block)
            #expect(block.transactions.map(\.hex) == vector["transactions"]?.array?.compactMap(\.string))
            #expect(BlockRoots.transactions(block.transactions).hex == vector["transactionsRoot"]?.string)
            #expect(BlockRoots.withdrawals(try #require(block.withdrawals)).hex == vector["withdrawalsRoot"]?.string)
        }
    }

    @Test("requests hashes agree with the executable specification")
    func requests() throws {
        for vector in try Vectors.list("requests") {
            let requests = try #require(vector["requests"]?.array).map { try Vectors.bytes($0) }
            #expect(BlockRoots.requests(requests).hex == vector["hash"]?.string)
            #expect(BlockRoots.requests(requests + [[7]]).hex == vector["hash"]?.string)
        }
        #expect(BlockRoots.emptyRequests.hex == "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(BlockRoots.emptyOmmers.hex == "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347")
    }

    @Test("cut and flipped blocks are errors or other blocks, never a crash")
    func damaged() throws {
        let encoded = try Vectors.bytes(Vectors.list("blocks")[1]["rlp"])
        for count in stride(from: 0, to: encoded.count, by: 7) {
            #expect(throws: RLPError.self) { _ = try Block(encoded: Array(encoded.prefix(count))) }
        }
        for index in encoded.indices {
            var damaged = encoded
            damaged[index] ^= 0x80
            if let block = try? Block(encoded: damaged) { #expect(block.encoded == damaged) }
        }
    }
}

import Primitives
import Testing

@testable import ProofOfWork

/// Published Ethash answers and the seal of an Ethereum block.
@Suite("Ethash")
struct EthashTests {
    struct Answer: Sendable {
        let number: UInt64
        let header: String
        let nonce: UInt64
        let mixHash: String
        var result: String?
    }

    static let answers: [Answer] = [
        // The two vectors of the Yellow Paper's time, `first` and `second`.
        Answer(
            number: 0, header: "2a8de2adf89af77358250bf908bf04ba94a6e8c3ba87775564a41d269a05e4ce", nonce: 0x4242_4242_4242_4242,
            mixHash: "58f759ede17a706c93f13030328bcea40c1d1341fb26f2facd21ceb0dae57017",
            result: "dd47fd2d98db51078356852d7c4014e6a5d6c387c35f40e2875b74a256ed7906"),
        Answer(
            number: 0, header: "100cbec5e5ef82991290d0d93d758f19082e71f234cf479192a8b94df6da6bfe", nonce: 0x3076_92cf_71b1_2f6d,
            mixHash: "e55d02c555a7969361cf74a9ec6211d8c14e4517930a00442f171bdb1698d175",
            result: "ab9b13423cface72cbec8424221651bc2e384ef0f7a560e038fc68c8d8684829"),
        // Blocks of test networks in the first three epochs.
        Answer(
            number: 22, header: "372eca2454ead349c3df0ab5d00b0b706b23e49d469387db91811cee0358fc6d", nonce: 0x4957_32e0_ed7a_801c,
            mixHash: "2f74cdeb198af0b9abe65d22d372e22fb2d474371774a9583c1cc427a07939f5",
            result: "00000b184f1fdd88bfd94c86c39e65db0c36144d5e43f745f722196e730cb614"),
        Answer(
            number: 30001, header: "7e44356ee3441623bc72a683fd3708fdf75e971bbe294f33e539eedad4b92b34", nonce: 0x318d_f1c8_adef_7e5e,
            mixHash: "144b180aad09ae3c81fb07be92c8e6351b5646dda80e6844ae1b697e55ddde84"),
        Answer(
            number: 60000, header: "5fc898f16035bf5ac9c6d9077ae1e3d5fc1ecc3c9fd5bee8bb00e810fdacbaa0", nonce: 0x5037_7003_e5d8_30ca,
            mixHash: "ab546a5b73c452ae86dadd36f0ed83a6745226717d3798832d1b20b489e82063"),
        // Ethereum's block 1, hash 0x88e96d45…06cb6: the header hash is that of its 13 fields without the seal.
        Answer(
            number: 1, header: "85913a3057ea8bec78cd916871ca73802e77724e014dda65add3405d02240eb7", nonce: 0x539b_d497_9fef_1ec4,
            mixHash: "969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59"),
        // A pool's share at Ethereum's height 4038176, epoch 134.
        Answer(
            number: 4_038_176, header: "1c95fb225d7c9aa61ef7718cf12bdf663d26954ec1d3710263af1dfe5724cf85", nonce: 0x54a5_66e0_0778_28b2,
            mixHash: "b00dcb2a50747c7c8f3a672d7926f1b304c2492cc4a3b757264ca47d662a924f"),
    ]

    @Test("known answers", arguments: answers)
    func known(_ answer: Answer) throws {
        let header = try Hash32(hex: answer.header)
        let found = try ethashLight(headerHash: header, nonce: answer.nonce, blockNumber: answer.number)
        #expect(found.mixHash.bytes.bareHex == answer.mixHash)
        if let result = answer.result { #expect(found.result.bytes.bareHex == result) }
        // The result is keccak(keccak512(header ‖ nonce) ‖ mix): another nonce or header gives another.
        #expect(try ethashLight(headerHash: header, nonce: answer.nonce &+ 1, blockNumber: answer.number) != found)
        #expect(try ethashLight(headerHash: .zero, nonce: answer.nonce, blockNumber: answer.number) != found)
    }

    @Test("the seal of Ethereum's block 1 meets its difficulty; another nonce, header or epoch does not")
    func mainnetSeal() throws {
        let block1 = Self.answers[5]
        let header = try Hash32(hex: block1.header)
        let difficulty: UInt256 = 0x3_ff80_0000
        let cache = EthashCache()
        #expect(try Seal.verify(sealHash: header, nonce: block1.nonce, number: 1, difficulty: difficulty, cache: cache))
        #expect(try !Seal.verify(sealHash: header, nonce: block1.nonce &+ 1, number: 1, difficulty: difficulty, cache: cache))
        #expect(try !Seal.verify(sealHash: .zero, nonce: block1.nonce, number: 1, difficulty: difficulty, cache: cache))
        #expect(try !Seal.verify(sealHash: header, nonce: block1.nonce, number: 30_000, difficulty: difficulty, cache: cache))
        #expect(cache.heldEpochs == [1, 0])
    }

    @Test("a seal meets difficulties up to 2^256 / result, and none beyond", arguments: [0, 1, 5])
    func tightDifficulty(index: Int) throws {
        let answer = Self.answers[index]
        let header = try Hash32(hex: answer.header)
        let result = UInt256(bigEndian: try ethashLight(headerHash: header, nonce: answer.nonce, blockNumber: answer.number).result)
        let largest = try #require(Seal.boundary(difficulty: result))
        #expect(try Seal.verify(sealHash: header, nonce: answer.nonce, number: answer.number, difficulty: largest))
        #expect(try !Seal.verify(sealHash: header, nonce: answer.nonce, number: answer.number, difficulty: largest &+ .one))
    }

    @Test("seeds follow from one another by keccak")
    func seeds() {
        var seed = Hash32.zero
        for epoch in 0..<5 {
            #expect(EthashEpoch.seedHash(epoch: epoch) == seed)
            seed = Keccak256.hash(seed.bytes)
        }
    }

    @Test("block numbers beyond the last epoch are refused")
    func outOfRange() throws {
        let last = UInt64(EthashEpoch.maximumNumber + 1) * EthashEpoch.length - 1
        #expect(try EthashEpoch.number(ofBlock: last) == EthashEpoch.maximumNumber)
        for number in [last + 1, .max] {
            #expect(throws: ProofOfWorkError.epochOutOfRange(blockNumber: number)) {
                _ = try ethashLight(headerHash: .zero, nonce: 0, blockNumber: number)
            }
            #expect(throws: ProofOfWorkError.epochOutOfRange(blockNumber: number)) {
                _ = try Seal.verify(sealHash: .zero, nonce: 0, number: number, difficulty: 1)
            }
        }
    }
}

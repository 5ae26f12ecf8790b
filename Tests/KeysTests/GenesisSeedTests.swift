import BLS
import Primitives
import Testing

@testable import Keys

@Suite("GENESIS_SEED")
struct GenesisSeedTests {
    static let sample = String(repeating: "0123456789abcdef", count: 4)

    @Test("the sample seed gives validator 0 its published key")
    func sampleKey() throws {
        let seed = try GenesisSeed(Self.sample)
        let key = seed.signingKey(validator: 0).publicKey.bytes.bytes.bareHex
        #expect(key == "aba94a3cf0b0d0b71ecb09b25f333d401a36625a1c28fa1b2108c96073b7ea0d14b032d54808be39a40b9dbcfb7f9494")
        #expect(seed.isSample)
        #expect(try GenesisSeed(Self.sample.uppercased()).isSample)
        #expect(try !GenesisSeed(String(Self.sample.reversed())).isSample)
    }

    @Test("same seed, same keys; other seed or validator, other keys")
    func determinism() throws {
        let seed = try GenesisSeed(Self.sample)
        #expect(try GenesisSeed(Self.sample).signingKey(validator: 1).publicKey == seed.signingKey(validator: 1).publicKey)
        #expect(seed.signingKey(validator: 0).publicKey != seed.signingKey(validator: 1).publicKey)
        #expect(
            try GenesisSeed(String(Self.sample.reversed())).signingKey(validator: 1).publicKey != seed.signingKey(validator: 1).publicKey)
    }

    @Test("anything but 64 hexadecimal characters is refused in the documented words, and the seed is not repeated")
    func refusals() throws {
        let secret = String(Self.sample.dropLast())
        let cases: [(String, KeysError)] = [
            ("", .genesisSeedLength(0)), (secret, .genesisSeedLength(63)), (Self.sample + "0", .genesisSeedLength(65)),
            ("0x" + Self.sample, .genesisSeedLength(66)), (secret + "g", .genesisSeedCharacter(position: 64)),
            ("0x" + Self.sample.dropLast(2), .genesisSeedCharacter(position: 2)), (secret + "é", .genesisSeedCharacter(position: 64)),
            (secret + "１", .genesisSeedCharacter(position: 64)), (" " + secret, .genesisSeedCharacter(position: 1)),
        ]
        for (text, expected) in cases {
            #expect(throws: expected, "\(text)") { _ = try GenesisSeed(text) }
            #expect(expected.description.contains("should be exactly 64 hexadecimal characters"))
            #expect(!expected.description.contains("0123456789abcdef0123"))
        }
    }

    @Test("a seed never shows")
    func redaction() throws {
        let seed = try GenesisSeed(Self.sample)
        var dumped = ""
        dump(seed, to: &dumped)
        for text in ["\(seed)", String(reflecting: seed), dumped, "\([seed])"] {
            #expect(text.contains("redacted") && !text.contains("0123") && !text.contains("35"))
        }
    }
}

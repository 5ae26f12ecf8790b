import BeaconTypes
import JSON
import SSZ
import SSZOracle
import TestSupport
import Testing

/// Bytes from strangers: a decoder refuses them with an `SSZError`, or what it makes of them serialises to the same bytes.
@Suite("Hostile input") struct HostileInputTests {
    static let spec = BeaconSpec(preset: .minimal, config: .pol, fork: .pol)

    @Test("damaged values", arguments: BeaconContainers.all.keys.sorted()) func damaged(name: String) throws {
        let type = try #require(BeaconContainers.all[name])
        try attack(type)
    }

    private func attack<Container: BeaconContainer>(_ type: Container.Type) throws {
        var generator = SeededGenerator(seed: 99)
        let bytes = randomValue(type, Self.spec, using: &generator).serialize(Self.spec)
        let rounds = bytes.count > 10_000 ? 12 : 60
        for round in 0..<rounds {
            var damaged = bytes
            switch round % 4 {
            case 0: damaged[Int.random(in: damaged.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: damaged.removeLast(Int.random(in: 1...damaged.count, using: &generator))
            case 2: damaged.append(contentsOf: generator.bytes(Int.random(in: 1...40, using: &generator)))
            default:
                // Offsets live at the front and are multiples of four most often: aim there.
                let place = Int.random(in: 0..<min(damaged.count, 600), using: &generator)
                damaged[place] = [0, 1, 4, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
            }
            checkStrict(type, damaged)
        }
        for count in [0, 1, 3, 4, 5, 31, 32, 33, 100, 1000] { checkStrict(type, generator.bytes(count)) }
        for value: UInt8 in [0, 0xff] { checkStrict(type, [UInt8](repeating: value, count: bytes.count)) }
    }

    private func checkStrict<Container: BeaconContainer>(_ type: Container.Type, _ bytes: [UInt8]) {
        guard let value = try? Container(deserializing: bytes, Self.spec) else { return }
        #expect(value.serialize(Self.spec) == bytes, "\(type) accepted another serialisation of its value")
        #expect(throws: Never.self) { try value.validate(Self.spec) }
    }

    @Test("a huge count in few bytes costs nothing") func bombs() {
        // Offsets that claim 2^30 elements, and lists over their limit.
        #expect(throws: SSZError.self) { try [Attestation](deserializing: [0, 0, 0, 0x40], .limit(1 << 40, of: .minimal)) }
        #expect(throws: SSZError(.overLimit(limit: 8, actual: 16))) {
            try [Attestation](deserializing: [64, 0, 0, 0] + [UInt8](repeating: 0, count: 60), .limit(8, of: .minimal))
        }
    }

    @Test("errors name the field") func paths() throws {
        var body = BeaconBlockBody(default: .minimal)
        body.deposits = [Deposit(default: .minimal), Deposit()]
        #expect(throws: SSZError(.wrongCount(expected: 33, actual: 0), path: "deposits[1].proof")) { try body.validate(.minimal) }
        let validator = Validator(default: .minimal).serialize(.minimal)
        var damaged = validator
        damaged[88] = 2
        #expect(throws: SSZError(.invalidBoolean(2), path: "slashed")) { try Validator(deserializing: damaged, .minimal) }
        #expect(SSZError(.invalidBoolean(2), path: "slashed").description == "slashed: a boolean must be 0 or 1, got 2")
        #expect(throws: SSZError(.trailingBytes(1))) { try Validator(deserializing: validator + [0], .minimal) }
        #expect(throws: SSZError(.missingField, path: "root")) { try Checkpoint(json: ["epoch": "1"], .minimal) }
        #expect(throws: SSZError.self) { try Checkpoint(json: ["epoch": 1, "root": "0x"], .minimal) }
    }
}

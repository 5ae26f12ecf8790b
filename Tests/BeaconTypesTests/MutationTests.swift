import BeaconTypes
import JSON
import SSZ
import SSZOracle
import TestSupport
import Testing

/// Mutations that keep most of a value's structure, as a fuzzer that has seen valid ones makes them: pieces copied over
/// others, cut out, doubled, offsets moved, two values crossed. Beside `HostileInputTests`, which damages single bytes.
@Suite("Mutations") struct MutationTests {
    static let specs = [BeaconSpec(preset: .minimal, config: .pol, fork: .pol), BeaconSpec.minimal]

    @Test("decoding refuses or is exact", arguments: BeaconContainers.all.keys.sorted()) func decoding(name: String) throws {
        let type = try #require(BeaconContainers.all[name])
        for (seed, spec) in Self.specs.enumerated() { try mutate(type, spec, seed: UInt64(seed + 1)) }
    }

    private func mutate<Container: BeaconContainer>(_ type: Container.Type, _ spec: BeaconSpec, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let first = randomValue(type, spec, using: &generator).serialize(spec)
        let second = randomValue(type, spec, using: &generator).serialize(spec)
        #expect(try Container(deserializing: first, spec).serialize(spec) == first)
        for round in 0..<(first.count > 10_000 ? 10 : 80) {
            let bytes = mutated(first, with: second, round: round, using: &generator)
            let value: Container
            do {
                value = try Container(deserializing: bytes, spec)
            } catch {
                #expect(!error.description.isEmpty)
                continue
            }
            #expect(value.serialize(spec) == bytes, "\(type) accepted another serialisation of its value")
            #expect(throws: Never.self) { try value.validate(spec) }
            // The other form says the same.
            #expect(try Container(json: value.json(spec), spec) == value)
        }
    }

    private func mutated(_ bytes: [UInt8], with other: [UInt8], round: Int, using generator: inout SeededGenerator) -> [UInt8] {
        guard !bytes.isEmpty, !other.isEmpty else { return bytes + other }
        var bytes = bytes
        func place(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
        let start = place(bytes.count)
        let piece = start..<min(bytes.count, start + 1 + place(64))
        switch round % 5 {
        case 0: bytes.removeSubrange(piece)
        case 1: bytes.insert(contentsOf: bytes[piece], at: start)
        case 2:
            let source = place(bytes.count)
            for (index, byte) in bytes[source..<min(bytes.count, source + piece.count)].enumerated() where start + index < bytes.count {
                bytes[start + index] = byte
            }
        case 3:
            // Four bytes that look like an offset.
            let word = UInt32(place(2 * bytes.count)).littleEndian
            let target = min(start & ~3, max(0, bytes.count - 4))
            withUnsafeBytes(of: word) { word in
                for index in 0..<min(4, bytes.count) { bytes[target + index] = word[index] }
            }
        default: bytes = Array(bytes[..<start]) + other[min(start, other.count)...]
        }
        return bytes
    }
}

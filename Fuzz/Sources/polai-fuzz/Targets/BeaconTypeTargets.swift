import BeaconTypes
import BeaconWire
import FuzzDriver
import JSON
import Primitives
import SSZ
@testable import SpecTests

extension FuzzTarget {
    /// The first byte chooses the container, the second the preset.
    static let ssz = FuzzTarget("ssz", "SSZ of every beacon container under the presets minimal and pol", maximumLength: 16_384) {
        vectors in
        let seeds = try ContainerChoice.vectors(vectors).map { choice, bytes in choice.prefix + bytes }
        return Prepared(seeds: seeds + ContainerChoice.defaults) { bytes in
            guard let choice = ContainerChoice(bytes) else { return }
            try choice.type.takeSSZ(Array(bytes.dropFirst(2)), choice.spec)
        }
    }

    static let sszJSON = FuzzTarget(
        "ssz-json", "the beacon API's JSON of every container", maximumLength: 8192, words: Words.json + ["0x", "\"0\"", "\"0x00\""]
    ) { vectors in
        var seeds: [[UInt8]] = []
        for (choice, bytes) in try ContainerChoice.vectors(vectors) where bytes.count < 2000 {
            if let text = try? choice.type.json(bytes, choice.spec), text.count < 8000 { seeds.append(choice.prefix + text) }
        }
        return Prepared(seeds: seeds) { bytes in
            guard let choice = ContainerChoice(bytes) else { return }
            try choice.type.takeJSON(Array(bytes.dropFirst(2)), choice.spec)
        }
    }
}

/// Which container an input is of, and of which chain.
private struct ContainerChoice {
    static let names = BeaconContainers.all.keys.sorted()

    let prefix: [UInt8]
    let type: any BeaconContainer.Type
    let spec: BeaconSpec

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        let name = Self.names[Int(bytes[0]) % Self.names.count]
        guard let type = BeaconContainers.all[name] else { return nil }
        prefix = Array(bytes.prefix(2))
        self.type = type
        spec = bytes[1] & 1 == 0 ? .minimal : .pol
    }

    init?(name: String, isPol: Bool) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init([UInt8(index), isPol ? 1 : 0])
    }

    /// The committed values of all containers.
    static func vectors(_ vectors: CommittedVectors) throws -> [(Self, [UInt8])] {
        try vectors.lines("BeaconTypes", "containers.jsonl").compactMap { line in
            let vector = try JSONValue(parsing: line)
            guard let name = vector["name"]?.string, let spec = vector["spec"]?.string, let text = vector["ssz"]?.string,
                let choice = Self(name: name, isPol: spec.hasPrefix("pol"))
            else { return nil }
            guard let bytes = SnappyBlock.decompress(try [UInt8](hex: text), limit: 1 << 28) else { return nil }
            return (choice, bytes)
        }
    }

    static var defaults: [[UInt8]] {
        names.indices.flatMap { index in
            [0, 1].compactMap { spec in
                Self([UInt8(index), spec]).map { $0.prefix + $0.type.defaultBytes($0.spec) }
            }
        }.filter { $0.count < 16_384 }
    }
}

extension BeaconContainer {
    static func defaultBytes(_ spec: BeaconSpec) -> [UInt8] { Self(default: spec).serialize(spec) }

    static func json(_ bytes: [UInt8], _ spec: BeaconSpec) throws -> [UInt8] { try Self(deserializing: bytes, spec).json(spec).utf8 }

    /// What is read must be valid, the only encoding of its value, and hash alike however it came about.
    static func takeSSZ(_ bytes: [UInt8], _ spec: BeaconSpec) throws {
        var value = try Self(deserializing: bytes, spec)
        promise((try? value.validate(spec)) != nil, "\(Self.self) is read but not valid")
        promise(value.serialize(spec) == bytes, "\(Self.self) has a second encoding")
        promise(value.hashTreeRoot(spec) == value.cachedHashTreeRoot(spec), "\(Self.self) has two roots")
        guard bytes.count < 2048 else { return }
        promise((try? Self(json: value.json(spec), spec)) == value, "\(Self.self) changes in JSON")
    }

    static func takeJSON(_ text: [UInt8], _ spec: BeaconSpec) throws {
        let value = try Self(json: JSONValue(parsing: text), spec)
        promise((try? Self(deserializing: value.serialize(spec), spec)) == value, "\(Self.self) from JSON changes in SSZ")
        promise((try? Self(json: value.json(spec), spec)) == value, "\(Self.self) changes in JSON")
    }
}

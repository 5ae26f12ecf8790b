import BeaconTypes
import BeaconWire
import Foundation
import JSON
import SSZ

/// Why a vector did not pass, could not be read, or was left out.
package struct SpecTestFailure: Error, CustomStringConvertible {
    package let description: String
    /// Whether the vector is of a kind that is not supported, rather than failed.
    package let isSkip: Bool
    /// Whether a rule was changed after the vector was made, and it shows the former one.
    package let isSuperseded: Bool

    package init(_ description: String) {
        self.description = description
        isSkip = false
        isSuperseded = false
    }

    private init(_ description: String, isSkip: Bool) {
        self.description = description
        self.isSkip = isSkip
        isSuperseded = !isSkip
    }

    static func skipped(_ reason: String) -> SpecTestFailure { SpecTestFailure(reason, isSkip: true) }
    static func superseded(_ reason: String) -> SpecTestFailure { SpecTestFailure(reason, isSkip: false) }
}

/// One case of an official vector: a folder `preset/fork/runner/handler/suite/case` of small files.
package struct SpecTestCase: Sendable {
    package let preset: String
    package let fork: String
    package let runner: String
    package let handler: String
    package let suite: String
    package let name: String
    let folder: URL
    private let configuredSpec: Result<BeaconSpec, any Error>

    /// A case from the six last components of its folder's path.
    init?(folder: URL) {
        let parts = folder.standardizedFileURL.pathComponents.suffix(6)
        guard parts.count == 6 else { return nil }
        let names = Array(parts)
        (preset, fork, runner, handler, suite, name) = (names[0], names[1], names[2], names[3], names[4], names[5])
        self.folder = folder
        let (preset, overrides) = (names[0], Result { try Self.yaml("config", in: folder) })
        configuredSpec = Result { try Self.spec(preset, overrides.get()) }
    }

    package var path: String { [preset, fork, runner, handler, suite, name].joined(separator: "/") }

    /// The chain that the vector is about, configured by its `config.yaml` where it has one. All vectors here are of Electra, or
    /// do not depend on the fork.
    var spec: BeaconSpec {
        get throws { try configuredSpec.get() }
    }

    private static func spec(_ preset: String, _ overrides: JSONValue) throws -> BeaconSpec {
        let base: BeaconSpec =
            switch preset {
            case "minimal": .minimal
            case "mainnet": .mainnet
            default: throw SpecTestFailure.skipped("preset \(preset)")
            }
        guard overrides != .null else { return base }
        let forkEpochs: [String: any WritableKeyPath<ChainConfig, UInt64> & Sendable] = [
            "ALTAIR_FORK_EPOCH": \.altairForkEpoch, "BELLATRIX_FORK_EPOCH": \.bellatrixForkEpoch,
            "CAPELLA_FORK_EPOCH": \.capellaForkEpoch, "DENEB_FORK_EPOCH": \.denebForkEpoch, "ELECTRA_FORK_EPOCH": \.electraForkEpoch,
        ]
        var config = base.config
        for member in overrides.object ?? [] {
            guard let path = forkEpochs[member.name] ?? ChainConfig.adjustable[member.name] else { continue }
            guard let value = member.value.uint64 else { throw SpecTestFailure("config.yaml: \(member.name) is no number") }
            config[keyPath: path] = value
        }
        return BeaconSpec(preset: base.preset, config: config, fork: base.fork)
    }

    /// The most bytes that a vector may unfold to: 256 MiB.
    private static let greatestVector = 256 << 20

    /// The bytes of `<name>.ssz_snappy`, or `nil` where there is no such file.
    func bytes(_ name: String) throws -> [UInt8]? {
        guard let compressed = Self.file("\(name).ssz_snappy", in: folder) else { return nil }
        guard let bytes = SnappyBlock.decompress(compressed, limit: Self.greatestVector) else {
            throw SpecTestFailure("\(name).ssz_snappy is malformed")
        }
        return bytes
    }

    /// The value in `<name>.ssz_snappy`, or `nil` where there is no such file.
    func optionalValue<Value: SSZValue>(_ name: String, _ type: Value.Type) throws -> Value? where Value.Shape == BeaconSpec {
        guard let bytes = try bytes(name) else { return nil }
        return try Value(deserializing: bytes, try spec)
    }

    /// The value in `<name>.ssz_snappy`.
    func value<Value: SSZValue>(_ name: String, _ type: Value.Type) throws -> Value where Value.Shape == BeaconSpec {
        guard let value = try optionalValue(name, type) else { throw SpecTestFailure("\(name).ssz_snappy is missing") }
        return value
    }

    /// The content of `<name>.yaml`, null where there is no such file. A vector whose file is cut off cannot be run and is
    /// skipped.
    func yaml(_ name: String) throws -> JSONValue {
        do {
            return try Self.yaml(name, in: folder)
        } catch let error as VectorYAMLError where error.isCutOff {
            throw SpecTestFailure.skipped("\(name).yaml is cut off")
        }
    }

    private static func yaml(_ name: String, in folder: URL) throws -> JSONValue {
        guard let bytes = file("\(name).yaml", in: folder) else { return .null }
        return try VectorYAML.parse(String(decoding: bytes, as: UTF8.self))
    }

    private static func file(_ name: String, in folder: URL) -> [UInt8]? {
        (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) }
    }
}

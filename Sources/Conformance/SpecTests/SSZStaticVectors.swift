import BeaconTypes
import JSON
import Primitives
import SSZ

/// Runner `ssz_static`: every container decodes, encodes to the same bytes, has the right root with and without caches,
/// and the beacon API's JSON form says what `value.yaml` says and reads back.
enum SSZStaticVectors {
    static func run(_ testCase: SpecTestCase) throws {
        guard let type = BeaconContainers.ethereum[testCase.handler] else {
            throw SpecTestFailure.skipped("container \(testCase.handler)")
        }
        guard let bytes = try testCase.bytes("serialized"), let rootText = try testCase.yaml("roots")["root"]?.string else {
            throw SpecTestFailure("serialized.ssz_snappy or roots.yaml is missing")
        }
        try check(type, bytes, root: try Hash32(hex: rootText), yaml: try testCase.yaml("value"), try testCase.spec)
    }

    private static func check<Value: BeaconContainer>(
        _ type: Value.Type, _ bytes: [UInt8], root: Hash32, yaml: JSONValue, _ spec: BeaconSpec
    ) throws {
        var value = try Value(deserializing: bytes, spec)
        if value.serialize(spec) != bytes { throw SpecTestFailure("serialises otherwise") }
        for actual in [value.hashTreeRoot(spec), value.cachedHashTreeRoot(spec), value.cachedHashTreeRoot(spec)] where actual != root {
            throw SpecTestFailure("root \(actual), expected \(root)")
        }
        try value.validate(spec)
        let json = value.json(spec)
        if !yaml.isNull && !agrees(json, yaml) { throw SpecTestFailure("the JSON form differs from value.yaml") }
        if try Value(json: JSONValue(parsing: json.utf8), spec) != value { throw SpecTestFailure("the JSON form does not read back") }
    }

    /// Whether JSON in the beacon API's form says the same as the vector's YAML, which writes integers as numbers.
    private static func agrees(_ json: JSONValue, _ yaml: JSONValue) -> Bool {
        switch (json, yaml) {
        case (.string(let text), .number(let digits)): text == digits
        case (.array(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { agrees($0, $1) }
        case (.object(let members), .object(let others)):
            members.count == others.count
                && zip(members, others).allSatisfy { $0.name == $1.name && agrees($0.value, $1.value) }
        default: json == yaml
        }
    }
}

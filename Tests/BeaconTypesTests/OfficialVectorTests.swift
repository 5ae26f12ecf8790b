import BeaconTypes
import JSON
import Primitives
import SSZ
import SpecVectors
import Testing

/// The official `ssz_static` suite: serialisation, root and JSON form of random values of every Electra container.
@Suite("Official ssz_static vectors") struct OfficialVectorTests {
    @Test("minimal, Electra") func minimal() throws {
        guard let vectors = SpecVectors.besideRepository(for: "ssz_static") else { return }
        let handlers = vectors.handlers(preset: "minimal", fork: "electra", runner: "ssz_static")
        var passed = 0
        for handler in handlers {
            let entry = try #require(containerTypes.first { $0.name == handler }, "no container named \(handler)")
            for testCase in vectors.cases(preset: "minimal", fork: "electra", runner: "ssz_static", handler: handler) {
                try check(entry.type, testCase)
                passed += 1
            }
        }
        #expect(passed > 200)
        print("ssz_static: \(passed) cases of \(handlers.count) containers")
    }

    private func check<Container: BeaconContainer>(_ type: Container.Type, _ testCase: SpecCase) throws {
        let bytes = try testCase.ssz("serialized")
        let root = try Hash32(hex: try #require(testCase.yaml("roots")["root"]?.text))
        var value = try Container(deserializing: bytes, BeaconSpec.minimal)
        #expect(value.serialize(.minimal) == bytes, "\(testCase.path)")
        #expect(value.hashTreeRoot(.minimal) == root, "\(testCase.path)")
        #expect(value.cachedHashTreeRoot(.minimal) == root, "\(testCase.path)")
        #expect(value.cachedHashTreeRoot(.minimal) == root, "\(testCase.path): with filled caches")
        try value.validate(.minimal)
        let json = value.json(.minimal)
        #expect(agrees(json, try testCase.yaml("value")), "\(testCase.path): JSON")
        #expect(try Container(json: JSONValue(parsing: json.utf8), .minimal) == value, "\(testCase.path): JSON back")
    }
}

/// Whether a JSON value in the beacon API's form says the same as a YAML value of the vectors.
func agrees(_ json: JSONValue, _ yaml: YAMLValue) -> Bool {
    switch (json, yaml) {
    case (.string(let text), .scalar(let other)): text == other
    case (.bool(let value), .scalar(let other)): other == "\(value)"
    case (.array(let elements), .sequence(let others)):
        elements.count == others.count && zip(elements, others).allSatisfy { agrees($0, $1) }
    case (.object(let members), .mapping(let others)):
        members.count == others.count && members.allSatisfy { member in others[member.name].map { agrees(member.value, $0) } ?? false }
    default: false
    }
}

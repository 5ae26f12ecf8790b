import BeaconTypes
import BeaconWire
import Foundation
import JSON
import Primitives
import SSZ
import SpecTests
import Testing

/// Values, roots, JSON and branches from the executable specification (`scripts/vectors/beacon_containers.py`).
@Suite("Container vectors of the executable specification") struct CommittedVectorTests {
    static let specs = ["minimal-electra": BeaconSpec.minimal, "mainnet-electra": .mainnet, "pol-pol": .pol]

    static func lines() throws -> [JSONValue] {
        let file = try #require(Bundle.module.url(forResource: "containers", withExtension: "jsonl", subdirectory: "Vectors"))
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("values, defaults and branches") func all() throws {
        var values = Set<String>()
        var defaults = 0
        var branches = 0
        var latest: [UInt8] = []
        for line in try Self.lines() {
            let name = try #require(line["name"]?.string)
            let spec = try #require(Self.specs[line["spec"]?.string ?? ""])
            let type = try #require(BeaconContainers.all[name], "no container named \(name)")
            if let block = line["ssz"]?.string {
                latest = try #require(SnappyBlock.decompress([UInt8](hex: block), limit: 1 << 28))
                try checkValue(type, spec, latest, line)
                values.insert(name)
            } else if line["default"] != nil {
                try checkDefault(type, spec, line)
                defaults += 1
            } else {
                try checkBranch(type, spec, latest, line)
                branches += 1
            }
        }
        #expect(values.isSuperset(of: BeaconContainers.pol.keys))
        #expect(values.count > 55 && defaults > 150 && branches == 10)
    }

    private func checkValue<Container: BeaconContainer>(_ type: Container.Type, _ spec: BeaconSpec, _ bytes: [UInt8], _ line: JSONValue)
        throws
    {
        let value = try Container(deserializing: bytes, spec)
        #expect(value.serialize(spec) == bytes, "\(line)")
        #expect(value.hashTreeRoot(spec).hex == line["root"]?.string, "\(type)")
        if let json = line["json"] {
            #expect(value.json(spec) == json, "\(type)")
            #expect(try Container(json: json, spec) == value, "\(type)")
        }
    }

    private func checkDefault<Container: BeaconContainer>(_ type: Container.Type, _ spec: BeaconSpec, _ line: JSONValue) throws {
        let value = Container(default: spec)
        try value.validate(spec)
        #expect(value.serialize(spec).count == line["default"]?.uint64.map(Int.init), "\(type)")
        #expect(value.hashTreeRoot(spec).hex == line["root"]?.string, "\(type)")
    }

    private func checkBranch<Container: BeaconContainer>(_ type: Container.Type, _ spec: BeaconSpec, _ bytes: [UInt8], _ line: JSONValue)
        throws
    {
        let value = try Container(deserializing: bytes, spec)
        let index = try #require(line["gindex"]?.uint64)
        let branch = try value.merkleBranch(generalizedIndex: index, spec)
        #expect(branch.leaf.hex == line["leaf"]?.string, "\(type) \(index)")
        #expect(branch.siblings.map(\.hex) == line["branch"]?.array?.compactMap(\.string), "\(type) \(index)")
    }
}

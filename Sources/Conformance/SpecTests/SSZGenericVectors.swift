import JSON
import Primitives
import SSZ

/// Runner `ssz_generic`: SSZ types that are named by the case, valid and invalid serialisations of each.
enum SSZGenericVectors {
    static func run(_ testCase: SpecTestCase) throws {
        // What follows the type in the name only says what is in the case.
        let words = testCase.name.split(separator: "_").map(String.init)
        switch testCase.handler {
        case "boolean": try check(testCase, Bool.self, Unshaped())
        case "uints": try checkInteger(testCase, bits: number(words, 1))
        case "basic_vector": try checkVector(testCase, element: words.count > 1 ? words[1] : "", count: number(words, 2))
        case "bitvector": try check(testCase, Bitvector.self, .length(try number(words, 1)), isLegal: try number(words, 1) > 0)
        case "bitlist": try check(testCase, Bitlist.self, .limit(bitlistLimit(words)))
        case "containers": try checkContainer(testCase, name: words.first ?? "")
        default: throw SpecTestFailure.skipped("SSZ type \(testCase.handler)")
        }
    }

    private static func number(_ words: [String], _ index: Int) throws -> UInt64 {
        guard index < words.count, let number = UInt64(words[index]) else { throw SpecTestFailure("the name holds no number there") }
        return number
    }

    /// The limit stands behind `bitlist`; a case without a delimiter may name no limit, and is malformed under any.
    private static func bitlistLimit(_ words: [String]) -> UInt64 { words.count > 1 ? UInt64(words[1]) ?? 8 : 8 }

    private static func checkInteger(_ testCase: SpecTestCase, bits: UInt64) throws {
        switch bits {
        case 8: try check(testCase, UInt8.self, Unshaped())
        case 16: try check(testCase, UInt16.self, Unshaped())
        case 32: try check(testCase, UInt32.self, Unshaped())
        case 64: try check(testCase, UInt64.self, Unshaped())
        case 128: try check(testCase, UInt128.self, Unshaped())
        case 256: try check(testCase, UInt256.self, Unshaped())
        default: throw SpecTestFailure.skipped("uint\(bits)")
        }
    }

    private static func checkVector(_ testCase: SpecTestCase, element: String, count: UInt64) throws {
        let bound = Bound<Unshaped>.length(count)
        switch element {
        case "bool": try check(testCase, SSZVector<Bool>.self, bound, isLegal: count > 0)
        case "uint8": try check(testCase, SSZVector<UInt8>.self, bound, isLegal: count > 0)
        case "uint16": try check(testCase, SSZVector<UInt16>.self, bound, isLegal: count > 0)
        case "uint32": try check(testCase, SSZVector<UInt32>.self, bound, isLegal: count > 0)
        case "uint64": try check(testCase, SSZVector<UInt64>.self, bound, isLegal: count > 0)
        case "uint128": try check(testCase, SSZVector<UInt128>.self, bound, isLegal: count > 0)
        case "uint256": try check(testCase, SSZVector<UInt256>.self, bound, isLegal: count > 0)
        default: throw SpecTestFailure.skipped("vectors of \(element)")
        }
    }

    private static func checkContainer(_ testCase: SpecTestCase, name: String) throws {
        switch name {
        case "SingleFieldTestStruct": try check(testCase, SingleFieldTestStruct.self, Unshaped())
        case "SmallTestStruct": try check(testCase, SmallTestStruct.self, Unshaped())
        case "FixedTestStruct": try check(testCase, FixedTestStruct.self, Unshaped())
        case "VarTestStruct": try check(testCase, VarTestStruct.self, Unshaped())
        case "ComplexTestStruct": try check(testCase, ComplexTestStruct.self, Unshaped())
        case "BitsStruct": try check(testCase, BitsStruct.self, Unshaped())
        default: throw SpecTestFailure.skipped("container \(name): a type that no container of Electra uses")
        }
    }

    /// - Parameter isLegal: whether the type may exist: vectors of no elements may not.
    private static func check<Value: SSZValue>(
        _ testCase: SpecTestCase, _ type: Value.Type, _ shape: Value.Shape, isLegal: Bool = true
    ) throws {
        guard let bytes = try testCase.bytes("serialized") else { throw SpecTestFailure("serialized.ssz_snappy is missing") }
        switch testCase.suite {
        case "invalid":
            guard isLegal, (try? Value(deserializing: bytes, shape)) != nil else { return }
            throw SpecTestFailure("accepted what must be refused")
        case "valid":
            guard isLegal else { throw SpecTestFailure("a type without elements") }
            try checkValid(testCase, try Value(deserializing: bytes, shape), bytes, shape)
        default: throw SpecTestFailure.skipped("suite \(testCase.suite)")
        }
    }

    private static func checkValid<Value: SSZValue>(
        _ testCase: SpecTestCase, _ value: Value, _ bytes: [UInt8], _ shape: Value.Shape
    ) throws {
        guard let root = try testCase.yaml("meta")["root"]?.string.map({ try Hash32(hex: $0) }) else {
            throw SpecTestFailure("meta.yaml holds no root")
        }
        var value = value
        if value.serialize(shape) != bytes { throw SpecTestFailure("serialises otherwise") }
        for actual in [value.hashTreeRoot(shape), value.cachedHashTreeRoot(shape), value.cachedHashTreeRoot(shape)] where actual != root {
            throw SpecTestFailure("root \(actual), expected \(root)")
        }
        try value.validate(shape)
        let json = value.json(shape)
        if !agrees(json, try testCase.yaml("value")) { throw SpecTestFailure("the JSON form differs from value.yaml") }
        if try Value(json: json, shape) != value { throw SpecTestFailure("the JSON form does not read back") }
    }

    /// Whether JSON in the beacon API's form says the same as the vector's YAML, which writes integers of up to 64 bits as
    /// numbers and vectors of bytes as lists.
    private static func agrees(_ json: JSONValue, _ yaml: JSONValue) -> Bool {
        switch (json, yaml) {
        case (.string(let text), .number(let digits)): text == digits
        case (.string(let text), .array(let elements)):
            (try? [UInt8](hex: text))?.map(UInt64.init) == elements.compactMap(\.uint64)
        case (.array(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { agrees($0, $1) }
        case (.object(let members), .object(let others)):
            members.count == others.count && zip(members, others).allSatisfy { $0.name == $1.name && agrees($0.value, $1.value) }
        default: json == yaml
        }
    }
}

import BeaconTypes
import JSON
import Primitives
import SSZ

/// Reads the fields of an answer, with errors that say where.
struct AnswerFields {
    let path: String
    let value: JSONValue

    func malformed(_ problem: String) -> RemoteBeaconNodeError { .malformed(path: path, problem: problem) }

    func field(_ name: String) throws(RemoteBeaconNodeError) -> AnswerFields {
        guard let found = value[name] else { throw malformed("\(name) is missing") }
        return AnswerFields(path: path, value: found)
    }

    var data: AnswerFields { get throws(RemoteBeaconNodeError) { try field("data") } }

    func list() throws(RemoteBeaconNodeError) -> [AnswerFields] {
        guard let elements = value.array else { throw malformed("expected an array, found \(value.kind)") }
        return elements.map { AnswerFields(path: path, value: $0) }
    }

    func text(_ name: String) throws(RemoteBeaconNodeError) -> String {
        guard let text = try field(name).value.string else { throw malformed("\(name) should be a string") }
        return text
    }

    /// A decimal number in a string, as everywhere in the beacon API.
    func number(_ name: String) throws(RemoteBeaconNodeError) -> UInt64 {
        guard let number = Self.number(try field(name).value) else { throw malformed("\(name) should be a decimal number in a string") }
        return number
    }

    static func number(_ value: JSONValue) -> UInt64? {
        guard let text = value.string, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt64(text)
    }

    func root(_ name: String) throws(RemoteBeaconNodeError) -> Root {
        guard let root = try? Root(hex: text(name)) else { throw malformed("\(name) should be 32 bytes of hexadecimal") }
        return root
    }

    func publicKey(_ name: String) throws(RemoteBeaconNodeError) -> BLSPubkey {
        guard let key = try? BLSPubkey(hex: text(name)) else { throw malformed("\(name) should be 48 bytes of hexadecimal") }
        return key
    }

    func flag(_ name: String) throws(RemoteBeaconNodeError) -> Bool {
        guard let flag = try field(name).value.bool else { throw malformed("\(name) should be true or false") }
        return flag
    }

    /// Refuses what a node says about a chain that it has not verified.
    func verified() throws(RemoteBeaconNodeError) -> AnswerFields {
        guard value["execution_optimistic"]?.bool != true else { throw .optimistic(path: path) }
        return self
    }

    /// A container in its JSON form.
    func container<Value: BeaconContainer>(_: Value.Type, _ spec: BeaconSpec) throws(RemoteBeaconNodeError) -> Value {
        do {
            return try Value(json: value, spec)
        } catch {
            throw malformed("\(error)")
        }
    }
}

import JSON
import Primitives

/// Reads fields of a JSON tree by dotted name, with errors that say the name.
struct KeystoreFields {
    private let root: JSONValue

    init(_ text: some Sequence<UInt8>) throws(KeysError) {
        do {
            root = try JSONValue(parsing: text)
        } catch {
            throw .invalidKeystore(field: "the file", problem: "is not JSON: \(error)")
        }
    }

    subscript(name: String) -> JSONValue? {
        name.split(separator: ".").reduce(root) { value, part in value?[String(part)] }
    }

    private func value(_ name: String) throws(KeysError) -> JSONValue {
        guard let value = self[name] else { throw .invalidKeystore(field: name, problem: "is missing") }
        return value
    }

    func text(_ name: String) throws(KeysError) -> String {
        let value = try value(name)
        guard let text = value.string else { throw .invalidKeystore(field: name, problem: "should be a string, is \(value.kind)") }
        return text
    }

    func integer(_ name: String) throws(KeysError) -> Int {
        let value = try value(name)
        guard let number = value.uint64.flatMap(Int.init(exactly:))
        else { throw .invalidKeystore(field: name, problem: "should be a non-negative integer") }
        return number
    }

    func bytes(_ name: String) throws(KeysError) -> [UInt8] {
        do {
            return try [UInt8](hex: text(name))
        } catch let error as KeysError {
            throw error
        } catch {
            throw .invalidKeystore(field: name, problem: "should be hexadecimal: \(error)")
        }
    }
}

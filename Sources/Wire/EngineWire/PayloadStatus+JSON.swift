public import EngineTypes
public import JSON
import Primitives

extension PayloadStatus {
    /// `PayloadStatusV1`.
    public var engineJSON: JSONValue {
        [
            "status": .string(status.rawValue), "latestValidHash": latestValidHash.map { .string($0.hex) } ?? .null,
            "validationError": validationError.map { .string($0) } ?? .null,
        ]
    }

    public init(_ field: EngineField) throws(EngineWireError) {
        let word = try field["status"].string()
        guard let status = Status(rawValue: word) else {
            throw EngineWireError("\(field.path).status", "unknown status '\(word.prefix(40))'")
        }
        self.init(
            status, latestValidHash: try field.optional("latestValidHash")?.hash(),
            validationError: try field.optional("validationError")?.string())
    }
}

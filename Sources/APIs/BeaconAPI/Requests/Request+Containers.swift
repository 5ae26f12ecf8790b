import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ

/// The longest body of each kind in bytes.
enum BodyLimit {
    /// A block with a full payload.
    static let block = 16 << 20
    /// Thousands of attestations.
    static let batch = 8 << 20
    static let single = 1 << 20
}

extension Request {
    /// The body as a value, from JSON or SSZ as `Content-Type` says.
    ///
    /// - Throws: 415 for another content type, 413 over `limit` bytes, 400 for what is no such value or names another fork.
    func value<Value: SSZValue>(_ type: Value.Type, _ shape: Value.Shape, upTo limit: Int) async throws -> Value {
        try ConsensusVersion.check(self)
        do {
            if mediaType == MediaTypes.ssz { return try Value(deserializing: try await bytes(upTo: limit), shape) }
            return try Value(json: try await json(upTo: limit), shape)
        } catch let error as SSZError {
            throw DoorError.badRequest("Invalid request body: \(error)")
        }
    }

    /// The body as a list of values, each of which may be refused by itself: an element that is not well formed is an error.
    func values<Element: SSZValue>(_ type: Element.Type, _ shape: Element.Shape, most: UInt64, upTo limit: Int = BodyLimit.batch)
        async throws -> [Element]
    {
        try await value([Element].self, .limit(most, of: shape), upTo: limit)
    }

    /// The body as an array of strings; empty for none, which stands for everything.
    func optionalStrings() async throws -> [String] {
        let isEmpty = headers[.contentLength].map { $0 == "0" } ?? (headers[.contentType] == nil)
        return isEmpty ? [] : try ValidatorFilter.strings(try await json(), "request body")
    }

    /// The body as an array of validator indices, at least one.
    func indices() async throws -> [ValidatorIndex] {
        let texts = try ValidatorFilter.strings(try await json(), "request body")
        guard !texts.isEmpty else { throw DoorError.badRequest("Invalid request body: no validator indices") }
        return try texts.map { try Decimal.parse($0, "validator index") }
    }
}

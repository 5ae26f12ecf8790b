/// What is wrong with an object of the Engine API, and where.
public struct EngineWireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The member, with its path, such as `withdrawals[3].amount`.
    public let field: String
    public let reason: String

    public init(_ field: String, _ reason: String) {
        (self.field, self.reason) = (field, reason)
    }

    public var description: String { field.isEmpty ? reason : "\(field): \(reason)" }
}

/// The error codes of the Engine API's common definitions.
public enum EngineErrorCode: Int, Sendable, CaseIterable {
    /// No payload of this id is under construction.
    case unknownPayload = -38001
    /// Safe or finalised block are no ancestors of the head.
    case invalidForkchoiceState = -38002
    case invalidPayloadAttributes = -38003
    case tooLargeRequest = -38004
    /// The method is for payloads of another fork.
    case unsupportedFork = -38005
}

/// An error that an execution engine answers with a code of the Engine API's, in one process and between two.
public protocol EngineRefusal: Error, CustomStringConvertible {
    /// `nil` for what is the engine's own fault.
    var engineErrorCode: EngineErrorCode? { get }
}

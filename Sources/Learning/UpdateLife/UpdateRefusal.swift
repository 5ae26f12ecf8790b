public import Primitives

/// Why an update file was refused, in one word for counters and tables.
public enum UpdateRefusal: String, Sendable, Codable, Hashable, CaseIterable {
    /// Nobody provides the file, or this node lacks what it takes to judge it; it may be tried again.
    case unavailable
    /// The file is damaged, not canonical, or of an unknown codec.
    case damaged
    /// More bytes than an update may have.
    case oversize
    /// NaN or infinite values.
    case notFinite = "not-finite"
    /// It changes other modules or another rank than the model's, or was made for another base model.
    case misfit
    /// It starts from another adapter than the head's.
    case parent
    /// The signature is not its trainer's.
    case signature
    /// The change of another update under another key, or nearly so.
    case copy
    /// Its trainer has another update waiting on the same adapter.
    case repeated
    /// Krum: too far from the others.
    case outlier
    /// The loss gate.
    case gate
    /// The guard slice, or the budget of what may be forgotten.
    case slice
    /// The average that it was part of did not pass, another update alone did.
    case together

    public var fault: Fault {
        switch self {
        case .unavailable: .node
        case .parent, .repeated, .together: .circumstance
        case .damaged, .oversize, .notFinite, .misfit, .signature, .copy, .outlier, .gate, .slice: .sender
        }
    }

    /// Whether the same file may be judged again later.
    public var mayPass: Bool { self == .unavailable || self == .parent || self == .repeated }
}

/// A refusal with its words, and the losses where the gate spoke.
public struct RefusedUpdate: Refusal, Hashable, Codable {
    public let kind: UpdateRefusal
    public let description: String
    /// FP32 bit patterns.
    public let lossBefore: UInt32?
    public let lossAfter: UInt32?

    public init(_ kind: UpdateRefusal, _ description: String, lossBefore: Float? = nil, lossAfter: Float? = nil) {
        self.kind = kind
        self.description = description
        self.lossBefore = lossBefore?.bitPattern
        self.lossAfter = lossAfter?.bitPattern
    }

    public var rule: String { kind.rawValue }
    public var fault: Fault { kind.fault }
}

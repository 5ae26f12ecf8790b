public import LoRA
public import LossGate
public import Primitives
public import UpdateCodec

/// What a trial found.
public struct TrialReport: Sendable {
    public enum Verdict: Sendable, Equatable {
        case valid
        case invalid(RefusalReason)
    }

    public internal(set) var verdict: Verdict = .invalid(.lossAfterNotFinite)
    /// SHA-256 of the file.
    public let fileID: Hash32
    public let parentAdapterRoot: Hash32
    /// The root of the adapter after the update, once there is one.
    public internal(set) var adapterRoot: Hash32?
    /// The adapter itself.
    public internal(set) var result: LoRAAdapter?
    /// `nil` when the file could not be read.
    public internal(set) var codec: UpdateEncoding?
    public internal(set) var metadata: UpdateMetadata?
    /// The losses, as far as they were measured.
    public internal(set) var before: LossReport?
    public internal(set) var after: LossReport?

    init(fileID: Hash32, parentAdapterRoot: Hash32) {
        self.fileID = fileID
        self.parentAdapterRoot = parentAdapterRoot
    }

    public var isValid: Bool { verdict == .valid }

    /// Why it is INVALID; `nil` when it is VALID.
    public var reason: RefusalReason? {
        if case .invalid(let reason) = verdict { reason } else { nil }
    }

    func refused(_ reason: RefusalReason) -> TrialReport {
        var report = self
        report.verdict = .invalid(reason)
        return report
    }
}

/// Why an update is INVALID.
public enum RefusalReason: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is damaged, forged, or made for something else.
    case updateFile(UpdateFileError)
    /// The adapter to start from holds NaN or infinite values.
    case parentAdapter(LoRAError)
    /// The adapter would hold NaN or infinite values after the update.
    case result(LoRAError)
    /// Aggregation refuses the file, for instance because it claims no steps.
    case aggregation(String)
    /// The model overflows already with the adapter to start from.
    case lossBeforeNotFinite
    /// The model overflows with the update.
    case lossAfterNotFinite
    /// The loss did not fall by 0.1 %, or rose where it was below 0.05.
    case lossNotLowered(before: Float, after: Float)

    public var description: String {
        switch self {
        case .updateFile(let error): error.description
        case .parentAdapter(let error): "the adapter to start from is unusable: \(error)"
        case .result(let error): "the adapter would be unusable after this update: \(error)"
        case .aggregation(let reason): reason
        case .lossBeforeNotFinite: "the loss with the adapter to start from is not a finite number"
        case .lossAfterNotFinite: "the loss after the update is not a finite number"
        case .lossNotLowered(let before, let after):
            if before < 0.05 {
                "the loss rises from \(before) to \(after); below 0.05 it must not"
            } else {
                "the loss goes from \(before) to \(after); it must fall below 0.999 times the first"
            }
        }
    }
}

public import Aggregation
public import LoRA
public import Primitives
public import UpdateCodec
public import UpdateLife

/// A file that passed every check which needs no other file.
public struct CheckedUpdate: Sendable {
    public let file: UpdateFile
    public let delta: LoRADelta

    public var id: Hash32 { file.id }
    public var input: AggregationInput { AggregationInput(id: file.id, delta: delta, steps: file.metadata.steps) }
}

/// The first checks of a file, the same for a trainer's own node, for whoever gathers and for whoever reviews: form, base
/// model, parent, signature, modules, values.
public struct UpdateIntake: Sendable {
    public let baseModelRoot: Hash32
    public let parent: Hash32
    public let layout: LoRALayout

    /// - Parameters:
    ///   - parent: root of the adapter that the update must start from.
    ///   - layout: the modules of the chain's adapter.
    public init(baseModelRoot: Hash32, parent: Hash32, layout: LoRALayout) {
        self.baseModelRoot = baseModelRoot
        self.parent = parent
        self.layout = layout
    }

    public func check(_ bytes: [UInt8]) throws(UpdateFileError) -> CheckedUpdate { try check(UpdateFile(bytes)) }

    public func check(_ file: UpdateFile) throws(UpdateFileError) -> CheckedUpdate {
        try file.check(baseModelRoot: baseModelRoot, parentAdapterRoot: parent)
        try file.verify()
        return CheckedUpdate(file: file, delta: try file.delta(layout: layout))
    }
}

extension RefusedUpdate {
    /// A fault of the file.
    public init(_ error: UpdateFileError) {
        let kind: UpdateRefusal =
            switch error {
            case .tooLarge: .oversize
            case .malformed, .notCanonical, .badMetadata, .badTensor, .unknownCodec, .notSigned, .doesNotFit: .damaged
            case .notFinite, .impossibleValue: .notFinite
            case .wrongBaseModel, .wrongLayout: .misfit
            case .wrongParent: .parent
            case .badSignature, .badContributor: .signature
            }
        self.init(kind, error.description)
    }

    /// What an aggregation found.
    ///
    /// - Parameter lossBefore: the loss of the parent adapter, where it was measured.
    public init(_ reason: RejectionReason, lossBefore: Float?) {
        switch reason {
        case .failsGate(let loss):
            let before = lossBefore.map { "\($0)" } ?? "unknown"
            self.init(.gate, "Loss gate: \(before) to \(loss) does not fall by 0.1 %", lossBefore: lossBefore, lossAfter: loss)
        case .outlier: self.init(.outlier, "not selected by Krum: \(reason)")
        case .failsTogether: self.init(.together, reason.description)
        case .copy, .nearCopy, .duplicate: self.init(.copy, reason.description)
        case .wrongLayout: self.init(.misfit, reason.description)
        case .notFinite: self.init(.notFinite, reason.description)
        case .noSteps: self.init(.damaged, reason.description)
        }
    }
}

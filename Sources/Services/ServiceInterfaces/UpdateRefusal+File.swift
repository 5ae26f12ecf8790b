public import UpdateCodec

extension UpdateRefusal {
    /// The kind of a file's fault.
    public init(_ error: UpdateFileError) {
        self =
            switch error {
            case .tooLarge: .oversize
            case .malformed, .notCanonical, .badMetadata, .unknownCodec, .notSigned, .doesNotFit: .damaged
            case .badTensor(_, let reason): reason.contains("NaN") ? .notFinite : .damaged
            case .notFinite: .notFinite
            case .wrongBaseModel, .wrongLayout: .misfit
            case .wrongParent: .parent
            case .badSignature: .signature
            }
    }
}

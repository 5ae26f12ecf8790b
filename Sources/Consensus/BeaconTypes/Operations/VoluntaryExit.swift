public import SSZ

/// `VoluntaryExit`: a validator's wish to leave (phase0 `beacon-chain.md`).
public struct VoluntaryExit: Hashable, Sendable {
    /// The earliest epoch in which the exit may be processed.
    public var epoch: Epoch = 0
    public var validatorIndex: ValidatorIndex = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(epoch: Epoch, validatorIndex: ValidatorIndex) {
        self.epoch = epoch
        self.validatorIndex = validatorIndex
    }
}

extension VoluntaryExit: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("epoch", &epoch)
        try visitor.visit("validator_index", &validatorIndex)
    }
}

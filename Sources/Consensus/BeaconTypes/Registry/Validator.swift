public import Primitives
public import SSZ

/// `Validator`: one entry of the validator registry (phase0 `beacon-chain.md`).
public struct Validator: Hashable, Sendable {
    public var pubkey = BLSPubkey()
    /// A prefix byte and what it says: a hash of a withdrawal key, or an execution address.
    public var withdrawalCredentials: Bytes32 = .zero
    /// The balance at stake, a multiple of EFFECTIVE_BALANCE_INCREMENT that follows the balance with hysteresis.
    public var effectiveBalance: Gwei = 0
    public var slashed: Bool = false
    /// When the validator became eligible for activation; FAR_FUTURE_EPOCH while not.
    public var activationEligibilityEpoch: Epoch = 0
    public var activationEpoch: Epoch = 0
    public var exitEpoch: Epoch = 0
    /// When the balance may leave the chain.
    public var withdrawableEpoch: Epoch = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        pubkey: BLSPubkey, withdrawalCredentials: Bytes32, effectiveBalance: Gwei, slashed: Bool,
        activationEligibilityEpoch: Epoch, activationEpoch: Epoch, exitEpoch: Epoch, withdrawableEpoch: Epoch
    ) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.effectiveBalance = effectiveBalance
        self.slashed = slashed
        self.activationEligibilityEpoch = activationEligibilityEpoch
        self.activationEpoch = activationEpoch
        self.exitEpoch = exitEpoch
        self.withdrawableEpoch = withdrawableEpoch
    }
}

extension Validator: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkey", &pubkey)
        try visitor.visit("withdrawal_credentials", &withdrawalCredentials)
        try visitor.visit("effective_balance", &effectiveBalance)
        try visitor.visit("slashed", &slashed)
        try visitor.visit("activation_eligibility_epoch", &activationEligibilityEpoch)
        try visitor.visit("activation_epoch", &activationEpoch)
        try visitor.visit("exit_epoch", &exitEpoch)
        try visitor.visit("withdrawable_epoch", &withdrawableEpoch)
    }
}

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
    /// Eight leaves, so that the registry of a million is hashed in a fraction of a second: its slow twin is the one that every
    /// container has.
    @inlinable public mutating func cachedHashTreeRoot(_ spec: BeaconSpec) -> Hash32 {
        var nodes = InlineArray<8, Hash32>(repeating: .zero)
        nodes[0] = pubkey.hashTreeRoot()
        nodes[1] = withdrawalCredentials
        nodes[2] = effectiveBalance.hashTreeRoot()
        nodes[3] = slashed.hashTreeRoot()
        nodes[4] = activationEligibilityEpoch.hashTreeRoot()
        nodes[5] = activationEpoch.hashTreeRoot()
        nodes[6] = exitEpoch.hashTreeRoot()
        nodes[7] = withdrawableEpoch.hashTreeRoot()
        withUnsafeMutableBytes(of: &nodes) { bytes in
            guard let base = bytes.baseAddress else { return }
            SHA256.hashPairs(base, pairs: 4, into: base)
            SHA256.hashPairs(base, pairs: 2, into: base)
            SHA256.hashPairs(base, pairs: 1, into: base)
        }
        return nodes[0]
    }
}

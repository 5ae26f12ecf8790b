import BLS
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_deposit` (electra beacon-chain, Deposits): a deposit proved against `eth1_data.deposit_root`.
    package mutating func processDeposit(_ deposit: Deposit) throws(StateTransitionError) {
        // One level more than the tree has: the list's length is mixed in
        try require(
            isValidMerkleBranch(
                leaf: deposit.data.hashTreeRoot(spec), branch: Array(deposit.proof),
                depth: Constant.depositContractTreeDepth + 1, index: state.eth1DepositIndex,
                root: state.eth1Data.depositRoot),
            .depositProof, "deposit \(state.eth1DepositIndex)")
        // Deposits must be processed in order
        state.eth1DepositIndex = try state.eth1DepositIndex +! 1
        try applyDeposit(deposit.data)
    }

    /// `apply_deposit` (electra beacon-chain, Deposits).
    mutating func applyDeposit(_ data: DepositData) throws(StateTransitionError) {
        if validatorIndex(of: data.pubkey) == nil {
            // The deposit contract does not check the proof of possession
            guard isValidDepositSignature(data.pubkey, data.withdrawalCredentials, data.amount, data.signature) else { return }
            try addValidatorToRegistry(data.pubkey, data.withdrawalCredentials, 0)
        }
        // GENESIS_SLOT tells this from a deposit request
        try appendPendingDeposit(
            PendingDeposit(
                pubkey: data.pubkey, withdrawalCredentials: data.withdrawalCredentials, amount: data.amount,
                signature: data.signature, slot: 0))
    }

    /// `is_valid_deposit_signature` (electra beacon-chain, Deposits). The domain is the same on every fork.
    func isValidDepositSignature(
        _ pubkey: BLSPubkey, _ withdrawalCredentials: Bytes32, _ amount: Gwei, _ signature: BLSSignature
    ) -> Bool {
        if trustsDepositSignatures { return true }
        let message = DepositMessage(pubkey: pubkey, withdrawalCredentials: withdrawalCredentials, amount: amount)
        let domain = computeDomain(Constant.domainDeposit, config.genesisForkVersion, .zero)
        return BLS.verify(publicKey: pubkey, message: computeSigningRoot(message, domain, spec), signature: signature)
    }
}

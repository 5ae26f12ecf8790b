package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_bls_to_execution_change` (capella beacon-chain, BLS to execution changes).
    package mutating func processBLSToExecutionChange(
        _ signedChange: SignedBLSToExecutionChange, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let change = signedChange.message
        let position = try position(change.validatorIndex)
        let credentials = state.validators[position].withdrawalCredentials
        try require(credentials[0] == Constant.blsWithdrawalPrefix, .changeCredentials, "prefix \(credentials[0])")
        let expected = SHA256.hash(change.fromBlsPubkey.bytes).replacingFirstByte(Constant.blsWithdrawalPrefix)
        try require(credentials == expected, .changePublicKey, "validator \(change.validatorIndex)")

        // Address changes are valid across forks: genesis fork version
        let domain = computeDomain(Constant.domainBlsToExecutionChange, config.genesisForkVersion, state.genesisValidatorsRoot)
        try signatures.check(
            [change.fromBlsPubkey], computeSigningRoot(change, domain, spec), signedChange.signature, .rule(.changeSignature))

        state.validators[position].withdrawalCredentials = Hash32 { (output: UnsafeMutableRawBufferPointer) in
            output[0] = Constant.eth1AddressWithdrawalPrefix
            for (offset, byte) in change.toExecutionAddress.bytes.enumerated() { output[12 + offset] = byte }
        }
    }
}

import SSZ
import SwiftProtobuf
import BeaconTypes
import Foundation
import Primitives
import StateTransition

extension Ethereum_Eth_V1alpha1_Validator {
    init(_ validator: Validator) {
        self.init()
        publicKey = validator.pubkey.data
        withdrawalCredentials = validator.withdrawalCredentials.data
        effectiveBalance = validator.effectiveBalance
        slashed = validator.slashed
        activationEligibilityEpoch = validator.activationEligibilityEpoch
        activationEpoch = validator.activationEpoch
        exitEpoch = validator.exitEpoch
        withdrawableEpoch = validator.withdrawableEpoch
    }
}

extension Ethereum_Eth_V1alpha1_ValidatorStatus {
    /// Where a validator stands in its life, in Prysm's words.
    init(_ validator: Validator, epoch: Epoch) {
        if epoch < validator.activationEpoch {
            self = validator.activationEligibilityEpoch == Constant.farFutureEpoch ? .deposited : .pending
        } else if epoch < validator.exitEpoch {
            self = validator.exitEpoch == Constant.farFutureEpoch ? .active : validator.slashed ? .slashing : .exiting
        } else {
            self = .exited
        }
    }

    /// The name in the interface.
    var name: String {
        switch self {
        case .unknownStatus: "UNKNOWN_STATUS"
        case .deposited: "DEPOSITED"
        case .pending: "PENDING"
        case .active: "ACTIVE"
        case .exiting: "EXITING"
        case .slashing: "SLASHING"
        case .exited: "EXITED"
        case .invalid: "INVALID"
        case .partiallyDeposited: "PARTIALLY_DEPOSITED"
        case .UNRECOGNIZED(let value): String(value)
        }
    }
}

extension Ethereum_Eth_V1alpha1_ValidatorStatusResponse {
    /// The status of the validator with a public key; `UNKNOWN_STATUS` when there is none.
    init(_ publicKey: BLSPubkey, in state: CachedBeaconState) {
        self.init()
        activationEpoch = Constant.farFutureEpoch
        guard let index = state.validatorIndex(of: publicKey), let validator = try? state.validator(index) else { return }
        status = .init(validator, epoch: state.currentEpoch)
        activationEpoch = validator.activationEpoch
        guard status == .pending else { return }
        // Activation goes by eligibility, then by index.
        positionInActivationQueue = UInt64(
            state.state.validators.enumerated().count { other, candidate in
                candidate.activationEpoch == Constant.farFutureEpoch
                    && (candidate.activationEligibilityEpoch, other) < (validator.activationEligibilityEpoch, Int(index))
            } + 1)
    }
}

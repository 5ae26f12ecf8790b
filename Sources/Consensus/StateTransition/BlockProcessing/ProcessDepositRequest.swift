package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_deposit_request` (electra beacon-chain, Deposit requests).
    package mutating func processDepositRequest(_ request: DepositRequest) throws(StateTransitionError) {
        // Set deposit request start index
        if state.depositRequestsStartIndex == Constant.unsetDepositRequestsStartIndex { state.depositRequestsStartIndex = request.index }
        try appendPendingDeposit(
            PendingDeposit(
                pubkey: request.pubkey, withdrawalCredentials: request.withdrawalCredentials, amount: request.amount,
                signature: request.signature, slot: state.slot))
    }
}

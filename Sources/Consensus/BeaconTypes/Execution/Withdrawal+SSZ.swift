public import EngineTypes
import Primitives
public import SSZ

/// `Withdrawal`: a payment from the consensus layer to an execution address (capella `beacon-chain.md`), or a trainer's reward
/// under the `pol` fork, whose validator index is `Constant.trainerRewardIndex`.
extension Withdrawal: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("index", &index)
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("address", &address)
        try visitor.visit("amount", &amount)
    }
}

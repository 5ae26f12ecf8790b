public import ServiceInterfaces
import BeaconTypes

extension BeaconNode {
    /// Names who sees the blocks that this node refuses.
    public func setWitness(_ witness: any RefusedBlockWitness) { refusedBlockWitness = witness }

    /// Shows a block that breaks a rule of the chain to the witness, which must not hold up imports.
    func showRefused(_ signed: SignedBeaconBlock, _ error: any Error) {
        guard let witness = refusedBlockWitness, case BeaconNodeError.invalidBlock = error else { return }
        Task { await witness.refused(signed) }
    }
}

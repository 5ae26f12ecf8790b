import SSZ
import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import StateTransition

extension CachedBeaconState {
    /// The validators that a request names by key and index, ascending, each once; all when it names none.
    func selection(publicKeys: [Data], indices: [UInt64]) throws(RPCError) -> [ValidatorIndex] {
        let count = UInt64(state.validators.count)
        guard !publicKeys.isEmpty || !indices.isEmpty else { return Array(0..<count) }
        var chosen: Set<ValidatorIndex> = []
        for index in indices {
            guard index < count else { throw .notFound("validator \(index) is not in the registry of \(count)") }
            chosen.insert(index)
        }
        for bytes in publicKeys {
            let key = try bytes.publicKey("public_keys")
            guard let index = validatorIndex(of: key) else { throw .notFound("no validator has the public key \(key.hex)") }
            chosen.insert(index)
        }
        return chosen.sorted()
    }

    /// The validator at an index that `selection` answered, with its balance.
    func member(_ index: ValidatorIndex) throws(RPCError) -> (validator: Validator, balance: Gwei) {
        guard let position = Int(exactly: index), position < state.validators.count, position < state.balances.count else {
            throw .notFound("validator \(index) is not in the registry of \(state.validators.count)")
        }
        return (state.validators[position], state.balances[position])
    }
}

public import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// The validator at `index`, which may come from a block.
    public func validator(_ index: ValidatorIndex) throws(StateTransitionError) -> Validator {
        state.validators[try position(index)]
    }

    /// `index` as a position in the registry.
    func position(_ index: ValidatorIndex) throws(StateTransitionError) -> Int {
        let count = state.validators.count
        guard let position = Int(exactly: index), position < count else {
            throw StateTransitionError(.indexOutOfRange, "validator \(index) of \(count)")
        }
        return position
    }

    /// Where the validator with this public key stands in the registry, or `nil`.
    public func validatorIndex(of publicKey: BLSPubkey) -> ValidatorIndex? { caches.registry[publicKey] }

    /// Entry `index % count` of a vector that is used as a ring.
    func entry<Element>(of vector: SSZVector<Element>, _ index: UInt64) throws(StateTransitionError) -> Element {
        vector[Int(try index %! UInt64(vector.count))]
    }

    /// Position `index % count` in a vector of `count` entries that is used as a ring.
    func ringPosition(_ index: UInt64, _ count: Int) throws(StateTransitionError) -> Int {
        Int(try index %! UInt64(count))
    }
}

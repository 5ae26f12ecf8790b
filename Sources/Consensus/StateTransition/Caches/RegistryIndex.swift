import BeaconTypes

/// Where each public key stands in the registry: `[v.pubkey for v in state.validators].index(pubkey)`.
struct RegistryIndex: Sendable {
    private var positions: [BLSPubkey: ValidatorIndex] = [:]

    init(_ state: BeaconState) {
        positions.reserveCapacity(state.validators.count)
        for (index, validator) in state.validators.enumerated() {
            insert(validator.pubkey, ValidatorIndex(index))
        }
    }

    /// Adds a key; the first of two equal keys keeps its place.
    mutating func insert(_ publicKey: BLSPubkey, _ index: ValidatorIndex) {
        if positions[publicKey] == nil { positions[publicKey] = index }
    }

    /// The index of the first validator with this key.
    subscript(publicKey: BLSPubkey) -> ValidatorIndex? { positions[publicKey] }
}

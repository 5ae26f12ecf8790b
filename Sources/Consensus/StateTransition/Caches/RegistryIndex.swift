import Primitives
import BeaconTypes
import SSZ

/// Where each public key stands in the registry: `[v.pubkey for v in state.validators].index(pubkey)`.
struct RegistryIndex: Sendable {
    /// A key that is hashed by sixteen of its bytes: nobody has many key pairs that agree in them.
    private struct Key: Hashable {
        let bytes: BLSPubkey

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine($0.loadUnaligned(fromByteOffset: 16, as: UInt128.self)) }
        }
    }

    private var positions: [Key: UInt32] = [:]

    init(_ state: BeaconState) {
        positions.reserveCapacity(state.validators.count)
        state.validators.forEachRun { start, run in
            for offset in run.indices { insert(run[offset].pubkey, ValidatorIndex(start + offset)) }
        }
    }

    /// Adds a key; the first of two equal keys keeps its place.
    mutating func insert(_ publicKey: BLSPubkey, _ index: ValidatorIndex) {
        // A registry of 2^32 validators would be half a terabyte.
        guard let position = UInt32(exactly: index) else { return }
        // One look-up: a new key takes the position, an old one keeps its own.
        positions[Key(bytes: publicKey), default: position] += 0
    }

    /// The index of the first validator with this key.
    subscript(publicKey: BLSPubkey) -> ValidatorIndex? { positions[Key(bytes: publicKey)].map { ValidatorIndex($0) } }
}

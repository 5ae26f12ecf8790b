public import BeaconTypes

/// Why a validator's duty was not done.
public enum ValidatorClientError: Error, Sendable, CustomStringConvertible {
    case keyNotHeld(BLSPubkey)
    case notInRegistry(ValidatorIndex)
    case protectionRefused(String)
    case protectionDatabase(String)

    public var description: String {
        switch self {
        case .keyNotHeld(let key): "no secret key for validator \(key); check GENESIS_SEED and --validators"
        case .notInRegistry(let index): "validator \(index) is none of this node's"
        case .protectionRefused(let reason): "slashing protection refused to sign: \(reason)"
        case .protectionDatabase(let reason):
            "the slashing protection database cannot be used: \(reason); nothing was signed"
        }
    }
}

public import BeaconTypes
public import Primitives
public import SlashingProtection

/// Why a validator's duty was not done.
public enum ValidatorClientError: Error, Sendable, CustomStringConvertible {
    case keyNotHeld(BLSPubkey)
    case notInRegistry(ValidatorIndex)
    /// The key exists, but must not sign now.
    case held(BLSPubkey, HoldReason)
    /// Signing this message could be slashed.
    case protectionRefused(SlashingProtectionError)
    /// The record of what was signed cannot be read or written.
    case protectionDatabase(String)
    /// The beacon node answered something else than it was asked for.
    case wrongAnswer(String)
    /// Keystores or a password that cannot be used.
    case keystores(String)
    /// A deposit or exit that cannot be made.
    case invalidRequest(String)

    public var description: String {
        switch self {
        case .keyNotHeld(let key): "no secret key for validator \(key); check GENESIS_SEED, --validators and --keystores"
        case .notInRegistry(let index): "validator \(index) is none of this node's"
        case .held(let key, let reason): "validator \(key.hex.prefix(12))… does not sign: \(reason)"
        case .protectionRefused(let reason): "slashing protection \(reason)"
        case .protectionDatabase(let reason):
            "the slashing protection database cannot be used: \(reason); nothing was signed"
        case .wrongAnswer(let what): "the beacon node's answer cannot be used: \(what); nothing was signed"
        case .keystores(let problem), .invalidRequest(let problem): problem
        }
    }
}

/// Why a key must not sign for now.
public enum HoldReason: Sendable, Hashable, CustomStringConvertible {
    /// The protection database was not yet compared with the chain.
    case notCompared
    /// Another process may be signing with the same key; watched until the end of this epoch.
    case watchingForDoppelganger(until: Epoch)
    /// The chain shows the key at work in this epoch, while this process was silent.
    case doppelganger(epoch: Epoch)
    /// The chain shows the key at work in `chain`, but the protection database ends in `recorded`.
    case databaseOlderThanChain(chain: Epoch, recorded: Epoch?)

    public var description: String {
        switch self {
        case .notCompared: "its slashing protection record was not yet compared with the chain"
        case .watchingForDoppelganger(let epoch): "doppelganger detection watches the chain until epoch \(epoch)"
        case .doppelganger(let epoch):
            "it was seen at work in epoch \(epoch) elsewhere; stop the other process that has this key, then start again"
        case .databaseOlderThanChain(let chain, let recorded):
            "the chain shows it at work in epoch \(chain), but its slashing protection record "
                + (recorded.map { "ends at epoch \($0)" } ?? "is empty")
                + "; import the newest export with 'polai slashing-protection import', or restore secrets_data/slashing_protection"
        }
    }
}

public import MessagePack
public import RSASignatures

/// Why something of Hivemind's is not taken.
public enum HivemindError: Error, Equatable, Sendable, CustomStringConvertible {
    case messagePack(MessagePackError)
    case malformed(String)
    case tooMany(String, limit: Int)
    /// A subkey that Python could not use as a dictionary's key.
    case unhashableSubkey
    case subkeyTooLong(limit: Int)
    /// More than one owner is named.
    case severalOwners
    case ownerKey(RSAKeyError)
    /// An owner is named, and the value has not exactly one signature.
    case unsigned
    case badSignature
    /// What the other side said went wrong there.
    case remote(String)

    public var description: String {
        switch self {
        case .messagePack(let error): "\(error)"
        case .malformed(let what): "malformed: \(what)"
        case .tooMany(let what, let limit): "more than \(limit) \(what)"
        case .unhashableSubkey: "a subkey is an array, a map or null, or holds one"
        case .subkeyTooLong(let limit): "a subkey is longer than \(limit) bytes"
        case .severalOwners: "key and subkey name more than one owner"
        case .ownerKey(let error): "the owner's key: \(error)"
        case .unsigned: "the record has an owner and not exactly one signature"
        case .badSignature: "the owner's signature does not verify"
        case .remote(let message): "the peer answered with an error: \(message)"
        }
    }
}

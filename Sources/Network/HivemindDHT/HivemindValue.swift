public import HivemindWire

/// What lies under a key: one value, or a dictionary of values that several peers wrote.
public enum HivemindValue: Equatable, Sendable {
    /// MessagePack, and behind it the owner's signature where the record has an owner.
    case value([UInt8], expiration: Double)
    case dictionary(ExpiringDictionary)

    /// When the last of it expires.
    public var expiration: Double {
        switch self {
        case .value(_, let expiration): expiration
        case .dictionary(let dictionary): dictionary.latestExpiration
        }
    }

    /// Takes in what another member has: of two values the one that expires later, of two dictionaries all entries.
    mutating func merge(_ other: HivemindValue) {
        if case .dictionary(var own) = self, case .dictionary(let theirs) = other {
            own.merge(theirs)
            self = .dictionary(own)
        } else if other.expiration > expiration {
            self = other
        }
    }
}

extension ExpiringDictionary {
    /// Entries of several members' dictionaries together: whoever answers first crowds out no other.
    static let maximumMerged = 32 * maximumEntries

    mutating func merge(_ other: ExpiringDictionary, limit: Int = maximumMerged) {
        var places = Dictionary(entries.indices.map { (entries[$0].subkey, $0) }) { first, _ in first }
        for entry in other.entries {
            if let place = places[entry.subkey] {
                if entry.expiration > entries[place].expiration { entries[place] = entry }
            } else if entries.count < limit {
                places[entry.subkey] = entries.count
                entries.append(entry)
            }
        }
    }

    /// The value under a subkey.
    public subscript(subkey: Subkey) -> [UInt8]? { entries.last { $0.subkey == subkey }?.value }
}

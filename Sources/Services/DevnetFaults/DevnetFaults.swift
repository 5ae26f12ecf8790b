public import BeaconTypes

/// What some validators of a development chain are told to do wrong, so that everybody can watch the protocol bear it.
///
/// A fault never goes around the slashing protection of an honest validator: only validators named here misbehave.
public struct DevnetFaults: Sendable, Equatable {
    /// They sign no ACKs, as members who cannot fetch an update.
    public var silent: Set<ValidatorIndex> = []
    /// They vote INVALID on every update.
    public var invalid: Set<ValidatorIndex> = []
    /// They sign VALID and INVALID on the same update and announce both.
    public var contradicting: Set<ValidatorIndex> = []
    /// They sign what the others sign without running the gate: they do not know the losses behind it.
    public var copying: Set<ValidatorIndex> = []
    /// For each, the first block proposed at or after that slot claims an update under a certificate that nobody signed.
    public var forgingSlots: [Slot] = []

    public init() {}

    /// Whether nobody misbehaves.
    public var isEmpty: Bool { self == DevnetFaults() }

    /// Whether somebody's ACKs are not what they should be.
    public var concernsVotes: Bool { !roles.allSatisfy { $0.indices.isEmpty } }

    /// Demands that every validator named exists and has one role.
    public func validate(validators count: Int) throws(DevnetFaultError) {
        for (role, indices) in roles {
            if let index = indices.sorted().first(where: { $0 >= UInt64(count) }) {
                throw .unknownValidator(index, role: role, count: count)
            }
        }
        var named: Set<ValidatorIndex> = []
        var twice: Set<ValidatorIndex> = []
        for (_, indices) in roles {
            twice.formUnion(named.intersection(indices))
            named.formUnion(indices)
        }
        if let index = twice.min() { throw .twoRoles(index) }
    }

    private var roles: [(role: String, indices: Set<ValidatorIndex>)] {
        [("silent", silent), ("INVALID-voting", invalid), ("contradicting", contradicting), ("copying", copying)]
    }
}

extension DevnetFaults: CustomStringConvertible {
    /// What is wrong on purpose, for the log: `validators 3, 4 stay silent; …`.
    public var description: String {
        var parts: [String] = []
        let deeds = [
            (silent, "stay silent"), (invalid, "vote INVALID"), (contradicting, "contradict themselves"), (copying, "copy votes"),
        ]
        for (indices, deed) in deeds
        where !indices.isEmpty {
            parts.append("validators \(indices.sorted().map { "\($0)" }.joined(separator: ", ")) \(deed)")
        }
        if !forgingSlots.isEmpty {
            parts.append("certificates are forged from slots \(forgingSlots.sorted().map { "\($0)" }.joined(separator: ", ")) on")
        }
        return parts.isEmpty ? "none" : parts.joined(separator: "; ")
    }
}

/// Why a set of faults makes no sense.
public enum DevnetFaultError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownValidator(ValidatorIndex, role: String, count: Int)
    case twoRoles(ValidatorIndex)

    public var description: String {
        switch self {
        case .unknownValidator(let index, let role, let count):
            "the \(role) validator \(index) does not exist; this node has validators 0 to \(count - 1)"
        case .twoRoles(let index): "validator \(index) is told to misbehave in two ways; name it once"
        }
    }
}

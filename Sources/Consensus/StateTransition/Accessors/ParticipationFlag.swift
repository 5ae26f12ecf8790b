import BeaconTypes

/// Participation flags (altair beacon-chain, Constants). The raw value is the flag's index.
package enum ParticipationFlag: UInt8, CaseIterable, Sendable {
    case timelySource = 0
    case timelyTarget = 1
    case timelyHead = 2

    /// The flag's bit.
    var mask: UInt8 { 1 << rawValue }

    /// PARTICIPATION_FLAG_WEIGHTS.
    package var weight: UInt64 {
        switch self {
        case .timelySource: Constant.timelySourceWeight
        case .timelyTarget: Constant.timelyTargetWeight
        case .timelyHead: Constant.timelyHeadWeight
        }
    }

    /// `has_flag` (altair beacon-chain, Misc).
    package func isSet(in flags: UInt8) -> Bool { flags & mask != 0 }
}

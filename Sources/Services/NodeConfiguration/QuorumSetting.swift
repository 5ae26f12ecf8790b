/// `AI_QUORUM`: how many ACKs an update needs. Committed in genesis, so every node of a chain has the same.
public enum QuorumSetting: Sendable, Equatable, CustomStringConvertible {
    /// `max(1, ceil(committee / 2))`, growing with the committee.
    case auto
    /// A fixed number, never more than the committee can give.
    case fixed(UInt64)

    /// Why a setting was refused.
    public struct InvalidSetting: Error, Equatable, Sendable, CustomStringConvertible {
        public let text: String
        public var description: String { "AI_QUORUM is '\(text)'; it is 'auto' or a number from 1 to 2048" }
    }

    public init(parsing text: String) throws(InvalidSetting) {
        if text.isEmpty || text.lowercased() == "auto" {
            self = .auto
        } else if let value = UInt64(text), (1...2048).contains(value) {
            self = .fixed(value)
        } else {
            throw InvalidSetting(text: text)
        }
    }

    /// The value of `learning.ai_quorum` in the genesis state: 0 means auto.
    public var genesisValue: UInt64 {
        switch self {
        case .auto: 0
        case .fixed(let value): value
        }
    }

    public init(genesisValue: UInt64) {
        self = genesisValue == 0 ? .auto : .fixed(genesisValue)
    }

    public var description: String {
        switch self {
        case .auto: "auto"
        case .fixed(let value): String(value)
        }
    }
}

import Primitives

/// Why a chain configuration cannot be read.
public enum ChainConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    case notALine(Int, String)
    case unknownName(String)
    case notANumber(name: String, value: String)
    /// A value with which no chain runs.
    case outOfRange(name: String, value: UInt64, allowed: ClosedRange<UInt64>)
    case fixed(name: String, value: String, expected: String)

    public var description: String {
        switch self {
        case .notALine(let number, let line): "line \(number) is '\(line.prefix(60))'; a chain configuration has lines 'NAME: value'"
        case .unknownName(let name): "'\(name)' is no name of the chain configuration; see /eth/v1/config/spec for those in use"
        case .notANumber(let name, let value): "\(name) is '\(value)'; it is a number"
        case .outOfRange(let name, let value, let allowed): "\(name) is \(value); it is from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .fixed(let name, let value, let expected): "\(name) is '\(value)'; this chain has \(expected), and it cannot be changed"
        }
    }
}

extension ChainConfig {
    /// The values that a configuration file may change: those that the state transition and the fork choice read at run
    /// time and that a chain of its own may choose.
    package static let adjustable: [String: any WritableKeyPath<ChainConfig, UInt64> & Sendable] = [
        "CHURN_LIMIT_QUOTIENT": \.churnLimitQuotient,
        "CONFIRMATION_BYZANTINE_THRESHOLD": \.confirmationByzantineThreshold,
        "EJECTION_BALANCE": \.ejectionBalance,
        "INACTIVITY_SCORE_BIAS": \.inactivityScoreBias,
        "INACTIVITY_SCORE_RECOVERY_RATE": \.inactivityScoreRecoveryRate,
        "MAX_PER_EPOCH_ACTIVATION_EXIT_CHURN_LIMIT": \.maxPerEpochActivationExitChurnLimit,
        "MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA": \.minPerEpochChurnLimitElectra,
        "MIN_VALIDATOR_WITHDRAWABILITY_DELAY": \.minValidatorWithdrawabilityDelay,
        "PROPOSER_REORG_CUTOFF_BPS": \.proposerReorgCutoffBps,
        "PROPOSER_SCORE_BOOST": \.proposerScoreBoost,
        "REORG_HEAD_WEIGHT_THRESHOLD": \.reorgHeadWeightThreshold,
        "REORG_MAX_EPOCHS_SINCE_FINALIZATION": \.reorgMaxEpochsSinceFinalization,
        "REORG_PARENT_WEIGHT_THRESHOLD": \.reorgParentWeightThreshold,
        "SHARD_COMMITTEE_PERIOD": \.shardCommitteePeriod,
    ]

    /// What the rules divide by is not zero, and a part of a slot is no more than the slot.
    private static let ranges: [String: ClosedRange<UInt64>] = [
        "CHURN_LIMIT_QUOTIENT": 1...UInt64.max, "INACTIVITY_SCORE_BIAS": 1...UInt64.max, "PROPOSER_REORG_CUTOFF_BPS": 0...10_000,
    ]

    /// This configuration with the values of a file in the official form: lines `NAME: value` with comments behind `#`.
    ///
    /// Names that a chain may choose are taken; every other known name must have the value that it has here, so that a file
    /// written for another chain is not taken for this one's.
    public func reading(_ text: String) throws(ChainConfigError) -> ChainConfig {
        var result = self
        let known = Dictionary(namedValues.map { ($0.name, $0.value) }) { first, _ in first }
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmed
            guard !content.isEmpty, content != "---" else { continue }
            guard let colon = content.firstIndex(of: ":") else { throw .notALine(number + 1, String(content)) }
            let name = String(content[..<colon].trimmed)
            let value = String(content[content.index(after: colon)...].trimmed.unquoted)
            if let path = Self.adjustable[name] {
                guard let parsed = UInt64(value) else { throw .notANumber(name: name, value: value) }
                if let allowed = Self.ranges[name], !allowed.contains(parsed) {
                    throw .outOfRange(name: name, value: parsed, allowed: allowed)
                }
                result[keyPath: path] = parsed
            } else {
                guard let expected = known[name] else { throw .unknownName(name) }
                guard expected.lowercased() == value.lowercased() else { throw .fixed(name: name, value: value, expected: expected) }
            }
        }
        return result
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }

    /// Without the quotes around it.
    fileprivate var unquoted: Substring {
        guard count >= 2, let first, first == last, first == "'" || first == "\"" else { return self }
        return dropFirst().dropLast()
    }
}

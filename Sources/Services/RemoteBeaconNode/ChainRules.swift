import BeaconTypes
import JSON
import Primitives

/// Reads the rules of a node's chain from `/eth/v1/config/spec`: one of the presets that this program knows, with the
/// configuration values that a validator uses.
enum ChainRules {
    static func spec(_ answer: AnswerFields) throws(RemoteBeaconNodeError) -> BeaconSpec {
        let fields = try answer.data
        let base = try fields.text("PRESET_BASE")
        var (preset, config, fork): (Preset, ChainConfig, ForkName)
        switch base {
        case "mainnet": (preset, config, fork) = (.mainnet, .mainnet, .electra)
        case "minimal": (preset, config, fork) = (.minimal, .minimal, .electra)
        case "pol": (preset, config, fork) = (.pol, .pol, .pol)
        default: throw .otherRules("its preset is '\(base)'; mainnet, minimal and pol are known")
        }
        for (name, value) in preset.namedValues {
            guard let text = fields.value[name] else { continue }
            guard AnswerFields.number(text) == value else { throw .otherRules("\(name) is \(text), not \(value)") }
        }
        config.configName = fields.value["CONFIG_NAME"]?.string ?? base
        if fields.value["SLOT_DURATION_MS"] != nil {
            config.slotDurationMs = try fields.number("SLOT_DURATION_MS")
        } else {
            let (milliseconds, overflow) = try fields.number("SECONDS_PER_SLOT").multipliedReportingOverflow(by: 1000)
            guard !overflow else { throw fields.malformed("SECONDS_PER_SLOT is too large") }
            config.slotDurationMs = milliseconds
        }
        guard (1...86_400_000).contains(config.slotDurationMs) else { throw fields.malformed("slots of \(config.slotDurationMs) ms") }
        try readDueTimes(fields, &config)
        for (name, field) in versions {
            guard let text = fields.value[name]?.string else { continue }
            guard let version = try? Version(hex: text) else { throw fields.malformed("\(name) should be 4 bytes of hexadecimal") }
            config[keyPath: field] = version
        }
        return BeaconSpec(preset: preset, config: config, fork: fork)
    }

    /// When duties are due. A node that does not tell has the specification's times.
    private static func readDueTimes(_ fields: AnswerFields, _ config: inout ChainConfig) throws(RemoteBeaconNodeError) {
        let times: [(String, WritableKeyPath<ChainConfig, UInt64>)] = [
            ("ATTESTATION_DUE_BPS", \.attestationDueBps), ("AGGREGATE_DUE_BPS", \.aggregateDueBps),
            ("SYNC_MESSAGE_DUE_BPS", \.syncMessageDueBps), ("CONTRIBUTION_DUE_BPS", \.contributionDueBps),
        ]
        for (name, field) in times where fields.value[name] != nil {
            let value = try fields.number(name)
            guard value <= 10_000 else { throw fields.malformed("\(name) is \(value), more than a slot") }
            config[keyPath: field] = value
        }
    }

    private static var versions: [(String, WritableKeyPath<ChainConfig, Version>)] {
        [
            ("GENESIS_FORK_VERSION", \.genesisForkVersion), ("ALTAIR_FORK_VERSION", \.altairForkVersion),
            ("BELLATRIX_FORK_VERSION", \.bellatrixForkVersion), ("CAPELLA_FORK_VERSION", \.capellaForkVersion),
            ("DENEB_FORK_VERSION", \.denebForkVersion), ("ELECTRA_FORK_VERSION", \.electraForkVersion),
        ]
    }

    /// The forks of `/eth/v1/config/fork_schedule`, oldest first.
    static func forks(_ answer: AnswerFields) throws(RemoteBeaconNodeError) -> [Fork] {
        var forks: [Fork] = []
        for fields in try answer.data.list() { forks.append(try fields.container(Fork.self, .mainnet)) }
        guard !forks.isEmpty else { throw answer.malformed("no fork is scheduled") }
        return forks.sorted { $0.epoch < $1.epoch }
    }
}

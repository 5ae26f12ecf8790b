import BeaconTypes
import ForkChoice
import FuzzDriver
import JSON
import NodeConfiguration
import Primitives
import SSZ
@testable import SlashingProtection
import StateTransition

extension FuzzTarget {
    /// The first byte chooses the EIP-3076 interchange format or the database's own.
    static let interchange = FuzzTarget(
        "interchange", "slashing protection histories, EIP-3076 and our own bytes",
        words: Words.json + ["metadata", "data", "pubkey", "signed_blocks", "signed_attestations", "source_epoch", "signing_root"]
    ) { _ in
        var history = ValidatorHistory()
        history.merge(
            blocks: [SignedBlockRecord(slot: 5, signingRoot: .zero)],
            attestations: [SignedAttestationRecord(sourceEpoch: 1, targetEpoch: 2, signingRoot: nil)])
        var all = ProtectionHistory(genesisValidatorsRoot: .zero)
        all.validators[Bytes48()] = history
        return Prepared(seeds: [[0] + all.interchange, [1] + history.bytes]) { bytes in
            var input = FuzzInput(bytes)
            if input.flag() {
                var history = try ValidatorHistory(bytes: input.rest())
                promise((try? ValidatorHistory(bytes: history.bytes)) == history, "a history changes in its bytes")
                history.minimize()
                return
            }
            var history = try ProtectionHistory(interchange: input.rest())
            let again = try? ProtectionHistory(interchange: history.interchange)
            promise(again.map { $0.interchange == history.interchange } ?? false, "a history changes in the interchange format")
            for records in history.validators.values {
                _ = try? records.check(SignedBlockRecord(slot: .max, signingRoot: nil))
                _ = try? records.check(SignedAttestationRecord(sourceEpoch: 0, targetEpoch: .max, signingRoot: nil))
            }
            history.minimize()
        }
    }

    static let environment = FuzzTarget(
        "env", ".env files, the ports and the quorum in them", words: ["export ", "=", "#", "\"", "'", "\r\n", "AI_QUORUM", "DHT_PORT"]
    ) { _ in
        let text = "# ports\nexport DHT_PORT=13337\r\nAI_QUORUM = 'auto' # comment\nGENESIS_HOST=\"local host\"\n"
        return Prepared(seeds: [Array(text.utf8)]) { bytes in
            let file = try EnvironmentFile(parsing: bytes)
            if let quorum = file["AI_QUORUM"] { _ = try QuorumSetting(parsing: quorum) }
            try Ports(file).validate()
        }
    }

    /// A chain that was read must also run: a zero that something divides by is found here.
    static let chainConfiguration = FuzzTarget(
        "chain-config", "chain configuration files, and a few slots of their chains", maximumLength: 1024,
        words: [
            "CHURN_LIMIT_QUOTIENT: ", "PROPOSER_SCORE_BOOST: ", "INACTIVITY_SCORE_BIAS: ", "EJECTION_BALANCE: ", "18446744073709551615",
        ]
    ) { vectors in
        let names = [
            "CHURN_LIMIT_QUOTIENT", "EJECTION_BALANCE", "INACTIVITY_SCORE_BIAS", "INACTIVITY_SCORE_RECOVERY_RATE",
            "MAX_PER_EPOCH_ACTIVATION_EXIT_CHURN_LIMIT", "MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA", "MIN_VALIDATOR_WITHDRAWABILITY_DELAY",
            "PROPOSER_REORG_CUTOFF_BPS", "PROPOSER_SCORE_BOOST", "REORG_HEAD_WEIGHT_THRESHOLD", "REORG_MAX_EPOCHS_SINCE_FINALIZATION",
            "REORG_PARENT_WEIGHT_THRESHOLD", "SHARD_COMMITTEE_PERIOD", "CONFIRMATION_BYZANTINE_THRESHOLD",
        ]
        let texts = names.flatMap { ["\($0): 1\n", "\($0): 0 # none\n", "\($0): 18446744073709551615\n"] } + ["CONFIG_NAME: 'pol'\n"]
        let genesis = try PolSteps(vectors, "n2").genesis.state
        return Prepared(seeds: texts.map { Array($0.utf8) }) { bytes in
            let config = try ChainConfig.pol.reading(String(decoding: bytes, as: UTF8.self))
            var state = CachedBeaconState(genesis, spec: BeaconSpec(preset: .pol, config: config, fork: .pol))
            var store = ForkChoice(anchorRoot: state.state.latestBlockHeader.hashTreeRoot(state.spec), anchorState: state)
            store.onTick(timeMs: state.state.genesisTime * 1000 + 70_000)
            _ = try store.getProposerHead(try store.getHead(), slot: 6, headCommittee: [0])
            try state.processSlots(to: 6)
            _ = try state.computeWeakSubjectivityPeriod()
        }
    }
}

import BeaconTypes
import Testing

/// Chain configuration files in the official form.
@Suite struct ChainConfigReadingTests {
    @Test func takesWhatAChainMayChoose() throws {
        let config = try ChainConfig.pol.reading(
            """
            # A test network
            PRESET_BASE: 'pol'   # as it is

            SHARD_COMMITTEE_PERIOD: 64
            EJECTION_BALANCE: "17000000000"
            PROPOSER_SCORE_BOOST:20
            """)
        #expect(config.shardCommitteePeriod == 64)
        #expect(config.ejectionBalance == 17_000_000_000)
        #expect(config.proposerScoreBoost == 20)
        var expected = ChainConfig.pol
        expected.shardCommitteePeriod = 64
        expected.ejectionBalance = 17_000_000_000
        expected.proposerScoreBoost = 20
        #expect(config.namedValues.map(\.value) == expected.namedValues.map(\.value))
    }

    /// What the node says of itself it also reads.
    @Test func readsItsOwnValues() throws {
        for config in [ChainConfig.pol, .minimal, .mainnet] {
            let text = config.namedValues.map { "\($0.name): \($0.value)" }.joined(separator: "\r\n")
            #expect(try config.reading(text).namedValues.map(\.value) == config.namedValues.map(\.value))
        }
    }

    @Test func badInput() {
        func error(_ text: String) -> ChainConfigError? {
            do {
                _ = try ChainConfig.pol.reading(text)
                return nil
            } catch { return error }
        }
        #expect(error("SHARD_COMMITTEE_PERIOD") == .notALine(1, "SHARD_COMMITTEE_PERIOD"))
        #expect(error("\nSHARD_COMITEE_PERIOD: 1") == .unknownName("SHARD_COMITEE_PERIOD"))
        #expect(error("SHARD_COMMITTEE_PERIOD: -1") == .notANumber(name: "SHARD_COMMITTEE_PERIOD", value: "-1"))
        #expect(error("SHARD_COMMITTEE_PERIOD:") == .notANumber(name: "SHARD_COMMITTEE_PERIOD", value: ""))
        #expect(error("SLOT_DURATION_MS: 1") == .fixed(name: "SLOT_DURATION_MS", value: "1", expected: "12000"))
        #expect(error("DEPOSIT_CHAIN_ID: 99999999") != nil)
        // Each of these would stop the chain that was read.
        for name in ["CHURN_LIMIT_QUOTIENT", "INACTIVITY_SCORE_BIAS"] {
            #expect(error("\(name): 0") == .outOfRange(name: name, value: 0, allowed: 1...UInt64.max))
            #expect(error("\(name): 1") == nil)
        }
        #expect(
            error("PROPOSER_REORG_CUTOFF_BPS: 18446744073709551615")
                == .outOfRange(name: "PROPOSER_REORG_CUTOFF_BPS", value: .max, allowed: 0...10_000))
        #expect(error("CONFIG_NAME: mainnet") != nil)
    }
}

import BLS
import BeaconTypes
import JSON
import Keys
import Primitives
import StateTransition
import Testing
import ValidatorClient

@Suite struct DepositTests {
    private let address = Address((1...20).map { UInt8($0) }) ?? .zero

    private func order(amount: Gwei = 32_000_000_000, isCompounding: Bool = false) throws -> DepositOrder {
        try DepositOrder(
            amount: amount, withdrawalAddress: address, isCompounding: isCompounding, forkVersion: ChainConfig.pol.genesisForkVersion,
            networkName: "pol")
    }

    @Test func theChainAcceptsTheSignature() throws {
        let key = GenesisSeed.sample.signingKey(validator: 7)
        let order = try order()
        let data = order.data(for: key)
        #expect(data.pubkey == key.publicKey.bytes && data.amount == 32_000_000_000)
        #expect(data.withdrawalCredentials.hex == "0x0100000000000000000000000102030405060708090a0b0c0d0e0f1011121314")
        let message = DepositMessage(pubkey: data.pubkey, withdrawalCredentials: data.withdrawalCredentials, amount: data.amount)
        let root = computeSigningRoot(message, computeDomain(Constant.domainDeposit, ChainConfig.pol.genesisForkVersion, .zero), .pol)
        #expect(BLS.verify(publicKey: data.pubkey, message: root, signature: data.signature))
        #expect(try self.order(isCompounding: true).withdrawalCredentials.bytes[0] == 2)
    }

    /// The answers of `ethstaker-deposit` 1.3.1 and py_ecc for this key, address and fork version.
    @Test func agreesWithAnIndependentImplementation() throws {
        let entry = try order().entry(for: GenesisSeed.sample.signingKey(validator: 7), version: "0.1.0")
        #expect(
            entry["pubkey"]
                == "8a147bd4dfa61a4511dda708f0391927d7b7fc40de6b9a87bb82eb2127efa972f743742c5516529073525c0cc9cc639c")
        #expect(entry["deposit_message_root"] == "f2b6899ec0e14fbeb33ddf72994e0a00b45d332ad23f93a474b12190ac3bba40")
        #expect(entry["deposit_data_root"] == "92b6c21a4499358236ee28f55fe83f7083f9f57cdccfbaa11e63de6dfea1b65f")
        #expect(
            entry["signature"]?.string?.hasPrefix("a6162a2890eac09cb5de541e1cd8ccb2b45cd651b07202984167c2a7f67fa51fe2a3047c63daae37")
                == true)
    }

    @Test func writesTheFieldsThatDepositToolsRead() throws {
        let entry = try order().entry(for: GenesisSeed.sample.signingKey(validator: 7), version: "0.1.0")
        #expect(
            entry.object?.map(\.name) == [
                "pubkey", "withdrawal_credentials", "amount", "signature", "deposit_message_root", "deposit_data_root", "fork_version",
                "network_name", "deposit_cli_version",
            ])
        #expect(entry["amount"]?.uint64 == 32_000_000_000)
        #expect(entry["fork_version"] == "00000001" && entry["network_name"] == "pol")
        #expect(entry["deposit_data_root"]?.string?.count == 64)
    }

    @Test(arguments: [0, 999_999_999, 2_048_000_000_001] as [Gwei])
    func refusesAmountsThatTheContractOrTheChainRefuses(amount: Gwei) {
        #expect(throws: ValidatorClientError.self) { try order(amount: amount) }
    }

    @Test func refusesTheZeroAddress() {
        #expect(throws: ValidatorClientError.self) {
            try DepositOrder(
                amount: 32_000_000_000, withdrawalAddress: .zero, isCompounding: false, forkVersion: Version(), networkName: "pol")
        }
    }

    @Test func exitsAreSignedUnderCapella() {
        let key = GenesisSeed.sample.signingKey(validator: 7)
        let config = ChainConfig.pol
        let exit = VoluntaryExit(epoch: 9, validatorIndex: 7).signed(
            by: key, capellaForkVersion: config.capellaForkVersion, genesisValidatorsRoot: testChain)
        let domain = computeDomain(Constant.domainVoluntaryExit, config.capellaForkVersion, testChain)
        #expect(
            BLS.verify(
                publicKey: key.publicKey.bytes, message: computeSigningRoot(exit.message, domain, .pol), signature: exit.signature))
    }
}

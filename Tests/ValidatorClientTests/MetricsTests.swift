import BLS
import BeaconTypes
import KeyValueStore
import Primitives
import ServiceInterfaces
import Testing

@testable import ValidatorClient

/// What an operator's dashboard reads of each validator, under Prysm's names.
@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    private func values(_ test: TestClient, of index: Int) async -> [String: Double] {
        let label = ["pubkey": test.keys[index].publicKey.bytes.hex]
        return Dictionary(await test.client.metrics().filter { $0.labels == label }.map { ($0.name, $0.value) }) { first, _ in first }
    }

    @Test func countsWhatEachValidatorDoes() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let votes = await test.client.attest(at: 10)
        await test.client.aggregate(votes, at: 10)
        await test.client.propose(try #require(await test.node.proposerDuties(epoch: 10).first), test.node)
        let first = await values(test, of: 0)
        #expect(first["validator_successful_attestations"] == 1 && first["validator_failed_attestations"] == 0)
        #expect(first["validator_last_attested_slot"] == 10 && first["validator_next_attestation_slot"] == 10)
        #expect(first["validator_successful_aggregations"] == 1 && first["validator_successful_proposals"] == 1)
        let second = await values(test, of: 1)
        #expect(second["validator_successful_attestations"] == 1 && second["validator_successful_proposals"] == 0)
        #expect(await test.client.metrics().first { $0.name == "validator_keys" }?.value == 2)

        // The same vote once more is refused by the protection, data of another slot by the client.
        await test.node.set { $0.source = Checkpoint(epoch: 4, root: root(31)) }
        _ = await test.client.attest(at: 10)
        #expect(await values(test, of: 0)["validator_failed_attestations"] == 1)
        await test.node.set { $0.answersWrongSlot = true }
        _ = await test.client.attest(at: 11)
        let failed = await values(test, of: 1)
        #expect(failed["validator_failed_attestations"] == 2 && failed["validator_successful_attestations"] == 1)
        #expect(failed["validator_last_attested_slot"] == 10 && failed["validator_next_attestation_slot"] == 11)
        test.store.close()
    }

    @Test func showsHowEachValidatorStands() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, validators: 3, in: scratch)
        await test.node.set {
            $0.standingsAnswer = [
                0: ValidatorStanding(
                    status: .active, balance: 32_500_000_000, inactivityScore: 4,
                    previousEpochVotes: .init(source: true, target: true, head: false)),
                1: ValidatorStanding(status: .slashing, balance: 31_000_000_000),
            ]
        }
        let first = await values(test, of: 0)
        #expect(first["validator_statuses"] == 3 && first["validator_balance"] == 32.5 && first["validator_inactivity_score"] == 4)
        #expect(first["validator_correctly_voted_target"] == 1 && first["validator_correctly_voted_head"] == 0)
        let second = await values(test, of: 1)
        #expect(second["validator_statuses"] == 5 && second["validator_inactivity_score"] == nil)
        #expect(second["validator_correctly_voted_head"] == nil)
        // A key that the registry does not have is unknown, not absent.
        #expect(await values(test, of: 2)["validator_statuses"] == 0)
        // Without an answer nothing is claimed.
        await test.node.set { $0.standingsAnswer = nil }
        let silent = await values(test, of: 0)
        #expect(silent["validator_statuses"] == nil && silent["validator_balance"] == nil)
        #expect(silent["validator_successful_attestations"] == 0)
        let samples = await test.client.metrics()
        #expect(Set(samples.map { "\($0.name)\($0.labels)" }).count == samples.count)
        test.store.close()
    }
}

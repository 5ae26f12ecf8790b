import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addRewardRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        let rewards = "/eth/v1/beacon/rewards"
        routes.get("\(rewards)/blocks/:block_id") { _, context in
            let block = try await block(context)
            guard let rewards = try await services.blockRewards(.root(block.root)) else {
                throw DoorError.notFound("Block or required state not found: \(block.root)")
            }
            return Response.chainData(
                [
                    "proposer_index": .string(String(rewards.proposerIndex)), "total": .string(String(rewards.total)),
                    "attestations": .string(String(rewards.attestations)), "sync_aggregate": .string(String(rewards.syncAggregate)),
                    "proposer_slashings": .string(String(rewards.proposerSlashings)),
                    "attester_slashings": .string(String(rewards.attesterSlashings)),
                ], block.marks)
        }
        routes.post("\(rewards)/sync_committee/:block_id") { request, context in
            let filter = try ValidatorFilter(ids: try await request.optionalStrings(), statuses: [])
            let block = try await block(context)
            guard let rewards = try await services.syncCommitteeRewards(.root(block.root)),
                let state = try await chain.state(.root(block.root))
            else { throw DoorError.notFound("Block or required state not found: \(block.root)") }
            let chosen = rewards.filter { accepts(filter, $0.validatorIndex, state.state) }
            return Response.chainData(
                .array(
                    chosen.map { ["validator_index": .string(String($0.validatorIndex)), "reward": .string(String($0.reward))] }),
                block.marks)
        }
        routes.post("\(rewards)/attestations/:epoch") { request, context in
            let filter = try ValidatorFilter(ids: try await request.optionalStrings(), statuses: [])
            let epoch = try context.number("epoch")
            guard let rewards = try await services.attestationRewards(epoch: epoch), let state = try await chain.state(.head) else {
                throw DoorError.notFound("Epoch not known or required data not available: \(epoch)")
            }
            let ideal = rewards.ideal.map {
                JSONValue.object([.init("effective_balance", .string(String($0.effectiveBalance)))] + members($0.amounts))
            }
            let total = rewards.total.filter { accepts(filter, $0.validatorIndex, state.state) }.map {
                JSONValue.object([.init("validator_index", .string(String($0.validatorIndex)))] + members($0.amounts))
            }
            return Response.chainData(
                ["ideal_rewards": .array(ideal), "total_rewards": .array(total)],
                AnswerMarks(isOptimistic: state.isOptimistic, isFinalized: rewards.isFinalized))
        }
    }

    private func accepts(_ filter: ValidatorFilter, _ index: ValidatorIndex, _ state: BeaconState) -> Bool {
        index < UInt64(state.validators.count) && filter.accepts(index, state.validators[Int(index)])
    }

    private func members(_ amounts: AttestationRewards.Amounts) -> [JSONValue.Member] {
        [
            .init("head", .string(String(amounts.head))), .init("target", .string(String(amounts.target))),
            .init("source", .string(String(amounts.source))), .init("inactivity", .string(String(amounts.inactivity))),
        ]
    }
}

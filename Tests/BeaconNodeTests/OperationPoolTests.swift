import AckQuorum
import BLS
import BeaconNode
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import Testing

@Suite("Operations wait for a block and enter it")
struct OperationPoolTests {
    /// The message with which `submit` refuses, `nil` when it does not.
    private func refusal(_ submit: () async throws -> Void) async throws -> String? {
        do {
            try await submit()
            return nil
        } catch let refused as SubmissionRefused {
            #expect(refused.failures.map(\.index) == [0])
            return refused.description
        }
    }

    @Test("A voluntary exit: refused while too young or badly signed, then pooled once and included")
    func voluntaryExit() async throws {
        try await OperationChain.with(exitableAt: 2) { chain in
            let exit = try await chain.exit(3)
            #expect(try await refusal { try await chain.node.submit(exit) }?.contains("exit before the shard committee period") == true)
            try await chain.extend(to: 1)
            var forged = exit
            forged.message.validatorIndex = 2
            #expect(try await refusal { try await chain.node.submit(forged) }?.contains("exit signature") == true)
            forged.message.validatorIndex = 77
            #expect(try await refusal { try await chain.node.submit(forged) } != nil)
            try await chain.node.submit(exit)
            try await chain.node.submit(exit)
            #expect(await chain.node.pooledVoluntaryExits() == [exit])
            let block = try await chain.extend(to: 2)
            #expect(block.message.body.voluntaryExits == [exit])
            #expect(try await chain.head().validators[3].exitEpoch != Constant.farFutureEpoch)
            // Included once: the next block leaves it.
            #expect(try await chain.extend(to: 3).message.body.voluntaryExits.isEmpty)
        }
    }

    @Test("A proposer slashing slashes; a second one for the same proposer is refused by its rule")
    func proposerSlashing() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            let slashing = try await chain.proposerSlashing(2)
            var same = slashing
            same.signedHeader2 = same.signedHeader1
            #expect(try await refusal { try await chain.node.submit(same) }?.contains("headers equal") == true)
            try await chain.node.submit(slashing)
            let block = try await chain.extend(to: 2)
            #expect(block.message.body.proposerSlashings == [slashing])
            #expect(try await chain.head().validators[2].slashed)
        }
    }

    @Test("Attester slashings enter one a block, as Electra limits them")
    func attesterSlashings() async throws {
        try await OperationChain.with(validators: 8) { chain in
            try await chain.extend(to: 1)
            let slashings = [try await chain.attesterSlashing(1), try await chain.attesterSlashing(5)]
            for slashing in slashings { try await chain.node.submit(slashing) }
            #expect(await chain.node.pooledAttesterSlashings() == slashings)
            #expect(try await chain.extend(to: 2).message.body.attesterSlashings == [slashings[0]])
            #expect(try await chain.extend(to: 3).message.body.attesterSlashings == [slashings[1]])
            let state = try await chain.head()
            #expect(state.validators.map(\.slashed).enumerated().filter(\.element).map(\.offset) == [1, 5])
            let again = try await chain.attesterSlashing(1)
            #expect(
                try await refusal {
                    try await chain.node.submit(AttesterSlashing(attestation1: again.attestation2, attestation2: again.attestation1))
                }?
                .contains("slashes nobody") == true)
        }
    }

    @Test("Of two operations in conflict the block takes the first")
    func conflict() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            try await chain.node.submit(try await chain.exit(2))
            try await chain.node.submit(try await chain.proposerSlashing(2))
            let body = try await chain.extend(to: 2).message.body
            #expect(body.proposerSlashings.count == 1 && body.voluntaryExits.isEmpty)
        }
    }

    @Test("A change of BLS credentials")
    func credentialsChange() async throws {
        try await OperationChain.with { chain in
            let address = try #require(ExecutionAddress([UInt8](repeating: 0xab, count: 20)))
            let message = BLSToExecutionChange(validatorIndex: 1, fromBlsPubkey: chain.keys[1].publicKey.bytes, toExecutionAddress: address)
            let domain = computeDomain(
                Constant.domainBlsToExecutionChange, chain.spec.config.genesisForkVersion, chain.node.genesisValidatorsRoot)
            let change = SignedBLSToExecutionChange(
                message: message, signature: chain.keys[1].sign(computeSigningRoot(message, domain, chain.spec)))
            var wrong = change
            wrong.message.validatorIndex = 0
            #expect(try await refusal { try await chain.node.submit(wrong) }?.contains("another public key") == true)
            try await chain.node.submit(change)
            #expect(try await chain.extend(to: 1).message.body.blsToExecutionChanges == [change])
            #expect(try await chain.head().validators[1].withdrawalCredentials.bytes.suffix(20).elementsEqual(address.bytes))
        }
    }

    @Test("Two votes of a member on one update: AckContradiction")
    func ackContradiction() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            try await chain.extend(to: 2)
            let committee = try await chain.node.ackCommittee(slot: 2)
            let seat = try #require(committee.context.members.firstIndex(of: 3))
            func ack(_ loss: UInt32) -> UpdateAck {
                UpdateAck(
                    slot: 2, anchorRoot: committee.context.anchorRoot, updateId: .filled(9), author: 0, verdict: 1, adapterRoot: .filled(4),
                    lossBefore: 0x4000_0000, lossAfter: loss, sliceSeed: committee.context.sliceSeed(.filled(9)))
            }
            func signed(_ ack: UpdateAck) -> SignedUpdateAck {
                committee.context.signing.vote(AckStatement(ack: ack, lossesRoot: .filled(5)), validator: 3) { chain.keys[3].sign($0) }
            }
            var bits = Bitlist(count: committee.context.members.count)
            bits[seat] = true
            let contradiction = AckContradiction(
                vote: signed(ack(1)),
                other: AckAggregate(
                    ack: ack(2), committeeBits: bits, signature: signed(ack(2)).innerSignature, lossesRoot: .filled(5)))
            let same = AckContradiction(vote: signed(ack(2)), other: contradiction.other)
            #expect(try await refusal { try await chain.node.submit(same) }?.contains("same statement") == true)
            try await chain.node.submit(contradiction)
            #expect(await chain.node.pooledAckContradictions() == [contradiction])
            #expect(try await chain.extend(to: 3).message.body.ackContradictions == [contradiction])
            #expect(try await chain.head().validators[3].slashed)
        }
    }

    @Test("Evidence without a fault is refused with its rule")
    func ackQuorumSlashing() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            #expect(
                try await refusal { try await chain.node.submit(AckQuorumSlashing(default: chain.spec)) }?.contains("parent not canonical")
                    == true)
            #expect(await chain.node.pooledAckQuorumSlashings().isEmpty)
        }
    }

    @Test("Each operation is announced once, in order; the stream ends with the node")
    func events() async throws {
        try await OperationChain.with { chain in
            let events = await chain.node.operationEvents()
            try await chain.extend(to: 1)
            let exit = try await chain.exit(0)
            try await chain.node.submit(exit)
            try await chain.node.submit(exit)
            try await chain.node.submit(try await chain.proposerSlashing(1))
            await chain.node.stop()
            var seen: [String] = []
            for await event in events {
                switch event {
                case .blockGossip(_, let slot): seen.append("block \(slot)")
                case .voluntaryExit(let exit): seen.append("exit \(exit.message.validatorIndex)")
                case .proposerSlashing: seen.append("slashing")
                default: seen.append("other")
                }
            }
            #expect(seen == ["block 1", "exit 0", "slashing"])
        }
    }
}

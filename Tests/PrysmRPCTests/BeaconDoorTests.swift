import BLS
import BeaconTypes
import Foundation
import GRPCCore
import PolTestChain
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import SwiftProtobuf
import Testing

@testable import PrysmRPC

private typealias Node = Ethereum_Eth_V1alpha1_Node.Method
private typealias Chain = Ethereum_Eth_V1alpha1_BeaconChain.Method
private typealias Validating = Ethereum_Eth_V1alpha1_BeaconNodeValidator.Method

@Suite struct BeaconDoorTests {
    let chain: TestChain
    let node: FixtureNode

    init() throws {
        chain = try TestChain(count: 5, slot: 6)
        node = FixtureNode(chain)
    }

    private func call<R: Sendable>(_ body: @escaping @Sendable (Caller) async throws -> R) async throws -> R {
        try await Caller.with(
            { address, onListening in
                PrysmRPC.beaconDoor(
                    chain: node, node: node, operations: node, peers: FixturePeers(), address: address, logger: quiet,
                    onListening: onListening)
            }, body)
    }

    @Test func nodeTellsOfItself() async throws {
        try await call { caller in
            let genesis: Ethereum_Eth_V1alpha1_Genesis = try await caller.unary(Node.GetGenesis.descriptor, Google_Protobuf_Empty())
            #expect(genesis.genesisTime.seconds == Int64(TestChain.genesisTime))
            #expect(genesis.genesisValidatorsRoot == node.genesisValidatorsRoot.data)
            let status: Ethereum_Eth_V1alpha1_SyncStatus = try await caller.unary(Node.GetSyncStatus.descriptor, Google_Protobuf_Empty())
            #expect(!status.syncing)
            let version: Ethereum_Eth_V1alpha1_Version = try await caller.unary(Node.GetVersion.descriptor, Google_Protobuf_Empty())
            #expect(version.version.hasPrefix("polai/v"))
            let services: Ethereum_Eth_V1alpha1_ImplementedServices = try await caller.unary(
                Node.ListImplementedServices.descriptor, Google_Protobuf_Empty())
            #expect(services.services.contains("ethereum.eth.v1alpha1.BeaconChain"))
            let peers: Ethereum_Eth_V1alpha1_Peers = try await caller.unary(Node.ListPeers.descriptor, Google_Protobuf_Empty())
            #expect(peers.peers.map(\.peerID) == ["other"])
            let unknown = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_Peer = try await caller.unary(
                    Node.GetPeer.descriptor, Ethereum_Eth_V1alpha1_PeerRequest.with { $0.peerID = "nobody" })
            }
            #expect(unknown == .notFound)
        }
    }

    @Test func blocksByEachFilter() async throws {
        let block = try chain.block(slot: 6)
        await node.announce(block)
        let root = block.message.hashTreeRoot(.pol)
        try await call { caller in
            let filters: [Ethereum_Eth_V1alpha1_ListBlocksRequest.OneOf_QueryFilter] = [.root(root.data), .slot(6), .epoch(6)]
            for filter in filters {
                let found: Ethereum_Eth_V1alpha1_ListBlocksResponse = try await caller.unary(
                    Chain.ListBlocks.descriptor, Ethereum_Eth_V1alpha1_ListBlocksRequest.with { $0.queryFilter = filter })
                #expect(found.blockContainers.map(\.blockRoot) == [root.data])
                #expect(found.blockContainers.first?.block.block.proposerIndex == block.message.proposerIndex)
                #expect(found.totalSize == 1)
            }
            let none: Ethereum_Eth_V1alpha1_ListBlocksResponse = try await caller.unary(
                Chain.ListBlocks.descriptor, Ethereum_Eth_V1alpha1_ListBlocksRequest.with { $0.slot = 5 })
            #expect(none.blockContainers.isEmpty)
            for bad in [
                Ethereum_Eth_V1alpha1_ListBlocksRequest(), .with { $0.root = Data([1]) }, .with { $0.epoch = 7 }, .with { $0.epoch = .max },
                .with {
                    $0.slot = 6
                    $0.pageSize = 501
                },
                .with {
                    $0.slot = 6
                    $0.pageToken = "x"
                },
            ] {
                let code = await caller.failure {
                    let _: Ethereum_Eth_V1alpha1_ListBlocksResponse = try await caller.unary(Chain.ListBlocks.descriptor, bad)
                }
                #expect(code == .invalidArgument)
            }
        }
    }

    @Test func streamsFollowTheChain() async throws {
        let block = try chain.block(slot: 6)
        await node.announce(block)
        try await call { caller in
            let before = await node.subscriptions
            async let heads: [Ethereum_Eth_V1alpha1_ChainHead] = caller.stream(
                Chain.StreamChainHead.descriptor, Google_Protobuf_Empty(), count: 2)
            async let blocks: [Ethereum_Eth_V1alpha1_SignedBeaconBlock] = caller.stream(
                Chain.StreamBlocks.descriptor, Google_Protobuf_Empty(), count: 1)
            while await node.subscriptions < before + 2 { await Task.yield() }
            await node.announce(try chain.block(slot: 6, graffiti: 1))
            #expect(try await heads.count == 2)
            #expect(try await blocks.first?.block.slot == 6)
        }
    }

    @Test func committeesAndAssignments() async throws {
        let expected = try chain.state.getBeaconCommittee(4, 0)
        try await call { caller in
            let committees: Ethereum_Eth_V1alpha1_BeaconCommittees = try await caller.unary(
                Chain.ListBeaconCommittees.descriptor, Ethereum_Eth_V1alpha1_ListCommitteesRequest.with { $0.epoch = 4 })
            #expect(committees.activeValidatorCount == 5)
            #expect(committees.committees.map(\.key) == [4])
            #expect(committees.committees.first?.value.committees.map(\.validatorIndices) == [Array(expected)])
            let assignments: Ethereum_Eth_V1alpha1_ValidatorAssignments = try await caller.unary(
                Chain.ListValidatorAssignments.descriptor,
                Ethereum_Eth_V1alpha1_ListValidatorAssignmentsRequest.with {
                    $0.epoch = 4
                    $0.indices = [3, 1]
                })
            #expect(assignments.assignments.map(\.validatorIndex) == [1, 3])
            #expect(assignments.assignments.allSatisfy { $0.attesterSlot == 4 && $0.beaconCommittees == Array(expected) })
        }
    }

    @Test func validators() async throws {
        let keys = chain.secrets.map { $0.publicKey.bytes.data }
        try await call { caller in
            let page: Ethereum_Eth_V1alpha1_Validators = try await caller.unary(
                Chain.ListValidators.descriptor,
                Ethereum_Eth_V1alpha1_ListValidatorsRequest.with {
                    $0.pageSize = 2
                    $0.pageToken = "1"
                })
            #expect(page.validatorList.map(\.index) == [2, 3] && page.nextPageToken == "2" && page.totalSize == 5)
            let one: Ethereum_Eth_V1alpha1_Validator = try await caller.unary(
                Chain.GetValidator.descriptor, Ethereum_Eth_V1alpha1_GetValidatorRequest.with { $0.publicKey = keys[3] })
            #expect(one.publicKey == keys[3] && one.effectiveBalance == 32_000_000_000)
            let balances: Ethereum_Eth_V1alpha1_ValidatorBalances = try await caller.unary(
                Chain.ListValidatorBalances.descriptor, Ethereum_Eth_V1alpha1_ListValidatorBalancesRequest.with { $0.indices = [4] })
            #expect(balances.balances.map(\.status) == ["ACTIVE"])
            let index: Ethereum_Eth_V1alpha1_ValidatorIndexResponse = try await caller.unary(
                Validating.ValidatorIndex.descriptor, Ethereum_Eth_V1alpha1_ValidatorIndexRequest.with { $0.publicKey = keys[2] })
            #expect(index.index == 2)
            let queue: Ethereum_Eth_V1alpha1_ValidatorQueue = try await caller.unary(
                Chain.GetValidatorQueue.descriptor, Google_Protobuf_Empty())
            #expect(queue.activationPublicKeys.isEmpty && queue.exitPublicKeys.isEmpty)
            let missing = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_Validator = try await caller.unary(
                    Chain.GetValidator.descriptor, Ethereum_Eth_V1alpha1_GetValidatorRequest.with { $0.index = 5 })
            }
            #expect(missing == .notFound)
            let malformed = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_ValidatorIndexResponse = try await caller.unary(
                    Validating.ValidatorIndex.descriptor, Ethereum_Eth_V1alpha1_ValidatorIndexRequest.with { $0.publicKey = Data([1, 2]) })
            }
            #expect(malformed == .invalidArgument)
        }
    }

    @Test func participationAndConfig() async throws {
        try await call { caller in
            let answer: Ethereum_Eth_V1alpha1_ValidatorParticipationResponse = try await caller.unary(
                Chain.GetValidatorParticipation.descriptor, Ethereum_Eth_V1alpha1_GetValidatorParticipationRequest.with { $0.epoch = 5 })
            #expect(answer.epoch == 5 && answer.participation.eligibleEther == 160_000_000_000 && answer.participation.votedEther == 0)
            let config: Ethereum_Eth_V1alpha1_BeaconConfig = try await caller.unary(
                Chain.GetBeaconConfig.descriptor, Google_Protobuf_Empty())
            let values = Dictionary(uniqueKeysWithValues: config.config.map { ($0.key, $0.value) })
            #expect(values["SLOTS_PER_EPOCH"] == "1" && values["SECONDS_PER_SLOT"] == "12")
        }
    }

    @Test func dutiesAndDomains() async throws {
        let key = chain.secrets[1].publicKey.bytes.data
        let domain = chain.state.getDomain(Constant.domainBeaconAttester, 6)
        let proposer = try chain.state.getBeaconProposerIndex()
        try await call { caller in
            let duties: Ethereum_Eth_V1alpha1_DutiesResponse = try await caller.unary(
                Validating.GetDuties.descriptor,
                Ethereum_Eth_V1alpha1_DutiesRequest.with {
                    $0.epoch = 6
                    $0.publicKeys = chain.secrets.map { $0.publicKey.bytes.data } + [Data(repeating: 9, count: 48)]
                })
            #expect(duties.currentEpochDuties.count == 6 && duties.duties == duties.currentEpochDuties)
            #expect(duties.currentEpochDuties[1].publicKey == key && duties.currentEpochDuties[1].attesterSlot == 6)
            #expect(duties.nextEpochDuties[1].attesterSlot == 7)
            #expect(duties.currentEpochDuties.filter { !$0.proposerSlots.isEmpty }.map(\.validatorIndex) == [proposer])
            #expect(duties.currentEpochDuties[5].status == .unknownStatus)
            let answer: Ethereum_Eth_V1alpha1_DomainResponse = try await caller.unary(
                Validating.DomainData.descriptor,
                Ethereum_Eth_V1alpha1_DomainRequest.with {
                    $0.epoch = 6
                    $0.domain = Constant.domainBeaconAttester.data
                })
            #expect(answer.signatureDomain == domain.data)
            let future = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_DutiesResponse = try await caller.unary(
                    Validating.GetDuties.descriptor, Ethereum_Eth_V1alpha1_DutiesRequest.with { $0.epoch = 7 })
            }
            #expect(future == .invalidArgument)
            let start: [Ethereum_Eth_V1alpha1_ChainStartResponse] = try await caller.stream(
                Validating.WaitForChainStart.descriptor, Google_Protobuf_Empty(), count: 1)
            #expect(start.first?.started == true)
            let active: [Ethereum_Eth_V1alpha1_ValidatorActivationResponse] = try await caller.stream(
                Validating.WaitForActivation.descriptor, Ethereum_Eth_V1alpha1_ValidatorActivationRequest.with { $0.publicKeys = [key] },
                count: 2)
            #expect(active.first?.statuses.map(\.status.status) == [.active])
        }
    }

    /// One vote goes in with its committee and its voter found from the bit.
    @Test func aProposedAttestationReachesTheNode() async throws {
        let committee = Array(try chain.state.getBeaconCommittee(5, 0))
        let vote = try chain.attestation([committee[2]], target: 5)
        try await call { caller in
            var bits = Bitlist(count: committee.count)
            bits[2] = true
            var message = Ethereum_Eth_V1alpha1_Attestation.with {
                $0.aggregationBits = Data(bits.serialize(.limit(2048)))
                $0.data = .init(vote.data, committee: 0)
                $0.signature = vote.signature.data
            }
            let answer: Ethereum_Eth_V1alpha1_AttestResponse = try await caller.unary(Validating.ProposeAttestation.descriptor, message)
            #expect(answer.attestationDataRoot == vote.data.hashTreeRoot(.pol).data)
            #expect(await node.votes.map(\.attesterIndex) == [committee[2]])
            for bytes in [Data(), Data([0]), Data([0b10_0001]), Data([0b10_0011]), Data([0b101])] where bytes != Data([0b10_0001]) {
                message.aggregationBits = bytes
                let bad = message
                let code = await caller.failure {
                    let _: Ethereum_Eth_V1alpha1_AttestResponse = try await caller.unary(Validating.ProposeAttestation.descriptor, bad)
                }
                #expect(code == .invalidArgument)
            }
        }
    }

    /// What a message of specification 0.12 cannot say is refused, with the way that can.
    @Test func blocksAreNotExchanged() async throws {
        try await call { caller in
            let code = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_BeaconBlock = try await caller.unary(
                    Validating.GetBlock.descriptor, Ethereum_Eth_V1alpha1_BlockRequest())
            }
            #expect(code == .unimplemented)
        }
    }

    @Test func evidenceAndExits() async throws {
        let first = try chain.attestation([1, 2])
        let second = try chain.attestation([2, 3], variant: 1)
        try await call { caller in
            let answer: Ethereum_Eth_V1alpha1_SubmitSlashingResponse = try await caller.unary(
                Chain.SubmitAttesterSlashing.descriptor,
                Ethereum_Eth_V1alpha1_AttesterSlashing(AttesterSlashing(attestation1: first, attestation2: second)))
            #expect(answer.slashedIndices == [2])
            #expect(await node.taken.count == 1)
            let refused = await caller.failure {
                let _: Ethereum_Eth_V1alpha1_SubmitSlashingResponse = try await caller.unary(
                    Chain.SubmitAttesterSlashing.descriptor,
                    Ethereum_Eth_V1alpha1_AttesterSlashing(AttesterSlashing(attestation1: first, attestation2: first)))
            }
            #expect(refused == .invalidArgument)
            let exit: Ethereum_Eth_V1alpha1_ProposeExitResponse = try await caller.unary(
                Validating.ProposeExit.descriptor,
                Ethereum_Eth_V1alpha1_SignedVoluntaryExit.with {
                    $0.exit.validatorIndex = 3
                    $0.signature = Data(count: 96)
                })
            #expect(exit.exitRoot.count == 32)
            #expect(await node.exits.map(\.message.validatorIndex) == [3])
        }
    }
}

private struct FixturePeers: PeerDirectory {
    func listing() async -> PeerListing {
        PeerListing(own: .init(id: "own", addresses: ["/ip4/127.0.0.1/tcp/13000"]), peers: [.init(id: "other", addresses: [])], records: 0)
    }
}

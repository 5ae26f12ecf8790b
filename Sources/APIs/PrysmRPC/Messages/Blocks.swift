import SwiftProtobuf
import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import SSZ

extension Ethereum_Eth_V1alpha1_BeaconBlockHeader {
    init(_ header: BeaconBlockHeader) {
        self.init()
        slot = header.slot
        proposerIndex = header.proposerIndex
        parentRoot = header.parentRoot.data
        stateRoot = header.stateRoot.data
        bodyRoot = header.bodyRoot.data
    }

    func value() throws(RPCError) -> BeaconBlockHeader {
        BeaconBlockHeader(
            slot: slot, proposerIndex: proposerIndex, parentRoot: try parentRoot.root("parent_root"),
            stateRoot: try stateRoot.root("state_root"), bodyRoot: try bodyRoot.root("body_root"))
    }
}

extension Ethereum_Eth_V1alpha1_SignedBeaconBlockHeader {
    init(_ header: SignedBeaconBlockHeader) {
        self.init()
        self.header = .init(header.message)
        signature = header.signature.data
    }

    func value() throws(RPCError) -> SignedBeaconBlockHeader {
        SignedBeaconBlockHeader(message: try header.value(), signature: try signature.signature())
    }
}

extension Ethereum_Eth_V1alpha1_ProposerSlashing {
    init(_ slashing: ProposerSlashing) {
        self.init()
        header1 = .init(slashing.signedHeader1)
        header2 = .init(slashing.signedHeader2)
    }

    func value() throws(RPCError) -> ProposerSlashing {
        ProposerSlashing(signedHeader1: try header1.value(), signedHeader2: try header2.value())
    }
}

extension Ethereum_Eth_V1alpha1_SignedVoluntaryExit {
    init(_ exit: SignedVoluntaryExit) {
        self.init()
        self.exit = .with {
            $0.epoch = exit.message.epoch
            $0.validatorIndex = exit.message.validatorIndex
        }
        signature = exit.signature.data
    }

    func value() throws(RPCError) -> SignedVoluntaryExit {
        SignedVoluntaryExit(
            message: VoluntaryExit(epoch: exit.epoch, validatorIndex: exit.validatorIndex), signature: try signature.signature())
    }
}

extension Ethereum_Eth_V1alpha1_SignedBeaconBlock {
    /// The parts of a block that specification 0.12 knows. Its root cannot be computed from them: it stands beside the block
    /// wherever the interface has room for it.
    init(_ block: SignedBeaconBlock, spec: BeaconSpec) {
        self.init()
        let message = block.message
        self.block = .with {
            $0.slot = message.slot
            $0.proposerIndex = message.proposerIndex
            $0.parentRoot = message.parentRoot.data
            $0.stateRoot = message.stateRoot.data
            $0.body = .init(message.body, spec: spec)
        }
        signature = block.signature.data
    }
}

extension Ethereum_Eth_V1alpha1_BeaconBlockBody {
    fileprivate init(_ body: BeaconBlockBody, spec: BeaconSpec) {
        self.init()
        randaoReveal = body.randaoReveal.data
        eth1Data = .with {
            $0.depositRoot = body.eth1Data.depositRoot.data
            $0.depositCount = body.eth1Data.depositCount
            $0.blockHash = body.eth1Data.blockHash.data
        }
        graffiti = body.graffiti.data
        proposerSlashings = body.proposerSlashings.map { .init($0) }
        attesterSlashings = body.attesterSlashings.map { .init($0) }
        attestations = body.attestations.compactMap { .init($0, spec: spec) }
        deposits = body.deposits.map { deposit in
            .with {
                $0.proof = deposit.proof.map(\.data)
                $0.data = .with {
                    $0.publicKey = deposit.data.pubkey.data
                    $0.withdrawalCredentials = deposit.data.withdrawalCredentials.data
                    $0.amount = deposit.data.amount
                    $0.signature = deposit.data.signature.data
                }
            }
        }
        voluntaryExits = body.voluntaryExits.map { .init($0) }
    }
}

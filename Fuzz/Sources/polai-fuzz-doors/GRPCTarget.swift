import BeaconTypes
import Foundation
import FuzzDriver
import GRPCCore
@testable import PrysmRPC
import Primitives
import SSZ
import SwiftProtobuf

extension FuzzTarget {
    /// The first byte chooses the message.
    static let grpc = FuzzTarget("grpc", "gRPC messages and what is made of them", maximumLength: 2048) { _ in
        let header = SignedBeaconBlockHeader(default: .pol)
        let messages: [any Message] = [
            Ethereum_Eth_V1alpha1_AttesterSlashing(AttesterSlashing(default: .pol)),
            Ethereum_Eth_V1alpha1_ProposerSlashing(ProposerSlashing(signedHeader1: header, signedHeader2: header)),
            Ethereum_Eth_V1alpha1_SignedVoluntaryExit(SignedVoluntaryExit(default: .pol)),
            Ethereum_Eth_V1alpha1_IndexedAttestation(IndexedAttestation(default: .pol)),
            Ethereum_Eth_V1alpha1_Attestation.with { $0.aggregationBits = Data([1]) },
        ]
        let seeds = try messages.enumerated().map { [UInt8($0)] + [UInt8](try $1.serializedBytes() as [UInt8]) }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 6)
            let rest = input.rest()
            switch kind {
            case 0: _ = try Ethereum_Eth_V1alpha1_AttesterSlashing(serializedBytes: rest).value()
            case 1: _ = try Ethereum_Eth_V1alpha1_ProposerSlashing(serializedBytes: rest).value()
            case 2: _ = try Ethereum_Eth_V1alpha1_SignedVoluntaryExit(serializedBytes: rest).value()
            case 3: _ = try Ethereum_Eth_V1alpha1_IndexedAttestation(serializedBytes: rest).value()
            case 4:
                let attestation = try Ethereum_Eth_V1alpha1_Attestation(serializedBytes: rest)
                _ = try attestation.bits(.pol)
                _ = try attestation.data.value()
            default:
                let request = try Ethereum_Eth_V1alpha1_ListValidatorsRequest(serializedBytes: rest)
                let page = try PageRequest(size: request.pageSize, token: request.pageToken)
                _ = try page.cut(Array(0..<600))
            }
        }
    }
}

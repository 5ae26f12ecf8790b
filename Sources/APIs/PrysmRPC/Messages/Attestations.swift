import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import SSZ
import ServiceInterfaces

extension Ethereum_Eth_V1alpha1_Checkpoint {
    init(_ checkpoint: Checkpoint) {
        self.init()
        epoch = checkpoint.epoch
        root = checkpoint.root.data
    }

    func value(_ field: String) throws(RPCError) -> Checkpoint { Checkpoint(epoch: epoch, root: try root.root("\(field).root")) }
}

extension Ethereum_Eth_V1alpha1_AttestationData {
    /// - Parameter committee: since Electra the data itself says 0, and the committee stands beside it.
    init(_ data: AttestationData, committee: CommitteeIndex? = nil) {
        self.init()
        slot = data.slot
        committeeIndex = committee ?? data.index
        beaconBlockRoot = data.beaconBlockRoot.data
        source = .init(data.source)
        target = .init(data.target)
    }

    /// The data as it was signed under Electra: index 0.
    func value() throws(RPCError) -> AttestationData {
        AttestationData(
            slot: slot, index: 0, beaconBlockRoot: try beaconBlockRoot.root("beacon_block_root"), source: try source.value("source"),
            target: try target.value("target"))
    }
}

extension Ethereum_Eth_V1alpha1_IndexedAttestation {
    init(_ attestation: IndexedAttestation) {
        self.init()
        attestingIndices = attestation.attestingIndices
        data = .init(attestation.data)
        signature = attestation.signature.data
    }

    /// - Parameter isSigned: `false` to take any signature, for questions about votes not signed yet.
    func value(isSigned: Bool = true) throws(RPCError) -> IndexedAttestation {
        IndexedAttestation(
            attestingIndices: attestingIndices, data: try data.value(), signature: isSigned ? try signature.signature() : BLSSignature())
    }
}

extension Ethereum_Eth_V1alpha1_Attestation {
    /// An Electra attestation of one committee; `nil` for several, which the message cannot name.
    init?(_ attestation: Attestation, spec: BeaconSpec) {
        let committees = attestation.committeeBits.indices.filter { attestation.committeeBits[$0] }
        guard committees.count == 1 else { return nil }
        self.init()
        aggregationBits = Data(attestation.aggregationBits.serialize(.limit(spec.preset.maxValidatorsPerSlot)))
        data = .init(attestation.data, committee: CommitteeIndex(committees[0]))
        signature = attestation.signature.data
    }

    func bits(_ spec: BeaconSpec) throws(RPCError) -> Bitlist {
        do {
            return try Bitlist(deserializing: Array(aggregationBits), .limit(spec.preset.maxValidatorsPerCommittee))
        } catch {
            throw .invalid("aggregation_bits are no bit list of one committee: \(error)")
        }
    }
}

extension Ethereum_Eth_V1alpha1_AttesterSlashing {
    init(_ slashing: AttesterSlashing) {
        self.init()
        attestation1 = .init(slashing.attestation1)
        attestation2 = .init(slashing.attestation2)
    }

    func value() throws(RPCError) -> AttesterSlashing {
        AttesterSlashing(attestation1: try attestation1.value(), attestation2: try attestation2.value())
    }
}

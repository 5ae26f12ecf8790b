import BeaconTypes
import Primitives
import SSZ
import Testing

@testable import GossipValidation

@Suite struct GossipTopicTests {
    @Test func namesAndBack() {
        let topics = GossipTopic.single + [.beaconAttestation(subnet: 63), .syncCommittee(subnet: 0)]
        for topic in topics { #expect(GossipTopic(name: topic.name) == topic) }
        #expect(Set(topics.map(\.name)).count == topics.count)
    }

    @Test(arguments: [
        "", "beacon_blocks", "BEACON_BLOCK", "beacon_attestation_", "beacon_attestation_01", "beacon_attestation_+1",
        "beacon_attestation_-1",
        "sync_committee_18446744073709551616", "blob_sidecar_0",
    ]) func otherNames(name: String) {
        #expect(GossipTopic(name: name) == nil)
    }

    @Test func messages() throws {
        let exit = SignedVoluntaryExit(message: VoluntaryExit(epoch: 3, validatorIndex: 4), signature: BLSSignature())
        let bytes = exit.serialize(.pol)
        guard case .voluntaryExit(let decoded) = try GossipMessage(.voluntaryExit, deserializing: bytes, .pol) else {
            Issue.record("decoded as another message")
            return
        }
        #expect(decoded == exit)
        for topic in GossipTopic.single + [.beaconAttestation(subnet: 1), .syncCommittee(subnet: 1)] {
            #expect(throws: SSZError.self) { try GossipMessage(topic, deserializing: [1, 2, 3], .pol) }
            #expect(throws: SSZError.self) { try GossipMessage(topic, deserializing: [], .pol) }
        }
    }
}

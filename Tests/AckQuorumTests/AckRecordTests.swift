import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import Testing

@Suite struct AckRecordTests {
    private func vote(_ verdict: UInt8) -> SignedUpdateAck {
        var vote = SignedUpdateAck()
        vote.message.verdict = verdict
        vote.message.slot = 0x0102
        vote.validatorIndex = 5
        return vote
    }

    /// SHA-256 of the public key of secret key 1 begins so, by Python's hashlib.
    @Test func key() throws {
        let publicKey = try BLSPubkey(
            hex: "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb")
        let updateID = try Hash32(hex: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        let key = AckRecord.key(updateID: updateID, publicKey: publicKey)
        #expect(key == "ack:000102030405060708090a0b0c0d0e0f:7ccf478a43183772")
        #expect(AckRecord.peerID(publicKey).count == 8)
    }

    @Test func valueRoundTrip() throws {
        for verdict in [UInt8(1), 2, 3] {
            let value = AckRecord.value(vote(verdict), spec: .pol)
            #expect(value.count == 374)
            #expect(value[0] == verdict)
            #expect(value[1] == 2 && value[2] == 1)  // The slot, little-endian.
            #expect(try AckRecord.vote(from: value, spec: .pol) == vote(verdict))
        }
    }

    @Test func badValues() {
        let good = AckRecord.value(vote(1), spec: .pol)
        #expect(throws: AckRecordError.empty) { try AckRecord.vote(from: [], spec: .pol) }
        #expect(throws: AckRecordError.unknownVerdict(4)) { try AckRecord.vote(from: [4] + good.dropFirst(), spec: .pol) }
        #expect(throws: AckRecordError.verdictMismatch(byte: 2, vote: 1)) { try AckRecord.vote(from: [2] + good.dropFirst(), spec: .pol) }
        #expect(throws: AckRecordError.self) { try AckRecord.vote(from: Array(good.dropLast()), spec: .pol) }
        #expect(throws: AckRecordError.self) { try AckRecord.vote(from: good + [0], spec: .pol) }
        #expect(throws: AckRecordError.self) { try AckRecord.vote(from: [1], spec: .pol) }
    }
}

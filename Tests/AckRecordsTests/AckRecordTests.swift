import AckQuorum
import AckRecords
import BLS
import BeaconTypes
import ContentRouting
import PeerIdentity
import Primitives
import Testing

/// ACK records as they travel: one verdict byte, a signed envelope, a BLS vote inside.
@Suite("ACK records")
struct AckRecordTests {
    let spec = BeaconSpec.pol
    let domain = SHA256.hash([7])
    let secret: SecretKey
    let peer: PeerKeyPair
    let validator: AckRecordValidator
    let now = 1_000_000.0

    init() throws {
        let secret = try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [5])
        self.secret = secret
        peer = try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32))
        let publicKey = secret.publicKey.bytes
        validator = AckRecordValidator(spec: .pol, domain: SHA256.hash([7])) { $0 == 3 ? publicKey : nil }
    }

    func vote(slot: UInt64 = 9, verdict: UInt8 = 1, validator: UInt64 = 3) -> SignedUpdateAck {
        let ack = UpdateAck(
            slot: slot, anchorRoot: SHA256.hash([1]), updateId: SHA256.hash([2]), author: 3, verdict: verdict,
            adapterRoot: verdict == 1 ? SHA256.hash([3]) : .zero, lossBefore: verdict == 1 ? 2 : 0, lossAfter: verdict == 1 ? 1 : 0)
        return UpdateAckSigning(domain: domain, spec: spec).vote(
            AckStatement(ack: ack, lossesRoot: SHA256.hash([5])), validator: validator
        ) { secret.sign($0) }
    }

    func record(_ vote: SignedUpdateAck, peer: PeerKeyPair? = nil, now: Double? = nil) throws -> DHTRecord {
        try AckRecordEnvelope.record(
            vote, publicKey: secret.publicKey.bytes, peerKey: peer ?? self.peer, now: now ?? self.now, spec: spec)
    }

    @Test("the given key and first byte; everything else inside the envelope", arguments: [1, 2] as [UInt8])
    func form(verdict: UInt8) async throws {
        let vote = vote(verdict: verdict)
        let record = try record(vote)
        let update = SHA256.hash([2]).bytes.prefix(16).bareHex
        let peerID = SHA256.hash(secret.publicKey.bytes.bytes).bytes.prefix(8).bareHex
        #expect(record.key == RecordKey("ack:\(update):\(peerID)") && record.key.bytes.count == 4 + 32 + 1 + 16)
        #expect(record.value.first == verdict)
        #expect(record.expires == now + 3600)
        let read = try AckRecordEnvelope(value: record.value, spec: spec)
        #expect(read.vote == vote && read.publisher == peer.publicKey)
        #expect(try await validator.vote(in: record, now: now) == vote)
        // Anybody may publish a vote: the envelope names the publisher, the vote its signer.
        let other = try self.record(vote, peer: PeerKeyPair(seed: [UInt8](repeating: 2, count: 32)))
        #expect(try await validator.vote(in: other, now: now) == vote)
    }

    @Test("no byte of a value can be changed, dropped or added")
    func tampering() async throws {
        let record = try record(vote())
        for index in record.value.indices {
            var value = record.value
            value[index] ^= 1
            await #expect(throws: RoutingError.self, "byte \(index)") {
                try await validator.validate(DHTRecord(key: record.key, value: value, expires: record.expires), now: now)
            }
        }
        for value in [[], [1], Array(record.value.dropLast()), record.value + [0]] {
            await #expect(throws: RoutingError.self) {
                try await validator.validate(DHTRecord(key: record.key, value: value, expires: record.expires), now: now)
            }
        }
    }

    @Test("keys, validators and signatures must fit each other")
    func consistency() async throws {
        let good = try record(vote())
        func refused(_ record: DHTRecord, _ words: String) async throws {
            let error = await #expect(throws: RoutingError.self) { try await validator.validate(record, now: now) }
            #expect("\(try #require(error))".contains(words))
        }
        try await refused(
            DHTRecord(key: RecordKey(good.key.bytes + [0x30]), value: good.value, expires: good.expires), "names another update")
        try await refused(DHTRecord(key: RecordKey("ack:"), value: good.value, expires: good.expires), "names another update")
        try await refused(try record(vote(validator: 4)), "not in the registry")
        var forged = vote()
        forged.signature = secret.sign(.zero)
        try await refused(try record(forged), "signature does not verify")
        forged.signature = BLS.infinitySignature
        try await refused(try record(forged), "signature does not verify")
        var changed = vote()
        changed.message.lossAfter = 0
        try await refused(try record(changed), "signature does not verify")
        // The same vote under another chain's domain.
        let otherChain = AckRecordValidator(spec: spec, domain: .zero) { _ in secret.publicKey.bytes }
        await #expect(throws: RoutingError.self) { try await otherChain.validate(good, now: now) }
    }

    @Test("records live an hour and no longer")
    func expiry() async throws {
        let good = try record(vote())
        for time in [now + 3600, now + 9999, now - 61, .nan, .infinity] {
            await #expect(throws: RoutingError.expired) { try await validator.validate(good, now: time) }
        }
        for time in [now, now + 3599, now - 59] { _ = try await validator.validate(good, now: time) }
        for expires in [Double.infinity, .nan, -1] {
            await #expect(throws: RoutingError.expired) {
                try await validator.validate(DHTRecord(key: good.key, value: good.value, expires: expires), now: now)
            }
        }
    }

    @Test("a newer vote takes the place of an older one, never the other way round")
    func selection() throws {
        func prefers(_ new: DHTRecord, over held: DHTRecord) -> Bool { validator.select([new, held]) == 0 }
        let (old, new) = (try record(vote(slot: 9)), try record(vote(slot: 10)))
        let rewrapped = try record(vote(slot: 9), now: now + 500)
        #expect(prefers(new, over: old) && !prefers(old, over: new))
        #expect(prefers(rewrapped, over: old) && !prefers(old, over: rewrapped))
        #expect(!prefers(rewrapped, over: new))
        #expect(prefers(old, over: old))
        let rubbish = DHTRecord(key: old.key, value: [1, 2, 3], expires: now + 9999)
        #expect(prefers(old, over: rubbish) && !prefers(rubbish, over: old))
        #expect(validator.select([old, rubbish, new, rewrapped]) == 2)
        // The last slot that there can be is a slot like any other.
        #expect(prefers(try record(vote(slot: .max)), over: new))
    }

    @Test("candidates and votes travel as SSZ; anything else reaches nobody")
    func topics() async throws {
        let topics = LocalTopics()
        var candidates = await topics.candidates(spec: spec).makeAsyncIterator()
        var votes = await topics.votes(spec: spec).makeAsyncIterator()
        var candidate = UpdateCandidate()
        candidate.slot = 7
        for topic in [Topic.updateCandidate, .updateAck] { await topics.publish([1, 2, 3], on: topic) }
        try await topics.announce(candidate, spec: spec)
        try await topics.announce(vote(), spec: spec)
        #expect(await candidates.next() == candidate)
        #expect(await votes.next() == vote())
    }
}

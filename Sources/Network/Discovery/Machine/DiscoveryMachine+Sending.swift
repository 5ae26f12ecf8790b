import NodeRecords
import Primitives
import Secp256k1

extension DiscoveryMachine {
    /// The next nonce for a message: its number in the session, then random bytes.
    private mutating func nonce(_ number: UInt32) -> PacketNonce {
        PacketNonce(number.bigEndianBytes + generator.randomBytes(8)) ?? PacketNonce()
    }

    /// Sends a message in the session with `address`; `nil` where there is none.
    @discardableResult
    mutating func send(_ message: DiscoveryMessage, to address: NodeAddress) -> PacketNonce? {
        guard let (key, number) = sessions.nextMessage(to: address) else { return nil }
        let nonce = nonce(number)
        var packet = DiscoveryPacket(.message(source: localID), nonce: nonce, maskingIV: generator.randomBytes(16))
        guard
            let sealed = try? DiscoveryCipher.seal(message.encoded, key: key, nonce: nonce, authenticating: packet.authenticated)
        else { return nil }
        packet.message = sealed
        guard emit(packet, to: address) else { return nil }
        return nonce
    }

    /// A message that nobody can read, which asks for a challenge.
    mutating func sendRandom(to address: NodeAddress) -> PacketNonce? {
        let nonce = nonce(UInt32.random(in: 0...UInt32.max, using: &generator))
        var packet = DiscoveryPacket(.message(source: localID), nonce: nonce, maskingIV: generator.randomBytes(16))
        packet.message = generator.randomBytes(20)
        return emit(packet, to: address) ? nonce : nil
    }

    mutating func emit(_ packet: DiscoveryPacket, to address: NodeAddress) -> Bool {
        guard let bytes = try? packet.datagram(for: address.id) else { return false }
        output.append(Datagram(bytes: bytes, endpoint: address.endpoint))
        return true
    }

    /// Asks who sent the message with `nonce`.
    mutating func challenge(_ address: NodeAddress, nonce: PacketNonce, now: UInt64) {
        guard challengeBudget.spend(AddressRules.sender(address.endpoint.address), now: now) else { return }
        if challenges[address] == nil, challenges.count >= configuration.challenges {
            forgetChallenges(now: now)
            if challenges.count >= configuration.challenges { forgetOldestChallenge() }
        }
        let known = table[address.id]?.record ?? bootNodes.first { $0.nodeID == address.id }?.record
        let idNonce = FixedBytes<16>(generator.randomBytes(16)) ?? FixedBytes<16>()
        let packet = DiscoveryPacket(
            .challenge(idNonce: idNonce, recordSequence: known?.sequence ?? 0), nonce: nonce, maskingIV: generator.randomBytes(16))
        let sent = SentChallenge(data: packet.authenticated, record: known, deadline: now + configuration.handshakeTimeout)
        // Of several messages that could not be read, each may be the one that comes again.
        challenges[address] = Array((challenges[address] ?? []).suffix(Self.challengesKept - 1)) + [sent]
        _ = emit(packet, to: address)
    }

    /// How many challenges to one address may be answered.
    static let challengesKept = 3

    /// Forgets those whose time is over.
    mutating func forgetChallenges(now: UInt64) {
        challenges = challenges.compactMapValues { sent in
            let rest = sent.filter { $0.deadline > now }
            return rest.isEmpty ? nil : rest
        }
    }

    /// Whoever comes new is challenged: otherwise packets from many addresses that are not the sender's would shut out everybody.
    private mutating func forgetOldestChallenge() {
        let oldest = challenges.min { ($0.value.last?.deadline ?? 0) < ($1.value.last?.deadline ?? 0) }
        if let oldest { challenges[oldest.key] = nil }
    }

    /// Answers a challenge: begins a session, and sends the message again in it. Returns the new nonce.
    mutating func sendHandshake(
        _ message: DiscoveryMessage, to contact: NodeContact, challenge: DiscoveryPacket, knownSequence: UInt64
    ) -> PacketNonce? {
        guard let ephemeral = ephemeralKey(), let point = FixedBytes<33>(ephemeral.publicKey.compressed),
            let keys = try? SessionKeys(
                key: ephemeral, other: contact.publicKey, initiator: localID, recipient: contact.nodeID, challenge: challenge.authenticated)
        else { return nil }
        let signature = IdentityProof.sign(
            challenge: challenge.authenticated, ephemeralKey: point, recipient: contact.nodeID, by: key)
        let proof = HandshakeProof(
            source: localID, signature: signature, ephemeralKey: point, record: knownSequence < record.sequence ? record.encoded : [])
        sessions.begin(contact.address, sendKey: keys.initiator, receiveKey: keys.recipient, remote: contact.record)
        guard let (_, number) = sessions.nextMessage(to: contact.address) else { return nil }
        let nonce = nonce(number)
        var packet = DiscoveryPacket(.handshake(proof), nonce: nonce, maskingIV: generator.randomBytes(16))
        guard
            let sealed = try? DiscoveryCipher.seal(
                message.encoded, key: keys.initiator, nonce: nonce, authenticating: packet.authenticated)
        else { return nil }
        packet.message = sealed
        return emit(packet, to: contact.address) ? nonce : nil
    }

    private mutating func ephemeralKey() -> Secp256k1PrivateKey? {
        // One in 2^128 numbers is no key.
        for _ in 0..<4 {
            if let secret = Hash32(generator.randomBytes(32)), let key = try? Secp256k1PrivateKey(secret) { return key }
        }
        return nil
    }
}

public import NodeRecords
import Primitives
import Secp256k1

extension DiscoveryMachine {
    /// Takes a datagram that came from `endpoint`. What is wrong with it is counted, and answered with silence.
    public mutating func receive(_ datagram: [UInt8], from endpoint: NodeEndpoint, now: UInt64) {
        guard datagramBudget.spend(AddressRules.sender(endpoint.address), now: now) else {
            refusals += 1
            return
        }
        do throws(DiscoveryError) {
            let packet = try DiscoveryPacket(datagram, localID: localID)
            switch packet.kind {
            case .message(let source):
                guard source != localID else { throw .notDiscovery }
                try receive(packet, from: NodeAddress(id: source, endpoint: endpoint), now: now)
            case .challenge(_, let sequence): receiveChallenge(packet, recordSequence: sequence, from: endpoint, now: now)
            case .handshake(let proof):
                guard proof.source != localID else { throw .notDiscovery }
                try receive(packet, proof, from: NodeAddress(id: proof.source, endpoint: endpoint), now: now)
            }
        } catch {
            refusals += 1
        }
    }

    /// A message: read in its session, or asked whose it is.
    private mutating func receive(_ packet: DiscoveryPacket, from address: NodeAddress, now: UInt64) throws(DiscoveryError) {
        if let session = sessions[address] {
            for key in [session.receiveKey, session.olderReceiveKey] {
                guard let key,
                    let bytes = try? DiscoveryCipher.open(
                        packet.message, key: key, nonce: packet.nonce, authenticating: packet.authenticated)
                else { continue }
                handle(try DiscoveryMessage(bytes), from: address, now: now)
                return
            }
        }
        challenge(address, nonce: packet.nonce, now: now)
    }

    /// The answer to a challenge of this node's.
    private mutating func receive(
        _ packet: DiscoveryPacket, _ proof: HandshakeProof, from address: NodeAddress, now: UInt64
    ) throws(DiscoveryError) {
        let open = try tryChallenges(of: address, now: now)
        let record = try Self.record(proof)
        guard let ephemeral = try? Secp256k1PublicKey(proof.ephemeralKey.bytes) else { throw .badKey }
        let (challenge, sender) = try answered(proof, record, open, from: address)
        let keys = try SessionKeys(key: key, other: ephemeral, initiator: address.id, recipient: localID, challenge: challenge.data)
        let bytes = try DiscoveryCipher.open(
            packet.message, key: keys.initiator, nonce: packet.nonce, authenticating: packet.authenticated)
        // It is proved now who is there, whether its message is one that this node knows or not.
        sessions.begin(address, sendKey: keys.recipient, receiveKey: keys.initiator, remote: sender)
        defer { sendWaiting(address, now: now) }
        // Only who can be reached where it says is told to others.
        if let contact = NodeContact(sender), contact.endpoint == address.endpoint { table.offer(contact, now: now) }
        handle(try DiscoveryMessage(bytes), from: address, now: now)
    }

    /// The challenges that `address` may still answer. Each may be tried a few times, as a try costs signature checks: this is one,
    /// whatever comes of it.
    private mutating func tryChallenges(of address: NodeAddress, now: UInt64) throws(DiscoveryError) -> [SentChallenge] {
        let open = (challenges[address] ?? []).filter { $0.deadline > now }
        var rest = open
        for index in rest.indices { rest[index].tries -= 1 }
        rest.removeAll { $0.tries == 0 }
        challenges[address] = rest.isEmpty ? nil : rest
        guard !open.isEmpty else { throw .badIdentityProof }
        return open
    }

    /// The challenge of the open ones that a proof answers, which is used up by that, and the sender's record: the newer of the one
    /// that came and the one that was known.
    private mutating func answered(
        _ proof: HandshakeProof, _ record: NodeRecord?, _ open: [SentChallenge], from address: NodeAddress
    ) throws(DiscoveryError) -> (SentChallenge, NodeRecord) {
        for challenge in open.reversed() {
            guard let sender = [record, challenge.record].compactMap(\.self).max(by: { $0.sequence < $1.sequence }) else { continue }
            let isProved = IdentityProof.verify(
                proof.signature, challenge: challenge.data, ephemeralKey: proof.ephemeralKey, recipient: localID, by: sender.publicKey)
            guard isProved else { continue }
            let rest = (challenges[address] ?? []).filter { $0.data != challenge.data }
            challenges[address] = rest.isEmpty ? nil : rest
            return (challenge, sender)
        }
        throw .badIdentityProof
    }

    /// The record that came with a handshake; `nil` where it was left out.
    private static func record(_ proof: HandshakeProof) throws(DiscoveryError) -> NodeRecord? {
        guard !proof.record.isEmpty else { return nil }
        let record: NodeRecord
        do throws(NodeRecordError) {
            record = try NodeRecord(encoded: proof.record)
        } catch {
            throw .badRecord(error)
        }
        guard record.nodeID == proof.source else { throw .badIdentityProof }
        return record
    }

    /// "Who are you?", about a message of this node's.
    private mutating func receiveChallenge(_ packet: DiscoveryPacket, recordSequence: UInt64, from endpoint: NodeEndpoint, now: UInt64) {
        guard let id = requestsByNonce[packet.nonce], var request = requests[id], request.contact.endpoint == endpoint,
            !request.isHandshake
        else {
            refusals += 1
            return
        }
        requestsByNonce[packet.nonce] = nil
        let message = request.message
        guard let nonce = sendHandshake(message, to: request.contact, challenge: packet, knownSequence: recordSequence) else {
            requests[id] = request
            return
        }
        (request.nonce, request.isHandshake, request.deadline) = (nonce, true, now + configuration.handshakeTimeout)
        requests[id] = request
        // The nonce of a handshake is not remembered: a second challenge is not answered. What else went out could not be read
        // either, and goes out again in the new session.
        for (other, var pending) in requests where pending.contact.address == request.contact.address && !pending.isHandshake {
            if let nonce = pending.nonce { requestsByNonce[nonce] = nil }
            pending.nonce = nil
            requests[other] = pending
        }
        sendWaiting(request.contact.address, now: now)
    }
}

@testable import Discovery
import Foundation
import FuzzDriver
import Multiformats
import NodeRecords
import Primitives
import Secp256k1

/// A node of each version of discovery that waits for answers of another one, and what that one may send.
private struct WaitingNodes {
    static let iv = [UInt8](repeating: 0, count: 16)
    static let receiveKey = [UInt8](repeating: 2, count: 16)

    let own: NodeRecord
    let other: NodeRecord
    let third: NodeRecord
    let otherKey: Secp256k1PrivateKey
    let contact: NodeContact
    /// What the other is asked to sign.
    let challenge = DiscoveryPacket(.challenge(idNonce: .init(), recordSequence: 1), nonce: .init(), maskingIV: WaitingNodes.iv)
    var newer: DiscoveryMachine
    var older: Version4Machine

    var address: NodeAddress { contact.address }

    init() throws {
        let key = try FuzzTarget.key(1)
        (own, other, third) = (try FuzzTarget.record(1), try FuzzTarget.record(2), try FuzzTarget.record(3))
        otherKey = try FuzzTarget.key(2)
        let endpoint = NodeEndpoint(address: IPAddress("10.0.0.2") ?? .v4(.init()), port: 9000)
        contact = NodeContact(publicKey: other.publicKey, endpoint: endpoint, tcp: 0, record: other)
        newer = try DiscoveryMachine(key: key, entries: own.entries, sequence: 1)
        older = Version4Machine(key: key, record: own)
        askByVersion5()
        askByVersion4()
    }

    private mutating func askByVersion5() {
        newer.sessions.begin(address, sendKey: [UInt8](repeating: 1, count: 16), receiveKey: Self.receiveKey, remote: other)
        newer.challenges[address] = [SentChallenge(data: challenge.authenticated, record: other, deadline: 1_000)]
        newer.table.offer(contact, now: 1)
        let distances = [0, NodeDistance(other.nodeID, third.nodeID).log2]
        let questions: [DiscoveryMessage] = [
            .ping(RequestID(1), recordSequence: 1), .findNode(RequestID(2), distances: distances),
            .talkRequest(RequestID(3), protocol: [1], request: [2]),
        ]
        for question in questions { newer.request(question, of: contact, for: .caller, now: 1) }
        newer.request(.findNode(RequestID(4), distances: [0]), of: contact, for: .record, now: 1)
        let lookup = LookupID(number: 1)
        newer.request(.findNode(RequestID(5), distances: distances), of: contact, for: .lookup(lookup), now: 1)
        newer.lookups[lookup] = NodeLookup(target: own.nodeID, localID: own.nodeID, from: [contact])
        newer.requestsByNonce[PacketNonce()] = RequestID(1)
        _ = newer.takeOutput()
    }

    private mutating func askByVersion4() {
        let (target, lookup) = (other.publicKey.coordinates, LookupID(number: 1))
        older.table.offer(contact, now: 1)
        older.note(address, now: 1) { ($0.ping, $0.pong) = (1, 1) }
        older.pings[address] = Version4Machine.SentPing(contact: contact, hash: .zero, deadline: 1_000, isCheck: true)
        older.recordRequests[address] = (contact: contact, hash: .zero, deadline: 1_000)
        older.lookups[lookup] = (lookup: NodeLookup(target: own.nodeID, localID: own.nodeID, from: [contact]), target: target)
        older.queries[address] = Version4Machine.Query(contact: contact, lookup: lookup, target: target, stage: .asked, deadline: 1_000)
    }

    // MARK: What is sent to them

    /// Messages with the numbers of the questions.
    var messages: [DiscoveryMessage] {
        [
            .ping(RequestID(9), recordSequence: 2), .pong(RequestID(1), recordSequence: 2, seenAt: contact.endpoint),
            .findNode(RequestID(9), distances: [0, 256]), .nodes(RequestID(2), total: 2, records: [other, third]),
            .nodes(RequestID(4), total: 1, records: [other]), .nodes(RequestID(5), total: 1, records: [third]),
            .talkRequest(RequestID(9), protocol: [1], request: [2]), .talkResponse(RequestID(3), response: [3]),
        ]
    }

    var version4Messages: [Version4Message] {
        let place = Version4Endpoint(contact.endpoint)
        let neighbor = Version4Message.Neighbor(endpoint: place, key: third.publicKey.coordinates)
        return [
            .ping(version: 4, from: place, to: place, expires: 9, recordSequence: 1),
            .pong(to: place, ping: .zero, expires: 9, recordSequence: 1), .findNode(target: own.publicKey.coordinates, expires: 9),
            .recordRequest(expires: 9), .neighbors([neighbor], expires: 9),
            .neighbors([Version4Message.Neighbor](repeating: neighbor, count: 8), expires: 9),
            .recordResponse(request: .zero, record: other.encoded),
        ]
    }

    /// A challenge, a message of the session, and a handshake with a good proof.
    func packets() throws -> [DiscoveryPacket] {
        var message = DiscoveryPacket(.message(source: other.nodeID), nonce: .init(), maskingIV: Self.iv)
        message.message = try seal(message, key: Self.receiveKey)
        let ephemeral = try FuzzTarget.key(3)
        let point = FixedBytes<33>(ephemeral.publicKey.compressed) ?? .init()
        let signature = IdentityProof.sign(
            challenge: challenge.authenticated, ephemeralKey: point, recipient: own.nodeID, by: otherKey)
        let proof = HandshakeProof(source: other.nodeID, signature: signature, ephemeralKey: point, record: other.encoded)
        let keys = try SessionKeys(
            key: ephemeral, other: own.publicKey, initiator: other.nodeID, recipient: own.nodeID, challenge: challenge.authenticated)
        var handshake = DiscoveryPacket(.handshake(proof), nonce: .init(), maskingIV: Self.iv)
        handshake.message = try seal(handshake, key: keys.initiator)
        return [challenge, message, handshake]
    }

    private func seal(_ packet: DiscoveryPacket, key: [UInt8]) throws -> [UInt8] {
        let ping = DiscoveryMessage.ping(RequestID(9), recordSequence: 1)
        return try DiscoveryCipher.seal(ping.encoded, key: key, nonce: packet.nonce, authenticating: packet.authenticated)
    }

    /// A datagram of discovery 5 with this header in clear and what follows it.
    func datagram(_ clear: [UInt8]) throws -> [UInt8] {
        let authSize = clear.count >= 23 ? Int(clear[21]) << 8 | Int(clear[22]) : 0
        let header = Array(clear.prefix(23 + authSize))
        return Self.iv + (try DiscoveryCipher.mask(header, for: own.nodeID, iv: Self.iv)) + clear.dropFirst(header.count)
    }

    /// A packet of discovery 4 that the other signed.
    func version4Datagram(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
        let signed = [type] + data
        let signature = otherKey.sign(Keccak256.hash(signed))
        let rest = signature.compact + [signature.recoveryID] + signed
        return Keccak256.hash(rest).bytes + rest
    }
}

extension FuzzTarget {
    /// What another node sends to one that waits for its answers, sealed, signed and masked for the input. The first byte chooses
    /// among messages of version 5, messages of version 4 and packets of version 5.
    static let discovery = FuzzTarget("discovery", "packets and messages of discovery 4 and 5", maximumLength: 1_400) { _ in
        let prepared = try WaitingNodes()
        var seeds: [[UInt8]] = prepared.messages.map { [0] + $0.encoded }
        for message in prepared.version4Messages { seeds.append([1, message.type] + message.data) }
        for packet in try prepared.packets() { seeds.append([2] + packet.header + packet.message) }
        return Prepared(seeds: seeds) { bytes in
            var (input, nodes) = (FuzzInput(bytes), prepared)
            switch input.index(below: 3) {
            case 0:
                let message = try DiscoveryMessage(input.rest())
                promise((try? DiscoveryMessage(message.encoded)) == message, "a message of discovery")
                nodes.newer.handle(message, from: nodes.address, now: 2)
            case 1:
                let (type, data) = (input.byte(), input.rest())
                nodes.older.receive(nodes.version4Datagram(type, data), from: nodes.contact.endpoint, now: 2, unixTime: 1)
                nodes.older.tick(now: 2, unixTime: 1)
                let message = try Version4Message(type: type, data: data)
                // An address that is none is written as one, so that bytes are compared; they may be more than were read.
                let written = message.data
                guard written.count <= DiscoveryPacket.maximumSize else { break }
                promise((try? Version4Message(type: message.type, data: written))?.data == written, "a message of discovery 4")
            default:
                nodes.newer.receive(try nodes.datagram(input.rest()), from: nodes.contact.endpoint, now: 2)
                nodes.newer.tick(now: 2)
            }
            let answers = nodes.newer.takeOutput() + nodes.older.takeOutput()
            promise(answers.reduce(0) { $0 + $1.bytes.count } <= 8 * 1_280, "more answers than a question is worth")
        }
    }
}

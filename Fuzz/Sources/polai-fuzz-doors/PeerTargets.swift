import AckRecords
import BeaconTypes
import ContentRouting
import FuzzDriver
import JSON
@testable import PeerIdentity
import Primitives

extension FuzzTarget {
    static let ackRecord = FuzzTarget("ack-record", "ACK records of the DHT in their signed envelopes", maximumLength: 1024) { _ in
        let key = try PeerKeyPair(seed: [UInt8](repeating: 7, count: 32))
        let vote = SignedUpdateAck(
            message: UpdateAck(
                slot: 3, anchorRoot: .zero, updateId: Keccak256.hash([1]), author: 0, verdict: 1, adapterRoot: .zero, lossBefore: 1,
                lossAfter: 0), validatorIndex: 2, signature: BLSSignature(),
            innerSignature: BLSSignature())
        let record = try AckRecordEnvelope.record(vote, publicKey: BLSPubkey(), peerKey: key, now: 0, spec: .pol)
        return Prepared(seeds: [record.value]) { bytes in
            let envelope = try AckRecordEnvelope(value: bytes, spec: .pol)
            promise(envelope.vote.message.verdict == bytes[0], "a vote under another verdict")
        }
    }

    /// The first byte chooses envelope, public key message, multihash or one of the texts.
    static let peers = FuzzTarget("peers", "libp2p keys, peer ids and signed envelopes", maximumLength: 1024) { vectors in
        let json = try JSONValue(parsing: vectors.bytes("PeerIdentity", "peers.json"))
        var seeds: [[UInt8]] = []
        for peer in json.array ?? [] {
            seeds.append([0] + (try [UInt8](hex: peer["envelope"]?.string ?? "")))
            seeds.append([1] + (try [UInt8](hex: peer["publicKeyMessage"]?.string ?? "")))
            seeds.append([2] + Array((peer["base58"]?.string ?? "").utf8))
            seeds.append([2] + Array((peer["cid"]?.string ?? "").utf8))
        }
        let domain = json.array?.first?["domain"]?.string ?? ""
        let payloadType = try [UInt8](hex: json.array?.first?["payloadType"]?.string ?? "")
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            switch input.index(below: 3) {
            case 0:
                let bytes = input.rest()
                let envelope = try SignedEnvelope(bytes: bytes, domain: domain, payloadType: payloadType)
                promise((try? SignedEnvelope(bytes: envelope.bytes, domain: domain, payloadType: payloadType)) == envelope, "envelope")
            case 1:
                let bytes = input.rest()
                let key = try PeerPublicKey(message: bytes)
                promise(key.message == bytes, "a key has a second message")
                promise(PeerID(key.peerID.description) == key.peerID, "a peer id changes as text")
            default:
                guard let id = PeerID(String(decoding: input.rest(), as: UTF8.self)) else { return }
                promise(PeerID(base58: id.description) == id && PeerID(cid: id.cid) == id, "a peer id changes as text")
            }
        }
    }
}

@testable import ContentNetwork
import Foundation
import FuzzDriver
import GossipSub
import JSON
import Kademlia
@testable import LibP2PProtocols
import Multiformats
import NIOCore
import PeerIdentity
import Primitives

extension FuzzTarget {
    private static func pair(_ seed: UInt8) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)) }

    /// The input is what a peer sends, cut in parts: to a listener that has heard an honest dialer so far or not, and to one
    /// inside TLS, which reads Yamux at once.
    static let connection = FuzzTarget("connection", "multistream-select, Noise and Yamux of a connection", maximumLength: 4096) { _ in
        let (one, two) = (try pair(1), try pair(2))
        func established() throws -> ConnectionMachine {
            var machine = try ConnectionMachine(isDialer: false, identity: two, securities: [.tls])
            var dialer = try ConnectionMachine(isDialer: true, identity: one, securities: [.tls])
            try dialer.start()
            if let hello = try dialer.nextOutput() { _ = try machine.receive(hello) }
            _ = try machine.secured(RemotePublicKey(one.publicKey), applicationProtocol: ConnectionMachine.muxer)
            _ = try machine.nextOutput()
            return machine
        }
        let muxed = try established()
        var seeds: [[UInt8]] = []
        var dialer = try ConnectionMachine(isDialer: true, identity: one)
        try dialer.start()
        if let hello = try dialer.nextOutput() { seeds.append([0] + FuzzInput.part(Array(hello.readableBytesView))) }
        var session = YamuxSession(isDialer: true)
        let id = try session.open()
        try session.send(ByteBuffer(string: "hello"), on: id)
        session.ping(7)
        session.closeWrite(id)
        while let frame = session.nextFrame() { seeds.append([1] + FuzzInput.part(Array(frame.readableBytesView))) }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            var machine = input.flag() ? muxed : try ConnectionMachine(isDialer: false, identity: two)
            while !input.isEmpty {
                for event in try machine.receive(ByteBuffer(bytes: input.part())) {
                    switch event {
                    case .stream(.opened(let id)): machine.session.accept(id)
                    case .stream(.data(let id, let bytes)):
                        machine.session.consumed(bytes.readableBytes, on: id, now: 1)
                        try? machine.session.send(bytes, on: id)
                    default: break
                    }
                }
                promise(machine.session.inboundStreamCount <= YamuxLimits().inboundStreams, "more streams than are granted")
                while try machine.nextOutput() != nil {}
            }
        }
    }

    /// The first byte chooses the message.
    static let networkMessages = FuzzTarget(
        "network-messages", "identify, Kademlia, gossip, blob, relay, AutoNAT and hole punching messages", maximumLength: 4096
    ) { _ in
        let (one, address) = (try pair(1), try Multiaddr("/ip4/8.8.8.8/tcp/13337"))
        let peer = RelayPeer(id: one.peerID, addresses: [address])
        var identify = IdentifyMessage()
        (identify.listenAddresses, identify.protocols, identify.agentVersion) = ([address], ["/a"], "polai")
        let voucher = try RelayVoucher(relay: one.peerID, peer: one.peerID, expires: 9).sealed(by: one)
        let record = KademliaMessage.Record(key: [1], value: [2])
        var gossip = GossipRPC()
        gossip.graft = ["topic"]
        let seeds: [[UInt8]] = [
            [0] + identify.bytes,
            [1] + KademliaMessage(.putValue, key: [1], record: record).bytes,
            [2] + gossip.bytes,
            [3] + BlobExchange.Request(id: .zero, offset: 1, length: 2).bytes,
            [4] + BlobExchange.Answer(total: 3, bytes: [1, 2]).message,
            [5] + RecordExchange.request([[1], [2]]), [6] + RecordExchange.answer([record]),
            [7] + HopMessage(.connect, peer: peer).bytes,
            [7]
                + HopMessage(
                    .ok, reservation: RelayReservation(expires: 1, addresses: [address], voucher: voucher),
                    limit: RelayLimit(duration: 1, data: 2)
                ).bytes,
            [8] + StopMessage(connect: peer, limit: RelayLimit(duration: 1, data: 2)).bytes,
            [9] + AutoNATMessage.dial(peer).bytes, [9] + AutoNATMessage.response(.ok, text: "x", address: address).bytes,
            [10] + HolePunchMessage(.connect, addresses: [address]).bytes, [10] + HolePunchMessage(.sync).bytes,
            [11] + voucher, [12] + (try PeerRecord(peer: one.peerID, sequence: 1, addresses: [address]).sealed(by: one)),
            [13] + address.bytes, [14] + DialRequestMessage.request([address], nonce: 1).bytes,
            [14] + DialRequestMessage.response(.ok, index: 0, dial: .ok).bytes, [14] + DialRequestMessage.data([1]).bytes,
            [14] + DialRequestMessage.dataRequest(index: 0, count: 30_000).bytes, [15] + DialBackMessage(nonce: 1).bytes,
        ]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 16)
            let rest = input.rest()
            switch kind {
            case 0:
                var message = IdentifyMessage()
                try message.merge(rest)
                promise(message.listenAddresses.count <= IdentifyMessage.maximumAddresses, "more addresses than are kept")
                var again = IdentifyMessage()
                promise((try? again.merge(message.bytes)) != nil && again == message, "identify")
            case 1:
                let message = try KademliaMessage(bytes: rest)
                promise((try? KademliaMessage(bytes: message.bytes)) == message, "Kademlia message")
            case 2: _ = try GossipRPC(bytes: rest)
            case 3:
                let request = try BlobExchange.Request(bytes: rest)
                promise((try? BlobExchange.Request(bytes: request.bytes)) == request, "blob request")
            case 4: _ = try BlobExchange.Answer(message: rest)
            case 5: promise(try RecordExchange.keys(rest).count <= RecordExchange.maximumKeys, "more keys than are read")
            case 6: _ = try RecordExchange.records(rest)
            case 7:
                let message = try HopMessage(bytes: rest)
                promise((try? HopMessage(bytes: message.bytes)) == message, "hop message")
            case 8:
                let message = try StopMessage(bytes: rest)
                promise((try? StopMessage(bytes: message.bytes)) == message, "stop message")
            case 9:
                let message = try AutoNATMessage(bytes: rest)
                promise((try? AutoNATMessage(bytes: message.bytes)) == message, "AutoNAT message")
            case 10:
                let message = try HolePunchMessage(bytes: rest)
                promise((try? HolePunchMessage(bytes: message.bytes)) == message, "hole punching message")
                var machine = HolePunchMachine(own: [address])
                _ = try machine.receive(message, now: 0)
            case 11: _ = try RelayVoucher(envelope: rest)
            case 12: _ = try PeerRecord(envelope: rest)
            case 14:
                let message = try DialRequestMessage(bytes: rest)
                promise((try? DialRequestMessage(bytes: message.bytes)) == message, "AutoNAT v2 message")
                var machine = DialRequestMachine(addresses: [address], nonce: 1)
                _ = try machine.receive(message, heard: address)
            case 15:
                let call = try DialBackMessage(bytes: rest)
                promise((try? DialBackMessage(bytes: call.bytes)) == call, "dial back")
                _ = DialBackMessage.isTaken(rest)
            default:
                let read = try Multiaddr(bytes: rest)
                promise((try? Multiaddr(bytes: read.bytes)) == read, "multiaddr")
                _ = (read.ip, read.isPublic, read.isBareTCP, read.withoutPeer, read.description)
            }
        }
    }

    static let certificates = FuzzTarget("certificates", "certificates of libp2p's TLS", maximumLength: 2048) { vectors in
        let json = try JSONValue(parsing: vectors.bytes("LibP2PProtocols", "tls-certificates.json"))
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        return Prepared(seeds: try (json.array ?? []).map { try [UInt8](hex: $0["hex"]?.string ?? "") }) { bytes in
            _ = try TLSCertificate.identity(of: [bytes], expected: nil, now: now)
        }
    }
}

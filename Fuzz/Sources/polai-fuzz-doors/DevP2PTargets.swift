@testable import EthProtocol
import ExecutionChain
import FuzzDriver
import Multiformats
@testable import NodeRecords
import Primitives
@testable import RLPx
import Secp256k1
import Transactions

extension FuzzTarget {
    static func key(_ number: UInt8) throws -> Secp256k1PrivateKey { try Secp256k1PrivateKey(Keccak256.hash([number])) }

    static func record(_ number: UInt8) throws -> NodeRecord {
        var entries = NodeRecordEntries()
        if let address = IPAddress("10.0.0.\(number)") { entries.setUDP(NodeEndpoint(address: address, port: 9000)) }
        entries.eth = ForkID(hash: Bytes4(), next: 1)
        return try NodeRecord(entries, sequence: 1, signedBy: key(number))
    }

    /// The first byte chooses the reader.
    static let nodeRecords = FuzzTarget("node-records", "node records, enode addresses and fork ids", maximumLength: 512) { _ in
        let good = try record(1)
        let seeds = [
            [0] + good.encoded, [1] + Array(good.text.utf8), [2] + Array((good.enode?.description ?? "").utf8),
            [3, 0xc7, 0xc6, 0x84, 1, 2, 3, 4, 5],
        ]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 4)
            let rest = input.rest()
            switch kind {
            case 0:
                let record = try NodeRecord(encoded: rest)
                // Written anew from what was read of it; 64 bytes of signature and their prefix stand before the rest of the list.
                let content = NodeRecord.content(sequence: record.sequence, record.entries)
                let items = content.dropFirst(content[0] > 0xf7 ? Int(content[0]) - 0xf6 : 1)
                var written: [UInt8] = [0xb8, 64]
                written += rest.suffix(items.count + 64).prefix(64)
                written += items
                promise(Array(rest.suffix(written.count)) == written, "a record's bytes")
            case 1:
                let record = try NodeRecord(text: String(decoding: rest, as: UTF8.self))
                promise(try NodeRecord(text: record.text) == record, "a record's text")
            case 2:
                let url = try EnodeURL(String(decoding: rest, as: UTF8.self))
                promise((try? EnodeURL(url.description)) == url, "an enode address")
            default:
                var entries = NodeRecordEntries()
                entries[item: "eth"] = rest
                _ = entries.eth
            }
        }
    }

    /// What a peer sends on a connection that is at its beginning or open.
    static let rlpx = FuzzTarget("rlpx", "handshakes, hellos, frames and messages of RLPx", maximumLength: 4_096) { _ in
        var generator = SystemRandomNumberGenerator()
        let eth = [OfferedCapability(Capability("eth", 68), messages: 17)]
        let secrets = HandshakeSecrets(using: &generator)
        let (one, two) = (try key(1), try key(2))
        var dialer = try RLPxConnection(dialing: two.publicKey, by: one, offering: eth, clientID: "one", secrets: secrets)
        let fresh = RLPxConnection(acceptingBy: two, offering: eth, clientID: "two", secrets: secrets)
        var open = fresh
        let auth = dialer.takeOutput()
        _ = open.receive(auth)
        _ = dialer.receive(open.takeOutput())
        _ = open.receive(dialer.takeOutput())
        let hello = dialer.hello.encoded
        let prepared = open
        let seeds = [
            [0] + auth, [1] + hello, [2] + MessageCompression.compress(hello), [3, 16] + hello, [3, 1, 0xc1, 4], [3, 2, 0xc0],
            [4] + (try HandshakePacket.open(auth, by: two)),
        ]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 5)
            switch kind {
            case 0:
                var connection = fresh
                _ = connection.receive(input.rest())
            case 1:
                let hello = try Hello(input.rest())
                promise((try? Hello(hello.encoded))?.capabilities.count == hello.capabilities.count, "a hello")
            case 2: promise(try MessageCompression.decompress(input.rest()).count <= 16 << 20, "more than a message holds")
            case 3:
                var (connection, events) = (prepared, [RLPxConnection.Event]())
                try connection.handle(.init(id: UInt64(input.byte()), data: input.rest()), &events)
            default:
                let body = input.rest()
                _ = try? AckMessage(body)
                _ = try AuthMessage(body)
            }
        }
    }

    /// The first byte chooses the version, the second the message.
    static let eth = FuzzTarget("eth", "messages of the eth protocol, and what a session makes of them", maximumLength: 4_096) { _ in
        let schedule = ForkSchedule(genesis: .zero, blocks: [100], times: [])
        let status = EthStatus(
            networkID: 1, genesis: .zero, forkID: schedule.id(number: 0, time: 0), head: .zero, totalDifficulty: 1, blocks: 0...1)
        let header = BlockHeader(number: 1)
        let messages: [EthMessage] = [
            .status(status), .newBlockHashes([.init(hash: .zero, number: 1)]), .transactions([[2, 1]]),
            .getBlockHeaders(id: 1, .init(origin: .number(1), limit: 2)), .blockHeaders(id: 1, [header]), .getBlockBodies(id: 1, [.zero]),
            .blockBodies(id: 1, [BlockBody(Block(header: header, transactions: [[2, 1]], ommers: [header], withdrawals: []))]),
            .newBlock(Block(header: header), totalDifficulty: 1), .newPooledTransactionHashes([.init(type: 2, size: 1, hash: .zero)]),
            .pooledTransactions(id: 1, [[3, 1]]),
            .receipts(id: 1, [[.init(kind: .legacy, outcome: .status(true), cumulativeGasUsed: 1, logs: [])]]),
        ]
        var session = EthSession(version: .eth68, status: status, firstID: 1, now: 0)
        try session.greet(status, schedule: schedule, head: (0, 0))
        _ = session.open({ .getBlockBodies(id: $0, [.zero]) }, now: 0)
        let prepared = session
        var seeds: [[UInt8]] = []
        for version in EthVersion.allCases {
            for message in messages { seeds.append([UInt8(version.rawValue - 68), UInt8(message.code)] + message.encoded(version)) }
        }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let version: EthVersion = input.flag() ? .eth69 : .eth68
            let (code, data) = (UInt64(input.byte()), input.rest())
            let message = try EthMessage(code, data: data, version)
            promise((try? EthMessage(code, data: message.encoded(version), version)) == message, "a message of eth")
            guard version == .eth68 else { return }
            var session = prepared
            try session.admit(code, size: data.count, now: 1)
            try session.take(ReadMessage(code, data: data, version), now: 1)
        }
    }
}

import Foundation
import JSON
import LibP2PProtocols
import MessagePack
import Multiformats
import NIOCore
import PeerIdentity
import Primitives
import RSASignatures
import Testing

@testable import HivemindWire

/// Bytes that hivemind 1.1.12 made, by `scripts/vectors/hivemind_vectors.py`.
@Suite("Hivemind known answers")
struct KnownAnswerTests {
    struct Vectors: Decodable {
        struct Place: Decodable { var packed, id: String }
        struct Record: Decodable {
            var key, subkey, value, signed, serialised: String
            var expiration: Double
        }
        var ids: [Place]
        var messages, frames: [String: String]
        var dictionary, privateKey: String
        var records: [Record]
    }

    static func vectors() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "hivemind", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    static let node = DHTID(bytes: (0..<20).map { UInt8($0) })

    @Test("places of keys")
    func places() throws {
        let places = try Self.vectors().ids
        #expect(places.count == 8)
        for place in places {
            let key = try MessagePackValue(bytes: [UInt8](hex: place.packed))
            #expect(DHTID(key: key).bytes.bareHex == place.id)
        }
        #expect(DHTID(key: "run_x.0b").bytes.bareHex == places[1].id)
        #expect(MessagePackValue.tuple([.text("pair"), .float(1.5)]).bytes.bareHex == places[4].packed)
        #expect(try MessagePackValue(bytes: [UInt8](hex: places[4].packed)).tuple == [.text("pair"), .float(1.5)])
    }

    @Test("messages, read and written byte for byte")
    func messages() throws {
        let bytes = try Self.vectors().messages.mapValues { try [UInt8](hex: $0) }
        func same<Message: Equatable>(
            _ name: String, _ message: Message, _ written: [UInt8], _ read: ([UInt8]) throws -> Message
        ) throws {
            let expected = try #require(bytes[name])
            #expect(written == expected, "\(name)")
            #expect(try read(expected) == message, "\(name)")
        }
        let (ping, emptyPing) = (PingRequest(node: Self.node, validates: true), PingRequest(node: nil))
        try same("ping", ping, ping.bytes, PingRequest.init(bytes:))
        try same("emptyPing", emptyPing, emptyPing.bytes, PingRequest.init(bytes:))
        let pong = PingResponse(node: Self.node, time: 1_700_000_000.25, isAvailable: true)
        try same("pong", pong, pong.bytes, PingResponse.init(bytes:))
        func id(_ byte: UInt8) throws -> DHTID { try #require(DHTID(bytes: [UInt8](repeating: byte, count: 20))) }
        let store = StoreRequest(
            [
                .init(key: try id(0), value: [0x76], expiration: 1_700_000_000.25),
                .init(key: try id(1), subkey: StoreRequest.wholeDictionary, value: [], expiration: 1, isCache: true),
                .init(key: try id(2), subkey: [0xa1, 0x73], value: [UInt8](repeating: 0x77, count: 200), expiration: 2e9),
            ], node: Self.node)
        try same("store", store, store.bytes, StoreRequest.init(bytes:))
        let stored = StoreResponse([true, false, true], node: Self.node)
        try same("stored", stored, stored.bytes, StoreResponse.init(bytes:))
        let find = FindRequest([try id(9), try id(0)], node: Self.node)
        try same("find", find, find.bytes, FindRequest.init(bytes:))
        let peer = PeerID(try #require(Multihash(bytes: [0, 0x24] + [UInt8](repeating: 0, count: 36))))
        let found = FindResponse(
            [
                FindResult(.value(Array("value".utf8), expiration: 1_700_000_001.5), nearest: [HivemindPeer(node: try id(1), id: peer)]),
                FindResult(.nothing, nearest: []), FindResult(.dictionary([0x64], expiration: 3), nearest: []),
            ], node: Self.node)
        try same("found", found, found.bytes, FindResponse.init(bytes:))
    }

    @Test("frames of calls")
    func frames() throws {
        let bytes = try Self.vectors().frames.mapValues { try [UInt8](hex: $0) }
        let id = (0..<16).map { UInt8($0) }
        let peer = [0x12, 0x20] + [UInt8](repeating: 0, count: 32)
        let expected: [String: UnaryFrame.Body] = [
            "call": .call(peer: peer, name: PingRequest.name, data: Array("data".utf8)), "response": .response(Array("answer".utf8)),
            "emptyResponse": .response([]), "error": .failure("no"), "cancel": .cancel,
        ]
        for (name, body) in expected {
            let frame = UnaryFrame(id: id, body)
            #expect(frame.bytes == bytes[name], "\(name)")
            #expect(try UnaryFrame(bytes: try #require(bytes[name])) == frame, "\(name)")
        }
        let error = try #require(bytes["rpcError"])
        #expect(StreamFrame.failure("it failed").bytes == [1, 0, 0, 0, 0, 0, 0, 0, UInt8(error.count)] + error)
    }

    @Test("a dictionary of subkeys")
    func dictionary() throws {
        let bytes = try [UInt8](hex: Self.vectors().dictionary)
        let dictionary = try ExpiringDictionary(bytes: bytes)
        let pair = MessagePackValue.tuple([.text("t"), .integer(1)])
        #expect(dictionary.entries.map(\.subkey) == [try Subkey("p1"), try Subkey(.binary([7])), try Subkey(pair)])
        #expect(dictionary.entries.map(\.expiration) == [1_700_000_000, 1_700_000_005.5, 1_600_000_000])
        #expect(dictionary.entries[0].value == MessagePackValue.tuple([.integer(1), .float(2.5)]).bytes)
        #expect(dictionary.latestExpiration == 1_700_000_005.5)
        #expect(dictionary.bytes == bytes)
    }

    @Test("records of an owner: Python's verify here, and what is signed is the same")
    func owners() throws {
        let vectors = try Self.vectors()
        let key = try RSASigningKey(der: [UInt8](hex: vectors.privateKey))
        for (number, vector) in vectors.records.enumerated() {
            let place = try #require(DHTID(bytes: [UInt8](hex: vector.key)))
            let (subkey, value) = (try [UInt8](hex: vector.subkey), try [UInt8](hex: vector.value))
            let plain = OwnedRecord(key: place, subkey: subkey, value: value, expiration: vector.expiration)
            #expect(plain.signedBytes.bareHex == vector.serialised)
            var signed = plain
            signed.value = try [UInt8](hex: vector.signed)
            try signed.validate()
            #expect(OwnedRecord.strip(signed.value) == value)
            let own = try plain.signed(by: key)
            try own.validate()
            guard number < 2 else {
                #expect(own == plain && !plain.hasOwner, "who owns nothing signs nothing")
                continue
            }
            #expect(plain.hasOwner)
            #expect(throws: HivemindError.unsigned) { try plain.validate() }
            var forged = signed
            forged.value[0] ^= 1
            #expect(throws: HivemindError.badSignature) { try forged.validate() }
            forged = signed
            forged.expiration += 1
            #expect(throws: HivemindError.badSignature) { try forged.validate() }
            forged = signed
            forged.value += signed.value.suffix(signed.value.count - value.count)
            #expect(throws: HivemindError.unsigned) { try forged.validate() }
            #expect(throws: HivemindError.badSignature) {
                try OwnedRecord(key: DHTID(key: "other"), subkey: subkey, value: signed.value, expiration: vector.expiration).validate()
            }
        }
    }
}

import Foundation
import FuzzDriver
import HivemindWire
import JSON
import MessagePack
import NIOCore
import Primitives

extension FuzzTarget {
    /// The first byte chooses the message or the framing.
    static let hivemind = FuzzTarget(
        "hivemind", "Hivemind's messages, both framings of its calls, subkeys, dictionaries and owners' records", maximumLength: 4096,
        words: ["[owner:", "[signature:", "ssh-rsa AAAAB3NzaC1yc2E", "]"]
    ) { vectors in
        let json = try JSONValue(parsing: vectors.bytes("HivemindWire", "hivemind.json"))
        func bytes(_ value: JSONValue?) throws -> [UInt8] { try [UInt8](hex: value?.string ?? "") }
        var seeds: [[UInt8]] = []
        for (number, name) in ["ping", "pong", "store", "stored", "find", "found"].enumerated() {
            seeds.append([UInt8(number)] + (try bytes(json["messages"]?[name])))
        }
        for name in ["call", "response", "error", "cancel"] { seeds.append([6] + (try bytes(json["frames"]?[name]))) }
        seeds.append([7] + [StreamFrame.message([1, 2, 3]), .failure("no"), .end].flatMap(\.bytes))
        seeds.append([8] + (try bytes(json["dictionary"])))
        for record in json["records"]?.array ?? [] {
            seeds.append([9] + FuzzInput.part(try bytes(record["subkey"])) + (try bytes(record["signed"])))
        }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            switch input.index(below: 10) {
            case 0:
                let message = try PingRequest(bytes: input.rest())
                promise((try? PingRequest(bytes: message.bytes)) == message, "ping")
            case 1:
                let message = try PingResponse(bytes: input.rest())
                promise((try? PingResponse(bytes: message.bytes))?.bytes == message.bytes, "pong")
            case 2:
                let message = try StoreRequest(bytes: input.rest())
                promise(message.items.count <= StoreRequest.maximumItems, "more values than are read")
                promise((try? StoreRequest(bytes: message.bytes))?.bytes == message.bytes, "request to store")
            case 3: _ = try StoreResponse(bytes: input.rest())
            case 4:
                let message = try FindRequest(bytes: input.rest())
                promise((try? FindRequest(bytes: message.bytes)) == message, "request to find")
            case 5:
                let message = try FindResponse(bytes: input.rest())
                promise(message.results.allSatisfy { $0.nearest.count <= FindResult.maximumPeers }, "more peers than are read")
                promise((try? FindResponse(bytes: message.bytes))?.bytes == message.bytes, "what was found")
            case 6:
                let frame = try UnaryFrame(bytes: input.rest())
                promise((try? UnaryFrame(bytes: frame.bytes)) == frame, "a frame of a call")
            case 7:
                var buffer = ByteBuffer(bytes: input.rest())
                while let frame = try StreamFrame.next(in: &buffer, limit: 1024) {
                    var again = ByteBuffer(bytes: frame.bytes)
                    promise((try? StreamFrame.next(in: &again, limit: 1024)) == frame, "a frame of a stream")
                }
            case 8:
                let dictionary = try ExpiringDictionary(bytes: input.rest())
                promise((try? ExpiringDictionary(bytes: dictionary.bytes))?.bytes == dictionary.bytes, "a dictionary")
            default:
                let subkey = input.part()
                let record = OwnedRecord(key: DHTID(key: "k"), subkey: subkey, value: input.rest(), expiration: 1)
                _ = OwnedRecord.strip(record.value)
                if let subkey = try? Subkey(bytes: subkey) { promise((try? Subkey(bytes: subkey.bytes)) == subkey, "a subkey") }
                try record.validate()
            }
        }
    }
}

import LibP2P
import Logging
import NIOPosix
import PeerIdentity
import Synchronization
import Testing

@testable import GossipSub

@Suite("Ids of messages that came before")
struct KnownIDsTests {
    private func key(_ topic: String, _ data: [UInt8]) -> KnownIDs.Key { KnownIDs.Key(PubSubMessage(topic: topic, data: data)) }

    @Test("An id is found by topic and data, and the oldest of many is forgotten")
    func bounded() {
        var known = KnownIDs(limit: 3)
        #expect(known[key("t", [1])] == nil)
        for byte in 1...5 as ClosedRange<UInt8> {
            known.note([byte, byte], of: key("t", [byte]))
            known.note([9], of: key("t", [byte]))
        }
        #expect(known.count == 3)
        #expect(known[key("t", [2])] == nil)
        #expect(known[key("t", [5])] == [9])
        #expect(known[key("u", [5])] == nil && known[key("t", [5, 0])] == nil && known[key("t\u{0}", [])] == nil)
        for byte in 6...200 as ClosedRange<UInt8> { known.note([byte], of: key("t", [byte])) }
        #expect(known.count == 3 && known[key("t", [198])] == [198] && known[key("t", [197])] == nil)
    }

    @Test("A message that comes again is not unfolded again, and one of a topic that nobody wants never is")
    func once() throws {
        let unfolded = Mutex<[[UInt8]]>([])
        var parameters = GossipParameters()
        parameters.signing = .strictNoSign
        parameters.messageID = { message in
            unfolded.withLock { $0.append(message.data) }
            return Array(message.data.reversed())
        }
        let host = Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test"))
        let node = GossipSubNode(host: host, parameters: parameters, firstSequence: 0, logger: Logger(label: "test"))
        node.subscribe("t") { _, _ in .accept }
        let messages = [("t", [1, 2]), ("t", [3, 4]), ("t", [1, 2]), ("u", [5, 6])].map { topic, data in
            PubSubMessage(topic: topic, data: data as [UInt8])
        }
        for _ in 0..<2 { #expect(node.ids(of: messages) == [[2, 1], [4, 3], [2, 1], []]) }
        #expect(unfolded.withLock { $0 } == [[1, 2], [3, 4]])
    }
}

import Testing

@testable import ContentRouting

private let news = Topic("news")

@Suite("Topics within a process")
struct LocalTopicsTests {
    @Test("every subscriber hears what is said from then on, in order")
    func order() async throws {
        let topics = LocalTopics()
        await topics.publish([0], on: news)
        var first = await topics.subscribe(news) { _ in .accept }.makeAsyncIterator()
        var second = await topics.subscribe(news) { _ in .accept }.makeAsyncIterator()
        await topics.publish([9], on: Topic("other"))
        for byte in 1...200 as ClosedRange<UInt8> { await topics.publish([byte], on: news) }
        for byte in 1...200 as ClosedRange<UInt8> {
            #expect(await first.next()?.data == [byte])
            #expect(await second.next()?.data == [byte])
        }
    }

    @Test("what a subscriber ignores or rejects it does not see; others judge for themselves")
    func verdicts() async throws {
        let topics = LocalTopics()
        var odd = await topics.subscribe(news) { $0.data == [1] ? .accept : $0.data == [2] ? .ignore : .reject }.makeAsyncIterator()
        var read = await topics.subscribe(news) { $0.first.map { $0 > 1 ? Int($0) : nil } ?? nil }.makeAsyncIterator()
        for byte in [3, 2, 1] as [UInt8] { await topics.publish([byte], on: news) }
        #expect(await odd.next()?.data == [1])
        #expect(await read.next() == 3)
        #expect(await read.next() == 2)
    }

    @Test("the end of the topics ends every subscription")
    func end() async throws {
        let topics = LocalTopics()
        var before = await topics.subscribe(news) { _ in .accept }.makeAsyncIterator()
        await topics.publish([1], on: news)
        await topics.finish()
        #expect(await before.next()?.data == [1])
        #expect(await before.next() == nil)
        var after = await topics.subscribe(news) { _ in .accept }.makeAsyncIterator()
        #expect(await after.next() == nil)
    }
}

private struct Named: RecordValidator {
    let name: String
    func validate(_ record: DHTRecord, now: Double) throws { throw RoutingError.invalidRecord(name) }
    func select(_ records: [DHTRecord]) -> Int { 0 }
}

@Suite struct RecordNamespaceTests {
    @Test("the longest prefix decides; bytes need not be text")
    func choice() async throws {
        let namespaces = [RecordNamespace("a:", Named(name: "a")), RecordNamespace("a:b:", Named(name: "ab"))]
        func name(_ key: RecordKey) throws -> String? { (try namespaces.validator(of: key) as? Named)?.name }
        #expect(try name(RecordKey("a:x")) == "a")
        #expect(try name(RecordKey("a:b:x")) == "ab")
        let stranger = RecordKey([0xff, 0x00], subkey: [1])
        #expect(throws: RoutingError.unknownNamespace(stranger)) { try name(stranger) }
        #expect(try (namespaces + [RecordNamespace("", Named(name: "all"))]).validator(of: stranger) is Named)
        #expect(stranger.description == "ff00/01")
        #expect(RecordKey("a:x").description == "a:x")
    }
}

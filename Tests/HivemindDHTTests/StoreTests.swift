import HivemindWire
import Multiformats
import PeerIdentity
import TestSupport
import Testing

@testable import HivemindDHT

@Suite("Values that are kept for others")
struct StoreTests {
    static func peer(_ number: UInt8) -> PeerID {
        PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: number, count: 32)))
    }

    static let key = DHTID(key: "key")
    static let one = peer(1)

    static func value(_ store: HivemindStore, _ key: DHTID = key, now: Double = 0) -> [UInt8]? {
        if case .value(let bytes, _) = store.get(key, now: now) { bytes } else { nil }
    }

    static func entries(_ store: HivemindStore, now: Double = 0) throws -> [String: Double] {
        guard case .dictionary(let dictionary) = store.get(key, now: now) else { return [:] }
        return Dictionary(uniqueKeysWithValues: dictionary.entries.map { ($0.subkey.description, $0.expiration) })
    }

    @Test("the value that expires later stays, whoever sent it")
    func later() {
        var store = HivemindStore()
        #expect(store.put(Self.key, [1], expiration: 10, from: Self.one, now: 0) == true)
        #expect(store.put(Self.key, [2], expiration: 10, from: Self.one, now: 0) == false)
        #expect(store.put(Self.key, [2], expiration: 9, from: Self.peer(2), now: 0) == false)
        #expect(Self.value(store) == [1])
        #expect(store.put(Self.key, [3], expiration: 11, from: Self.peer(2), now: 0) == true)
        #expect(Self.value(store) == [3] && Self.value(store, now: 11) == nil)
        #expect(store.put(Self.key, [4], expiration: 11, from: Self.one, now: 11) == false, "expired as it comes")
        #expect(store.put(Self.key, [5], expiration: 11.5, from: Self.one, now: 11) == true, "what was there has expired")
        #expect(store.put(Self.key, [6], expiration: .nan, from: Self.one, now: 0) == false)
        #expect(store.bytes(of: Self.peer(2)) == 0 && store.byteCount == store.bytes(of: Self.one))
    }

    /// `DHTLocalStorage.store_subkey`.
    @Test("dictionaries and values replace each other by their expirations")
    func dictionaries() throws {
        var store = HivemindStore()
        func put(_ subkey: String?, _ expiration: Double) throws -> Bool {
            try store.put(Self.key, subkey: subkey.map { try Subkey($0) }, [7], expiration: expiration, from: Self.one, now: 0)
        }
        #expect(try [put("a", 10), put("b", 5), put("a", 10), put("b", 4), put("b", 6)] == [true, true, false, false, true])
        #expect(try Self.entries(store) == ["a": 10, "b": 6])
        #expect(try Self.entries(store, now: 6) == ["a": 10])
        #expect(try put(nil, 10) == false, "a value must outlast every entry")
        #expect(try put(nil, 11) == true)
        #expect(Self.value(store) == [7])
        #expect(try [put("c", 11), put("c", 12)] == [false, true])
        #expect(try Self.entries(store) == ["c": 12])
        store.expire(now: 12)
        #expect(store.count == 0 && store.byteCount == 0 && store.bytes(of: Self.one) == 0)
    }

    @Test("of dictionaries together the later entries count, and one answer crowds out no other")
    func merging() throws {
        func dictionary(_ numbers: Range<Int>, _ name: String, _ expiration: Double) throws -> ExpiringDictionary {
            ExpiringDictionary(try numbers.map { .init(subkey: try Subkey("\(name) \($0)"), value: [1], expiration: expiration) })
        }
        let full = try dictionary(0..<ExpiringDictionary.maximumEntries, "hog", 5)
        let honest = try dictionary(0..<2, "honest", 5)
        var value = HivemindValue.dictionary(full)
        value.merge(.dictionary(honest))
        #expect(value == .dictionary(ExpiringDictionary(full.entries + honest.entries)))
        value.merge(.dictionary(try dictionary(0..<1, "honest", 4)))
        value.merge(.dictionary(try dictionary(1..<2, "honest", 6)))
        guard case .dictionary(var merged) = value else {
            Issue.record("no dictionary")
            return
        }
        #expect(merged.entries.suffix(2).map(\.expiration) == [5, 6])
        merged.merge(try dictionary(0..<9, "liar", 7), limit: merged.entries.count + 3)
        #expect(merged.entries.count == full.entries.count + 5 && merged.entries.suffix(4).map(\.expiration) == [6, 7, 7, 7])
    }

    @Test("nothing is kept longer than the longest stay, and is given out with its own expiration")
    func stay() {
        var limits = HivemindStore.Limits()
        limits.longestStay = 100
        var store = HivemindStore(limits: limits)
        #expect(store.put(Self.key, [1], expiration: .infinity, from: Self.one, now: 0) == true)
        #expect(store.get(Self.key, now: 99) == .value([1], expiration: .infinity))
        #expect(store.get(Self.key, now: 100) == nil)
        store.expire(now: 100)
        #expect(store.count == 0)
    }

    @Test("bytes of a value, of a peer and in all are bounded; who holds the most gives way")
    func room() throws {
        var limits = HivemindStore.Limits()
        (limits.bytes, limits.bytesPerPeer, limits.valueSize) = (100 * 1024, 64 * 1024, 10_000)
        var store = HivemindStore(limits: limits)
        func key(_ number: Int) -> DHTID { DHTID(key: "\(number)") }
        #expect(store.put(key(0), [UInt8](repeating: 0, count: 10_001), expiration: 10, from: Self.one, now: 0) == false)
        var kept = 0
        let kilobyte = [UInt8](repeating: 0, count: 768)
        for number in 0..<100 where store.put(key(number), kilobyte, expiration: 100 - Double(number), from: Self.one, now: 0) {
            kept += 1
        }
        #expect(kept == 64 && store.bytes(of: Self.one) == 64 * 1024)
        for number in 100..<136 {
            #expect(store.put(key(number), [UInt8](repeating: 0, count: 768), expiration: 50, from: Self.peer(2), now: 0) == true)
        }
        #expect(store.byteCount == 100 * 1024)
        // Full: the first peer's values make room, soonest expiring first.
        #expect(store.put(key(200), [UInt8](repeating: 0, count: 768), expiration: 1, from: Self.peer(3), now: 0) == true)
        #expect(store.byteCount <= limits.bytes && store.get(key(200), now: 0) != nil)
        #expect(store.get(key(63), now: 0) == nil && store.get(key(0), now: 0) != nil && store.get(key(135), now: 0) != nil)
        // Who holds the most makes nobody else give way.
        while store.put(key(Int.random(in: 1000...9_999_999)), [UInt8](repeating: 0, count: 768), expiration: 9, from: Self.one, now: 0) {}
        #expect(store.bytes(of: Self.peer(2)) == 36 * 1024 && store.bytes(of: Self.peer(3)) == 1024)
    }

    @Test("a dictionary is bounded, and one peer cannot keep the others out of it")
    func fairDictionary() throws {
        var limits = HivemindStore.Limits()
        (limits.subkeys, limits.dictionaryBytes) = (64, 1 << 20)
        var store = HivemindStore(limits: limits)
        func put(_ subkey: String, _ peer: PeerID, _ expiration: Double = 10) throws -> Bool {
            try store.put(Self.key, subkey: Subkey(subkey), [1], expiration: expiration, from: peer, now: 0)
        }
        for number in 0..<64 { #expect(try put("hog \(number)", Self.one, 10 + Double(number)) == true) }
        #expect(try [put("hog more", Self.one), put("honest", Self.peer(2))] == [false, true])
        let entries = try Self.entries(store)
        #expect(entries["honest"] == 10 && entries.count <= 64 && entries["hog 63"] == 73 && entries["hog 0"] == nil)
        limits.dictionaryBytes = 1000
        store = HivemindStore(limits: limits)
        #expect(try ["a", "b", "c", "d"].map { try put($0, Self.one) } == [true, true, true, false])
        #expect(try put("d", Self.peer(2)) == true)
        #expect(store.byteCount <= 1000)
    }

    /// Any sequence of changes: the sums agree with what can be read, and every answer with Python's rules told plainly.
    @Test("many changes against a plain twin", arguments: 0..<8)
    func twin(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var store = HivemindStore()
        var twin: [Int: (regular: (Double, [UInt8])?, entries: [Int: (Double, [UInt8])])] = [:]
        var now = 0.0
        for step in 0..<600 {
            now += Double.random(in: 0...0.5, using: &generator)
            let key = Int.random(in: 0..<3, using: &generator)
            let subkey = Bool.random(using: &generator) ? Int.random(in: 0..<4, using: &generator) : nil
            let expiration = now + Double(Int.random(in: -2...20, using: &generator))
            let value = [UInt8(truncatingIfNeeded: step)]
            var slot = twin[key] ?? (nil, [:])
            if let regular = slot.regular, regular.0 <= now { slot.regular = nil }
            slot.entries = slot.entries.filter { $0.value.0 > now }
            let latest = max(slot.regular?.0 ?? -1, slot.entries.values.map(\.0).max() ?? -1)
            var expected = expiration > now
            if let subkey {
                let rivals = [slot.regular?.0, slot.entries[subkey]?.0].compactMap(\.self)
                expected = expected && rivals.allSatisfy { expiration > $0 }
                if expected { (slot.regular, slot.entries[subkey]) = (nil, (expiration, value)) }
            } else {
                expected = expected && expiration > latest
                if expected { slot = ((expiration, value), [:]) }
            }
            twin[key] = slot
            let place = DHTID(key: "\(key)")
            let kept = store.put(
                place, subkey: try subkey.map { try Subkey("\($0)") }, value, expiration: expiration,
                from: Self.peer(UInt8(step % 3)), now: now)
            #expect(kept == expected, "step \(step)")
            switch store.get(place, now: now) {
            case nil: #expect(slot.regular == nil && slot.entries.isEmpty)
            case .value(let value, let expiration): #expect(slot.regular?.0 == expiration && slot.regular?.1 == value)
            case .dictionary(let dictionary):
                let found = Dictionary(uniqueKeysWithValues: dictionary.entries.map { ($0.subkey.description, $0.value) })
                #expect(found == Dictionary(uniqueKeysWithValues: slot.entries.map { ("\($0.key)", $0.value.1) }))
            }
            #expect((0..<3).reduce(0) { $0 + store.bytes(of: Self.peer(UInt8($1))) } == store.byteCount)
        }
        store.expire(now: .infinity)
        #expect(store.byteCount == 0 && store.count == 0)
    }
}

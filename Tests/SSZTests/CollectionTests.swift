import Primitives
import SSZ
import SSZOracle
import TestSupport
import Testing

/// `SSZList` and `SSZVector` behave as arrays do, and their cached roots as the recursive root does.
@Suite("Cached collections") struct CollectionTests {
    @Test(
        "every count around the page sizes has the right root", arguments: [0, 1, 3, 4, 5, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1025])
    func counts(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var numbers = SSZList((0..<count).map { _ in generator.next() })
        let limit = Bound<Unshaped>.limit(1 << 40)
        #expect(numbers.cachedHashTreeRoot(limit) == slowRoot(numbers, limit))
        var flags = SSZList((0..<count * 5).map { UInt8(truncatingIfNeeded: $0) })
        #expect(flags.cachedHashTreeRoot(limit) == slowRoot(flags, limit))
        var keys = SSZList((0..<count).map { _ in Bytes48(generator.bytes(48)) ?? Bytes48() })
        #expect(keys.cachedHashTreeRoot(limit) == slowRoot(keys, limit))
        var hashes = SSZVector((0..<count).map { _ in Hash32(generator.bytes(32)) ?? .zero })
        #expect(hashes.cachedHashTreeRoot(.length(UInt64(count))) == slowRoot(hashes, .length(UInt64(count))))
    }

    @Test("small limits") func smallLimits() {
        for limit: UInt64 in [1, 2, 3, 7, 64, 100] {
            var keys = SSZList((0..<Int(limit)).map { _ in Bytes48() })
            #expect(keys.cachedHashTreeRoot(.limit(limit)) == slowRoot(keys, .limit(limit)))
            var numbers = SSZList((0..<limit).map { $0 })
            #expect(numbers.cachedHashTreeRoot(.limit(limit)) == slowRoot(numbers, .limit(limit)))
        }
    }

    @Test("random mutations next to an array") func mutations() {
        var generator = SeededGenerator(seed: 1)
        var list = SSZList<UInt64>()
        var array: [UInt64] = []
        let limit = Bound<Unshaped>.limit(1 << 20)
        for step in 0..<1500 {
            let value = generator.next()
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...3:
                list.append(value)
                array.append(value)
            case 4 where !array.isEmpty:
                let index = Int.random(in: array.indices, using: &generator)
                list[index] = value
                array[index] = value
            case 5 where !array.isEmpty && step % 10 == 0:
                let range = 0..<Int.random(in: array.indices, using: &generator)
                list.removeSubrange(range)
                array.removeSubrange(range)
            case 6:
                list.append(contentsOf: [value, value])
                array.append(contentsOf: [value, value])
            case 7 where array.count > 1:
                list.swapAt(0, array.count - 1)
                array.swapAt(0, array.count - 1)
            default: break
            }
            if step % 50 == 0 { #expect(list.cachedHashTreeRoot(limit) == array.hashTreeRoot(limit), "step \(step)") }
        }
        #expect(Array(list) == array && list.count == array.count && list.array == array)
        #expect(list == SSZList(array) && list.hashValue == SSZList(array).hashValue)
    }

    @Test("copies do not see each other's changes") func copies() {
        let limit = Bound<Unshaped>.limit(1 << 20)
        var original = SSZList<UInt64>(repeating: 7, count: 3000)
        let root = original.cachedHashTreeRoot(limit)
        var copy = original
        copy[2500] = 8
        copy.append(1)
        #expect(copy.cachedHashTreeRoot(limit) == slowRoot(copy, limit))
        #expect(original[2500] == 7 && original.count == 3000)
        #expect(original.cachedHashTreeRoot(limit) == root)
    }

    @Test("whole-array access") func wholeArray() {
        var list = SSZList((0..<2000).map { UInt64($0) })
        let limit = Bound<Unshaped>.limit(1 << 20)
        _ = list.cachedHashTreeRoot(limit)
        list.updateEach { index, value in if index % 700 == 0 { value = 1 } }
        #expect(list[700] == 1 && list[701] == 701)
        #expect(list.cachedHashTreeRoot(limit) == slowRoot(list, limit))
        list.assign(list.map { $0 / 2 })
        #expect(list.cachedHashTreeRoot(limit) == slowRoot(list, limit))
        list.assign([1, 2])
        #expect(list.array == [1, 2])
        #expect(list.cachedHashTreeRoot(limit) == slowRoot(list, limit))
        var seen: [UInt64] = []
        SSZList((0..<2000).map { UInt64($0) }).forEachRun { start, run in
            #expect(start == seen.count)
            seen += run
        }
        #expect(seen == (0..<2000).map { UInt64($0) })
        var vector = SSZVector<Hash32>(repeating: .zero, count: 300)
        vector.updateEach { index, hash in if index == 299 { hash = SHA256.hash([]) } }
        #expect(vector.cachedHashTreeRoot(.length(300)) == slowRoot(vector, .length(300)))
        #expect(vector.description == vector.array.description)
    }

    @Test("runs rewritten and compared") func runs() {
        let limit = Bound<Unshaped>.limit(1 << 20)
        var list = SSZList((0..<2000).map { UInt64($0) })
        _ = list.cachedHashTreeRoot(limit)
        let before = list
        #expect(list.isSame(as: before))
        list.rewriteRuns { start, old, new in
            for offset in old.indices { new[offset] = start + offset == 700 || start + offset == 1999 ? 5 : old[offset] }
        }
        #expect(list[700] == 5 && list[1999] == 5 && list[701] == 701 && before[700] == 700)
        #expect(list.cachedHashTreeRoot(limit) == slowRoot(list, limit))
        #expect(!list.isSame(as: before))
        var changed: [Int] = []
        list.forEachRun(comparedWith: before) { start, _, isShared in if !isShared { changed.append(start) } }
        #expect(changed == [512, 1536])
        let untouched = list
        list.rewriteRuns { _, old, new in for offset in old.indices { new[offset] = old[offset] } }
        #expect(list.isSame(as: untouched))
        list.append(1)
        changed = []
        list.forEachRun(comparedWith: untouched) { start, _, isShared in if !isShared { changed.append(start) } }
        #expect(changed == [1536])
        var bytes = SSZList<UInt8>(repeating: 7, count: 5000)
        _ = bytes.cachedHashTreeRoot(limit)
        bytes.rewriteRuns { _, old, new in for offset in old.indices { new[offset] = offset % 1000 == 999 ? 1 : old[offset] } }
        #expect(bytes.cachedHashTreeRoot(limit) == slowRoot(bytes, limit))
    }
}

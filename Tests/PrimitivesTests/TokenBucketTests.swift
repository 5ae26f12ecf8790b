import Primitives
import Testing

@Suite("A bucket of tokens")
struct TokenBucketTests {
    @Test("a bucket gives what it holds, and fills by the clock")
    func buckets() {
        var bucket = TokenBucket(capacity: 10, rate: 2, now: 5)
        #expect(bucket.take(10, now: 5) == true)
        #expect(bucket.take(1, now: 5.25) == false)
        #expect(bucket.take(1, now: 5.5) == true)
        #expect(bucket.wait(for: 4, now: 5.5) == 2)
        #expect(bucket.wait(for: 11, now: 5.5) == nil)
        // A clock that goes back gives nothing.
        #expect(bucket.take(1, now: 1) == false)
        #expect(bucket.take(10, now: 100) == true)
    }
}

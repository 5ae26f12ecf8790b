import Primitives
import Testing

@testable import ContentNetwork

@Suite("One file from several providers")
struct BlobFetchTests {
    private let file = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    /// Runs a fetch in which provider `n` answers with `answers[n]`, `nil` for no answer. Returns it and all its questions.
    private func run(_ answers: [[UInt8]?], id: Hash32? = nil, limit: Int = 150_000) -> (BlobFetch<Int>, [BlobFetch<Int>.Piece]) {
        var fetch = BlobFetch(id ?? SHA256.hash(file), providers: Array(answers.indices), limit: limit)
        var (open, asked): ([BlobFetch<Int>.Piece], [BlobFetch<Int>.Piece]) = ([], [])
        while fetch.outcome == .running {
            let more = fetch.next()
            (open, asked) = (open + more, asked + more)
            guard !open.isEmpty else { break }
            let piece = open.removeFirst()
            if let bytes = answers[piece.provider] {
                fetch.received(piece.provider, total: bytes.count, Array(bytes.dropFirst(piece.offset).prefix(piece.length)))
            } else {
                fetch.failed(piece.provider)
            }
        }
        return (fetch, asked)
    }

    @Test("pieces come from all providers, and none is asked for twice without need")
    func several() {
        let (fetch, asked) = run([file, file, file])
        #expect(fetch.outcome == .complete(file))
        #expect(fetch.liars.isEmpty)
        #expect(Set(asked.map(\.provider)).count > 1 || asked.count == 4)
        #expect(asked.count <= 8)
    }

    @Test("who fails is passed over, and the file goes on where it was")
    func resumes() {
        #expect(run([nil, file]).0.outcome == .complete(file))
        #expect(run([nil, nil]).0.outcome == .failed)
        var fetch = BlobFetch(SHA256.hash(file), providers: [1, 2], limit: 150_000)
        let first = fetch.next()[0]
        fetch.received(first.provider, total: file.count, Array(file.prefix(first.length)))
        var (open, offsets): ([BlobFetch<Int>.Piece], Set<Int>) = (fetch.next(), [])
        // Nothing that is open means nothing to come: the loop must not outlive the questions.
        while fetch.outcome == .running, !open.isEmpty {
            let piece = open.removeFirst()
            offsets.insert(piece.offset)
            if piece.provider == 1 {
                fetch.failed(1)
            } else {
                fetch.received(piece.provider, total: file.count, Array(file.dropFirst(piece.offset).prefix(piece.length)))
            }
            open += fetch.next()
        }
        #expect(fetch.outcome == .complete(file) && !offsets.contains(0))
    }

    @Test("a liar alone is named; among others the honest one's file is found and the liar named")
    func liars() {
        let wrong = file.map { ~$0 }
        let (alone, _) = run([wrong])
        #expect(alone.outcome == .failed && alone.liars == [0])
        for answers in [[wrong, file], [file, wrong], [wrong, file, wrong]] {
            let (fetch, _) = run(answers)
            #expect(fetch.outcome == .complete(file))
            #expect(fetch.liars.allSatisfy { answers[$0] == wrong })
        }
    }

    @Test("a file over the limit, or of another length than said, is not taken")
    func limits() {
        #expect(run([file], limit: 99_999).0.outcome == .failed)
        var fetch = BlobFetch(SHA256.hash(file), providers: [1], limit: 150_000)
        _ = fetch.next()
        fetch.received(1, total: 100_000, [1, 2, 3])
        #expect(fetch.outcome == .failed)
    }
}

import FuzzDriver
import IPCDoor
import JSON

extension FuzzTarget {
    /// The first byte says where the stream is cut.
    static let jsonFraming = FuzzTarget(
        "json-framing", "JSON texts cut out of a stream, as the IPC socket and its client do", maximumLength: 1024,
        words: ["{", "}", "[", "]", "\"", "\\\"", "\\\\", "\n", "\"id\":1"]
    ) { _ in
        let limit = 256
        let streams = [
            "{\"id\":1,\"params\":[\"}]\\\"\\\\\",{\"a\":[]}]}\n[1] {}", "[[[]]]{}", "{}}", "  {\"a\":", "GET / HTTP/1.1",
            "[\"" + String(repeating: "x", count: 300) + "\"]",
        ]
        return Prepared(seeds: streams.map { [3] + Array($0.utf8) }) { bytes in
            guard let cut = bytes.first else { return }
            let stream = bytes.dropFirst()
            var (whole, pieces) = (JSONFraming(limit: limit), JSONFraming(limit: limit))
            let texts = whole.texts(from: stream)
            var others = pieces.texts(from: stream.prefix(Int(cut)))
            for byte in stream.dropFirst(Int(cut)) { others += pieces.texts(from: CollectionOfOne(byte)) }
            promise(texts == others && whole.failure == pieces.failure, "another result where the stream is cut otherwise")
            promise(texts.allSatisfy { (2...limit).contains($0.count) }, "a text over the limit, or none")
            promise(texts.reduce(0) { $0 + $1.count } <= stream.count, "more bytes than came")
            // One text of JSON is found as it is.
            guard stream.count <= limit, let first = stream.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
                let last = stream.last, last == UInt8(ascii: "}") || last == UInt8(ascii: "]"),
                (try? JSONValue(parsing: Array(stream))) != nil
            else { return }
            promise(texts == [Array(stream)] && whole.failure == nil, "a JSON text that is not found")
        }
    }
}

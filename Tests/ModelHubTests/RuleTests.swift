import Foundation
import Testing

@testable import ModelHub

@Suite("Rules of the hub, without a network")
struct RuleTests {
    @Test("Model ids", arguments: ["HuggingFaceTB/SmolLM2-135M-Instruct", "a/b", "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B"])
    func goodIDs(text: String) throws {
        let id = try RepositoryID(text)
        #expect(id.description == text)
        #expect(id.folderName == text.replacingOccurrences(of: "/", with: "--"))
    }

    @Test(
        "What is no model id", arguments: ["", "a", "a/b/c", "/b", "a/", "../x", "a/..", "a/b--c", "a/-b", "a/b c", "a/ü", "a/b?x", "a/.b"])
    func badIDs(text: String) {
        #expect(throws: HubError.badRepositoryID(text)) { try RepositoryID(text) }
    }

    @Test("File names stay in the folder")
    func fileNames() throws {
        #expect(try RemotePath("a b/ü.safetensors").text == "a b/ü.safetensors")
        for name in ["", ".", "..", "a/../b", "/a", "a/", "a//b", "a\\b", "c:a", "a\nb", "a\u{0}", String(repeating: "a", count: 201)] {
            #expect(throws: HubError.self, "\(name)") { try RemotePath(name) }
        }
    }

    @Test("Addresses are escaped")
    func addresses() throws {
        let endpoint = try HubEndpoint("https://mirror.example/hub/")
        let id = try RepositoryID("a/b")
        #expect(
            try endpoint.tree(id, "refs/pr/1").absoluteString
                == "https://mirror.example/hub/api/models/a/b/tree/refs%2Fpr%2F1?recursive=true")
        #expect(
            try endpoint.file(id, "main", RemotePath("x y/ü#1?.bin")).absoluteString
                == "https://mirror.example/hub/a/b/resolve/main/x%20y/%C3%BC%231%3F.bin")
        let data = try RepositoryID("a/b", kind: .dataset)
        #expect(
            try endpoint.revision(data, "main").absoluteString == "https://mirror.example/hub/api/datasets/a/b/revision/main")
        #expect(
            try endpoint.file(data, "main", RemotePath("x.txt")).absoluteString
                == "https://mirror.example/hub/datasets/a/b/resolve/main/x.txt")
        #expect(try HubEndpoint(nil).url.absoluteString == HubEndpoint.standardAddress)
        for text in ["ftp://x", "http://example.org", "https://", "https://u:p@x", "nonsense", "https://x?q=1"] {
            #expect(throws: HubError.self, "\(text)") { try HubEndpoint(text) }
        }
        for revision in ["", "a b", "../x", "a?b", "/a", "a%2e"] {
            #expect(throws: HubError.badRevision(revision)) { try RepositoryID.checkRevision(revision) }
        }
    }

    @Test("How a transfer goes on")
    func transfers() throws {
        let file = RemoteFile(path: try RemotePath("f"), size: 100, digest: .sha256(String(repeating: "0", count: 64)))
        let fresh = TransferPlan(file: file, present: 0), resumed = TransferPlan(file: file, present: 40)
        #expect(fresh.range == nil && resumed.range == "bytes=40-")
        func step(_ plan: TransferPlan, _ status: Int, _ range: String? = nil, length: String? = nil) throws -> TransferPlan.Step {
            try plan.step(status: status, contentRange: range, contentLength: length, url: "u")
        }
        #expect(try step(fresh, 200, length: "100") == .restart)
        #expect(try step(resumed, 206, "bytes 40-99/100") == .append)
        #expect(try step(resumed, 206, "bytes 40-99/*") == .append)
        #expect(try step(resumed, 206, "bytes 41-99/100") == .discard)
        #expect(try step(resumed, 416) == .discard)
        #expect(throws: HubError.wrongSize(file: "f", expected: 100, actual: 99)) { try step(fresh, 200, length: "99") }
        #expect(throws: HubError.wrongSize(file: "f", expected: 100, actual: 200)) { try step(resumed, 206, "bytes 40-199/200") }
        for range in [nil, "", "bytes", "bytes 5-4/100", "bytes 1-2", "items 1-2/3", "bytes 1-2/2", "bytes -1-2/3"] {
            #expect(throws: HubError.self, "\(range ?? "nil")") { try step(resumed, 206, range) }
        }
        #expect(throws: HubError.unexpectedStatus(500, url: "u")) { try step(fresh, 500) }
    }

    @Test("Listings are a stranger's words")
    func listings() throws {
        let url = try #require(URL(string: "https://hub.example/tree"))
        let sum = String(repeating: "a", count: 40)
        let good = #"[{"type":"file","path":"a","size":3,"oid":"\#(sum)"},{"type":"directory","path":"../x","oid":"x"}]"#
        #expect(try HubListing.files(Array(good.utf8), url: url).map(\.size) == [3])
        for text in [
            "", "{}", "[1]", #"[{"type":"file","path":"a","size":-1,"oid":"\#(sum)"}]"#, #"[{"type":"file","path":"a","oid":"\#(sum)"}]"#,
            #"[{"type":"file","path":"a","size":3,"oid":"zz"}]"#, #"[{"type":"file","path":"../a","size":3,"oid":"\#(sum)"}]"#,
            #"[{"type":"file","path":"a","size":99999999999999999999,"oid":"\#(sum)"}]"#,
        ] { #expect(throws: HubError.self, "\(text)") { try HubListing.files(Array(text.utf8), url: url) } }
        #expect(throws: HubError.self) { try HubListing.commit(Array(#"{"sha":"main"}"#.utf8), url: url) }
        #expect(HubListing.nextPage("<https://x/2>; rel=\"next\", <https://x/9>; rel=\"last\"") == "https://x/2")
        #expect(HubListing.nextPage("<https://x/9>; rel=\"last\"") == nil && HubListing.nextPage(nil) == nil)
    }

    @Test("Checksums: git's blob ids and SHA-256")
    func digests() throws {
        // `git hash-object` of "hello\n", and its SHA-256.
        let bytes = Array("hello\n".utf8)
        for text in ["ce013625030ba8dba906f756967f9e9ca394464a", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"] {
            let digest = try #require(FileDigest(hexadecimal: text))
            var hasher = digest.hasher(size: 6)
            bytes[..<2].withUnsafeBytes { hasher.update($0) }
            bytes[2...].withUnsafeBytes { hasher.update($0) }
            #expect(hasher.finish() == digest)
            #expect(FileDigest(entityTag: "W/\"\(text)\"") == digest)
        }
        #expect(FileDigest(hexadecimal: "CE013625030ba8dba906f756967f9e9ca394464a") == nil && FileDigest(hexadecimal: "ce01") == nil)
    }

    @Test("Shell patterns")
    func patterns() {
        for (text, pattern, expected) in [
            ("a-Q4_K_M.gguf", "*Q4*", true), ("a.gguf", "*.gguf", true), ("a.gguf", "a.gguf", true), ("a.gguf", "?.gguf", true),
            ("a.gguf", "*.safetensors", false), ("", "*", true), ("abab", "*ab", true), ("abc", "a*b", false), ("x/y.gguf", "*.gguf", true),
            ("A.gguf", "a*", false), ("aaaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*a*a*a*c", false),
        ] { #expect(FileSelection.matches(text, pattern) == expected, "\(text) \(pattern)") }
    }

    @Test("Tokens that do not fit a header are none")
    func tokens() {
        #expect(HubToken("") == nil && HubToken(nil) == nil && HubToken("a\r\nX: y") == nil && HubToken("hf_abc") != nil)
    }
}

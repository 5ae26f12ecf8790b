import ArgumentParser
import Testing

@testable import polai

@Suite("Options of a Petals swarm")
struct PetalsOptionsTests {
    @Test(
        "A model without a name of its own is called as Petals calls it",
        arguments: [
            ("meta-llama/Llama-2-7b-hf", "Llama-2-7b-hf"), ("a/B-1.1.gguf", "B-1-1-hf"), ("big/Llama-2-70b/", "Llama-2-70b-hf"),
            ("B.GGUF", "B-hf"),
        ])
    func names(base: String, name: String) throws {
        #expect(try PetalsOptions.prefix(nil, base: base) == name)
        #expect(try PetalsOptions.prefix("own", base: base) == "own")
    }

    @Test("What no model of a swarm is called is refused, said or derived", arguments: ["a.b", "a b", ""])
    func badPrefix(_ prefix: String) throws {
        #expect(throws: ValidationError.self) { try PetalsOptions.prefix(prefix, base: "good") }
        let (client, server) = (["--petals", "/ip4/192.0.2.1/tcp/31330", "--prefix"], ["--blocks", "0:15", "--prefix"])
        #expect(try PetalsOptions.parse(client + ["a-b"]).prefix == "a-b")
        #expect(throws: (any Error).self) { try PetalsOptions.parse(client + [prefix]) }
        #expect(try ServedBlocksOptions.parse(server + ["a-b"]).prefix == "a-b")
        #expect(throws: (any Error).self) { try ServedBlocksOptions.parse(server + [prefix]) }
        let options = try ServedBlocksOptions.parse(["--blocks", "0:15"])
        #expect(throws: ValidationError.self) { _ = try options.setting(0..<15, base: "models/my model") }
    }

    @Test("Layers are the first and the one after the last")
    func range() throws {
        #expect(try ServedBlocksOptions.range("0:15") == 0..<15)
        #expect(try ServedBlocksOptions.range("4:5") == 4..<5)
    }

    @Test("Ranges that make no sense are refused", arguments: ["", "5", ":", "0:", ":3", "3:3", "4:3", "-1:3", "0:1:2", "a:b", "0:4097"])
    func badRange(_ text: String) {
        #expect(throws: ValidationError.self) { try ServedBlocksOptions.range(text) }
    }
}

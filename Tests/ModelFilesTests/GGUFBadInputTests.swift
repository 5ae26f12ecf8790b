import ModelFiles
import Testing

/// Builds GGUF bytes by hand, right or wrong.
struct GGUFBuilder {
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var entryCount: UInt64?
    var entries: [UInt8] = []
    var entryTotal: UInt64 = 0
    var tensors: [UInt8] = []
    var tensorTotal: UInt64 = 0
    var data = [UInt8](repeating: 0, count: 256)

    static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
    static func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

    mutating func entry(_ key: String, type: UInt32, _ value: [UInt8]) {
        entries += Self.string(key) + Self.little(type) + value
        entryTotal += 1
    }

    mutating func tensor(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) {
        tensors += Self.string(name) + Self.little(UInt32(dimensions.count)) + dimensions.flatMap(Self.little)
        tensors += Self.little(type) + Self.little(offset)
        tensorTotal += 1
    }

    var bytes: [UInt8] {
        var file = Array("GGUF".utf8) + Self.little(version) + Self.little(tensorCount ?? tensorTotal)
        file += Self.little(entryCount ?? entryTotal) + entries + tensors
        file += [UInt8](repeating: 0, count: (32 - file.count % 32) % 32)
        return file + data
    }
}

@Suite struct GGUFBadInputTests {
    private func expectRefusal(_ builder: GGUFBuilder, _ part: String, sourceLocation: SourceLocation = #_sourceLocation) {
        do throws(ModelFileError) {
            _ = try GGUFFile(FileBytes(builder.bytes))
            Issue.record("accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
    }

    @Test func acceptsWhatIsRight() throws {
        var builder = GGUFBuilder()
        builder.tensor("a", [8, 4])
        builder.tensor("b", [32], offset: 128)
        builder.version = 2
        let file = try GGUFFile(FileBytes(builder.bytes))
        #expect(file.tensors["a"]?.shape == [4, 8])
        #expect(file.tensors["b"]?.range.count == 128)
    }

    @Test func refusesBadHeaders() {
        var builder = GGUFBuilder()
        builder.version = 1
        expectRefusal(builder, "version 1")
        builder.version = UInt32(3).byteSwapped
        expectRefusal(builder, "big-endian")
        builder.version = 3
        builder.tensorCount = 1 << 60
        expectRefusal(builder, "tensors, more than")
        builder.tensorCount = nil
        builder.entryCount = .max
        expectRefusal(builder, "metadata entries, more than")
        #expect(throws: ModelFileError.self) { try GGUFFile(FileBytes([])) }
        #expect(throws: ModelFileError.self) { try GGUFFile(FileBytes(Array("GGML".utf8) + [UInt8](repeating: 0, count: 40))) }
    }

    @Test func refusesBadMetadata() {
        func with(_ type: UInt32, _ value: [UInt8], key: String = "k") -> GGUFBuilder {
            var builder = GGUFBuilder()
            builder.entry(key, type: type, value)
            return builder
        }
        expectRefusal(with(13, [0]), "unknown type 13")
        expectRefusal(with(7, [2]), "neither 0 nor 1")
        expectRefusal(with(8, GGUFBuilder.little(UInt64.max)), "beyond the file")
        expectRefusal(with(9, GGUFBuilder.little(UInt32(4)) + GGUFBuilder.little(UInt64(1) << 60)), "array elements, more than")
        expectRefusal(with(9, GGUFBuilder.little(UInt32(12)) + GGUFBuilder.little(UInt64(100))), "ends early")
        let nested = GGUFBuilder.little(UInt32(9)) + GGUFBuilder.little(UInt64(1))
        expectRefusal(with(9, nested + nested + nested + nested + nested), "nested")
        expectRefusal(with(4, GGUFBuilder.little(UInt32(24)), key: "general.alignment"), "power of two")
        expectRefusal(with(4, GGUFBuilder.little(UInt32(0)), key: "general.alignment"), "power of two")
        var twice = GGUFBuilder()
        twice.entry("k", type: 0, [1])
        twice.entry("k", type: 0, [2])
        expectRefusal(twice, "occurs twice")
    }

    @Test func refusesBadTensors() {
        func with(_ build: (inout GGUFBuilder) -> Void) -> GGUFBuilder {
            var builder = GGUFBuilder()
            build(&builder)
            return builder
        }
        expectRefusal(with { $0.tensor("t", [1 << 60]) }, "larger than the file")
        expectRefusal(with { $0.tensor("t", [1 << 32, 1 << 32, 4]) }, "larger than the file")
        expectRefusal(with { $0.tensor("t", [.max]) }, "dimension")
        expectRefusal(with { $0.tensor("t", [0]) }, "dimension of 0")
        expectRefusal(with { $0.tensor("t", []) }, "0 dimensions")
        expectRefusal(with { $0.tensor("t", [1, 1, 1, 1, 1]) }, "5 dimensions")
        expectRefusal(with { $0.tensor("t", [33], type: 8) }, "whole number")
        expectRefusal(with { $0.tensor("t", [32], type: 99) }, "GGML type 99")
        expectRefusal(with { $0.tensor("t", [8], offset: 4) }, "multiple of 32")
        expectRefusal(with { $0.tensor("t", [8], offset: 256) }, "beyond the file")
        expectRefusal(with { $0.tensor("t", [8], offset: .max - 31) }, "multiple of 32")
        expectRefusal(with { $0.tensor("t", [8], offset: UInt64(Int.max) - 31) }, "beyond the file")
        expectRefusal(
            with {
                $0.tensor("t", [16]); $0.tensor("u", [8], offset: 32)
            }, "overlap")
        expectRefusal(
            with {
                $0.tensor("t", [8]); $0.tensor("t", [8], offset: 32)
            }, "two tensors")
    }

    @Test func survivesDamage() throws {
        let tiny = try vectorBytes("tiny-llama.gguf")
        let refused = corrupt(tiny, count: 500, within: 2048) { bytes in
            let model = try GGUFModel(GGUFFile(FileBytes(bytes)))
            for (name, _) in model.configuration.tensorShapes { _ = try model.tensor(name) }
        }
        #expect(refused > 600)
        let encodings = try vectorBytes("encodings.gguf")
        #expect(corrupt(encodings, count: 300, within: 1500) { _ = try GGUFFile(FileBytes($0)) } > 300)
    }

    @Test func refusesModelsThatDoNotFitTheirConfiguration() throws {
        let tiny = try vectorBytes("tiny-llama.gguf")
        func replacing(_ key: String, with value: UInt32) throws -> [UInt8] {
            var bytes = tiny
            let place = try #require(bytes.firstRange(of: Array(key.utf8))).upperBound + 4
            bytes.replaceSubrange(place..<place + 4, with: GGUFBuilder.little(value))
            return bytes
        }
        for (key, value) in [
            ("llama.embedding_length", UInt32(32)), ("llama.block_count", 3), ("llama.attention.head_count", 0),
            ("llama.attention.head_count", 3), ("llama.attention.head_count_kv", 3), ("llama.feed_forward_length", .max),
        ] {
            let bytes = try replacing(key, with: value)
            #expect(throws: ModelFileError.self, "\(key)") { try GGUFModel(GGUFFile(FileBytes(bytes))) }
        }
    }

    @Test func saysWhatIsWrongWithAPath() {
        do throws(ModelFileError) {
            _ = try GGUFFile(path: "/nonexistent/model.gguf")
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains("/nonexistent/model.gguf"))
            #expect(error.description.contains("No such file"))
        }
        #expect(throws: ModelFileError.unreadable(path: "/", reason: "not a regular file")) { try FileBytes(mapping: "/") }
    }
}

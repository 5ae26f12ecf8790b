import JSON
import Testing

@testable import SpecTests

/// The readers of vector files, with files that are none.
@Suite struct VectorFileTests {
    /// Nodes inside each other would use up the stack, in every way to write them.
    @Test func deepYAMLIsRefused() {
        for opening in ["[", "{a: ", "- ", "- {b: ["] {
            #expect(throws: VectorYAMLError.self, "\(opening)") {
                try VectorYAML.parse(String(repeating: opening, count: 20_000))
            }
        }
        let blocks = (0..<2000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(throws: VectorYAMLError.self) { try VectorYAML.parse(blocks) }
        #expect(throws: Never.self) { try VectorYAML.parse(String(repeating: "[", count: 40) + String(repeating: "]", count: 40)) }
    }

    /// Part of a file is missing: that is told from YAML which cannot be read.
    @Test func knowsWhatIsCutOff() {
        for text in ["a: [1, 2,", "{a: 1, ", "'abc", "a: [1,\n  2"] {
            do {
                _ = try VectorYAML.parse(text)
                Issue.record("\(text) was read")
            } catch {
                #expect((error as? VectorYAMLError)?.isCutOff == true, "\(text)")
            }
        }
        #expect(throws: VectorYAMLError.self) { try VectorYAML.parse("[1]]") }
    }

    @Test func yamlNumbersAreDecimalDigits() throws {
        #expect(try VectorYAML.parse("12") == 12)
        for text in ["²", "٣", "½"] { #expect(try VectorYAML.parse(text) == .string(text)) }
    }
}

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

    /// A length that the bytes cannot unfold to is refused before memory is taken for it.
    @Test func snappyLengthsAreBelievedOnlyAsFarAsTheyCanBeTrue() {
        // 256 MiB, less one, stated by a block of five bytes.
        #expect(SnappyBlock.decompress([0xff, 0xff, 0xff, 0x7f, 0x00]) == nil)
        #expect(SnappyBlock.decompress([3, 8, 1, 2, 3]) == [1, 2, 3])
        // One literal byte and a copy of 64 as often as it goes: the greatest ratio there is.
        let copies = repeatElement([0xfe, 1, 0] as [UInt8], count: 500).flatMap(\.self)
        #expect(SnappyBlock.decompress([0x81, 0xfa, 0x01, 0, 7] + copies) == [UInt8](repeating: 7, count: 1 + 64 * 500))
    }
}

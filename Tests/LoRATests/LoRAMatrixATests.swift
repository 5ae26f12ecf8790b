import ModelFiles
import Primitives
import Testing

@testable import LoRA

/// Expected values come from an independent implementation in Python and NumPy.
@Suite struct LoRAMatrixATests {
    let root = Hash32((0..<32).map { UInt8($0) }) ?? .zero

    @Test func knownAnswers() {
        let matrix = LoRAMatrixA.draw(baseModelRoot: root, name: "model.layers.0.self_attn.q_proj", rows: 8, columns: 576)
        #expect(matrix.count == 4608)
        let sampled = [0, 1, 2, 3, 4, 575, 576, 4607].map { matrix[$0].bitPattern }
        #expect(
            sampled == [
                0x3c32_ff90, 0xbcd0_4cc8, 0x3d09_6d1a, 0x3d21_d94e, 0xbd20_7457, 0xbcc6_735b, 0xbae4_bc00, 0x3b97_2f4b,
            ])
        #expect(
            digest(matrix).bareHex == "25900a1318794303710f74eb1369e3ab9f4a3f838e84611f58de5c609b7086e8")
    }

    /// 21 elements: the last block of four is cut.
    @Test func unevenCount() {
        let matrix = LoRAMatrixA.draw(baseModelRoot: root, name: "model.layers.11.mlp.down_proj", rows: 3, columns: 7)
        #expect(matrix.count == 21)
        #expect(
            digest(matrix).bareHex == "77b088211e10884109166f5aa4322b3bd1381d19b3126605d15815d80b6d96db")
    }

    @Test func dependsOnRootAndName() {
        let here = LoRAMatrixA.draw(baseModelRoot: root, name: "a", rows: 8, columns: 16)
        #expect(here != LoRAMatrixA.draw(baseModelRoot: .zero, name: "a", rows: 8, columns: 16))
        #expect(here != LoRAMatrixA.draw(baseModelRoot: root, name: "b", rows: 8, columns: 16))
        #expect(here.allSatisfy { abs($0) <= 0.25 })
    }

    func digest(_ values: [Float]) -> [UInt8] { SHA256.hash(values.withUnsafeBytes { [UInt8]($0) }).bytes }
}

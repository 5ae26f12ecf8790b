import LoRATraining
import Primitives
import Testing
import UpdateAudit

@Suite struct DataShardsTests {
    let documents = (0..<7).map { [Int32($0), Int32($0 + 100)] }

    @Test func findsThePartByItsHash() throws {
        let whole = try #require(DataShards.find(TrainingData(documents: documents, separator: 9).root, in: documents, separator: 9))
        #expect(whole.count == 1 && whole.index == 0)
        let second = TrainingData(documents: [documents[1], documents[4]], separator: 9)
        let found = try #require(DataShards.find(second.root, in: documents, separator: 9))
        #expect(found.count == 3 && found.index == 1 && found.data == second)
    }

    @Test func knowsNoOtherParts() {
        #expect(DataShards.find(.zero, in: documents, separator: 9) == nil)
        #expect(
            DataShards.find(TrainingData(documents: [documents[1], documents[4]], separator: 8).root, in: documents, separator: 9) == nil)
        #expect(DataShards.find(.zero, in: [], separator: 9) == nil)
    }
}

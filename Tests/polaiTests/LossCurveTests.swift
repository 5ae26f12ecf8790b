import Primitives
import ServiceInterfaces
import Testing

@testable import polai

@Suite struct LossCurveTests {
    /// Newest first, as a journal lists them: each brings the task 0.5 nats of 5, and general text is 4.0 under the base model.
    private func updates(_ count: Int, status: UpdateStatus = .finalized) -> [UpdateSummary] {
        (0..<count).reversed().map { number in
            var update = UpdateSummary(updateID: "\(number)", inputs: [], status: status, bytes: 1)
            update.blockSlot = UInt64(10 * (number + 1))
            update.lossAfter = 4 - Float(number)
            (update.taskBefore, update.taskAfter) = (5 - Float(number) / 2, 4.5 - Float(number) / 2)
            (update.generalBase, update.generalAfter) = (4, 4 + Float(number) / 25)
            return update
        }
    }

    @Test func whatSlicesConfirmAddsUp() {
        let curve = NodeStatus.curve(updates(3), base: 4.5, count: 3)
        #expect(curve.map(\.updateCount) == [0, 1, 2, 3] && curve.map(\.loss) == [4.5, 4, 3, 2])
        #expect(curve.map { $0.taskChange.map { (1000 * $0).rounded() } } == [nil, -100, -200, -300])
        #expect(curve[0].generalChange == nil && curve[1].generalChange == 0)
        #expect(abs((curve[3].generalChange ?? 0) - 0.02) < 1e-6)
    }

    /// A sum over slices that are not all known is none; what stands by itself is still told.
    @Test func anUpdateWithoutSliceEndsTheSum() {
        var list = updates(3)
        (list[1].taskBefore, list[1].taskAfter, list[1].generalBase, list[1].generalAfter) = (nil, nil, nil, nil)
        let curve = NodeStatus.curve(list, base: nil, count: 3)
        #expect(curve.map { $0.taskChange.map { (1000 * $0).rounded() } } == [-100, nil, nil])
        #expect(curve.map { $0.generalChange != nil } == [true, false, true])
    }

    @Test func refusedOnesAreNoPoints() {
        #expect(NodeStatus.curve(updates(2, status: .rejected), base: 4, count: 0).count == 1)
    }

    /// Of a long chain only the newest are here: they keep their numbers, and what came before them is not made up.
    @Test func theNewestOfALongChainKeepTheirNumbers() {
        let curve = NodeStatus.curve(updates(NodeStatus.curveLength), base: 4, count: 1000)
        #expect(curve.last?.updateCount == 1000 && curve.dropFirst().first?.updateCount == 801)
        #expect(curve.allSatisfy { $0.taskChange == nil })
    }

    /// A node that joined late knows few, and they are the last ones all the same.
    @Test func aJoinersFewKeepTheirNumbers() {
        let curve = NodeStatus.curve(updates(3), base: 4, count: 50)
        #expect(curve.map(\.updateCount) == [0, 48, 49, 50])
        #expect(curve.allSatisfy { $0.taskChange == nil })
    }
}

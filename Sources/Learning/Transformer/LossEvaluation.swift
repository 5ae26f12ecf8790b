import CReproKernels
import ModelFiles

/// Cross-entropy of hidden states against targets, without keeping the logits unless training asks for them.
package struct LossEvaluation {
    private let head: WeightMatrix
    private let context: ComputeContext
    private let statistics: FloatBuffer
    private let rows: Int
    /// `[rows, stride]` of the kept logits, or `nil`.
    private let logits: FloatBuffer?

    /// Prepares for up to `rows` rows. With `keepsLogits`, ``backward(_:targets:weight:)`` may follow a forward.
    package init(model: TransformerModel, context: ComputeContext, rows: Int, keepsLogits: Bool = false) {
        self.init(head: model.head, context: context, rows: rows, keepsLogits: keepsLogits)
    }

    /// The same for any output projection `[vocabulary, hidden]`.
    package init(head: WeightMatrix, context: ComputeContext, rows: Int, keepsLogits: Bool = false) {
        self.head = head
        self.context = context
        self.rows = rows
        let groups = Int(repro_loss_groups(Int64(head.rows)))
        statistics = FloatBuffer(
            count: rows * (2 * groups + 4) + context.threadCount * Int(repro_loss_scratch(head.isEncoded)))
        logits = keepsLogits ? FloatBuffer(count: rows * Self.logitStride(head)) : nil
    }

    /// Floats from one row of kept logits to the next: an odd number of vectors, so that rows do not all fall on
    /// the same cache lines.
    package static func logitStride(_ head: WeightMatrix) -> Int {
        let vectors = Rows.stride(head.rows) / 16
        return 16 * (vectors % 2 == 0 ? vectors + 1 : vectors)
    }

    /// The loss of each target, in order; there are at most `rows` of them, one for each row of `hidden`.
    package mutating func forward(_ hidden: Rows, targets: [Int32]) -> [Float] {
        precondition(targets.count <= rows)
        return targets.withUnsafeBufferPointer { targets in
            var loss = request(hidden, targets)
            repro_loss_forward(context.kernels, &loss)
            return Array(UnsafeBufferPointer(start: loss.losses, count: targets.count))
        }
    }

    /// After a forward over the same rows: `weight · (softmax − onehot(target))` in place of the kept logits.
    package mutating func backward(_ hidden: Rows, targets: [Int32], weight: Float) -> Rows? {
        guard let logits else { return nil }
        targets.withUnsafeBufferPointer { targets in
            var loss = request(hidden, targets)
            repro_loss_backward(context.kernels, &loss, weight)
        }
        return Rows(logits.pointer, stride: Self.logitStride(head))
    }

    private func request(_ hidden: Rows, _ targets: UnsafeBufferPointer<Int32>) -> repro_loss {
        let vocabulary = head.rows
        let groups = Int(repro_loss_groups(Int64(vocabulary)))
        var loss = repro_loss()
        loss.rows = Int64(targets.count)
        loss.vocabulary = Int64(vocabulary)
        loss.k = Int64(head.columns)
        loss.hidden = UnsafePointer(hidden.pointer)
        loss.hidden_row = Int64(hidden.stride)
        head.becomeHead(of: &loss)
        loss.targets = targets.baseAddress
        loss.logits = logits?.pointer
        loss.logits_row = Int64(Self.logitStride(head))
        var next = statistics.pointer
        func take(_ width: Int) -> UnsafeMutablePointer<Float> {
            defer { next += rows * width }
            return next
        }
        loss.maxima = take(groups)
        loss.sums = take(groups)
        loss.losses = take(1)
        loss.target_logits = take(1)
        loss.row_maxima = take(1)
        loss.row_sums = take(1)
        loss.scratch = next
        return loss
    }
}

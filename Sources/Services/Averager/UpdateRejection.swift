import Aggregation
import ServiceInterfaces
import UpdateCodec

/// Why an update is not voted VALID.
struct UpdateRejection: Error {
    var status: UpdateStatus
    var kind: UpdateRefusal?
    var reason: String
    var lossBefore: Float?
    var lossAfter: Float?

    init(_ kind: UpdateRefusal?, _ reason: String, status: UpdateStatus = .rejected) {
        self.status = status
        self.kind = kind
        self.reason = reason
    }

    /// A fault of the file.
    init(_ error: UpdateFileError) {
        self.init(UpdateRefusal(error), error.description)
    }

    /// What an aggregation found.
    init(_ reason: RejectionReason, lossBefore: Float?) {
        switch reason {
        case .failsGate(let loss):
            let before = lossBefore.map { "\($0)" } ?? "unknown"
            self.init(.gate, "Loss gate: \(before) to \(loss) does not fall by 0.1 %", status: .invalid)
            self.lossBefore = lossBefore
            lossAfter = loss
        case .outlier: self.init(.outlier, "not selected by Krum: \(reason)")
        case .failsTogether: self.init(.together, reason.description)
        case .copy, .nearCopy, .duplicate: self.init(.copy, reason.description)
        case .wrongLayout: self.init(.misfit, reason.description)
        case .notFinite: self.init(.notFinite, reason.description)
        case .noSteps: self.init(.damaged, reason.description)
        }
    }
}

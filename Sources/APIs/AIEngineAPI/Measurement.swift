import BeaconTypes
import HTTPDoor
import JSON
import Primitives
import ServiceInterfaces

/// One run of the gate as a stream of one event. It ends with its reader.
struct Measurement: AsyncSequence, Sendable {
    /// The event's name.
    let name: String
    let run: @Sendable () async throws -> JSONValue

    struct AsyncIterator: AsyncIteratorProtocol {
        let measurement: Measurement
        var isDone = false

        mutating func next() async throws -> ServerSentEvent? {
            guard !isDone else { return nil }
            isDone = true
            do {
                return ServerSentEvent(event: measurement.name, data: try await measurement.run().description)
            } catch let error as CancellationError {
                throw error
            } catch {
                return ServerSentEvent(event: "failure", data: "\(error)")
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(measurement: self) }
}

/// A ``LossEvaluation`` on the wire.
struct MeasuredAdapter: Encodable {
    let lossBits: UInt32
    let lossesRoot: Hash32
    let tokens: Int
    let seconds: Double

    init(_ found: LossEvaluation) {
        (lossBits, lossesRoot, tokens, seconds) = (found.lossBits, found.lossesRoot, found.tokens, found.seconds)
    }
}

/// A ``GuardEvaluation`` on the wire.
struct MeasuredSlice: Encodable {
    let taskBefore: UInt32
    let taskAfter: UInt32
    let generalBase: UInt32
    let generalParent: UInt32
    let generalAfter: UInt32
    let beforeRoot: Hash32
    let afterRoot: Hash32
    let seconds: Double

    init(_ found: GuardEvaluation) {
        let losses = found.losses
        (taskBefore, taskAfter) = (losses.taskBefore, losses.taskAfter)
        (generalBase, generalParent, generalAfter) = (losses.generalBase, losses.generalParent, losses.generalAfter)
        (beforeRoot, afterRoot, seconds) = (found.beforeRoot, found.afterRoot, found.seconds)
    }
}

import HTTPDoor
import JSON

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

import LibP2PProtocols
import NIOCore

/// A stream as its connection's event loop sees it: the negotiation first, then what waits to be read and who waits.
final class StreamPort {
    enum Phase {
        case dialing(MultistreamDialer, EventLoopPromise<PeerStream>)
        case listening(MultistreamListener)
        case open
    }

    var phase: Phase
    var protocolName: String?
    var inbox = CircularBuffer<ByteBuffer>()
    var negotiation = ByteBuffer()
    var remoteClosed = false
    var failure: HostError?
    /// What comes is dropped: nobody reads any more.
    var discards = false
    private var reader: EventLoopPromise<ByteBuffer?>?
    private var writers: [EventLoopPromise<Void>] = []

    init(_ phase: Phase) { self.phase = phase }

    func waitToRead(_ promise: EventLoopPromise<ByteBuffer?>) {
        reader?.fail(HostError.streamReset)
        reader = promise
    }

    var hasReader: Bool { reader != nil }

    func finishReading(_ bytes: ByteBuffer?) {
        let promise = reader
        reader = nil
        promise?.succeed(bytes)
    }

    func waitToWrite(_ promise: EventLoopPromise<Void>) { writers.append(promise) }

    func finishWriting(_ error: HostError?) {
        let promises = writers
        writers = []
        for promise in promises { if let error { promise.fail(error) } else { promise.succeed(()) } }
    }

    func fail(_ error: HostError) {
        failure = failure ?? error
        if case .dialing(_, let promise) = phase { promise.fail(error) }
        phase = .open
        let promise = reader
        reader = nil
        if remoteClosed { promise?.succeed(nil) } else { promise?.fail(error) }
        finishWriting(error)
    }
}

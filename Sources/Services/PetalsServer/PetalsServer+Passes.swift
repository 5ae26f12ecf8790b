import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import Logging
import PeerIdentity
import PetalsWire
import Transformer

/// Requests that go through the blocks once, forward or back.
extension PetalsServer {
    typealias Call = @Sendable (PetalsServer, ModuleChain, [SerialisedTensor], RequestMetadata) async throws -> [SerialisedTensor]

    /// Each call's names, in one message and as a stream.
    static let calls: [(name: String, stream: String, call: Call)] = [
        (PetalsCall.forward, PetalsCall.forwardStream, { try await $0.forward($1, $2, $3) }),
        (PetalsCall.backward, PetalsCall.backwardStream, { try await $0.backward($1, $2, $3) }),
    ]

    func unary(_ call: Call, _ request: ExpertRequest, from peer: PeerID) async throws -> ExpertResponse {
        let metadata = try RequestMetadata(bytes: request.metadata)
        do {
            return ExpertResponse(tensors: try await call(self, try chain(request.uid), request.tensors, metadata))
        } catch {
            node.log("a Petals client's request is refused", peer: peer, error)
            throw error
        }
    }

    /// A request in parts of tensors, and its answer likewise.
    func stream(_ call: Call, _ stream: PeerStream) async throws {
        let limit = setting.requestBytes(width: width)
        var frames = StreamFrames(stream, limit: min(limit, 2 * UnaryFrame.maximumSize))
        var (uid, metadata): (String?, [UInt8]) = (nil, [])
        var gathering = TensorGathering(limit: limit)
        let arrival = stream.deadline(setting.streamArrival)
        defer { arrival.cancel() }
        reading: while let frame = try await frames.next() {
            switch frame {
            case .message(let bytes):
                let part = try ExpertRequest(bytes: bytes)
                if uid == nil { (uid, metadata) = (part.uid, part.metadata) }
                guard part.uid == uid else { throw PetalsServerError.tensors("their parts name different blocks") }
                for tensor in part.tensors { try gathering.add(tensor) }
            case .failure(let reason): throw HivemindError.remote(reason)
            case .end: break reading
            }
        }
        arrival.cancel()
        guard let uid else { throw PetalsServerError.firstMessage }
        let answer = try await call(self, try chain(uid), gathering.tensors, try RequestMetadata(bytes: metadata))
        for part in answer.flatMap({ $0.parts() }) {
            try await stream.write(StreamFrame.message(ExpertResponse(tensors: [part]).bytes).bytes)
        }
    }

    /// States and prompts in, states out.
    func forward(_ chain: ModuleChain, _ tensors: [SerialisedTensor], _ metadata: RequestMetadata) async throws -> [SerialisedTensor] {
        let arguments = try RequestTensors(tensors, metadata, width: width, setting: setting)
        let states = try arguments.states(0, "hidden states")
        let prompts = try arguments.prompts(1, blocks: chain.blocks.count, batch: states.batch)
        let compression = try compressions(metadata, count: 1)
        let output = try await worker.forward(
            states, blocks: chain.blocks, adapter: try worker.adapter(metadata.adapter), prompts: prompts)
        return [try output.serialised(compression[0])]
    }

    /// States, their outputs' gradient and prompts in; the states' gradient out, and the prompts' where there are any.
    func backward(_ chain: ModuleChain, _ tensors: [SerialisedTensor], _ metadata: RequestMetadata) async throws -> [SerialisedTensor] {
        let arguments = try RequestTensors(tensors, metadata, width: width, setting: setting)
        let states = try arguments.states(0, "hidden states")
        let gradient = try arguments.states(1, "gradients")
        let prompts = try arguments.prompts(2, blocks: chain.blocks.count, batch: states.batch)
        let compression = try compressions(metadata, count: prompts == nil ? 1 : 2)
        let (input, promptGradients) = try await worker.backward(
            states, gradient, blocks: chain.blocks, adapter: try worker.adapter(metadata.adapter), prompts: prompts)
        var answer = [try input.serialised(compression[0])]
        if let first = promptGradients.first {
            answer.append(
                try SerialisedTensor(
                    promptGradients.flatMap(\.values), shape: [promptGradients.count, first.batch, first.length, first.width],
                    compression: compression[1]))
        }
        return answer
    }

    /// How the client wants the `count` tensors of the answer: as they are, unless it says otherwise.
    private func compressions(_ metadata: RequestMetadata, count: Int) throws -> [SerialisedTensor.Compression] {
        guard let kinds = try metadata.outputCompression() else { return [SerialisedTensor.Compression](repeating: .none, count: count) }
        guard kinds.count == count else { throw PetalsServerError.tensors("output_compression names \(kinds.count) of \(count) answers") }
        return kinds
    }
}

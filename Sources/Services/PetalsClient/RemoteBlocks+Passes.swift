import HivemindAveraging
import PetalsWire
public import Transformer

/// Passes that keep nothing at the servers, for losses and gradients.
extension RemoteBlocks {
    /// A forward pass, and what its gradient needs.
    public struct Trace: Sendable {
        struct Hop: Sendable {
            let span: RemoteSpan
            let input: HiddenStates
        }

        public let output: HiddenStates
        let hops: [Hop]
    }

    /// States through all blocks. A server that fails is replaced; its successor begins where it stood.
    public func forward(_ states: HiddenStates) async throws -> Trace {
        guard states.width == setting.width, states.rowCount > 0 else {
            throw PetalsError.badInput("\(states.rowCount) tokens of \(states.width) numbers where the model has \(setting.width)")
        }
        return try await forward(states, through: all)
    }

    private func forward(_ states: HiddenStates, through blocks: Range<Int>) async throws -> Trace {
        var (states, hops, plan) = (states, [Trace.Hop](), [RemoteSpan]()[...])
        var (next, retries) = (blocks.lowerBound, Retries(limit: setting.attempts))
        while next < blocks.upperBound {
            do {
                if plan.isEmpty { plan = try await chain(next..<blocks.upperBound)[...] }
                guard let span = plan.popFirst() else { throw PetalsError.unserved(blocks: [next], prefix: setting.prefix) }
                let output = try await ask(span, [states], for: .forward)
                hops.append(Trace.Hop(span: span, input: states))
                (states, next) = (output, span.blocks.upperBound)
                retries.reset()
            } catch {
                plan = []
                try await pause(try retries.next(after: error, next..<blocks.upperBound))
            }
        }
        return Trace(output: states, hops: hops)
    }

    /// The gradient of a pass's input from that of its output. Where a server is gone its blocks are run again through others.
    public func backward(_ trace: Trace, _ gradient: HiddenStates) async throws -> HiddenStates {
        var (gradient, hops, retries) = (gradient, trace.hops, Retries(limit: setting.attempts))
        while let hop = hops.popLast() {
            do {
                gradient = try await ask(hop.span, [hop.input, gradient], for: .backward)
                retries.reset()
            } catch {
                try await pause(try retries.next(after: error, hop.span.blocks))
                hops += try await forward(hop.input, through: hop.span.blocks).hops
            }
        }
        return gradient
    }

    /// One pass at one server.
    private func ask(_ span: RemoteSpan, _ inputs: [HiddenStates], for pass: BlockPassKind) async throws -> HiddenStates {
        let tensors = try inputs.map { try $0.serialised() } + [.absent()]
        let request = ExpertRequest(
            uid: ModuleChain(prefix: setting.prefix, blocks: span.blocks).description, tensors: tensors,
            metadata: metadata(count: tensors.count).bytes)
        do {
            let answer = try await network.ask(span.peer, request, for: pass, limit: answerLimit(inputs[0].values.count))
            let states = try Self.states(answer, like: inputs[0])
            succeeded(span.peer)
            return states
        } catch {
            if !(error is CancellationError), !Task.isCancelled { failed(span.peer) }
            throw error
        }
    }
}

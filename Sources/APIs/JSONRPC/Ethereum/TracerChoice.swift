import EVM
import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

/// The options of `debug_trace…`: which tracer, and what it tells.
struct TracerChoice: Sendable {
    private enum Kind: Sendable {
        case structLogger(StructLogger.Options)
        case calls(onlyTop: Bool, withLogs: Bool)
        case prestate(isDiff: Bool, withCode: Bool, withStorage: Bool)
        case nothing
    }

    private let kind: Kind

    /// - Parameter value: the options object; `nil` for the struct logger as geth's default has it.
    init(_ value: JSONValue?, argument index: Int) throws(RPCError) {
        let options = value ?? .object([])
        guard options.object != nil else { throw RPCParameters.invalid(index, "expected an options object, found \(options.kind)") }
        let own = options["tracerConfig"] ?? .object([])
        func flag(_ object: JSONValue, _ name: String) -> Bool { object[name]?.bool ?? false }
        switch options["tracer"] {
        case nil, .null, "":
            var logger = StructLogger.Options()
            logger.stack = !flag(options, "disableStack")
            logger.storage = !flag(options, "disableStorage")
            logger.memory = flag(options, "enableMemory")
            logger.returnData = flag(options, "enableReturnData")
            logger.limit = options["limit"]?.int ?? 0
            kind = .structLogger(logger)
        case "callTracer": kind = .calls(onlyTop: flag(own, "onlyTopCall"), withLogs: flag(own, "withLog"))
        case "prestateTracer":
            kind = .prestate(
                isDiff: flag(own, "diffMode"), withCode: !flag(own, "disableCode"), withStorage: !flag(own, "disableStorage"))
        case "noopTracer": kind = .nothing
        case .some(let tracer):
            throw .server("this node has no tracer \(tracer.string ?? tracer.kind): struct logger, callTracer, prestateTracer")
        }
    }

    /// What the node is asked to do.
    var tracing: TraceChoice {
        switch kind {
        case .structLogger(let options): TraceChoice { StructLogger(options) }
        case .calls(let onlyTop, let withLogs): TraceChoice { CallTracer(onlyTop: onlyTop, withLogs: withLogs) }
        case .prestate: TraceChoice(keepsStates: true) { TouchTracer() }
        case .nothing: TraceChoice { TouchTracer() }
        }
    }

    func json(_ traced: TracedTransaction, in block: ExecutionBlock) throws -> JSONValue {
        switch kind {
        case .structLogger(let options): try StructLogObject.json(traced, options)
        case .calls: try CallTraceObject.json(traced)
        case .prestate(let isDiff, let withCode, let withStorage):
            try PrestateObject(
                traced: traced, coinbase: block.payload.feeRecipient, withCode: withCode, withStorage: withStorage
            ).json(isDiff: isDiff)
        case .nothing: .object([])
        }
    }
}

public import JSON
public import Logging

/// Answers JSON-RPC 2.0 texts from a table of methods. Knows nothing of HTTP or WebSocket.
public struct RPCDispatcher: Sendable {
    /// Answers one call. Throws ``RPCError`` for what the caller did wrong; anything else becomes `internalError`.
    public typealias Method = @Sendable (RPCParameters) async throws -> JSONValue

    private var methods: [String: Method] = [:]
    private let limits: RPCLimits
    private let logger: Logger

    public init(limits: RPCLimits = RPCLimits(), logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    /// Adds a method, or replaces the one of that name.
    public mutating func register(_ name: String, _ method: @escaping Method) { methods[name] = method }

    /// Forgets the methods of all namespaces but these: `eth` is that of `eth_call`.
    public mutating func keep(namespaces: Set<String>) {
        methods = methods.filter { name, _ in namespaces.contains(String(name.prefix { $0 != "_" })) }
    }

    public var methodNames: [String] { methods.keys.sorted() }

    /// The answer to a request text, or `nil` when it holds notifications only.
    ///
    /// - Parameters:
    ///   - own: methods of this text's connection, which stand before those of all.
    ///   - caller: the IP address that it came from, for methods that keep to a measure for each.
    public func answer(_ text: [UInt8], own: [String: Method] = [:], from caller: String? = nil) async -> [UInt8]? {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text, depthLimit: limits.depth)
        } catch {
            return Self.response(id: .null, error: .parseError(error.description)).utf8
        }
        guard case .array(let calls) = value else { return await answer(value, own, caller)?.utf8 }
        return await answer(batch: calls, own, caller)
    }

    private func answer(batch calls: [JSONValue], _ own: [String: Method], _ caller: String?) async -> [UInt8]? {
        guard !calls.isEmpty else { return Self.response(id: .null, error: .invalidRequest("empty batch")).utf8 }
        guard calls.count <= limits.batchSize else {
            return Self.response(id: .null, error: .invalidRequest("batch too large: \(calls.count) requests, at most \(limits.batchSize)"))
                .utf8
        }
        var output: [UInt8] = []
        for call in calls {
            let answered: JSONValue?
            if output.count > limits.responseBytes {
                answered = Self.refusal(of: call, .responseTooLarge)
            } else {
                answered = await answer(call, own, caller)
            }
            guard let answered else { continue }
            output.append(UInt8(ascii: output.isEmpty ? "[" : ","))
            answered.write(to: &output)
        }
        guard !output.isEmpty else { return nil }
        output.append(UInt8(ascii: "]"))
        return output
    }

    /// The answer to one request object; `nil` to a notification.
    private func answer(_ call: JSONValue, _ own: [String: Method], _ caller: String?) async -> JSONValue? {
        let request: RPCRequest
        do {
            request = try RPCRequest(call)
        } catch {
            return Self.refusal(of: call, error)
        }
        let result: Result<JSONValue, RPCError>
        do {
            guard let method = own[request.method] ?? methods[request.method] else { throw RPCError.methodNotFound(request.method) }
            var parameters = request.parameters
            parameters.caller = caller
            result = .success(try await method(parameters))
        } catch let error as RPCError {
            result = .failure(error)
        } catch let error as any RPCRefusal {
            result = .failure(error.rpcError)
        } catch {
            logger.error("JSON-RPC call failed", metadata: ["method": "\(request.method)", "error": "\(error)"])
            result = .failure(.internalError)
        }
        guard let id = request.id else { return nil }
        switch result {
        case .success(let value): return ["jsonrpc": "2.0", "id": id, "result": value]
        case .failure(let error): return Self.response(id: id, error: error)
        }
    }

    /// An error for a call that was not carried out. A well-formed notification gets none.
    private static func refusal(of call: JSONValue, _ error: RPCError) -> JSONValue? {
        let id = call["id"].flatMap { RPCRequest.isValidID($0) ? $0 : nil }
        let isNotification = call["id"] == nil && call["jsonrpc"] == "2.0" && call["method"]?.string != nil
        return isNotification ? nil : response(id: id ?? .null, error: error)
    }

    private static func response(id: JSONValue, error: RPCError) -> JSONValue {
        ["jsonrpc": "2.0", "id": id, "error": error.json]
    }
}

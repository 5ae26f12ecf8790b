import GRPCCore
import Primitives
import ServiceInterfaces

extension RPCError {
    static func invalid(_ message: String) -> Self { Self(code: .invalidArgument, message: message) }
    static func notFound(_ message: String) -> Self { Self(code: .notFound, message: message) }
    static func outOfRange(_ message: String) -> Self { Self(code: .outOfRange, message: message) }

    /// What specification 0.12's messages cannot carry, or what this node does not serve.
    static func unimplemented(_ message: String) -> Self { Self(code: .unimplemented, message: message) }
}

/// Gives what a service throws a status: what the caller sent is at fault unless the error says otherwise.
func asking<Answer>(_ body: () async throws -> Answer) async throws(RPCError) -> Answer {
    do {
        return try await body()
    } catch let error as RPCError {
        throw error
    } catch is CancellationError {
        throw RPCError(code: .cancelled, message: "the call was cancelled")
    } catch let refusal as any Refusal
        where refusal.rule == BeaconRule.optimisticHead || refusal.rule == BeaconRule.syncing || refusal.fault == .node
    {
        // It may be asked again.
        throw RPCError(code: .unavailable, message: refusal.description)
    } catch {
        throw RPCError(code: .invalidArgument, message: "\(error)")
    }
}

/// Gives what reading the chain throws a status: the node is at fault.
func reading<Answer>(_ body: () async throws -> Answer) async throws(RPCError) -> Answer {
    do {
        return try await body()
    } catch let error as RPCError {
        throw error
    } catch is CancellationError {
        throw RPCError(code: .cancelled, message: "the call was cancelled")
    } catch {
        throw RPCError(code: .unavailable, message: "\(error)")
    }
}

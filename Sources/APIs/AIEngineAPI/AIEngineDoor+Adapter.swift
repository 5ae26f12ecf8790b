import HTTPDoor
import Hummingbird
import Primitives
import ServiceInterfaces

extension AIEngineDoor {
    /// `GET /adapter`: the finalised adapter in PEFT's safetensors form, or the one with `?root=`; with `?form=raw`
    /// its B matrices alone, little-endian FP32 in module-name order, whose SHA-256 is the root.
    func addAdapterRoute(to router: DoorRouter) {
        router.get("/adapter") { request, _ in
            let root = try request.uri.queryParameters["root"].map { try Self.hash($0, "adapter root") }
            if let form = request.uri.queryParameters["form"] {
                guard form == "raw" else {
                    guard form == "peft" else { throw DoorError.badRequest("form is '\(form)'", hint: "raw, or peft, the default") }
                    return try await peft(root: root)
                }
                return try await raw(root: root)
            }
            return try await peft(root: root)
        }
    }

    private func raw(root: Hash32?) async throws -> Response {
        guard let gateway else { throw DoorError.badRequest("this node gives adapters in PEFT's form only", hint: "leave form out") }
        let wanted: Hash32
        if let root { wanted = root } else { wanted = try Self.hash((await learning.status()).finalizedAdapterRoot[...], "adapter root") }
        guard let bytes = try await Self.giving({ try await gateway.adapterBytes(root: wanted) }) else { throw Self.noAdapter(wanted) }
        return Response.bytes(bytes, type: "application/octet-stream")
    }

    /// An adapter that cannot be made anew now is no fault of the request, nor of this node.
    private static func giving(_ adapter: () async throws -> [UInt8]?) async throws -> [UInt8]? {
        do {
            return try await adapter()
        } catch let error as AdapterUnavailable {
            throw DoorError(.serviceUnavailable, error.description, hint: "ask another node of this chain")
        }
    }

    private static func noAdapter(_ root: Hash32?) -> DoorError {
        DoorError.notFound(
            root.map { "this node knows no way to the adapter \($0.hex)" } ?? "no adapter is finalised yet",
            hint: "GET /status names the adapters of the head and of the finalised block")
    }

    private func peft(root: Hash32?) async throws -> Response {
        guard let bytes = try await Self.giving({ try await learning.adapter(root: root) }) else { throw Self.noAdapter(root) }
        return Self.safetensors(bytes, name: root.map { "adapter-\($0.bytes.bareHex.prefix(16))" } ?? "adapter_model")
    }
}

import HTTPDoor
import Hummingbird
import Primitives
import ServiceInterfaces

extension AIEngineDoor {
    /// `GET /adapter`: the finalised adapter in PEFT's safetensors form, or the one with `?root=`.
    func addAdapterRoute(to router: DoorRouter) {
        router.get("/adapter") { request, _ in
            let root = try request.uri.queryParameters["root"].map { try Self.hash($0, "adapter root") }
            guard let bytes = try await learning.adapter(root: root) else {
                throw DoorError.notFound(
                    root.map { "this node does not keep the adapter \($0.hex)" } ?? "no adapter is finalised yet",
                    hint: "GET /status names the adapters of the head and of the finalised block")
            }
            return Self.safetensors(bytes, name: root.map { "adapter-\($0.bytes.bareHex.prefix(16))" } ?? "adapter_model")
        }
    }
}

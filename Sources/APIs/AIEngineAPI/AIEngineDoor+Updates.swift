import HTTPDoor
import Hummingbird
import Primitives
import ServiceInterfaces

extension AIEngineDoor {
    /// The most updates that one answer holds.
    private static let updateLimit = 500

    private struct UpdateList: Encodable {
        let updates: [UpdateSummary]
    }

    func addUpdateRoutes(to router: DoorRouter) {
        router.get("/updates") { request, _ in
            let limit = try Self.limit(request.uri.queryParameters["limit"])
            return try Response.json(encoding: UpdateList(updates: await learning.updates(limit: limit)))
        }
        router.get("/updates/:id") { _, context in
            let id = try Self.hash(context.parameters["id"], "update id")
            return try Response.json(encoding: try await update(id))
        }
        router.get("/updates/:id/file") { _, context in
            let id = try Self.hash(context.parameters["id"], "update id")
            let (fileHash, bytes) = try await file(id)
            return Self.safetensors(bytes, name: "update-\(fileHash.bytes.bareHex.prefix(16))")
        }
    }

    private func update(_ id: Hash32) async throws -> UpdateSummary {
        guard let summary = await learning.update(id) else {
            throw DoorError.notFound("no update \(id.hex)", hint: "GET /updates lists the ones that this node has seen")
        }
        return summary
    }

    /// The file with that SHA-256, or the only input of the update with that id.
    private func file(_ id: Hash32) async throws -> (hash: Hash32, bytes: [UInt8]) {
        if let bytes = await learning.updateFile(id) { return (id, bytes) }
        let summary = try await update(id)
        guard summary.inputs.count == 1, let input = summary.inputs.first else {
            throw DoorError.badRequest(
                "update \(id.hex) is made of \(summary.inputs.count) files",
                hint: "ask for one of them: \(summary.inputs.map { "/updates/\($0)/file" }.joined(separator: ", "))")
        }
        guard let fileHash = try? Hash32(hex: input), let bytes = await learning.updateFile(fileHash) else {
            throw DoorError.notFound("this node no longer has the file \(input)")
        }
        return (fileHash, bytes)
    }

    private static func limit(_ text: Substring?) throws(DoorError) -> Int {
        guard let text else { return 20 }
        guard let limit = Int(text), (1...updateLimit).contains(limit) else {
            throw .badRequest("limit is '\(text)'", hint: "a number from 1 to \(updateLimit)")
        }
        return limit
    }

    /// 32 bytes of hexadecimal, with or without `0x`.
    static func hash(_ text: Substring?, _ what: String) throws(DoorError) -> Hash32 {
        let text = String(text ?? "")
        do {
            return try Hash32(hex: text)
        } catch {
            throw .badRequest("'\(text)' is no \(what): \(error)", hint: "64 hexadecimal digits, with or without 0x")
        }
    }

    static func safetensors(_ bytes: [UInt8], name: String) -> Response {
        var response = Response.bytes(bytes, type: "application/octet-stream")
        response.headers[.contentDisposition] = "attachment; filename=\"\(name).safetensors\""
        return response
    }
}

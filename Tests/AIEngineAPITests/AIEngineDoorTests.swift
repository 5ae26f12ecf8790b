import AIEngineAPI
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import ServiceInterfaces
import Testing

@Suite("The AI engine's door")
struct AIEngineDoorTests {
    let application = Application(router: AIEngineDoor(learning: FixtureEngine(), observer: FixtureEngine()).router())

    func get(_ path: String) async throws -> TestResponse {
        try await application.test(.router) { try await $0.executeRequest(uri: path, method: .get, headers: [:], body: nil) }
    }

    func json(_ path: String) async throws -> JSONValue {
        let response = try await get(path)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        return try JSONValue(parsing: response.body.readableBytesView)
    }

    @Test("Status tells model, adapters, gate and trainer; a loss that is no number does not break it")
    func status() async throws {
        let status = try await json("/status")
        #expect(status["model"] == "SmolLM2-135M-Instruct")
        #expect(status["parameters"]?.uint64 == 134_515_008)
        #expect(status["gateProgress"] == .number("0.25"))
        #expect(status["headLoss"] == "NaN")
        #expect(status["trainer"]?["step"]?.uint64 == 12)
    }

    @Test(
        "Updates come newest first, as many as asked for",
        arguments: [("/updates", 20), ("/updates?limit=1", 1), ("/updates?limit=500", 30)])
    func updates(path: String, count: Int) async throws {
        let updates = try #require(try await json(path)["updates"]?.array)
        #expect(updates.count == count)
        #expect(updates.first?["updateID"] == .string(Hash32.zero.hex))
    }

    @Test("One update, by its id with or without 0x")
    func update() async throws {
        let update = try await json("/updates/\(FixtureEngine.single.hex)")
        #expect(update["status"] == "valid" && update["lossBefore"] == .number("3.5") && update["lossAfter"] == nil)
        #expect(try await json("/updates/\(FixtureEngine.single.bytes.bareHex)") == update)
    }

    @Test("Files by their own hash and by an update of one input")
    func files() async throws {
        for id in [FixtureEngine.filled(0x11), FixtureEngine.single] {
            let response = try await get("/updates/\(id.hex)/file")
            #expect(response.status == .ok)
            #expect(Array(response.body.readableBytesView) == [1, 2, 3])
            #expect(response.headers[.contentType] == "application/octet-stream")
            #expect(response.headers[.contentDisposition] == "attachment; filename=\"update-1111111111111111.safetensors\"")
        }
        let several = try await get("/updates/\(FixtureEngine.double.hex)/file")
        #expect(several.status == .badRequest)
        #expect(String(buffer: several.body).contains("/updates/\(FixtureEngine.filled(0x22).hex)/file"))
        #expect(try await get("/updates/\(FixtureEngine.lost.hex)/file").status == .notFound)
    }

    @Test("The finalised adapter, or one by its root")
    func adapters() async throws {
        let finalized = try await get("/adapter")
        #expect(Array(finalized.body.readableBytesView) == [9, 9])
        #expect(finalized.headers[.contentDisposition] == "attachment; filename=\"adapter_model.safetensors\"")
        #expect(Array(try await get("/adapter?root=\(FixtureEngine.filled(7).hex)").body.readableBytesView) == [7])
        #expect(try await get("/adapter?root=\(Hash32.zero.hex)").status == .notFound)
        #expect(try await get("/adapter?root=\(FixtureEngine.broken.hex)").status == .internalServerError)
    }

    @Test(
        "Bad input is told what to do",
        arguments: [
            ("/updates?limit=0", 400), ("/updates?limit=-3", 400), ("/updates?limit=501", 400), ("/updates?limit=ten", 400),
            ("/updates?limit=", 400),
            ("/updates/0x12", 400), ("/updates/xyz", 400), ("/updates/\(String(repeating: "z", count: 64))", 400),
            ("/updates/\(FixtureEngine.filled(0x77).hex)", 404), ("/updates/\(FixtureEngine.filled(0x77).hex)/file", 404),
            ("/updates/12/file", 400), ("/adapter?root=12", 400), ("/nothing", 404),
        ])
    func badInput(path: String, status: Int) async throws {
        let response = try await get(path)
        #expect(response.status.code == status)
        let error = try JSONValue(parsing: response.body.readableBytesView)
        #expect(error["code"]?.uint64 == UInt64(status))
        #expect(error["message"]?.string?.isEmpty == false)
        #expect(error["hint"]?.string?.isEmpty == false)
    }

    @Test("Events begin with the present and follow the stream")
    func events() async throws {
        let response = try await get("/events")
        #expect(response.headers[.contentType] == "text/event-stream")
        let events = String(buffer: response.body).split(separator: "\n\n").map(String.init)
        #expect(events.count == 3)
        #expect(events[0] == "retry: 1000")
        for (event, slot) in zip(events.dropFirst(), [1, 2] as [UInt64]) {
            let lines = event.split(separator: "\n")
            #expect(lines.count == 2 && lines[0] == "event: snapshot")
            #expect(try JSONValue(parsing: String(lines[1].dropFirst(6)))["headSlot"]?.uint64 == slot)
        }
        #expect(try await json("/snapshot")["headSlot"]?.uint64 == 1)
    }
}

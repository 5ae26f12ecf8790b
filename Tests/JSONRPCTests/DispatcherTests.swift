import JSON
import JSONRPC
import JSONRPCCore
import Logging
import Testing

/// The examples of the JSON-RPC 2.0 specification, §7, with positional parameters, and the corners around them.
@Suite("JSON-RPC 2.0")
struct DispatcherTests {
    static let dispatcher: RPCDispatcher = {
        struct Unforeseen: Error {}
        var dispatcher = RPCDispatcher(
            limits: RPCLimits(responseBytes: 1000, batchSize: 20, depth: 8), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        dispatcher.register("subtract") { parameters in
            guard let left = try parameters.required(0).uint64, let right = try parameters.required(1).uint64 else {
                throw RPCError.invalidParameters("two numbers, please")
            }
            return JSONValue(Int(left) - Int(right))
        }
        dispatcher.register("fail") { _ in throw Unforeseen() }
        dispatcher.register("refuse") { _ in throw RPCError(code: 3, message: "no", data: "0x01") }
        dispatcher.register("long") { _ in .string(String(repeating: "x", count: 600)) }
        return dispatcher
    }()

    func answer(_ text: String) async -> String? {
        await Self.dispatcher.answer(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    func parsedAnswer(_ text: String) async throws -> JSONValue {
        let answer = try #require(await answer(text))
        return try JSONValue(parsing: answer)
    }

    @Test(
        "Calls come back with their id as written",
        arguments: ["1", "-7", "1.50", "18446744073709551616", "1e400", #""x\ny""#, #""""#, "null"])
    func ids(id: String) async {
        let text = await answer(#"{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":\#(id)}"#)
        #expect(text == #"{"jsonrpc":"2.0","id":\#(id),"result":19}"#)
    }

    @Test(
        "Notifications get no answer, not even when they fail",
        arguments: [
            #"{"jsonrpc":"2.0","method":"subtract","params":[1,2]}"#, #"{"jsonrpc":"2.0","method":"nothing"}"#,
            #"{"jsonrpc":"2.0","method":"fail","params":[]}"#, #"{"jsonrpc":"2.0","method":"subtract","params":{"a":1}}"#,
            #"[{"jsonrpc":"2.0","method":"subtract","params":[1,2]},{"jsonrpc":"2.0","method":"nothing"}]"#,
        ])
    func notifications(text: String) async {
        #expect(await answer(text) == nil)
    }

    @Test(
        "Errors have the specified codes",
        arguments: [
            (#"{"jsonrpc":"2.0","method":"foobar","id":"1"}"#, -32601), (#"{"jsonrpc":"2.0","method":"foobar,"params":"bar"}"#, -32700),
            ("", -32700), ("not json", -32700), ("{\"jsonrpc\":\"2.0\"", -32700), (#"[[[[[[[[[[]]]]]]]]]]"#, -32700),
            (#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, -32600), (#"{"jsonrpc":"1.0","method":"subtract","id":1}"#, -32600),
            (#"{"method":"subtract","params":[2,1],"id":1}"#, -32600), (#"{"jsonrpc":2.0,"method":"subtract","id":1}"#, -32600),
            (#"{"jsonrpc":"2.0","id":1}"#, -32600), (#"{"jsonrpc":"2.0","method":"subtract","params":[2,1],"id":[]}"#, -32600),
            (#"{"jsonrpc":"2.0","method":"subtract","params":[2,1],"id":true}"#, -32600), ("1", -32600), ("null", -32600),
            ("\"x\"", -32600),
            ("[]", -32600), (#"{"jsonrpc":"2.0","method":"subtract","params":{"a":1},"id":1}"#, -32602),
            (#"{"jsonrpc":"2.0","method":"subtract","params":"bar","id":1}"#, -32602),
            (#"{"jsonrpc":"2.0","method":"subtract","id":1}"#, -32602),
            (#"{"jsonrpc":"2.0","method":"subtract","params":[1,null],"id":1}"#, -32602),
            (#"{"jsonrpc":"2.0","method":"fail","id":1}"#, -32603), (#"{"jsonrpc":"2.0","method":"refuse","id":1}"#, 3),
        ])
    func codes(text: String, code: Int) async throws {
        let value = try await parsedAnswer(text)
        #expect(value["jsonrpc"] == "2.0")
        #expect(value["error"]?["code"] == JSONValue(code))
        #expect(value["error"]?["message"]?.string?.isEmpty == false)
        #expect(value["result"] == nil)
        #expect(value["id"] != nil)
    }

    @Test("What went wrong inside stays inside")
    func internalErrors() async {
        #expect(
            await answer(#"{"jsonrpc":"2.0","method":"fail","id":1}"#)
                == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"internal error"}}"#)
        #expect(
            await answer(#"{"jsonrpc":"2.0","method":"refuse","id":1}"#)
                == #"{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"no","data":"0x01"}}"#)
    }

    @Test("A batch answers each call in order and leaves notifications out")
    func batch() async throws {
        let answers = try #require(
            try await parsedAnswer(
                #"[{"jsonrpc":"2.0","method":"subtract","params":[3,1],"id":"a"},{"jsonrpc":"2.0","method":"subtract","params":[7,1]},1,{"foo":"boo"},{"jsonrpc":"2.0","method":"foo.get","id":5}]"#
            ).array)
        #expect(answers.count == 4)
        #expect(answers[0] == ["jsonrpc": "2.0", "id": "a", "result": 2])
        #expect(answers[1]["id"] == .null && answers[1]["error"]?["code"] == -32600)
        #expect(answers[2]["id"] == .null && answers[2]["error"]?["code"] == -32600)
        #expect(answers[3]["id"] == 5 && answers[3]["error"]?["code"] == -32601)
        let invalid = try #require(try await parsedAnswer("[1,2,3]").array)
        #expect(invalid.allSatisfy { $0["error"]?["code"] == -32600 } && invalid.count == 3)
    }

    @Test("Batches are limited in number and in the size of their answers")
    func limits() async throws {
        let call = #"{"jsonrpc":"2.0","method":"long","id":1}"#
        let tooMany = try await parsedAnswer("[" + Array(repeating: call, count: 21).joined(separator: ",") + "]")
        #expect(tooMany["error"]?["code"] == -32600 && tooMany["id"] == .null)
        let long = try #require(try await parsedAnswer("[\(call),\(call),\(call)]").array)
        #expect(long.count == 3)
        #expect(long[0]["result"] != nil && long[1]["result"] != nil)
        #expect(long[2]["error"]?["code"] == -32003 && long[2]["id"] == 1)
    }
}

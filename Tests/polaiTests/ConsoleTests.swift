import JSON
import Testing

@testable import polai

@Suite("The console")
struct ConsoleTests {
    @Test("what is typed becomes a call")
    func expressions() throws {
        func call(_ text: String) throws -> [JSONValue] {
            let expression = try ConsoleExpression(text)
            return [.string(expression.method)] + expression.parameters
        }
        let hash = "0x" + String(repeating: "ab", count: 32)
        #expect(try call("eth.blockNumber") == ["eth_blockNumber"])
        #expect(try call(" eth.getBlock() ; ") == ["eth_getBlockByNumber", "latest", false])
        #expect(try call("eth.getBlock(17, true)") == ["eth_getBlockByNumber", "0x11", true])
        #expect(try call("eth.getBlock('\(hash)')") == ["eth_getBlockByHash", .string(hash), false])
        #expect(try call("eth.getBalance(\"0x12\")") == ["eth_getBalance", "0x12", "latest"])
        #expect(try call("eth_getBalance(\"0x12\", \"0x1\")") == ["eth_getBalance", "0x12", "0x1"])
        #expect(try call(#"admin.addPeer('a \"b\" c')"#) == ["admin_addPeer", "a \"b\" c"])
        #expect(try call("miner.start(2)") == ["miner_start", 2])
        for text in ["", "blockNumber", "eth.getBlock(", "eth.getBlock(x)", "eth.getBalance()", "eth.getBlock 1"] {
            #expect(throws: ConsoleExpression.Failure.self, "\(text)") { try ConsoleExpression(text) }
        }
    }

    @Test("a line is edited, recalled and completed")
    func editing() {
        var buffer = LineBuffer(history: ["eth.mining", "net.version"], words: ["eth.getBlock", "eth.getBlockReceipts", "eth.gasPrice"])
        func type(_ text: String) { for character in text { _ = buffer.press(.character(character)) } }
        type("eth.getB")
        #expect(buffer.press(.tab) == .editing)
        #expect(String(buffer.text) == "eth.getBlock")
        #expect(buffer.press(.tab) == .choices(["eth.getBlock", "eth.getBlockReceipts"]))
        _ = buffer.press(.killWord)
        #expect(String(buffer.text) == "eth.")
        _ = buffer.press(.up)
        _ = buffer.press(.up)
        _ = buffer.press(.up)
        #expect(String(buffer.text) == "eth.mining")
        _ = buffer.press(.down)
        _ = buffer.press(.down)
        #expect(String(buffer.text) == "eth.")
        _ = buffer.press(.home)
        _ = buffer.press(.delete)
        type("n")
        _ = buffer.press(.right)
        _ = buffer.press(.killToEnd)
        _ = buffer.press(.backspace)
        #expect(String(buffer.text) == "n" && buffer.cursor == 1)
        #expect(buffer.press(.enter) == .line("n"))
        #expect(buffer.press(.endOfFile) == .editing)
        #expect(buffer.press(.interrupt) == .abandoned)
        _ = buffer.press(.killToStart)
        #expect(buffer.press(.endOfFile) == .end)
    }

    @Test("answers are shown for people")
    func answers() throws {
        #expect(ConsoleText.of("0x10", from: "eth_blockNumber") == "16")
        #expect(ConsoleText.of("0x10", from: "eth_getCode") == "\"0x10\"")
        #expect(ConsoleText.of(try JSONValue(parsing: #"{"a":[1],"b":{}}"#), from: "x") == "{\n  a: [\n    1\n  ],\n  b: {}\n}")
    }
}

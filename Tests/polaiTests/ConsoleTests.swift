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
        #expect(try call("miner.setGasPrice(1000000000)") == ["miner_setGasPrice", "0x3b9aca00"])
        #expect(try call("debug.traceBlockByNumber(17)") == ["debug_traceBlockByNumber", "0x11"])
        #expect(try call("eth.getUncle(17, 0)") == ["eth_getUncleByBlockNumberAndIndex", "0x11", "0x0"])
        #expect(try call("eth.getUncle('\(hash)', 0)") == ["eth_getUncleByBlockHashAndIndex", .string(hash), "0x0"])
        for (text, needed) in [
            ("eth.getStorageAt()", "2 arguments"), ("eth.getStorageAt('0x1')", "2 arguments"), ("eth.call()", "1 argument"),
        ] {
            let failure = #expect(throws: ConsoleExpression.Failure.self) { try ConsoleExpression(text) }
            #expect(failure?.description.hasSuffix("needs \(needed)") == true, "\(text)")
        }
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

    @Test("keys are read to their end, whatever is held beside them")
    func escapes() {
        /// What the bytes behind ESC are, and what is left of them.
        func key(_ text: String) -> (key: LineBuffer.Key?, rest: String) {
            var bytes = Array(text.utf8)[...]
            let key = LineBuffer.Key { bytes.popFirst() }
            return (key, String(decoding: bytes, as: UTF8.self))
        }
        let keys: [(String, LineBuffer.Key?)] = [
            ("[A", .up), ("OB", .down), ("[1;5C", .right), ("[D", .left), ("[H", .home), ("OF", .end), ("[1~", .home), ("[7~", .home),
            ("[4~", .end), ("[8~", .end), ("[3~", .delete), ("[3;5~", .delete), ("[15~", nil), ("[200~", nil), ("[[A", nil), ("x", nil),
        ]
        for (text, expected) in keys {
            let (found, rest) = key(text + "7")
            #expect(found == expected && rest == "7", "\(text)")
        }
        #expect(key("").key == nil && key("[1;").key == nil)
    }

    @Test("what a node answers is text on the terminal, and no command to it")
    func controls() {
        let text = "a\u{1B}]0;x\u{07}\u{9B}2J\u{7F}\r b\n\tü€😀"
        #expect(TerminalText.shown(text) == "a\u{FFFD}]0;x\u{FFFD}\u{FFFD}2J\u{FFFD}\u{FFFD} b\n\tü€😀")
    }

    @Test("answers are shown for people")
    func answers() throws {
        #expect(ConsoleText.of("0x10", from: "eth_blockNumber") == "16")
        #expect(ConsoleText.of("0x10", from: "eth_getCode") == "\"0x10\"")
        #expect(ConsoleText.of(try JSONValue(parsing: #"{"a":[1],"b":{}}"#), from: "x") == "{\n  a: [\n    1\n  ],\n  b: {}\n}")
    }
}

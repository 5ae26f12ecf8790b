import NodeConfiguration
import Testing

@Suite struct EnvironmentFileTests {
    private func parse(_ text: String) throws -> [String: String] { try EnvironmentFile(parsing: Array(text.utf8)).values }

    @Test func plainLines() throws {
        #expect(try parse("A=1\nB=two\n") == ["A": "1", "B": "two"])
    }

    @Test func toleratesCRLFTrailingSpacesQuotesAndMarks() throws {
        let text = "\u{FEFF}GENESIS_HOST=localhost  \r\nAI_QUORUM=\"auto\" \r\n  DHT_PORT = '13337'\r\nexport SLASHER_PORT=4003\t\r\n"
        #expect(try parse(text) == ["GENESIS_HOST": "localhost", "AI_QUORUM": "auto", "DHT_PORT": "13337", "SLASHER_PORT": "4003"])
    }

    @Test func theProcessEnvironmentWins() throws {
        let file = try EnvironmentFile(parsing: Array("AI_QUORUM=2\nDHT_PORT=13337\nA=1".utf8))
        let result = file.overridden(by: ["DHT_PORT": "4242", "SLASHER_PORT": "4003", "AI_QUORUM": "", "A": "2", "HOME": "/root"])
        #expect(result.values == ["AI_QUORUM": "2", "DHT_PORT": "4242", "SLASHER_PORT": "4003", "A": "1"])
    }

    @Test func commentsAndBlankLines() throws {
        #expect(try parse("# head\n\nA=1 # tail\nB=a#b\nC=\"x # y\"\n#D=4") == ["A": "1", "B": "a#b", "C": "x # y"])
    }

    @Test func laterLineWinsAndValuesMayBeEmpty() throws {
        #expect(try parse("A=1\nA=2\nB=\nC=a=b") == ["A": "2", "B": "", "C": "a=b"])
    }

    @Test func badInputIsNamed() {
        #expect(throws: EnvironmentFile.ParseError.missingEquals(line: 2)) { try parse("A=1\nnonsense") }
        #expect(throws: EnvironmentFile.ParseError.invalidKey("a b", line: 1)) { try parse("a b=1") }
        #expect(throws: EnvironmentFile.ParseError.invalidKey("", line: 1)) { try parse("=1") }
        #expect(throws: EnvironmentFile.ParseError.invalidKey("1A", line: 1)) { try parse("1A=1") }
        #expect(throws: EnvironmentFile.ParseError.unterminatedQuote(key: "A", line: 1)) { try parse("A=\"x") }
        #expect(throws: EnvironmentFile.ParseError.notUTF8) { try EnvironmentFile(parsing: [0x41, 0x3d, 0xff]) }
        #expect(throws: EnvironmentFile.ParseError.tooLarge(bytes: 70_000)) {
            try EnvironmentFile(parsing: [UInt8](repeating: 0x20, count: 70_000))
        }
    }

    @Test func portsComeFromTheFile() throws {
        var file = try EnvironmentFile(parsing: Array("DHT_PORT=23337\nAI_ENGINE_PORT='9000'".utf8))
        let ports = try Ports(file)
        #expect(ports.dht == 23337 && ports.aiEngine == 9000 && ports.gethHTTP == 8545)
        try ports.validate()
        file = try EnvironmentFile(parsing: Array("DHT_PORT=70000".utf8))
        #expect(throws: Ports.PortError.notANumber(key: "DHT_PORT", value: "70000")) { try Ports(file) }
        file = try EnvironmentFile(parsing: Array("DHT_PORT=8545".utf8))
        let clash = try Ports(file)
        #expect(throws: Ports.PortError.usedTwice(port: 8545, first: "DHT_PORT", second: "GETH_HTTP_PORT")) { try clash.validate() }
    }

    @Test func theWebSocketPortGivesWayUnlessItIsNamed() throws {
        let second = try Ports(EnvironmentFile(parsing: Array("GETH_HTTP_PORT=8546\nGETH_WS_PORT=8546".utf8)))
        #expect(second.isWebSocketOptional)
        try second.validate()
        let named = try Ports(EnvironmentFile(parsing: Array("GETH_HTTP_PORT=9546\nGETH_WS_PORT=9546".utf8)))
        #expect(named.gethWS == 9546 && !named.isWebSocketOptional)
        #expect(throws: Ports.PortError.usedTwice(port: 9546, first: "GETH_HTTP_PORT", second: "GETH_WS_PORT")) { try named.validate() }
        let wrong = try EnvironmentFile(parsing: Array("GETH_WS_PORT=ws".utf8))
        #expect(throws: Ports.PortError.notANumber(key: "GETH_WS_PORT", value: "ws")) { try Ports(wrong) }
    }

    @Test func quorumSetting() throws {
        #expect(try QuorumSetting(parsing: "auto") == .auto)
        #expect(try QuorumSetting(parsing: "") == .auto)
        #expect(try QuorumSetting(parsing: "3").genesisValue == 3)
        for bad in ["0", "-1", "2049", "many"] {
            #expect(throws: QuorumSetting.InvalidSetting.self) { try QuorumSetting(parsing: bad) }
        }
    }
}

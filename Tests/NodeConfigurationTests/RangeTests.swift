import NodeConfiguration
import Testing

@Suite struct RangeTests {
    @Test(
        "A port is refused in the same words, wherever it is set",
        arguments: ["70000", "88036", "-1", "+80", "0x50", "", "99999999999999999999"])
    func ports(text: String) throws {
        #expect(throws: Ports.PortError.notANumber(key: "GETH_HTTP_PORT", value: text)) {
            try PortNumber.parse(text, key: "GETH_HTTP_PORT")
        }
        guard let number = Int(text), text == String(number) else { return }
        let refusal = #expect(throws: Ports.PortError.self) { try PortNumber.check(number, key: "--geth-http-port") }
        #expect(refusal?.description.hasSuffix("is '\(text)'; a port is a number from 1 to 65535 (0 lets the system choose)") == true)
    }

    @Test func portsThatFit() throws {
        for port in [0, 1, 8545, 65_535] {
            #expect(try PortNumber.parse(String(port), key: "A") == port)
            try PortNumber.check(port, key: "A")
        }
    }

    @Test(arguments: ["-1", "1.5", "tomorrow", "253402300800", "1700000000000", "18446744073709551616"])
    func genesisTimes(text: String) throws {
        let refusal = #expect(throws: GenesisTimeSetting.InvalidTime.self) { try GenesisTimeSetting.parse(text, key: "GENESIS_TIME") }
        #expect(refusal?.description.contains("GENESIS_TIME is '\(text)'") == true)
        #expect(try GenesisTimeSetting.parse("1700000000", key: "GENESIS_TIME") == 1_700_000_000)
    }
}

import NodeConfiguration
import Keys
import ArgumentParser
import ExecutionChain
import HTTPDoor
import Primitives
import Testing

@testable import polai

@Suite("Arguments")
struct ArgumentTests {
    @Test("Options are put over the settings file")
    func settings() throws {
        let options = try UpOptions.parse([
            "--devnet", "--validators", "3", "--geth-http-port", "22091", "--genesis-time", "17", "--no-trainer",
        ])
        let settings = try NodeSettings(options)
        #expect(settings.seed.isSample)
        #expect(settings.ports.gethHTTP == 22091)
        #expect(settings.genesisTime == 17)
        #expect(options.validators == 3)
    }

    @Test(
        "Options that make no sense are refused",
        arguments: [
            ["--validators", "0"], ["--seconds-per-slot", "1"], ["--bad-trainer", "nan"], ["--silent-validators", "1"],
            ["--stop-after-update", "0"], ["--weak-subjectivity-checkpoint", "0x00:1"], ["--no-trainer", "--start-from", "x"],
            ["--fund", "0x3535353535353535353535353535353535353535"], ["--devnet", "--fund", "0x35"],
            ["--devnet", "--fund", "0x3535353535353535353535353535353535353535=0"],
            ["--devnet", "--fund", "0x3535353535353535353535353535353535353535=1000000001"],
            ["--devnet", "--fund", "0x3535353535353535353535353535353535353535=-1"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try UpOptions.parse(arguments) }
    }

    @Test("Accounts of a development chain own something before its first block, and the chain's record says so")
    func funded() throws {
        let (one, two) = ("0x" + String(repeating: "35", count: 20), "0x" + String(repeating: "36", count: 20))
        let options = try UpOptions.parse(["--devnet", "--fund", one, "--fund", two + "=7"])
        #expect(options.funded.record == [one: "1000000000000000000000", two: "7000000000000000000"])
        #expect(
            options.funded.allocations.map { "\($0.key) \($0.value.balance)" }.sorted() == [
                "\(one) 1000000000000000000000", "\(two) 7000000000000000000",
            ])
        #expect(try UpOptions.parse(["--devnet"]).funded.record == nil)
    }

    @Test("GETH_WS_PORT is where JSON-RPC over WebSocket must listen, unless --ws.port says otherwise; its standard port gives way")
    func webSocketPort() throws {
        func options(_ arguments: [String], _ file: String) throws -> WebSocketOptions {
            try WebSocketOptions.parse(arguments).with(Ports(EnvironmentFile(parsing: Array(file.utf8))))
        }
        let standard = try options([], "GETH_WS_PORT=8546")
        #expect(standard.isOptional && standard.listenAddress(host: "::1").port == 8546)
        let named = try options([], "GETH_WS_PORT=9546")
        #expect(!named.isOptional && named.listenAddress(host: "::1").port == 9546)
        #expect(try options(["--ws.port", "7"], "GETH_WS_PORT=9546").listenAddress(host: "::1").port == 7)
    }

    @Test("Durations have a number and a unit")
    func durations() {
        #expect(Timeout(argument: "90s")?.seconds == 90)
        #expect(Timeout(argument: "2h")?.seconds == 7200)
        #expect(Timeout(argument: "7")?.seconds == 7)
        for text in ["", "s", "-1m", "nan", "1d"] { #expect(Timeout(argument: text) == nil, "\(text)") }
    }

    @Test(
        "Every command is found by its name",
        arguments: [
            "up", "geth", "beacon-chain", "validator", "dht", "ai-engine", "averager", "slasher", "trainer", "genesis", "replay", "gate",
            "spec-test",
        ])
    func commands(_ name: String) {
        #expect(Polai.configuration.subcommands.contains { $0._commandName == name })
    }
}

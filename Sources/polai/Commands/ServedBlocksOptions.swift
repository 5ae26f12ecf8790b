import ArgumentParser
import ContentNetwork
import Foundation
import HTTPDoor
import PetalsServer
import PetalsWire

/// Whether a model's blocks are served to a Petals swarm, which ones, and to whom how much.
struct ServedBlocksOptions: ParsableArguments {
    /// What `--head-of` calls the adapter.
    static let headName = "polai-head"

    @Option(
        help: ArgumentHelp(
            "Serve these layers of the base model to a Petals swarm: 0:15 are the first fifteen.", valueName: "first:end"))
    var blocks: String?

    @Option(help: "What the swarm calls the model (default: the base model's name as Petals writes it, such as Llama-2-7b-hf).")
    var prefix: String?

    @Option(
        help: ArgumentHelp(
            "Member of the swarm's DHT to join at, such as /ip4/192.0.2.1/tcp/31330/p2p/Qm… Repeatable (default: others join here).",
            valueName: "multiaddr"))
    var petalsBootstrap: [String] = []

    @Option(help: "Address and port at which the swarm reaches this server.")
    var listen = "0.0.0.0:31330"

    @Option(
        help: ArgumentHelp(
            "An adapter that requests may ask for by this name: a folder of peft with the chain's A, or bare FP32 B matrices. Repeatable.",
            valueName: "name=path"))
    var adapter: [String] = []

    @Option(
        help: ArgumentHelp(
            "Data directory of a node: its newest final adapter is served as polai-head, and followed.", valueName: "datadir"))
    var headOf: String?

    @Option(help: "Name of this server in overviews of the swarm.")
    var publicName: String?

    @Option(help: "Where the model lies, for a swarm that others find: https://huggingface.co/ORG/NAME.")
    var repository: String?

    @Option(help: "Tokens whose keys and values are kept in each block, of all sessions together.")
    var cacheTokens = 16_384

    @Option(help: "Of them, what one client may have (default: half).")
    var clientCacheTokens: Int?

    @Option(help: "Tokens of the longest session, and of one request.")
    var maxLength = 2_048

    @Option(help: "Seconds from one announcement in the swarm's DHT to the next.")
    var updatePeriod = 60

    func validate() throws {
        guard let blocks else {
            guard prefix == nil, petalsBootstrap.isEmpty, adapter.isEmpty, headOf == nil else {
                throw ValidationError("--prefix, --petals-bootstrap, --adapter and --head-of need --blocks")
            }
            return
        }
        _ = try refusing { try Self.range(blocks) }
        for text in petalsBootstrap { try refusing { try BootstrapAddress.read(text) } }
        _ = try refusing { try DHTCommand.address(listen) }
        for text in adapter { _ = try refusing { try Self.namedAdapter(text) } }
        // The base model is another group's; a name that comes from it is checked where it is used.
        if let prefix { _ = try PetalsOptions.prefix(prefix, base: prefix) }
        guard (1...1 << 24).contains(cacheTokens), (1...1 << 24).contains(clientCacheTokens ?? 1) else {
            throw ValidationError("--cache-tokens and --client-cache-tokens are from 1 to 16777216")
        }
        guard (1...65_536).contains(maxLength) else { throw ValidationError("--max-length is from 1 to 65536") }
        guard (1...3600).contains(updatePeriod) else { throw ValidationError("--update-period is from 1 to 3600") }
    }

    /// Reads `first:end`.
    static func range(_ text: String) throws -> Range<Int> {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let first = parts[0], let end = parts[1], 0 <= first, first < end, end <= ModuleUID.maximumBlocks else {
            throw ValidationError("--blocks '\(text)' are not the first layer and the one after the last, such as 0:15")
        }
        return first..<end
    }

    /// Reads `name=path`.
    static func namedAdapter(_ text: String) throws -> (name: String, path: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex, text.index(after: equals) < text.endIndex else {
            throw ValidationError("--adapter '\(text)' is not a name and a path, such as chat=adapters/chat")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// What the server is told.
    ///
    /// - Parameter base: of which the layers are.
    /// - Throws: `ValidationError` where no model of a swarm can be called like it.
    func setting(_ blocks: Range<Int>, base: String) throws -> PetalsSetting {
        var setting = PetalsSetting(prefix: try PetalsOptions.prefix(prefix, base: base), blocks: blocks)
        (setting.publicName, setting.repository) = (publicName, repository)
        (setting.cacheTokens, setting.cacheTokensPerClient) = (cacheTokens, clientCacheTokens ?? (cacheTokens + 1) / 2)
        (setting.maximumLength, setting.maximumTokens) = (maxLength, max(maxLength, setting.maximumTokens))
        setting.announcing = .seconds(updatePeriod)
        return setting
    }
}

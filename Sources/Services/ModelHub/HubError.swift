/// Why a model or data set could not be fetched, or a cached one is not what it should be.
public enum HubError: Error, Equatable, Sendable, CustomStringConvertible {
    case badRepositoryID(String)
    case badRevision(String)
    case badEndpoint(String)
    /// The hub cannot be reached.
    case offline(host: String, reason: String)
    /// 401 or 403.
    case unauthorized(repository: String, hasToken: Bool)
    /// 404.
    case notFound(String)
    case rateLimited(host: String)
    /// Any other answer than was asked for.
    case unexpectedStatus(Int, url: String)
    case malformedAnswer(url: String, reason: String)
    case redirectLoop(url: String)
    case unsafeRedirect(from: String, to: String)
    /// A file name in the listing would leave the repository's folder, or is no name.
    case unsafeFileName(String)
    case noFiles(model: String, pattern: String?)
    /// A data set without a file to read text from; `found` says what there is.
    case noText(dataset: String, pattern: String?, found: String)
    /// Several GGUF files and nothing that says which.
    case ambiguous(model: String, files: [String])
    case tooLarge(bytes: UInt64, limit: UInt64)
    /// More or other bytes came than the listing says.
    case wrongSize(file: String, expected: UInt64, actual: UInt64)
    case wrongChecksum(file: String, expected: String, actual: String)
    /// The connection broke too often.
    case interrupted(file: String, reason: String)
    case notWritable(path: String, reason: String)
    case notCached(String)
    case damagedManifest(path: String)

    public var description: String {
        switch self {
        case .badRepositoryID(let id): "'\(id)' is no id of a hub; ids look like HuggingFaceTB/SmolLM2-135M-Instruct"
        case .badRevision(let revision): "'\(revision)' is no revision; give a branch, a tag or a commit"
        case .badEndpoint(let text):
            "the hub's address '\(text)' is unusable; HF_ENDPOINT looks like https://host, plain http only on this machine"
        case .offline(let host, let reason):
            "cannot reach \(host) (\(reason)); check the network, name a mirror in HF_ENDPOINT, or copy the files here by other "
                + "means and give their path with --model or --data"
        case .unauthorized(let id, let hasToken):
            hasToken
                ? "the hub refuses \(id) to this token; ask for access on its page, or check HF_TOKEN"
                : "the hub refuses \(id) without a token: it is private, gated or does not exist; check the id, or set HF_TOKEN"
        case .notFound(let what): "the hub has no \(what); check the id, the revision and the spelling"
        case .rateLimited(let host): "\(host) asks to slow down; try again in a few minutes, what is fetched is kept"
        case .unexpectedStatus(let status, let url): "the hub answered \(status) to \(url); try again later, what is fetched is kept"
        case .malformedAnswer(let url, let reason): "the answer to \(url) is unusable: \(reason); check HF_ENDPOINT"
        case .redirectLoop(let url): "\(url) redirects in circles; check HF_ENDPOINT"
        case .unsafeRedirect(let from, let to): "\(from) redirects to \(to), which is not encrypted; refused"
        case .unsafeFileName(let name): "the hub lists the file name '\(name)', which would leave its folder; refused"
        case .noFiles(let model, let pattern):
            "\(model) has no files \(pattern.map { "that match '\($0)'" } ?? "this program can run (safetensors or GGUF)"); see its page for their names"
        case .noText(let id, let pattern, let found):
            "\(id) has no text this program reads (.txt, or .jsonl with the field \"text\")\(pattern.map { " among the files that match '\($0)'" } ?? ""); "
                + "it has \(found); convert it to .jsonl and give that with --data, or name another data set"
        case .ambiguous(let model, let files):
            "\(model) has several GGUF files; choose one with --file: \(files.joined(separator: ", "))"
        case .tooLarge(let bytes, let limit):
            "the files have \(bytes) bytes, more than the \(limit) allowed; raise --max-gigabytes or choose with --file (of a data set --max-data-gigabytes and --data-file)"
        case .wrongSize(let file, let expected, let actual):
            "\(file) has \(actual) bytes where \(expected) belong; fetch it again"
        case .wrongChecksum(let file, let expected, let actual):
            "\(file) has the checksum \(actual), not \(expected); it is damaged: fetch it again"
        case .interrupted(let file, let reason):
            "the transfer of \(file) broke off too often (\(reason)); run it again, it goes on where it stopped"
        case .notWritable(let path, let reason): "cannot write \(path): \(reason)"
        case .notCached(let what):
            "\(what) is not in the model cache; 'polai model pull' fetches it, 'polai model list' shows what is there"
        case .damagedManifest(let path): "\(path) is damaged; remove it and fetch the files again"
        }
    }
}

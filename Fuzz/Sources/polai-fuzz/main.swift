import Foundation
import FuzzDriver

exit(
    FuzzDriver.main([
        .json, .ssz, .sszJSON, .beaconState, .block, .operations, .acks, .forkChoice, .rlp, .messagePack, .execution, .transaction, .trie,
        .genesisJSON, .interchange, .environment, .chainConfiguration, .yaml, .snappy, .beaconRequests, .gguf, .safetensors, .modelJSON,
        .tokenizerJSON, .tokenize, .updateFile, .adapter, .texts,
    ]))

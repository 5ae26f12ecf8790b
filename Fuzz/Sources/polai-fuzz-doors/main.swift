import Foundation
import FuzzDriver

exit(
    FuzzDriver.main([
        .jsonRPC, .beaconREST, .grpc, .hub, .keystore, .keyTexts, .ackRecord, .peers, .connection, .networkMessages, .certificates,
        .nodeRecords, .discovery, .rlpx, .eth, .hivemind, .jsonFraming,
    ]))

#!/usr/bin/env python3
"""Prints the known bytes of Tests/LibP2PProtocolsTests/DialRequestTests.swift, by Google's protobuf from the schema of the
specification (libp2p specs, autonat/autonat-v2.md).

    python3 -m pip install protobuf && python3 scripts/vectors/autonat_v2.py
"""
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Field = descriptor_pb2.FieldDescriptorProto
TYPES = {"bytes": Field.TYPE_BYTES, "fixed64": Field.TYPE_FIXED64, "uint32": Field.TYPE_UINT32, "uint64": Field.TYPE_UINT64}
# Enumerations travel as their number: int32 gives the same bytes.
TYPES["enum"] = Field.TYPE_INT32
MESSAGES = {
    "DialRequest": [("addrs", 1, "bytes", True), ("nonce", 2, "fixed64", False)],
    "DialResponse": [("status", 1, "enum", False), ("addrIdx", 2, "uint32", False), ("dialStatus", 3, "enum", False)],
    "DialDataRequest": [("addrIdx", 1, "uint32", False), ("numBytes", 2, "uint64", False)],
    "DialDataResponse": [("data", 1, "bytes", False)],
    "DialBack": [("nonce", 1, "fixed64", False)],
    "DialBackResponse": [("status", 1, "enum", False)],
    "Message": [
        ("dialRequest", 1, "DialRequest", False), ("dialResponse", 2, "DialResponse", False),
        ("dialDataRequest", 3, "DialDataRequest", False), ("dialDataResponse", 4, "DialDataResponse", False),
    ],
}


def classes() -> dict:
    file = descriptor_pb2.FileDescriptorProto(name="autonat_v2.proto", package="autonat", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        if name == "Message":
            message.oneof_decl.add(name="msg")
        for field_name, number, kind, repeated in fields:
            field = message.field.add(name=field_name, number=number)
            field.label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            if kind in TYPES:
                field.type = TYPES[kind]
            else:
                field.type, field.type_name, field.oneof_index = Field.TYPE_MESSAGE, f".autonat.{kind}", 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"autonat.{name}")) for name in MESSAGES}


kinds = classes()
address = bytes.fromhex("040808080806" + "3419")  # /ip4/8.8.8.8/tcp/13337
print("request      ", kinds["Message"](dialRequest={"addrs": [address, b""], "nonce": 0x0102030405060708}).SerializeToString().hex())
print("reached      ", kinds["Message"](dialResponse={"status": 200, "dialStatus": 200}).SerializeToString().hex())
print("not reached  ", kinds["Message"](dialResponse={"status": 200, "addrIdx": 3, "dialStatus": 100}).SerializeToString().hex())
print("internal     ", kinds["Message"](dialResponse={}).SerializeToString().hex())
print("refused      ", kinds["Message"](dialResponse={"status": 101}).SerializeToString().hex())
print("data request ", kinds["Message"](dialDataRequest={"addrIdx": 1, "numBytes": 30000}).SerializeToString().hex())
print("data         ", kinds["Message"](dialDataResponse={"data": b"\1\2\3"}).SerializeToString().hex())
print("dial back    ", kinds["DialBack"](nonce=0x0102030405060708).SerializeToString().hex())
print("answer       ", kinds["DialBackResponse"](status=0).SerializeToString().hex() or "(nothing)")
